"""What a ticket says as facts of its customer: told, not recorded, and so of lower trust than a system's own."""

from collections.abc import Collection
from uuid import UUID, uuid5

from moe_memorygraph.extraction.extractor import Mention, extract
from moe_memorygraph.memory.uris import memory_uri
from moe_memorygraph.memory.values import Fact, Ticket

__all__ = ["told_facts"]

_SPACE = UUID("0c5b7a0e-3d0b-5e0f-8f0b-6d3f1a7c9e42")


def told_facts(ticket: Ticket, *, rivals: Collection[str] = (), own_names: Collection[str] = ()) -> list[Fact]:
    """The facts that the customer's own words in a ticket tell, in the order said.

    Each is the sentence itself, verbatim, as `body[quote_start:quote_stop]` of the ticket, with the ticket's URI as its source; its id follows
    from the ticket's and what is said, so that the same ticket gives the same facts.
    """
    mentions = extract(ticket.body, said_at=ticket.created_at, rivals=rivals, own_names=own_names)
    return [_fact(mention, ticket) for mention in mentions]


def _fact(mention: Mention, ticket: Ticket) -> Fact:
    said = f"{ticket.ticket_id}\n{mention.predicate}\n{mention.value}"
    return Fact(
        fact_id=uuid5(_SPACE, said),
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
