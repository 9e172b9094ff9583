"""Compliance: which personal data and which duties under data protection law stand in what customers wrote."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Protocol

from moe_memorygraph.experts.concurrent import run_all
from moe_memorygraph.experts.evidence import tally_evidence, ticket_evidence, wanted_stems
from moe_memorygraph.experts.values import Evidence, Findings, Question, Tally
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Plane, PlanesPreview, TicketFilter, TicketHit, Vector
from moe_memorygraph.words import sentences_of, stems

__all__ = ["RISKS", "Compliance", "Risk", "risks_asked"]


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
    asked_by: tuple[tuple[frozenset[str], ...], ...]
    """Groups like these, of which a question that asks for this risk holds a word each; one such row is enough."""
    described_by: tuple[tuple[frozenset[str], ...], ...] = ()
    """The same for questions that tell of it and do not name it. A request for tickets about what they tell is no such
    question: it is answered with those tickets."""
    pii_types: frozenset[str] = frozenset()
    """Personal data that was found in a ticket and is such a risk by itself."""
    not_asked_by: frozenset[str] = frozenset()
    """Stems with which the question is about something else: "a password reset"."""


def _words(text: str) -> frozenset[str]:
    return frozenset(stems(text))


_DISCLOSED = _words("data report export file invoice record list names email staff employee dashboard workspace")

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
            _words("breach leak leaked exposed misdirected visible received shown unauthorised unauthorized sent see"),
        ),
        asked_by=(
            (
                _words("breach breached leak leaked exposed disclosed misdirected"),
                _words("data any suspected report customer personal list file"),
            ),
        ),
        described_by=(
            (
                _words("another other others else else's somebody's someone's wrong foreign"),
                _DISCLOSED,
                _words("see seen saw shown showed show visible receive received sent got get mailed"),
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
            _words("pasted attached plain plaintext cleartext sheet"),
        ),
        asked_by=(
            (
                _words("password passwords credentials passphrase secret token"),
                _words(
                    "sent send mail mailed emailed shared share pasted plain clear text asked gave wrote told disclosed"
                ),
            ),
        ),
        pii_types=frozenset({"SECRET"}),
        not_asked_by=_words("reset forgotten forgot forget expired expire policy change"),
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
        asked_by=(
            (_words("erasure erase erased"),),
            (
                _words("delete deleted deletion remove removed removal forgotten"),
                _words("gdpr ccpa personal privacy data employee people person record"),
            ),
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
        asked_by=((_words("dsar"),), (_words("access copy export portability"), _words("gdpr ccpa personal subject"))),
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
        asked_by=((_words("dpa subprocessor subprocessors"),), (_words("processing"), _words("agreement addendum"))),
    ),
)
_WANTS_TICKETS = re.compile(
    r"^\W*(?:please |can you |could you )*(?:show|find|list|give|get|search|pull up|look up)\b(?: (?:me|us|for|up|all|any|the|some))*"
    r"(?: [\w-]+){0,2} (?:tickets?|complaints?|cases?|conversations?|messages?|e-?mails?)\b"
    r"|^\W*(?:any )?(?:tickets?|complaints?|cases?|conversations?|messages?|e-?mails?) (?:about|where|with|on|of|that|from)\b",
    re.IGNORECASE,
)
_PER_RISK = 8
_MOST_TYPES = 12


def risks_asked(text: str) -> tuple[str, ...]:
    """Keys of the risks that a question speaks of: "Did a customer send us a password?"; mostly none."""
    said = stems(text)
    wants_tickets = _WANTS_TICKETS.search(text) is not None
    return tuple(
        risk.key
        for risk in RISKS
        if not said & risk.not_asked_by
        and any(
            all(said & group for group in row)
            for row in (risk.asked_by if wants_tickets else (*risk.asked_by, *risk.described_by))
        )
    )


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
        named = [risk for risk in self._risks if risk.key in question.risks]
        jobs = [partial(self._risk, risk, question, memory) for risk in named or self._risks]
        by_risk = await run_all(jobs)
        if named:
            return Findings(evidence=tuple(evidence for found in by_risk for evidence in found))
        personal = await self._personal_data(question, memory)
        return Findings(evidence=(*personal, *(evidence for found in by_risk for evidence in found)))

    async def _personal_data(self, question: Question, memory: TenantMemory) -> list[Evidence]:
        filters = question.tickets(with_pii=True)
        counted = await memory.vector.tally("pii_type", filters, limit=_MOST_TYPES)
        if counted.total == 0:
            return []
        tally = Tally(
            what=f"{_of_whom(question)}held personal data, replaced before storage",
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

    async def _hits(self, risk: Risk, question: Question, memory: TenantMemory) -> list[TicketHit]:
        """What speaks of the risk; where the question asks for it, also by the question's words, which may be the ticket's."""
        probe = await self._embedder.embed_query(risk.probe, tenant=str(memory.tenant_id))  # kept for the next time
        filters = question.tickets()
        searches: list[tuple[str, Vector | None, TicketFilter]] = [(risk.probe, probe, filters)]
        if risk.pii_types:
            searches.append((risk.probe, probe, question.tickets(with_pii=True)))
        if risk.key in question.risks:
            searches.append((question.text, question.embedding, filters))
        best: dict[str, TicketHit] = {}
        for text, embedding, among in searches:
            for hit in await memory.vector.search(text=text, embedding=embedding, filters=among, limit=_PER_RISK * 3):
                known = best.get(hit.ticket.ticket_id)
                if _is_one(hit, risk, question) and (known is None or hit.score > known.score):
                    best[hit.ticket.ticket_id] = hit
        sure = [hit for hit in best.values() if _is_sure(hit, risk)] or list(best.values())
        return sorted(sure, key=lambda hit: (-_score(hit, risk, question), hit.ticket.ticket_id))

    async def _risk(self, risk: Risk, question: Question, memory: TenantMemory) -> list[Evidence]:
        hits = await self._hits(risk, question, memory)
        wanted = set().union(*risk.any_of)
        wanted |= wanted_stems(question) if risk.key in question.risks else set()
        return [_evidence(hit, risk, self.name, wanted, _score(hit, risk, question)) for hit in hits[:_PER_RISK]]


def _evidence(hit: TicketHit, risk: Risk, expert: str, wanted: set[str], score: float) -> Evidence:
    """The ticket, quoted where the data was replaced that makes it a risk, else by the words that do."""
    found = ticket_evidence(hit, expert=expert, wanted=wanted, score=score, customer_voice=True)
    body = hit.ticket.body
    replaced = [body[start:stop] for start, stop in sentences_of(body) if _holds_replaced(body[start:stop], risk)]
    return replace(found, quote=(replaced or [found.quote])[0], source="ticket", supports=risk.key)


def _holds_replaced(text: str, risk: Risk) -> bool:
    """Whether the customer's own words held data that is such a risk; a ticket's types are of our reply too."""
    return any(f"<{kind}>" in text for kind in risk.pii_types)


def _of_whom(question: Question) -> str:
    who = " and ".join(customer.name for customer in question.customers)
    return f"of {who} " if who else ""


def _is_sure(hit: TicketHit, risk: Risk) -> bool:
    """Whether what was found in the ticket is such a risk, or a passage of the customer's says so."""
    return _holds_replaced(hit.ticket.body, risk) or (hit.text in hit.ticket.body and _says(hit.text, risk))


def _is_one(hit: TicketHit, risk: Risk, question: Question) -> bool:
    """Whether a passage of the customer's speaks of the risk; where it was asked for, the whole ticket may."""
    if _is_sure(hit, risk):
        return True
    said = stems(f"{hit.ticket.subject or ''}. {hit.ticket.body}")
    return risk.key in question.risks and all(group & said for group in risk.any_of)


def _score(hit: TicketHit, risk: Risk, question: Question) -> float:
    """By the risk's severity; where the question asks for it, also by how well the ticket fits."""
    grave = min(1.0, 0.5 + 0.1 * risk.severity)
    if risk.key not in question.risks:
        return grave
    return (0.7 if _is_sure(hit, risk) else 0.4) * grave + 0.3 * min(hit.score, 1.0)


def _says(text: str, risk: Risk) -> bool:
    """Whether a sentence, or two that follow each other, hold a word of every group: far apart they mean nothing."""
    said = [stems(text[start:stop]) for start, stop in sentences_of(text)]
    windows = [one | two for one, two in zip(said, [*said[1:], set()], strict=True)]
    return any(all(group & window for group in risk.any_of) for window in windows)
