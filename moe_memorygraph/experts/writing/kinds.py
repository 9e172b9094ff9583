"""One writer per kind of question: sources in, draft out."""

import re
from collections.abc import Callable, Mapping, Sequence

from moe_memorygraph.experts.compliance import RISKS
from moe_memorygraph.experts.tallies import label_words, when_words
from moe_memorygraph.experts.values import Claim, Draft, QuestionKind, Tally
from moe_memorygraph.experts.vector_retrieve import rank_drivers
from moe_memorygraph.experts.writing.phrases import (
    change_words,
    fact_claims,
    first_upper,
    heading,
    pattern_claim,
    quote_document,
    quote_ticket,
    tally_claim,
)
from moe_memorygraph.experts.writing.sources import Cited, Sources, day
from moe_memorygraph.memory.values import DocumentHit, Fact, Ticket
from moe_memorygraph.words import content_words, sentences_of, stem, stems

__all__ = ["WRITERS", "Writer"]

Writer = Callable[[Sources], Draft]

_STRONG = 0.45  # a score from which a passage is worth quoting on its own
_RULE_BONUS = 0.15  # of a question about nobody in particular, a document is the rule and a ticket one case of it
_AMOUNT = re.compile(r"\d+(?:[.,]\d+)*")
_AGREES = 0.6  # share of a sentence's content words that a passage holds too
_SEVERITY = {4: "act today", 3: "high", 2: "medium", 1: "low"}


def write_why(sources: Sources) -> Draft:
    """What is on record, then the drivers by their rise in the window, each with a customer's words."""
    claims = fact_claims(_loss_facts(sources), sources)
    claims += _change_claims(sources, most=4, risen_only=True)
    quoted: set[int] = set()
    drivers = rank_drivers([cited.payload for cited in sources.tallies])
    for category, _, _ in drivers[:3]:
        for ticket in sources.tickets_about(category)[: 1 if len(drivers) > 1 else 3]:
            claims.append(quote_ticket(ticket, sources, lead=first_upper(label_words(category))))
            quoted.add(ticket.index)
    farewells = [t for t in sources.tickets if t.payload.category == "cancellation" and t.index not in quoted]
    if sources.question.customers:
        claims += [quote_ticket(ticket, sources, lead="In leaving") for ticket in farewells[:1]]
    if not drivers:
        return _extract(sources, front=claims, missing="facts, documents or tickets that speak of the reasons")
    claims += [quote_document(cited) for cited in _strong_documents(sources)[:2]]
    claims += [pattern_claim(cited) for cited in sources.patterns[:2]]
    return Draft(claims=tuple(claims))


def write_trend(sources: Sources) -> Draft:
    claims = _change_claims(sources, most=8)
    claims += [pattern_claim(cited) for cited in sources.patterns[:5]]
    if not claims:
        claims += [tally_claim(cited) for cited in sources.tallies if cited.payload.total]
    if sources.question.categories or sources.question.customers:
        claims += [quote_ticket(ticket, sources) for ticket in sources.tickets[:2]]
    return Draft(claims=tuple(claims), missing="" if claims else "tickets in that period")


def write_how_many(sources: Sources) -> Draft:
    if sources.members:
        return _write_members(sources)
    asked = _asked_facts(sources)
    if asked and sources.question.customers:
        return Draft(claims=tuple(fact_claims(asked[:6], sources)))
    claims = [tally_claim(cited) for cited in sources.tallies]
    if len(sources.tallies) > 1:
        claims += _change_claims(sources, most=3)
    if not claims:
        claims += fact_claims(_asked_facts(sources), sources)
    return Draft(claims=tuple(claims), missing="" if claims else "anything that could be counted")


