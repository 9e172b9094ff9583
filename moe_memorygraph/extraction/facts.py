"""What a ticket says as facts of its customer: told, not recorded, and so of lower trust than a system's own."""

from collections.abc import Collection
from uuid import UUID, uuid5

from moe_memorygraph.extraction.extractor import Mention, extract
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import Fact, Ticket

__all__ = ["TOLD_SPACE", "said_by_the_customer", "told_facts"]

_OURS = frozenset(("agent", "assistant", "bot", "operator", "rep", "representative", "staff", "support", "system"))
"""Roles of messages that are not the customer's."""
TOLD_SPACE = UUID("0c5b7a0e-3d0b-5e0f-8f0b-6d3f1a7c9e42")


def told_facts(ticket: Ticket, *, rivals: Collection[str] = (), own_names: Collection[str] = ()) -> list[Fact]:
    """The facts that the customer's own words in a ticket tell, in the order said.

    Each is the sentence itself, verbatim, as `body[quote_start:quote_stop]` of the ticket, with the ticket's URI as its source; its id follows
    from the ticket's and what is said, so that the same ticket gives the same facts.
    """
    mentions = extract(
        ticket.body, said_at=ticket.created_at, rivals=rivals, own_names=own_names, parts=said_by_the_customer(ticket)
    )
    return [_fact(mention, ticket) for mention in mentions]


def said_by_the_customer(ticket: Ticket) -> list[tuple[int, int]] | None:
    """Where the customer speaks in a body that is a conversation's lines; None for any other body: all of it.

    A conversation whose lines cannot be told apart, as where a name in them was replaced, is nobody's: none of it.
    """
    if not ticket.messages:
        return None
    parts: list[tuple[int, int]] = []
    stop = len(ticket.body)
    for message in reversed(ticket.messages):
        lead = f"{message.author or message.role}: "
        begin = ticket.body.rfind(lead, 0, stop)
        while begin > 0 and ticket.body[begin - 1] != "\n":
            begin = ticket.body.rfind(lead, 0, begin + len(lead) - 1)
        if begin < 0:
            return [] if _holds_messages(ticket) else None
        if message.role.casefold() not in _OURS:
            parts.append((begin + len(lead), stop))
        stop = begin
    return parts[::-1]


def _holds_messages(ticket: Ticket) -> bool:
    """Whether the body is made of the messages, and not a text of its own beside them."""
    return any(message.text and message.text in ticket.body for message in ticket.messages)


def _fact(mention: Mention, ticket: Ticket) -> Fact:
    said = f"{ticket.ticket_id}\n{mention.predicate}\n{mention.value}"
    return Fact(
        fact_id=uuid5(TOLD_SPACE, said),
        subject=ticket.customer_id,
        predicate=mention.predicate,
        object=mention.value,
        statement=ticket.body[mention.start : mention.stop],
        customer_id=ticket.customer_id,
        confidence=mention.confidence,
        valid_from=mention.valid_from,
        source=memory_uri("tickets", ticket.ticket_id),
        ticket_id=ticket.ticket_id,
        quote_start=mention.start,
        quote_stop=mention.stop,
    )
