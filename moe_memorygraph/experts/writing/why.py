"""Why: what is on record, what the customer said in leaving, what rose before, and what speaks against."""

from collections.abc import Collection, Sequence

from moe_memorygraph.experts.drivers import Driver, rank_drivers
from moe_memorygraph.experts.farewells import is_final
from moe_memorygraph.experts.tallies import label_words
from moe_memorygraph.experts.values import Claim, Draft
from moe_memorygraph.experts.vector_retrieve import FAREWELL
from moe_memorygraph.experts.writing.changes import change_claims, moved, percent, total_claim, unlike_asked
from moe_memorygraph.experts.writing.passages import extract, strong_documents
from moe_memorygraph.experts.writing.phrases import (
    change_words,
    fact_claims,
    first_upper,
    pattern_claim,
    quote_document,
    quote_ticket,
    tally_claim,
)
from moe_memorygraph.experts.writing.sources import Cited, Sources, day
from moe_memorygraph.memory.values import Fact, Pattern, Ticket

__all__ = ["write_why"]

_DRIVERS = 3
_NOTICES = 3
_MISSING = "facts, documents or tickets that speak of the reasons"
_BEARS = 0.6  # a score of a fact that bears on why: others are merely about the customer
_ORDER = ("churned_at", "churn_reason", "competitor", "switched_to", "renewal_quote", "health_score", "status")
_AGAINST = ("praise", "resolution_confirmed")
"""What a customer tells that speaks against its leaving."""


def write_why(sources: Sources) -> Draft:
    """Of customers, why they left or may; else, why something rose or happened, where it did."""
    if otherwise := unlike_asked(sources):
        more = change_claims(sources, most=3)[1:]
        return Draft(claims=(*otherwise, *more, *(pattern_claim(cited) for cited in sources.patterns[:3])))
    return _of_customers(sources) if sources.question.customers else _of_nobody(sources)


def _of_customers(sources: Sources) -> Draft:
    """The event and its recorded reasons, the customer's own notice, the drivers by strength, counter-evidence."""
    farewells = _farewells(sources)
    facts = _loss_facts(sources, farewells)
    claims = fact_claims(facts, sources) + _notice_claims(farewells, sources)
    if facts and not farewells and _asks_for_a_loss_that_is_none(sources):
        return Draft(claims=tuple(claims))
    drivers = rank_drivers([cited.payload for cited in sources.tallies])
    if farewells and sources.tally("baseline") is None:
        drivers = []  # without a time before, they are merely the most frequent topics
    else:
        claims += _volume_claims(sources, drivers)
    claims += _driver_quotes(drivers, sources, besides={ticket.index for ticket in farewells})
    claims += _counter_claims(sources)
    if not drivers and not farewells:
        return extract(sources, front=claims, missing=_MISSING)
    claims += [quote_document(cited, sources) for cited in strong_documents(sources)[:2]]
    claims += [pattern_claim(cited) for cited in _patterns_before(sources)[:2]]
    return Draft(claims=tuple(claims))


def _of_nobody(sources: Sources) -> Draft:
    """How much it was, against the time before; what our documents say of it; who and what was behind it; tests."""
    baseline = sources.tally("baseline")
    if baseline is None:
        return extract(sources, missing=_MISSING)
    drivers = rank_drivers([cited.payload for cited in sources.tallies])
    volume = _volume_claims(sources, drivers) if drivers else change_claims(sources, most=5)
    told = [quote_document(cited, sources) for cited in strong_documents(sources)[:2]]
    quotes = _driver_quotes(drivers, sources) or [quote_ticket(ticket, sources) for ticket in sources.tickets[:3]]
    patterns = [pattern_claim(cited) for cited in sources.patterns[:2]]
    if not volume:
        return extract(sources, missing=_MISSING)
    return Draft(claims=(*volume[:1], *told, *volume[1:], *quotes, *patterns))


def _driver_quotes(
    drivers: Sequence[Driver], sources: Sources, *, besides: Collection[int] = frozenset()
) -> list[Claim]:
    """Of each driver a customer's words; of one alone, three."""
    claims: list[Claim] = []
    for driver in drivers[:_DRIVERS]:
        own = [ticket for ticket in sources.tickets_about(driver.topic) if ticket.index not in besides]
        lead = first_upper(label_words(driver.topic))
        claims += [quote_ticket(ticket, sources, lead=lead) for ticket in own[: 1 if len(drivers) > 1 else 3]]
    return claims


def _farewells(sources: Sources) -> list[Cited[Ticket]]:
    """Tickets in which the customer says that it leaves, or may: the newest that announces it, then the newest."""
    found = [cited for cited in sources.tickets if cited.evidence.supports == FAREWELL]
    return sorted(found, key=lambda cited: (is_final(cited.evidence.quote), cited.payload.created_at), reverse=True)