def write_compare(sources: Sources) -> Draft:
    claims: list[Claim] = []
    for customer in sources.question.customers:
        claims.append(heading(customer.name))
        claims += [tally_claim(c) for c in sources.tallies if c.payload.filters.customer_ids == (customer.customer_id,)]
        profile = sources.facts_of(customer.customer_id, "tier", "plan", "arr", "status", "churned_at", "churn_reason")
        asked = [
            c for c in sources.facts_of(customer.customer_id) if c.payload.predicate in sources.question.predicates
        ]
        claims += fact_claims([*asked, *profile][:8], sources)
        if sources.question.wants_verbatim or sources.question.keywords:
            own = [ticket for ticket in _strong(sources) if ticket.payload.customer_id == customer.customer_id]
            claims += [quote_ticket(ticket, sources) for ticket in own[:1]]
    if len(sources.question.customers) < 2:
        claims += _change_claims(sources, most=8)
        claims += [tally_claim(cited) for cited in sources.tallies if cited.payload.role == "all"]
        claims += [pattern_claim(cited) for cited in sources.patterns[:3]]
    return Draft(claims=tuple(claims), missing="" if claims else "two things to compare")


def _write_members(sources: Sources) -> Draft:
    """How many customers there are on the list, then who, each by the fact that says so."""
    counted = [cited for cited in sources.tallies if cited.payload.noun == "customer"]
    claims = [tally_claim(cited) for cited in counted] + fact_claims(sources.members[:40], sources)
    return Draft(claims=tuple(claims))


def write_list(sources: Sources) -> Draft:
    if sources.members:
        return _write_members(sources)
    claims: list[Claim] = []
    asked = _asked_facts(sources)
    if sources.question.predicates and asked:
        claims += fact_claims(asked[:40], sources)
    else:
        claims += [tally_claim(cited) for cited in sources.tallies if cited.payload.total]
        if sources.question.wants_verbatim or not claims:
            return _extract(sources, front=claims, missing="anything to list")
    return Draft(claims=tuple(claims), missing="" if claims else "anything to list")


def write_what_is(sources: Sources) -> Draft:
    """Asked facts where there are; else the strongest passages of any plane."""
    asked = _asked_facts(sources)
    if asked and not (sources.question.wants_verbatim and sources.tickets):
        return Draft(claims=tuple(fact_claims(asked[:12], sources)))
    if sources.question.wants_verbatim and _strong(sources):
        quoted = [quote_ticket(ticket, sources) for ticket in _strong(sources)[:4]]
        return Draft(claims=(*quoted, *fact_claims(asked[:4], sources)))
    return _extract(sources, missing="a fact, document or ticket about this")


def _extract(sources: Sources, *, front: Sequence[Claim] = (), missing: str) -> Draft:
    """The strongest passages of any plane, best first; where none is strong, the two best."""
    general = not sources.question.customers
    claims = [(c.evidence.score + (_RULE_BONUS if general else 0.0), quote_document(c)) for c in sources.documents[:3]]
    claims += [(c.evidence.score, quote_ticket(c, sources)) for c in sources.tickets[:4]]
    claims += [(c.evidence.score, claim) for c in sources.facts[:4] for claim in fact_claims([c], sources)]
    claims += [(c.evidence.score, _turn_claim(c.index, c.evidence.quote)) for c in sources.turns[:2]]
    ranked = sorted(claims, key=lambda pair: -pair[0])
    kept = [claim for score, claim in ranked if score >= _STRONG][:4] or [claim for _, claim in ranked[:2]]
    return Draft(claims=(*front, *kept), missing="" if kept or front else missing)


def _strong_documents(sources: Sources) -> list[Cited[DocumentHit]]:
    return [cited for cited in sources.documents if cited.evidence.score >= _STRONG]


def write_similar(sources: Sources) -> Draft:
    claims = [quote_ticket(ticket, sources) for ticket in sources.tickets[:5]]
    return Draft(claims=tuple(claims), missing="" if claims else "tickets like this one")


