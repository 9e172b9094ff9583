"""Compliance: which personal data and which duties under data protection law stand in what customers wrote."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from moe_memorygraph.experts.concurrent import run_all
from moe_memorygraph.experts.evidence import tally_evidence, ticket_evidence
from moe_memorygraph.experts.values import Evidence, Findings, Question, Tally
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Plane, PlanesPreview, TicketHit, Vector
from moe_memorygraph.words import sentences_of, stems

__all__ = ["RISKS", "Compliance", "Risk"]


class QueryEmbedder(Protocol):
    async def embed_query(self, text: str, *, tenant: str = "") -> Vector: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Risk:
    """A kind of compliance risk: how it is looked for, and which words a ticket must hold to count as one."""

    key: str
    label: str
    severity: int
    """1 (note) to 4 (act today)."""
    probe: str
    """What such a ticket says, as a search."""
    any_of: tuple[frozenset[str], ...]
    """Groups of stems; a passage counts when it holds a word of every group."""


def _words(text: str) -> frozenset[str]:
    return frozenset(stems(text))


RISKS: tuple[Risk, ...] = (
    Risk(
        key="breach",
        label="possible data breach",
        severity=4,
        probe="received a report or data that belongs to another customer, someone else's data visible, data breach",
        any_of=(
            _words(
                "breach leak leaked exposed exposure misdirected wrong another other someone unauthorised unauthorized"
            ),
            _words("data report export file invoice records email names dashboard workspace customer company"),
            _words(
                "breach leak leaked exposed misdirected belongs belonged visible received shown unauthorised unauthorized sent see"
            ),
        ),
    ),
    Risk(
        key="credentials",
        label="credentials sent in a ticket",
        severity=3,
        probe="here is my password, API key or login credentials in plain text",
        any_of=(
            _words("password passwords credentials passphrase secret token key"),
            _words("here pasted attached plain clear text below"),
        ),
    ),
    Risk(
        key="erasure",
        label="request to delete personal data",
        severity=3,
        probe="please delete all personal data under GDPR, right to erasure",
        any_of=(
            _words("delete deletion erase erasure remove removal forgotten"),
            _words("gdpr ccpa personal privacy erasure dsar article forgotten"),
        ),
    ),
    Risk(
        key="access",
        label="request for access to or export of personal data",
        severity=2,
        probe="subject access request, copy of all personal data you hold",
        any_of=(
            _words("access copy export provide portability"),
            _words("gdpr ccpa personal dsar subject"),
        ),
    ),
    Risk(
        key="contract",
        label="question about a data processing agreement",
        severity=1,
        probe="data processing agreement, sub-processors, where is our data stored",
        any_of=(
            _words("dpa processing subprocessor processor residency"),
            _words("agreement addendum data list contract stored"),
        ),
    ),
)
_PER_RISK = 8


class Compliance:
    name = "Compliance"
    plane: Plane = "vector"
    typical_ms = 12.0

    def __init__(self, embedder: QueryEmbedder, *, risks: Sequence[Risk] = RISKS) -> None:
        self._embedder = embedder
        self._risks = risks

    def estimate(self, question: Question, preview: PlanesPreview) -> float:
        return 0.95 if question.kind == "compliance" and preview.vector_tickets else 0.1

    async def gather(self, question: Question, memory: TenantMemory) -> Findings:
        """For a question about compliance: personal data by type, and the tickets of each risk, gravest first.

        For any other question it brings nothing: its check of the text itself is the workflow's first step.
        """
        if question.kind != "compliance":
            return Findings()
        jobs = [partial(self._risk, risk, question, memory) for risk in self._risks]
        by_risk = await run_all(jobs)
        personal = await self._personal_data(question, memory)
        return Findings(evidence=(*personal, *(evidence for found in by_risk for evidence in found)))

    async def _personal_data(self, question: Question, memory: TenantMemory) -> list[Evidence]:
        filters = question.tickets(with_pii=True)
        counted = await memory.vector.tally("pii_type", filters, limit=12)
        if counted.total == 0:
            return []
        who = " and ".join(customer.name for customer in question.customers)
        tally = Tally(
            what=f"{f'of {who} ' if who else ''}held personal data, replaced before storage".strip(),
            filters=filters,
            total=counted.total,
            group_field="pii_type",
            groups=counted.groups,
            time=question.time,
        )
        told = tally_evidence(tally, expert=self.name, question=question, score=0.9)
        newest = await memory.vector.browse(filters, limit=1)
        shown = [
            ticket_evidence(
                TicketHit(ticket=ticket, part=0, text=ticket.body, similarity=0.0, lexical=0.0, score=0.6),
                expert=self.name,
                wanted=stems(" ".join(ticket.pii_types)),
            )
            for ticket in newest
        ]
        return [told, *shown]

    async def _risk(self, risk: Risk, question: Question, memory: TenantMemory) -> list[Evidence]:
        hits = await memory.vector.search(
            text=risk.probe,
            embedding=await self._embedder.embed_query(
                risk.probe, tenant=str(memory.tenant_id)
            ),  # kept for the next time
            filters=question.tickets(),
            limit=_PER_RISK * 3,
        )
        wanted = set().union(*risk.any_of)
        real = [hit for hit in hits if hit.text in hit.ticket.body and _says(hit.text, risk)]
        return [
            replace(
                ticket_evidence(
                    hit, expert=self.name, wanted=wanted, score=min(1.0, 0.5 + 0.1 * risk.severity), customer_voice=True
                ),
                supports=risk.key,
            )
            for hit in real[:_PER_RISK]
        ]


def _says(text: str, risk: Risk) -> bool:
    """Whether a sentence, or two that follow each other, hold a word of every group: far apart they mean nothing."""
    said = [stems(text[start:stop]) for start, stop in sentences_of(text)]
    windows = [one | two for one, two in zip(said, [*said[1:], set()], strict=True)]
    return any(all(group & window for group in risk.any_of) for window in windows)
