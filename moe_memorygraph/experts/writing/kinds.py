"""One writer per kind of question: sources in, draft out."""

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from moe_memorygraph.experts.compliance import RISKS
from moe_memorygraph.experts.drivers import rank_drivers
from moe_memorygraph.experts.tallies import label_words
from moe_memorygraph.experts.values import Claim, Direction, Draft, QuestionKind
from moe_memorygraph.experts.writing.changes import change_claims, ranked_claims
from moe_memorygraph.experts.writing.compare import write_compare
from moe_memorygraph.experts.writing.passages import STRONG, counted_tickets, extract, strong_tickets
from moe_memorygraph.experts.writing.phrases import (
    fact_claims,
    first_upper,
    heading,
    pattern_claim,
    quote_document,
    quote_ticket,
    tally_claim,
)
from moe_memorygraph.experts.writing.sources import WARNING, Cited, Sources
from moe_memorygraph.experts.writing.why import write_why
from moe_memorygraph.memory.values import DocumentHit, Fact, Ticket
from moe_memorygraph.words import content_words, sentences_of, stem, stems

__all__ = ["WRITERS", "Writer", "write_reckoned"]

Writer = Callable[[Sources], Draft]

_AMOUNT = re.compile(r"\d+(?:[.,]\d+)*")
_AGREES = 0.6  # share of a sentence's content words that a passage holds too
_SIGN: Mapping[Direction, int] = {"up": 1, "down": -1}
_SPOKEN_OF = re.compile(
    r"\b(?:ask|mention|report|rais|request|complain|sa(?:y|id)|talk|spoke|speak|wr[io]t|bring|brought|inquir|enquir|ever had)",
    re.IGNORECASE,
)
"""To mention a thing is all that is asked; trouble with it, or praise, is more."""
_DRIVERS_SHOWN = 3
_SEVERITY = {4: "act today", 3: "high", 2: "medium", 1: "low"}


def write_trend(sources: Sources) -> Draft:
    """What changed; of a question for what rose, the rises; of one for what stood out, the patterns that were tested."""
    question, patterns = sources.question, sources.patterns
    if question.asks_unusual and patterns:
        claims = [pattern_claim(cited) for cited in patterns[:5]] + change_claims(sources, most=3)[:1]
        return Draft(claims=tuple(claims))
    if question.direction and question.asks_ranking and (claims := ranked_claims(sources, question.direction, most=6)):
        same = [cited for cited in patterns if (cited.payload.change_pct or 0) * _SIGN[question.direction] > 0]
        return Draft(claims=(*claims, *(pattern_claim(cited) for cited in same[:3])))
    if question.customers and not question.categories and (recorded := _asked_facts(sources)):
        return Draft(claims=tuple(fact_claims(recorded[:12], sources)))
    claims = change_claims(sources, most=8)
    claims += [pattern_claim(cited) for cited in patterns[:3]]
    if not claims:
        claims += [tally_claim(cited) for cited in sources.tallies if cited.payload.total]
    if sources.question.categories or sources.question.customers:
        claims += [quote_ticket(ticket, sources) for ticket in sources.tickets[:2]]
    return Draft(claims=tuple(claims), missing="" if claims else "tickets in that period")


def write_how_many(sources: Sources) -> Draft:
    if sources.lists_customers:
        return _write_members(sources)
    asked = _asked_facts(sources)
    if asked and sources.question.customers:
        return Draft(claims=tuple(fact_claims(asked[:6], sources)))
    claims = [tally_claim(cited) for cited in sources.tallies]
    if len(sources.tallies) > 1:
        claims += change_claims(sources, most=3)
    if not claims:
        claims += fact_claims(_asked_facts(sources), sources)
    return Draft(claims=tuple(claims), missing="" if claims else "anything that could be counted")


def _write_members(sources: Sources) -> Draft:
    """How many customers there are on the list, then who, each by the fact that says so."""
    counted = [cited for cited in sources.tallies if cited.payload.noun == "customer"]
    claims = [tally_claim(cited) for cited in counted] + fact_claims(sources.members[:40], sources)
    return Draft(claims=tuple(claims))