def write_policy(sources: Sources) -> Draft:
    """What the documents say. What we told customers is no rule, but it bears out a passage that says the same."""
    claims = [quote_document(cited) for cited in sources.documents[:3] if cited.evidence.score >= _STRONG]
    if not claims and (agreed := _agreed_with_a_reply(sources)):
        document, reply = agreed
        claims = [quote_document(document), quote_ticket(reply, sources)]
    claims = claims or [quote_document(cited) for cited in sources.documents[:1]]
    return Draft(claims=tuple(claims), missing="" if claims else "a document on this")


def _agreed_with_a_reply(sources: Sources) -> tuple[Cited[DocumentHit], Cited[Ticket]] | None:
    """The best passage that a strong reply of ours repeats: an amount or a time, and most of the words around it."""
    replies = [
        cited for cited in sources.tickets if cited.evidence.source != "ticket" and cited.evidence.score >= _STRONG
    ]
    for document in sources.documents[:3]:
        text, said = document.payload.text, stems(document.payload.text)
        for reply in replies:
            for start, stop in sentences_of(reply.evidence.quote):
                sentence = reply.evidence.quote[start:stop]
                amounts = set(_AMOUNT.findall(sentence))
                words = {stem(word) for word in content_words(sentence)}
                if amounts and amounts <= set(_AMOUNT.findall(text)) and len(words & said) >= _AGREES * len(words):
                    return document, reply
    return None


def write_report(sources: Sources) -> Draft:
    claims: list[Claim] = []
    profile = ("status", "tier", "plan", "arr", "industry", "region", "since", "churned_at", "churn_reason")
    for customer in sources.question.customers:
        claims.append(heading(f"{customer.name}: account"))
        known = sources.facts_of(customer.customer_id)
        first = [cited for cited in known if cited.payload.predicate in profile]
        first.sort(key=lambda cited: profile.index(cited.payload.predicate))
        rest = [cited for cited in known if cited.payload.predicate not in profile]
        claims += fact_claims([*first, *rest][:20], sources)
    claims.append(heading("Contact"))
    claims += [tally_claim(cited) for cited in sources.tallies if cited.payload.total]
    claims.append(heading("Signals"))
    claims += [pattern_claim(cited) for cited in sources.patterns[:4]]
    claims.append(heading("In their words"))
    leading = [category for category, _, _ in rank_drivers([cited.payload for cited in sources.tallies])[:4]]
    for category in leading:
        claims += [
            quote_ticket(ticket, sources, lead=first_upper(label_words(category)))
            for ticket in sources.tickets_about(category)[:1]
        ]
    if not any(sources.tickets_about(category) for category in leading):
        claims += [quote_ticket(ticket, sources) for ticket in sources.tickets[:3]]
    real = [claim for claim in claims if not claim.heading]
    return Draft(claims=tuple(claims), missing="" if real else "facts or tickets of this account")


def write_compliance(sources: Sources) -> Draft:
    """Risks by severity, each with its tickets, then personal data by type, then what the documents say."""
    claims: list[Claim] = []
    for risk in sorted(RISKS, key=lambda risk: -risk.severity):
        tickets = [cited for cited in sources.tickets if cited.evidence.supports == risk.key]
        if tickets:
            claims.append(heading(f"{risk.label.capitalize()} (severity: {_SEVERITY[risk.severity]})"))
            claims += [quote_ticket(ticket, sources) for ticket in tickets[:3]]
    counted = [cited for cited in sources.tallies if cited.payload.group_field == "pii_type"]
    if counted:
        claims.append(heading("Personal data in tickets (severity: medium)"))
        claims += [tally_claim(cited) for cited in counted]
    if not sources.question.risks and sources.documents and sources.documents[0].evidence.score >= _STRONG:
        claims.append(heading("What our documents say"))
        claims += [quote_document(cited) for cited in sources.documents[:1]]
    real = [claim for claim in claims if not claim.heading]
    return Draft(claims=tuple(claims), missing="" if real else "tickets with personal data or data protection requests")