def _notice_claims(farewells: list[Cited[Ticket]], sources: Sources) -> list[Claim]:
    has_left = any(customer.churned_at for customer in sources.question.customers)
    claims = []
    for ticket in farewells[:_NOTICES]:
        lead = "In leaving" if has_left else "It warned us"
        if ticket is not farewells[0]:
            lead = "Before that" if ticket.payload.created_at < farewells[0].payload.created_at else "After that"
        claims.append(quote_ticket(ticket, sources, lead=lead))
    return claims


def _loss_facts(sources: Sources, farewells: list[Cited[Ticket]]) -> list[Cited[Fact]]:
    """The facts that speak of why: the event, then the reasons, then the rest; without what a notice quoted here says."""
    shown = " ".join(" ".join(ticket.evidence.quote.split()) for ticket in farewells)
    found = [
        cited
        for customer in sources.question.customers
        for cited in sources.facts_of(customer.customer_id)
        if cited.evidence.score >= _BEARS
        and cited.payload.predicate not in _AGAINST
        and not (cited.payload.ticket_id and " ".join(cited.payload.statement.split()) in shown)
    ]
    dated = {cited.payload.customer_id for cited in found if cited.payload.predicate == "churned_at"}
    found = [
        cited
        for cited in found
        if cited.payload.predicate != "status"
        or (cited.payload.valid_to is None and cited.payload.customer_id not in dated and _is_about_a_loss(sources))
    ]
    rank = {predicate: position for position, predicate in enumerate(_ORDER)}
    found.sort(key=lambda cited: (rank.get(cited.payload.predicate, len(_ORDER)), day(cited.payload.valid_from)))
    return found[:10]


def _volume_claims(sources: Sources, drivers: list[Driver]) -> list[Claim]:
    """The tickets of the time against those before, of everybody too, then what rose, the strongest first."""
    period, baseline = sources.tally("period"), sources.tally("baseline")
    if period is None or period.payload.total == 0:
        whole = sources.tally("all", "category")
        return [tally_claim(whole)] if whole and whole.payload.total else []
    if baseline is None:
        return [tally_claim(period)]
    claims = [total_claim(period, baseline)]
    peers, peers_before = sources.tally("peers"), sources.tally("peers_before")
    cites = [period.index, baseline.index]
    if peers and peers_before:
        total, before = peers.payload.total, peers_before.payload.total
        text = f"All customers together sent {total}, against {before}{percent(total, before)}."
        claims.append(Claim(text=text, cites=(peers.index, peers_before.index)))
        cites += [peers.index, peers_before.index]
    if drivers:
        words = "; ".join(_driver_words(driver) for driver in drivers[:_DRIVERS])
        claims.append(Claim(text=f"What rose, the clearest first: {words}.", cites=tuple(cites)))
    return claims


def _asks_for_a_loss_that_is_none(sources: Sources) -> bool:
    """It asks why a customer left that is on record and has not left."""
    customers = sources.question.customers
    return (
        sources.question.state != "at_risk" and _is_about_a_loss(sources) and not any(c.churned_at for c in customers)
    )


def _is_about_a_loss(sources: Sources) -> bool:
    return sources.question.state is not None or "churned_at" in sources.question.predicates


def _driver_words(driver: Driver) -> str:
    """For example "billing 6 (2 before, +200 %; all customers 58, 60 before)"."""
    words = change_words(driver.topic, driver.count, driver.before)
    if driver.peers is None or driver.peers_before is None:
        return words
    return f"{words.removesuffix(')')}; all customers {driver.peers}, {driver.peers_before} before)"


def _counter_claims(sources: Sources) -> list[Claim]:
    """What speaks against the drivers: praise in the same time, topics that fell."""
    praise = [
        cited for customer in sources.question.customers for cited in sources.facts_of(customer.customer_id, *_AGAINST)
    ]
    claims = [
        Claim(text=f"Against it: {first_upper(claim.text)}", cites=claim.cites)
        for claim in fact_claims(praise[:1], sources)
    ]
    period, baseline = sources.tally("period", "category"), sources.tally("baseline", "category")
    if period and baseline and sources.question.customers:
        fell = [row for row in moved(period.payload, baseline.payload) if row[2] - row[1] >= 2]
        if fell:
            words = "; ".join(change_words(*row) for row in fell[:2])
            claims.append(Claim(text=f"Against it, fewer than before: {words}.", cites=(period.index, baseline.index)))
    return claims


def _patterns_before(sources: Sources) -> list[Cited[Pattern]]:
    """Patterns that can be reasons: what began after a customer had left follows from it."""
    left = [customer.churned_at for customer in sources.question.customers if customer.churned_at]
    return [cited for cited in sources.patterns if not left or cited.payload.period_start.date() < min(left)]
