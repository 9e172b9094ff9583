"""What is known of predicates: how many values, of which type, under which names, asked for how; and what tickets tell.

Of a single-valued predicate a new value closes the old one, and two at once contradict. What a ticket tells has as many
values as there are tickets, and stands beside what a system recorded, never in its place.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, get_args

from moe_memorygraph.errors import InvalidArgument

__all__ = ["TOLD", "VALUE_TYPES", "Predicate", "PredicateCatalogue", "Told", "ValueType", "predicate_key"]

ValueType = Literal[
    "any", "choice", "date", "duration", "money", "number", "organisation", "person", "place", "text", "yes_no"
]
"""What values of a predicate are; of `any`, nothing is known. A `choice` is one of few words (a plan, a status)."""
VALUE_TYPES: tuple[ValueType, ...] = get_args(ValueType)

MOST_WAYS = 100  # names and phrases of one predicate
LONGEST_WAY = 100  # characters
_NAME = re.compile(r"[a-z][a-z0-9_]{0,99}")
_SUFFIXES: Mapping[str, ValueType] = {
    "at": "date",
    "city": "place",
    "contact": "person",
    "count": "number",
    "country": "place",
    "date": "date",
    "manager": "person",
    "on": "date",
    "owner": "person",
    "region": "place",
}
"""Last words of names that tell what the values are."""
_SAYS_NOTHING = frozenset(["at", "count", "date", "on"])
"""Last words of names that people leave out: `go_live_date` is asked for by "go live"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Predicate:
    """One predicate. Raises `InvalidArgument` for what it cannot be."""

    name: str
    """As facts carry it: lower case, words joined by `_`."""
    single: bool = False
    """It has one value at a time."""
    value: ValueType = "any"
    aliases: tuple[str, ...] = ()
    """Names that other systems use for the very same: a fact of one closes and contradicts facts of another."""
    asked_by: tuple[str, ...] = ()
    """Words and short phrases of questions that name it."""
    hinted_by: tuple[str, ...] = ()
    """Words that ask for it only where nothing else in the question is asked for: "pay" means a contract's value, but
    not in "which plan does Acme pay for"."""
    half_life_days: float | None = None
    """Days after which an open fact is believed half as much; None: age says nothing against it."""

    def __post_init__(self) -> None:
        for name in (self.name, *self.aliases):
            if not _NAME.fullmatch(name):
                raise InvalidArgument(
                    f"{name!r} is no name of a predicate.", "Begin with a letter; use a-z, 0-9 and _, at most 100."
                )
        if self.value not in VALUE_TYPES:
            raise InvalidArgument(f"{self.value!r} is no type of value.", f"Use one of: {', '.join(VALUE_TYPES)}.")
        if self.half_life_days is not None and not 0 < self.half_life_days < 1e6:
            raise InvalidArgument("A half-life is a number of days above 0.", "Leave it out where age says nothing.")
        ways = (*self.aliases, *self.asked_by, *self.hinted_by)
        if len(ways) > MOST_WAYS or not all(len(way.strip()) > 0 and len(way) <= LONGEST_WAY for way in ways):
            raise InvalidArgument(
                f"A predicate has at most {MOST_WAYS} names and phrases of 1 to {LONGEST_WAY} characters.",
                "Leave some out.",
            )

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, *self.aliases)


def predicate_key(name: str) -> str:
    """A predicate as it is stored: "Account Owner" is `account_owner`."""
    return "_".join(name.lower().replace("_", " ").split())


