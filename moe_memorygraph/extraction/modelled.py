"""Stored tickets read by a language model too, beside the patterns: only where a setting asks for it."""

import json
from collections.abc import Sequence
from dataclasses import replace

import anyio
import anyio.to_thread
import structlog

from moe_memorygraph.compliance import Redactor
from moe_memorygraph.errors import Unavailable
from moe_memorygraph.extraction.proposals import (
    INSTRUCTIONS,
    MOST_TOKENS,
    SCHEMA,
    Proposals,
    read_proposals,
    ticket_data,
)
from moe_memorygraph.llm import LanguageModel, ModelFailed, Prompt
from moe_memorygraph.memory.values import Ticket

__all__ = ["ModelReader"]

log = structlog.get_logger(__name__)

AT_WORK = 4
"""Tickets that a model reads at the same time."""


class ModelReader:
    """Adds to what tickets tell by pattern what a model reads in them. Lives as long as one reading."""

    def __init__(self, model: LanguageModel, redactor: Redactor, *, seconds: float) -> None:
        self._model = model
        self._redactor = redactor
        self._seconds = seconds
        self.dropped = 0
        """Proposals that their tickets did not bear out."""

    async def read(self, tickets: Sequence[Ticket]) -> list[Ticket]:
        """The same tickets, in order, with what the model adds.

        Raises `Unavailable` where the model does not answer: then none of them counts as read.
        """
        found: dict[str, Proposals] = {}
        failures: list[ModelFailed] = []
        slots = anyio.Semaphore(AT_WORK)

        async def ask(ticket: Ticket) -> None:
            async with slots:
                if failures:
                    return
                try:
                    found[ticket.ticket_id] = await self._proposals(ticket)
                except ModelFailed as failure:
                    failures.append(failure)

        async with anyio.create_task_group() as group:
            for ticket in tickets:
                group.start_soon(ask, ticket)
        if failures:
            log.warning("model_left_out", model=self._model.name, reason=failures[0].outcome)
            raise Unavailable(
                "The language model did not answer.",
                "See `memorygraph doctor`. Run it again to go on, or unset MEMORYGRAPH_LLM_EXTRACTS.",
            )
        self.dropped += sum(one.dropped for one in found.values())
        return [replace(one, told=(*one.told, *found[one.ticket_id].facts)) for one in tickets]

    async def _proposals(self, ticket: Ticket) -> Proposals:
        """Nothing where the ticket must not leave, or where the model answers in another form. Raises `ModelFailed`."""
        data = ticket_data(ticket)
        if data is None:
            return Proposals()
        text = json.dumps(data, ensure_ascii=False)
        if await anyio.to_thread.run_sync(self._redactor.find, data["ticket"]["text"]):
            return Proposals()  # what the patterns for personal data learnt since it was loaded
        prompt = Prompt(instructions=INSTRUCTIONS, data=text, schema=SCHEMA, most_tokens=MOST_TOKENS)
        try:
            reply = await self._model.complete(prompt, seconds=self._seconds)
        except ModelFailed as failure:
            if failure.outcome == "malformed":
                return Proposals()
            raise
        return read_proposals(reply, ticket) or Proposals()