WRITERS: Mapping[QuestionKind, Writer] = {
    "why": write_why,
    "what_is": write_what_is,
    "how_many": write_how_many,
    "trend": write_trend,
    "compare": write_compare,
    "list": write_list,
    "similar": write_similar,
    "policy": write_policy,
    "report": write_report,
    "compliance": write_compliance,
    "general": write_what_is,
}


def _turn_claim(index: int, quote: str) -> Claim:
    return Claim(text=f"Earlier in this session: “{' '.join(quote.split())}”", cites=(index,))


def _asked_facts(sources: Sources) -> list[Cited[Fact]]:
    return [cited for cited in sources.facts if cited.payload.predicate in sources.question.predicates]


def _loss_facts(sources: Sources) -> list[Cited[Fact]]:
    """The facts that speak of why: the event first, then the reasons, then the rest by score."""
    order = ("churned_at", "churn_reason", "competitor", "switched_to", "renewal_quote", "health_score", "status")
    found = [
        cited
        for customer in sources.question.customers
        for cited in sources.facts_of(customer.customer_id)
        if cited.evidence.score >= 0.6 and not (cited.payload.predicate == "status" and cited.payload.valid_to)
    ]
    rank = {predicate: position for position, predicate in enumerate(order)}
    found.sort(key=lambda cited: (rank.get(cited.payload.predicate, len(order)), day(cited.payload.valid_from)))
    return found[:10]


def _strong(sources: Sources) -> list[Cited[Ticket]]:
    return [cited for cited in sources.tickets if cited.evidence.score >= _STRONG] or sources.tickets[:1]


def _change_claims(sources: Sources, *, most: int, risen_only: bool = False) -> list[Claim]:
    """The period against its baseline: the totals, then the groups that moved (or rose) most."""
    period, baseline = sources.tally("period"), sources.tally("baseline")
    if period is None or period.payload.total == 0:
        whole = sources.tally("all", "category")
        return [tally_claim(whole)] if whole and whole.payload.total else []
    if baseline is None:
        return [tally_claim(period)]
    now, before = period.payload, baseline.payload
    cites = (period.index, baseline.index)
    what = f" {now.what}" if now.what else ""
    noun, when = "ticket" if now.total == 1 else "tickets", _when(now)
    claims = [
        Claim(
            text=f"{when[0].upper()}{when[1:]}, {now.total} {noun}{what} came in, against {before.total} {_when(before)}{_percent(now.total, before.total)}.",
            cites=cites,
        )
    ]
    moved = [row for row in _moved(now, before) if row[1] > row[2] or not risen_only]
    if len(moved) > 1 or (moved and now.total != moved[0][1]):
        words = "; ".join(change_words(*row) for row in moved[:most])
        subject = "customer" if now.group_field == "customer_id" else "topic"
        lead = f"What rose, by {subject}" if risen_only else f"By {subject}"
        claims.append(Claim(text=f"{lead}: {words}.", cites=cites))
    return claims


def _moved(now: Tally, before: Tally) -> list[tuple[str, int, int]]:
    """(group, count, count before), the largest change first.

    A group that one of the counts left out, because it was cut short, is left out: it may be small, not none.
    """
    earlier = {group.key: group.count for group in before.groups}
    later = {group.key: group.count for group in now.groups}
    rows = [
        (key, later.get(key, 0), earlier.get(key, 0))
        for key in {**later, **earlier}
        if key and (key in later or not now.has_more_groups) and (key in earlier or not before.has_more_groups)
    ]
    return sorted(rows, key=lambda row: (-abs(row[1] - row[2]), -row[1], row[0]))


def _when(tally: Tally) -> str:
    return when_words(tally.time.label if tally.time else "all time")


def _percent(now: int, before: int) -> str:
    return f" ({round(100 * (now / before - 1)):+d} %)" if before else ""
