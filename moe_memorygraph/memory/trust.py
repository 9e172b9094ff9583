"""How far a writer is believed: by its credential, never by what it says of itself. Pure.

What a writer names as the source of a fact is kept, as a claim. How much the fact may weigh follows from its tier.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args
from uuid import UUID

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.memory.uuid7 import uuid7

__all__ = ["CEILINGS", "TIERS", "Origin", "Tier", "ceiling", "check_special_trust", "outranks", "tier_of_caller"]

Tier = Literal["record", "agent", "text"]
TIERS: tuple[Tier, ...] = get_args(Tier)
"""From the most trusted: what an administrator loads (customers' columns, facts, tickets, documents); what a caller with
the scope `write` tells; what the text of a ticket tells, by our patterns or a model's proposals."""

CEILINGS: Mapping[Tier, float] = {"record": 1.0, "agent": 0.8, "text": 0.6}
"""The most that values of each tier are believed, 0..1, however sure they say they are and however many agree. A policy,
not a measurement: what matters is their order. A tenant sets others as trust in `tier:agent` and `tier:text`."""

_TIER, _KEY = "tier:", "key:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """The call or load that writes. One for all that it writes."""

    tier: Tier
    actor: str
    """`key:ID` for an API key, the issuer and subject of a token, `local` for a client of our own process, `cli`."""
    tool: str
    run_id: UUID | None = None
    written_at: datetime
    origin_id: UUID = field(default_factory=uuid7)


def ceiling(tier: Tier, trust: Mapping[str, float]) -> float:
    """The most that a value of this tier is believed by a tenant with this trust, 0..1."""
    return trust.get(f"{_TIER}{tier}", CEILINGS[tier])


def outranks(one: Tier, other: Tier) -> bool:
    return TIERS.index(one) < TIERS.index(other)


def tier_of_caller(actor: str, trust: Mapping[str, float]) -> Tier:
    """An agent's, unless the tenant says that it trusts this very key fully: then it writes for a system of record."""
    return "record" if actor.startswith(_KEY) and trust.get(actor.casefold()) == 1.0 else "agent"


def check_special_trust(source: str) -> None:
    """Raise `InvalidArgument` for a name that looks like a tier or a key and is none."""
    name = source.strip().casefold()
    if name.startswith(_TIER) and name not in {f"{_TIER}{tier}" for tier in TIERS[1:]}:
        raise InvalidArgument("There is no such tier whose ceiling could be set.", "Give tier:agent or tier:text.")
    if name.startswith(_KEY):
        try:
            UUID(name.removeprefix(_KEY))
        except ValueError:
            raise InvalidArgument("A key is named by its id.", "Give key:ID, from `memorygraph key list`.") from None