def write_list(sources: Sources) -> Draft:
    if sources.lists_customers:
        return _write_members(sources)
    claims: list[Claim] = []
    asked = _asked_facts(sources)
    if sources.question.predicates and asked:
        claims += fact_claims(asked[:40], sources)
    else:
        claims += [tally_claim(cited) for cited in sources.tallies if cited.payload.total]
        if claims and sources.question.asks_customers:
            one_each = {cited.payload.customer_id: cited for cited in reversed(counted_tickets(sources))}
            claims += [quote_ticket(cited, sources) for cited in list(one_each.values())[::-1][:3]]
        elif sources.question.wants_verbatim or not claims:
            return extract(sources, front=claims, missing="anything to list")
    return Draft(claims=tuple(claims), missing="" if claims else "anything to list")


def write_what_is(sources: Sources) -> Draft:
    """Asked facts where there are; else the strongest passages of any plane."""
    asked = _asked_facts(sources)
    if sources.question.parts:
        order = {predicate: place for place, predicate in enumerate(sources.question.predicates)}
        asked.sort(key=lambda cited: order[cited.payload.predicate])
    if asked and not (sources.question.wants_verbatim and sources.tickets):
        return Draft(claims=tuple(fact_claims(asked[:12], sources)), missing=_parts_unrecorded(sources, asked))
    if sources.question.wants_verbatim and strong_tickets(sources):
        quoted = [quote_ticket(ticket, sources) for ticket in strong_tickets(sources)[:4]]
        return Draft(claims=(*quoted, *fact_claims(asked[:4], sources)))
    return extract(sources, missing="a fact, document or ticket about this")


def _parts_unrecorded(sources: Sources, asked: list[Cited[Fact]]) -> str:
    """Of several questions in one, what those ask for that no fact answers."""
    known = {cited.payload.predicate for cited in asked}
    return " and ".join(part.label for part in sources.question.parts if not known & set(part.predicates))


def write_similar(sources: Sources) -> Draft:
    if sources.question.asks_whether:
        return _write_whether(sources)
    claims = [tally_claim(cited) for cited in sources.tallies]
    claims += [quote_ticket(ticket, sources) for ticket in sources.tickets[:5]]
    return Draft(claims=tuple(claims), missing="" if claims else "tickets like this one")


def _write_whether(sources: Sources) -> Draft:
    """Yes with the count, the facts and the tickets that say so; where nothing does, the count of none alone."""
    told = fact_claims([cited for cited in sources.facts if cited.evidence.score >= STRONG][:4], sources)
    found = sources.tally("all")
    if found is None:
        return Draft(claims=tuple(told), missing="" if told else "tickets to look in")
    known = {cited.payload.ticket_id for cited in sources.facts}
    quoted = [one for one in counted_tickets(sources) if one.payload.ticket_id not in known]
    quotes = [quote_ticket(one, sources) for one in quoted[: 3 if told else 4]]
    if found.payload.total:
        counted = tally_claim(found)
        sure = told or found.payload.filters.categories or _SPOKEN_OF.search(sources.question.text)
        yes = replace(counted, text=f"Yes: {counted.text}") if sure else counted
        return Draft(claims=(yes, *told[:3], *quotes))
    if told and (telling := sources.tally("told")):
        counted = tally_claim(telling)
        return Draft(claims=(replace(counted, text=f"Yes: {counted.text}"), *told))
    related = sources.tally("related")
    if told or related is None or not related.payload.total:
        near = [one for one in sources.tickets[:2] if one.evidence.score >= STRONG]  # in other words, it may be said
        nearest = [quote_ticket(one, sources, lead="Nearest to it") for one in near]
        return Draft(claims=tuple(told) or (tally_claim(found), *nearest))
    return Draft(claims=(tally_claim(found), tally_claim(related), *quotes[:2]))


def write_policy(sources: Sources) -> Draft:
    """What the documents say. What we told customers is no rule, but it bears out a passage that says the same."""
    claims = [quote_document(cited, sources) for cited in sources.documents[:3] if cited.evidence.score >= STRONG]
    if not claims and (agreed := _agreed_with_a_reply(sources)):
        document, reply = agreed
        claims = [quote_document(document, sources), quote_ticket(reply, sources)]
    claims = claims or [quote_document(cited, sources) for cited in sources.documents[:1]]
    return Draft(claims=tuple(claims), missing="" if claims else "a document on this")


