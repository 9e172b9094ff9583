"""VectorRetrieve: tickets, searched by words and meaning, and counted by the database where a question needs counts."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial
from itertools import chain
from typing import Any

from moe_memorygraph.experts.concurrent import run_all
from moe_memorygraph.experts.counting import COUNTED_KINDS, asks_what_came_in, narrowed, tallies_of, tickets_asked
from moe_memorygraph.experts.drivers import rank_drivers
from moe_memorygraph.experts.evidence import best_first, tally_evidence, ticket_evidence, wanted_stems
from moe_memorygraph.experts.farewells import SEARCHED, notice_in
from moe_memorygraph.experts.values import (
    Evidence,
    Findings,
    Question,
    Tally,
)
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Plane, PlanesPreview, Ticket, TicketFilter, TicketHit
from moe_memorygraph.words import stems

__all__ = ["FAREWELL", "VectorRetrieve"]

_STRUCTURAL_SCORE = (
    0.62  # a ticket of the named customer, in the window, on a leading topic: relevant by where it stands
)
_AS_IT_CAME = 0.85
_FAREWELL_SCORE = _STRUCTURAL_SCORE + 0.12
_FAREWELLS = 3
_FAREWELLS_SEARCHED = 16
_FAREWELL_COMES_LATER = timedelta(days=14)
FAREWELL = "farewell"
"""What a ticket is evidence of in which the customer says that it leaves, or may."""
_CUSTOMERS_SPEAK = ("why", "report", "trend", "compare", "list", "how_many")
_DRIVERS = 3
_HITS_PER_DRIVER = 2
_HITS_PER_CUSTOMER = 2
_DRIVER_HITS = 24
"""Enough that the leading topics mostly have their two best among these, and no more candidates than for a page."""


class VectorRetrieve:
    name = "VectorRetrieve"
    plane: Plane = "vector"
    typical_ms = 9.0

    def estimate(self, question: Question, preview: PlanesPreview) -> float:
        if preview.vector_tickets == 0:
            return 0.0
        if question.kind in COUNTED_KINDS or question.kind in ("similar", "compliance"):
            return 0.9
        return 0.8 if question.wants_verbatim or preview.vector_category_tickets else 0.5

    async def gather(self, question: Question, memory: TenantMemory) -> Findings:
        if question.options.get("tool") == "search_tickets":
            return await self._search_page(question, memory)
        question = await narrowed(question, memory)
        jobs: list[Callable[[], Awaitable[Any]]] = [
            partial(tallies_of, question, memory),
            partial(self._found, question, memory),
        ]
        if question.kind == "why" and _is_about_a_loss(question):
            jobs.append(partial(self._farewells, question, memory))
        tallies, hits, *farewells = await run_all(jobs)
        quoted = await self._quoted(question, memory, tallies, hits)
        counted = [tally_evidence(t, expert=self.name, question=question, score=_tally_score(t)) for t in tallies]
        found = [*counted, *_unique([*quoted, *chain.from_iterable(farewells)])]
        return Findings(evidence=tuple(sorted(found, key=best_first)))

    async def _search_page(self, question: Question, memory: TenantMemory) -> Findings:
        """What the caller gave as arguments filters; a time that the words speak of is preferred, and does not exclude."""
        given = question.ticket_filter or TicketFilter()
        hits = await memory.vector.search(
            text=question.text,
            embedding=question.embedding,
            filters=question.tickets(since=given.since, until=given.until),
            limit=question.limit + 1,
            offset=question.offset,
            hints=question.hints(),
        )
        wanted = wanted_stems(question)
        page = [ticket_evidence(hit, expert=self.name, wanted=wanted) for hit in hits[: question.limit]]
        return Findings(evidence=tuple(page), more=len(hits) > question.limit)

    async def _found(self, question: Question, memory: TenantMemory) -> list[TicketHit]:
        """The best tickets; of each customer, where several are compared."""
        filters = tickets_asked(question)
        if asks_what_came_in(question):
            tickets = await memory.vector.browse(filters, limit=question.limit)
            return [_as_it_came(ticket, place) for place, ticket in enumerate(tickets)]
        if question.kind == "compare" and len(question.customers) > 1:
            of_each = [replace(filters, customer_ids=(one.customer_id,)) for one in question.customers]
            found = await run_all([partial(self._search, question, memory, one, _HITS_PER_CUSTOMER) for one in of_each])
            return [hit for hits in found for hit in hits]
        return await self._search(question, memory, filters, _most(question))

    async def _quoted(
        self, question: Question, memory: TenantMemory, tallies: list[Tally], hits: list[TicketHit]
    ) -> list[Evidence]:
        """The best tickets of all, and of each leading topic its own best, quoted with the words of the topic in mind.

        All from one search, which compares the question with the tickets once. A second looks only for the topics
        that have too few among its hits.
        """
        wanted = wanted_stems(question)
        shown = hits[: question.limit] if _may_have_drivers(question) else hits
        found = [(hit, wanted, _hit_score(hit, question, None)) for hit in shown]
        drivers = _drivers(question, tallies)
        best = {category: _best_of(category, hits) for category in drivers}
        lacking = tuple(category for category, of_it in best.items() if len(of_it) < _HITS_PER_DRIVER)
        if lacking and len(hits) == _most(question):
            more = await memory.vector.search(
                text=question.text,
                embedding=question.embedding,
                filters=question.tickets(categories=lacking),
                limit=_DRIVER_HITS,
            )
            best |= {category: _best_of(category, more) for category in lacking}
        for rank, category in enumerate(drivers):
            score = _STRUCTURAL_SCORE + 0.1 * (_DRIVERS - rank) / _DRIVERS
            topic = wanted | stems(category.replace("_", " "))
            found += [(hit, topic, _hit_score(hit, question, score)) for hit in best[category]]
        return [self._evidence(hit, question, sought, score) for hit, sought, score in _once(found)]

    async def _farewells(self, question: Question, memory: TenantMemory) -> list[Evidence]:
        """The tickets in which the customer says that it leaves, or may, the newest first: searched by words alone."""
        hits = await memory.vector.search(
            text=SEARCHED, embedding=None, filters=_before_the_loss(question), limit=_FAREWELLS_SEARCHED
        )
        said = [(hit, notice) for hit in hits if (notice := notice_in(hit.ticket.body))]
        said.sort(key=lambda one: (one[0].ticket.created_at, one[0].ticket.ticket_id), reverse=True)
        return [
            replace(
                ticket_evidence(hit, expert=self.name, wanted=set(), score=_FAREWELL_SCORE, customer_voice=True),
                quote=notice,
                source="ticket",
                supports=FAREWELL,
            )
            for hit, notice in said[:_FAREWELLS]
        ]

    async def _search(
        self, question: Question, memory: TenantMemory, filters: TicketFilter, limit: int
    ) -> list[TicketHit]:
        return await memory.vector.search(
            text=question.text,
            embedding=question.embedding,
            filters=filters,
            limit=limit,
            hints=question.hints(),
            distinct=True,
        )

    def _evidence(self, hit: TicketHit, question: Question, wanted: set[str], score: float) -> Evidence:
        return ticket_evidence(
            hit,
            expert=self.name,
            wanted=wanted,
            score=score,
            customer_voice=question.kind in _CUSTOMERS_SPEAK or question.asks_whether,
        )


def _once(found: list[tuple[TicketHit, set[str], float]]) -> list[tuple[TicketHit, set[str], float]]:
    """Each ticket once, with its best score; the first of equals. Chosen before it is quoted, which takes longer."""
    best: dict[str, tuple[TicketHit, set[str], float]] = {}
    for one in found:
        ticket_id = one[0].ticket.ticket_id
        if ticket_id not in best or one[2] > best[ticket_id][2]:
            best[ticket_id] = one
    return list(best.values())


def _is_about_a_loss(question: Question) -> bool:
    """Whether a named customer has left or may, or the question says so: only then is there a farewell to look for."""
    asked = "churned_at" in question.predicates or question.state in ("lost", "at_risk")
    return any(asked or customer.churned_at for customer in question.customers)


def _before_the_loss(question: Question) -> TicketFilter:
    """Tickets from which a farewell can come: those of the time asked about, and a little after the loss itself."""
    filters = question.tickets()
    if question.time is None or question.known_at is not None or question.as_of is not None:
        return filters
    return replace(filters, until=question.time.until + _FAREWELL_COMES_LATER)


def _as_it_came(ticket: Ticket, place: int) -> TicketHit:
    """A ticket that is what was asked for, in its place: nothing was compared with it."""
    score = _AS_IT_CAME - place / 1000
    return TicketHit(ticket=ticket, part=0, text=ticket.body, similarity=0.0, lexical=0.0, score=score)


def _may_have_drivers(question: Question) -> bool:
    return question.kind in ("why", "report") and bool(question.customers or question.time)


def _most(question: Question) -> int:
    """Tickets to search for: known before any count, so that both are asked at once."""
    return max(question.limit, _DRIVER_HITS) if _may_have_drivers(question) else question.limit


def _drivers(question: Question, tallies: list[Tally]) -> list[str]:
    """The leading topics, where what led to something is asked for."""
    if not _may_have_drivers(question):
        return []
    return [driver.topic for driver in rank_drivers(tallies)[:_DRIVERS]]


def _best_of(category: str, hits: Sequence[TicketHit]) -> list[TicketHit]:
    return [hit for hit in hits if hit.ticket.category == category][:_HITS_PER_DRIVER]


def _hit_score(hit: TicketHit, question: Question, floor: float | None) -> float:
    """The search's own score, lifted where the ticket is of a category that the question names."""
    if asks_what_came_in(question):
        return hit.score
    lifted = hit.score + (0.3 if hit.ticket.category in question.categories else 0.0)
    return min(1.0, max(lifted, floor or 0.0))


def _tally_score(tally: Tally) -> float:
    """A count over no ticket says little; one over many, in the asked range, answers."""
    if tally.role == "writers":
        return 0.91 if tally.total > 0 else 0.2  # before the tickets that it is made of
    return 0.9 if tally.total > 0 else 0.2


def _unique(hits: list[Evidence]) -> list[Evidence]:
    """One piece of evidence per ticket: what is known to be evidence of something, else the best."""
    best: dict[str, Evidence] = {}
    for hit in hits:
        if hit.uri not in best or (bool(hit.supports), hit.score) > (bool(best[hit.uri].supports), best[hit.uri].score):
            best[hit.uri] = hit
    return list(best.values())