class PredicateCatalogue:
    """Predicates by name and alias. Those given later stand in place of those before of the same name or alias."""

    def __init__(self, predicates: Iterable[Predicate] = ()) -> None:
        self._by_name: dict[str, Predicate] = {}
        for predicate in predicates:
            self._take_names(predicate.names)
            self._by_name.update(dict.fromkeys(predicate.names, predicate))
        self._half_lives: Mapping[str, float] = MappingProxyType(
            {name: held.half_life_days for name, held in self._by_name.items() if held.half_life_days is not None}
        )

    def _take_names(self, names: Iterable[str]) -> None:
        """Names have one meaning: a predicate that is called by one of these goes, or goes without that alias."""
        taken = set(names)
        for name in taken:
            held = self._by_name.get(name)
            if held is None:
                continue
            for each in held.names:
                self._by_name.pop(each, None)
            if held.name not in taken:
                kept = Predicate(
                    name=held.name,
                    single=held.single,
                    value=held.value,
                    aliases=tuple(alias for alias in held.aliases if alias not in taken),
                    asked_by=held.asked_by,
                    hinted_by=held.hinted_by,
                    half_life_days=held.half_life_days,
                )
                self._by_name.update(dict.fromkeys(kept.names, kept))

    def with_own(self, own: Iterable[Predicate]) -> "PredicateCatalogue":
        """This catalogue with a tenant's own predicates, which go before; itself where there are none."""
        given = tuple(own)
        return PredicateCatalogue((*self.all(), *given)) if given else self

    def all(self) -> tuple[Predicate, ...]:
        """Each predicate once, by name."""
        return tuple(self._by_name[name] for name in sorted(self._by_name) if self._by_name[name].name == name)

    def of(self, name: str) -> Predicate:
        """The predicate of this name or alias; of an unknown one, what its name tells."""
        key = predicate_key(name)
        return self._by_name.get(key) or guessed(key)

    def canonical(self, name: str) -> str:
        """The one name of a predicate that may have several."""
        key = predicate_key(name)
        known = self._by_name.get(key)
        return known.name if known else key

    def names_of(self, name: str) -> tuple[str, ...]:
        """All names of the predicate that this is a name of, the given one first."""
        key = predicate_key(name)
        known = self._by_name.get(key)
        return tuple(dict.fromkeys((key, *known.names))) if known else (key,)

    def is_single_valued(self, name: str) -> bool:
        known = self._by_name.get(predicate_key(name))
        return known is not None and known.single

    def half_lives(self) -> Mapping[str, float]:
        """Days by name and alias, of the predicates whose facts lose belief with age."""
        return self._half_lives


def guessed(name: str) -> Predicate:
    """What the name of a predicate tells of it that nobody described."""
    words = name.split("_")
    if not _NAME.fullmatch(name) or len(words) == 1:
        return Predicate(name=name if _NAME.fullmatch(name) else "unnamed")
    short = " ".join(words[:-1]) if words[-1] in _SAYS_NOTHING else ""
    return Predicate(name=name, value=_SUFFIXES.get(words[-1], "any"), asked_by=(short,) if short else ())


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A predicate of what tickets tell; a subject may have any number of values of it."""

    speaks_of: tuple[str, ...] = ()
    """Recorded predicates that it speaks of: its word counts where none of them is known."""
    asked_by: str
    """Words of questions that ask for it."""


TOLD: Mapping[str, Told] = {
    "breach_reported": Told(asked_by="breach breached hacked leak leaked compromised"),
    "cancellation_done": Told(
        speaks_of=("churned_at", "churn_reason", "status"), asked_by="churn churned cancelled canceled left"
    ),
    "cancellation_intent": Told(
        speaks_of=("churned_at", "churn_reason", "status"), asked_by="cancel cancellation churn leave leaving"
    ),
    "competitor_mentioned": Told(
        speaks_of=("competitor", "switched_to"), asked_by="competitor competitors rival alternative switch switching"
    ),
    "data_request": Told(asked_by="deletion erasure export gdpr portability"),
    "escalation_request": Told(asked_by="escalate escalated escalation lawyer legal sue regulator supervisor"),
    "login_trouble": Told(asked_by="sso login password mfa saml"),
    "outage_reported": Told(asked_by="outage outages downtime offline"),
    "plan_mentioned": Told(speaks_of=("plan", "tier"), asked_by="plan tier edition package subscription"),
    "praise": Told(asked_by="praise praised compliment love"),
    "price_mentioned": Told(
        speaks_of=("arr", "contract_value", "mrr", "price_per_seat", "renewal_quote", "seat_price"),
        asked_by="pay pays paying price cost",
    ),
    "product_affected": Told(asked_by="crash crashes broken"),
    "renewal_mentioned": Told(speaks_of=("contract_end", "renewal_date"), asked_by="renew renews renewal"),
    "resolution_confirmed": Told(asked_by="resolved solved fixed"),
}
