"""What the rest of the program may ask of the audit trail: one call.

An entry never holds anybody's words. `action`, `outcome` and the keys of `counts` are names from the program, of small
letters; an object is `kind:id`, where an id that is no UUID is kept as a keyed digest, for it may name a person;
`content` is kept as a keyed digest alone, so that it can be compared later and not be guessed.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

__all__ = ["ERASING", "AuditTrail"]

ERASING = frozenset({"forget_customer", "customer.forget", "retention.sweep"})
"""Actions that may remove stored runs: a run that is gone is explained by one of these after it, and by nothing else.

Who erases records one of them before it begins: were it stopped between, the trail would look broken for ever.
"""


class AuditTrail(Protocol):
    """The trail of one tenant, written to in the name of one caller."""

    async def record(
        self,
        action: str,
        *,
        outcome: str = "ok",
        objects: Sequence[tuple[str, object]] = (),
        counts: Mapping[str, int] | None = None,
        content: Mapping[str, Any] | None = None,
    ) -> None:
        """Write an entry, durable when this returns. For what is no run: a run's entry is written with the run.

        `objects` are kind and id of what it is about: `("customer", "C-17")`, `("fact", fact_id)`.
        """
        ...

    def concerns(self, kind: str, *ids: object) -> None:
        """Say what the run at work is about: the entry that is written with it will hold these objects."""
        ...

    def note(self, action: str, *, outcome: str) -> None:
        """Note a call that was refused or failed. It is written soon after, the same together as one with its count.

        Costs no time of the call, so that a refusal takes as long as that of what does not exist.
        """
        ...