def _agreed_with_a_reply(sources: Sources) -> tuple[Cited[DocumentHit], Cited[Ticket]] | None:
    """The best passage that a strong reply of ours repeats: an amount or a time, and most of the words around it."""
    replies = [
        cited for cited in sources.tickets if cited.evidence.source != "ticket" and cited.evidence.score >= STRONG
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


def _write_health(sources: Sources) -> Draft:
    """Whether it has left and why, its plan, what others recorded of its health, the score, its strongest drivers, the newest warnings."""
    claims: list[Claim] = []
    for customer in sources.question.customers:
        left = sources.facts_of(customer.customer_id, "churned_at") or sources.facts_of(customer.customer_id, "status")
        claims += fact_claims(left[:2], sources)
        claims += fact_claims(sources.facts_of(customer.customer_id, "churn_reason")[:2], sources)
        claims += fact_claims(sources.facts_of(customer.customer_id, "tier", "plan")[:2], sources)
        claims += fact_claims(sources.facts_of(customer.customer_id, "health_score")[:2], sources)
    drivers = sorted(
        (one for one in sources.measured if one.payload.is_driver), key=lambda one: -abs(one.payload.points)
    )
    shown = [one for one in sources.measured if not one.payload.is_driver] + [
        one for one in drivers if one.payload.points
    ]
    claims += [Claim(text=one.payload.sentence, cites=(one.index,)) for one in shown[: 1 + _DRIVERS_SHOWN]]
    warnings = [one for one in sources.facts if one.evidence.supports == WARNING]
    return Draft(claims=(*claims, *fact_claims(warnings[:2], sources)))


def write_report(sources: Sources) -> Draft:
    if sources.question.asks_health and sources.measured:
        return _write_health(sources)
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
    leading = [driver.topic for driver in rank_drivers([cited.payload for cited in sources.tallies])[:4]]
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
    """Risks by severity, each with its tickets, then personal data by type, then what the documents say.

    Of a question that names risks, those alone.
    """
    named = sources.question.risks
    claims: list[Claim] = []
    for risk in sorted(RISKS, key=lambda risk: -risk.severity):
        tickets = [cited for cited in sources.tickets if cited.evidence.supports == risk.key]
        if tickets:
            claims.append(heading(f"{risk.label.capitalize()} (severity: {_SEVERITY[risk.severity]})"))
            claims += [quote_ticket(ticket, sources) for ticket in tickets[: 5 if named else 3]]
    counted = [cited for cited in sources.tallies if cited.payload.group_field == "pii_type"]
    if counted:
        claims.append(heading("Personal data in tickets (severity: medium)"))
        claims += [tally_claim(cited) for cited in counted]
    if not named and sources.documents and sources.documents[0].evidence.score >= STRONG:
        claims.append(heading("What our documents say"))
        claims += [quote_document(cited, sources) for cited in sources.documents[:1]]
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


def write_reckoned(sources: Sources) -> Draft | None:
    """The figure that was reckoned over customers, or their number by value, then whose it is; None where none was."""
    found = next((one for one in sources.tallies if one.payload.reckoned or one.payload.counts_values), None)
    if found is None:
        return None
    reckoned = found.payload.reckoned
    if reckoned and reckoned.figure is None:
        units = " and ".join(unit or "bare numbers" for unit in reckoned.units)
        return Draft(missing=f"one unit: the {reckoned.predicate.replace('_', ' ')} is on record in {units}")
    shown = sources.members if len(sources.members) == found.payload.total else sources.members[:3]
    return Draft(claims=(tally_claim(found), *fact_claims(shown, sources)))


def _asked_facts(sources: Sources) -> list[Cited[Fact]]:
    """Facts of the predicates asked for; where nobody is named, those that the search found to be near alone."""
    of_somebody = sources.question.customers or sources.question.subjects
    return [
        cited
        for cited in sources.facts
        if cited.payload.predicate in sources.question.predicates and (of_somebody or cited.evidence.score >= STRONG)
    ]
