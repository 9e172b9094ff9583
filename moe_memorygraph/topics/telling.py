"""The topics of a tenant's tickets that have no category: told when they are loaded, and again when topics changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import anyio.to_thread
import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.embedding import Embedder
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import ToldTopic, UntoldTicket
from moe_memorygraph.topics.classifier import TopicClassifier
from moe_memorygraph.topics.opening import open_classifier

__all__ = ["LEAST_PROBABLE", "Retold", "tell_again", "told_topics"]

LEAST_PROBABLE = 0.5
"""A topic that is less probable is not told: a ticket without a category is better than one with a wrong one."""
_PAGE = 500  # tickets


@dataclass(frozen=True, slots=True, kw_only=True)
class Retold:
    """What telling again did."""

    tickets: int
    """That have no category of the tenant's."""
    told: int
    """Of them, those with a topic that is probable enough."""
    changed: int


def told_topics(classifier: TopicClassifier, tickets: Sequence[UntoldTicket]) -> list[ToldTopic]:
    """Of each ticket its topic as a category, or none. Blocks for some 0.2 ms a ticket."""
    if not tickets:
        return []
    guesses = classifier.guess([one.text for one in tickets], _unit_rows([one.embedding for one in tickets]))
    told = []
    for ticket, guess in zip(tickets, guesses, strict=True):
        is_told = guess.category is not None and guess.probability >= LEAST_PROBABLE
        told.append(
            ToldTopic(
                ticket_id=ticket.ticket_id,
                category=guess.category if is_told else None,
                probability=round(guess.probability, 4) if is_told else None,
            )
        )
    return told


def _unit_rows(vectors: Sequence[NDArray[np.float32]]) -> NDArray[np.float64]:
    rows = np.array(vectors, np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    return np.asarray(rows / np.where(lengths > 0, lengths, 1.0), np.float64)


async def tell_again(
    memory: TenantMemory, embedder: Embedder, *, on_done: Callable[[int], None] = lambda _: None
) -> Retold:
    """Tell all tickets that have no category of the tenant's by its topics as they are now; nothing is embedded again."""
    classifier = await open_classifier(embedder, await memory.topics.own())
    tickets = told = changed = 0
    after = ""
    while page := await memory.topics.untold(after=after, limit=_PAGE):
        found = await anyio.to_thread.run_sync(told_topics, classifier, page)
        changed += await memory.topics.tell(found)
        tickets += len(page)
        told += sum(one.category is not None for one in found)
        after = page[-1].ticket_id
        on_done(tickets)
    return Retold(tickets=tickets, told=told, changed=changed)
