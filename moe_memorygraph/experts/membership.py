"""Which customers are in a state, or share a value: answered from facts, all of which are read, never from hits."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from moe_memorygraph.experts.evidence import fact_evidence, tally_evidence
from moe_memorygraph.experts.tallies import label_words
from moe_memorygraph.experts.values import CustomerState, Evidence, Question, Tally
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Fact, FactFilter, GroupCount, TicketFilter, ToldFilter
from moe_memorygraph.words import content_words, stem, stems

__all__ = [
    "MEMBER",
    "MOST_FACTS",
    "SCORE",
    "TOLD_OF_MANY",
    "all_of_them",
    "in_state",
    "is_day",
    "latest",
    "members_asked",
    "name_of",
    "shared_values",
    "that_told",
    "value_words",
    "with_value",
]

MEMBER = "member"
"""What a fact is evidence of that puts its customer on the list that was asked for."""

MOST_FACTS = 5000
"""Read of one predicate: with more, no count is given, and the list is a part."""
SCORE = 0.9
_STATE_WORDS: dict[CustomerState, frozenset[str]] = {
    "lost": frozenset(
        stems("churned lost cancelled canceled closed former terminated inactive gone ended expired left")
    ),
    "at_risk": frozenset(stems("risk endangered danger wobbly critical red escalated")),
    "active": frozenset(stems("active live current customer renewed ok green")),
}
"""How a tenant may call the state in `status`."""
_RIVALS = ("competitor", "switched_to")
_SHARED = ("tier", "plan", "industry", "region", "account_owner")
"""What the customers of a list may have in common, beside their state."""
_SAID: dict[CustomerState, str] = {
    "lost": "that we have lost",
    "at_risk": "at risk, by what is recorded or by a ticket that speaks of leaving",
    "active": "with us",
}
TOLD_OF_MANY: Mapping[str, str] = {
    "praise": "praise",
    "competitor_mentioned": "a competitor named",
    "escalation_request": "a wish for somebody higher",
}
"""What tickets tell and no category counts: who does so is a list of its own. With how to say it."""
_RISK_LASTS = timedelta(days=365)
"""How long before the newest a threat to leave still counts."""
_TOLD_READ = 200
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_OR = re.compile(r"\bor\b", re.IGNORECASE)
_DAY_LONG = timedelta(days=1)
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


async def in_state(question: Question, memory: TenantMemory, *, expert: str) -> list[Evidence]:
    """The customers in the state that the question names, each by the facts that say so, and how many they are.

    Lost in a time is who left in it. At risk is also who threatened in a ticket to leave and is not lost.
    """
    if question.state is None:
        return []
    kept, whole = await _in_state(question, memory)
    shared = await shared_values(question, memory)
    for who in shared.values():
        kept = [fact for fact in kept if fact.about in who]
    if question.state == "lost" and set(question.predicates) == {"competitor"}:  # "lost to competitors"
        to = await memory.semantic.find(FactFilter(predicates=_RIVALS, known_at=question.known_at), limit=MOST_FACTS)
        kept = [fact for fact in kept if fact.about in {one.about for one in to}] + [
            fact for fact in to if fact.about in {one.about for one in kept}
        ]
    what = " ".join((*(f"of {value_words(*value)}" for value in shared), _SAID[question.state]))
    return _listed(kept, question, what, expert, whole=whole)


async def all_of_them(question: Question, memory: TenantMemory, *, expert: str) -> list[Evidence]:
    """How many customers there are, and how many of them are lost; [] where the question asks for some of them."""
    if question.kind != "how_many" or question.keywords or question.time or question.categories or question.as_of:
        return []
    lost, whole = await _in_state(replace(question, state="lost"), memory)
    gone = len({fact.about for fact in lost} & set(question.customer_names))
    everybody = len(question.customer_names)
    groups = (GroupCount(key="not lost", count=everybody - gone), GroupCount(key="lost", count=gone))
    tally = Tally(
        noun="customer",
        what="",
        filters=TicketFilter(),
        total=everybody,
        group_field="state" if gone and whole else None,
        groups=groups if gone and whole else (),
    )
    return [tally_evidence(tally, expert=expert, question=question, score=SCORE)]


async def members_asked(
    question: Question, memory: TenantMemory, *, but_lost: bool = False
) -> tuple[set[str] | None, str]:
    """The customers in the state, and with the values, that the question names, and how to say so; None: all.

    With `but_lost`, those that are lost count only where the question names a state, or a time at which they were not.
    """
    members: set[str] | None = None
    said = []
    for value, who in (await shared_values(question, memory)).items():
        members = who if members is None else members & who
        said.append(f"of {value_words(*value)}")
    if question.state is not None:
        who = {fact.about for fact in (await _in_state(question, memory))[0]}
        members = who if members is None else members & who
        said.append(_SAID[question.state])
    elif but_lost and question.as_of is None:
        lost = {fact.about for fact in (await _in_state(replace(question, state="lost", time=None), memory))[0]}
        if lost:
            members = (set(question.customer_names) if members is None else members) - lost
            said.append("that we have not lost")
    return members, " ".join(said)


async def _in_state(question: Question, memory: TenantMemory) -> tuple[list[Fact], bool]:
    """The facts that put customers into the state asked for, and whether all were read."""
    predicates = ("status", "churned_at", "churn_reason")
    filters = FactFilter(predicates=predicates, as_of=question.as_of, known_at=question.known_at)
    facts = await memory.semantic.find(filters, limit=MOST_FACTS)
    lost = {fact.about for fact in facts if _says_state(fact, "lost")}
    if question.state == "lost":
        members = _who_left(facts, lost, question)
        kept = [fact for fact in facts if fact.about in members and fact.predicate != "status"]
        dated = {fact.about for fact in kept if fact.predicate == "churned_at"}
        kept += [fact for fact in facts if fact.about in members - dated and _says_state(fact, "lost")]
    else:
        state = question.state or "active"
        kept = [fact for fact in facts if _says_state(fact, state) and fact.about not in lost]
        if state == "at_risk":
            kept += await _threats(question, memory, besides=lost | {fact.about for fact in kept})
    return kept, len(facts) < MOST_FACTS


async def that_told(
    question: Question, memory: TenantMemory, *, predicates: Sequence[str], expert: str
) -> list[Evidence]:
    """The customers whose tickets tell something: "Which customers praised us?"; of each its newest ticket."""
    time = question.time
    filters = ToldFilter(
        predicates=tuple(predicates),
        since=time.since if time else None,
        until=time.until if time else question.as_of,
    )
    told = await memory.semantic.told(filters, limit=_TOLD_READ)
    newest: dict[str, Fact] = {}
    for fact in told:
        newest.setdefault(fact.about, fact)
    what = f"with {' or '.join(TOLD_OF_MANY[predicate] for predicate in predicates)} in a ticket"
    return _listed(list(newest.values()), question, what, expert, whole=len(told) < _TOLD_READ)


async def shared_values(question: Question, memory: TenantMemory) -> dict[tuple[str, str], set[str]]:
    """Of each predicate and value that the question names beside the state ("enterprise customers"), the customers that
    have it."""
    said = {stem(word) for word in question.keywords} - frozenset[str]().union(*_STATE_WORDS.values())
    filters = FactFilter(predicates=_SHARED, as_of=question.as_of, known_at=question.known_at)
    by_value: dict[tuple[str, str], set[str]] = {}
    for fact in await memory.semantic.find(filters, limit=MOST_FACTS) if said else ():
        if (value := stems(fact.object)) and value <= said:
            by_value.setdefault((fact.predicate, fact.object), set()).add(fact.about)
    return dict(sorted(by_value.items()))


def value_words(predicate: str, value: str) -> str:
    """For example "tier Enterprise"."""
    return f"{label_words(predicate)} {value}"


async def with_value(
    question: Question, memory: TenantMemory, *, predicates: Sequence[str], expert: str
) -> list[Evidence]:
    """The customers of which a fact holds a value that the question names: "customers on the Gold plan".

    Of several values all ("in Europe on Gold"), or any where the question says "or".
    """
    filters = FactFilter(predicates=tuple(predicates), as_of=question.as_of, known_at=question.known_at)
    facts = await memory.semantic.find(filters, limit=MOST_FACTS)
    said = stems(question.text)
    named = _longest([fact for fact in facts if (value := stems(fact.object)) and value <= said])
    values = sorted({value_words(fact.predicate, fact.object) for fact in named})
    any_will_do = _OR.search(question.text) is not None
    if named and not any_will_do:
        having = _having_all(named)
        named = [fact for fact in named if fact.about in having]
        if not named:
            return _listed([], question, f"with {' and '.join(values)}", expert, whole=len(facts) < MOST_FACTS)
    if question.time:
        since, until = question.time.since, question.time.until
        dated = [
            fact for fact in facts if f"{since:%Y-%m-%d}" <= fact.object[:10] < f"{until:%Y-%m-%d}" and is_day(fact)
        ]
        if dated and not named:  # "which customers renew in March"
            members, of_whom = await members_asked(question, memory)
            dated = [fact for fact in dated if members is None or fact.about in members]
            values = sorted({label_words(fact.predicate) for fact in dated or facts if is_day(fact)})
            what = " ".join(part for part in (of_whom, f"with {' or '.join(values)}") if part)
            return _listed(dated, question, what, expert, whole=len(facts) < MOST_FACTS)
        if not dated and not named and any(map(is_day, facts)) and since >= question.asked_at - _DAY_LONG:
            names = " or ".join(sorted({label_words(fact.predicate) for fact in facts if is_day(fact)}))
            return _listed([], question, f"with {names}", expert, whole=len(facts) < MOST_FACTS)
        named = dated or [fact for fact in named if fact.valid_from and since <= fact.valid_from < until] or named
    if not named:
        return []
    joined = (" or " if any_will_do else " and ").join(values)
    return _listed(named, question, f"with {joined}", expert, whole=len(facts) < MOST_FACTS)


def _longest(facts: Sequence[Fact]) -> list[Fact]:
    """Without the facts whose value is part of another that is named: "Gold" beside "Gold Plus"."""
    values = {frozenset(stems(fact.object)) for fact in facts}
    return [fact for fact in facts if not any(stems(fact.object) < value for value in values)]


def _having_all(facts: Sequence[Fact]) -> set[str]:
    """Who has every value of these facts."""
    holders: dict[frozenset[str], set[str]] = {}
    for fact in facts:
        holders.setdefault(frozenset(stems(fact.object)), set()).add(fact.about)
    return set.intersection(*holders.values())


async def latest(predicate: str, question: Question, memory: TenantMemory) -> list[Fact] | None:
    """Of each customer the fact that holds at the time asked about, the later of two; else the one that held last. None
    where there are more than are read."""
    filters = FactFilter(
        predicates=(predicate,),
        as_of=question.as_of,
        known_at=question.known_at,
        include_superseded=question.as_of is None,
    )
    facts = await memory.semantic.find(filters, limit=MOST_FACTS)
    if len(facts) == MOST_FACTS:
        return None
    best: dict[str, Fact] = {}
    for fact in facts:
        who = fact.about
        if fact.customer_id and (who not in best or _rank(fact, question) > _rank(best[who], question)):
            best[who] = fact
    return list(best.values())


def _rank(fact: Fact, question: Question) -> tuple[bool, datetime, float, str]:
    at = question.as_of or question.asked_at
    holds = fact.superseded_by is None and (fact.valid_to is None or fact.valid_to > at)
    last = (fact.valid_from if holds else fact.valid_to) or _ALWAYS
    return holds, last, fact.confidence, str(fact.fact_id)


def is_day(fact: Fact) -> bool:
    """Whether its value is a day."""
    return _DAY.fullmatch(fact.object) is not None


def _who_left(facts: Iterable[Fact], lost: set[str], question: Question) -> set[str]:
    """Those that left, in the time asked about, for the reason that is named where the reasons on record hold it."""
    if question.time is not None:
        since, until = f"{question.time.since:%Y-%m-%d}", f"{question.time.until:%Y-%m-%d}"
        lost = {fact.about for fact in facts if fact.predicate == "churned_at" and since <= fact.object[:10] < until}
    wanted = {stem(word) for word in question.keywords} - _STATE_WORDS["lost"]
    for_it = {
        fact.about
        for fact in facts
        if fact.predicate == "churn_reason" and wanted & {stem(word) for word in content_words(fact.object)}
    }
    return lost & for_it or lost


async def _threats(question: Question, memory: TenantMemory, *, besides: set[str]) -> list[Fact]:
    """The newest threat to leave of each customer that is not among `besides`."""
    until = question.as_of or question.asked_at
    filters = ToldFilter(predicates=("cancellation_intent",), until=until)
    told = [fact for fact in await memory.semantic.told(filters, limit=_TOLD_READ) if fact.valid_from is not None]
    if not told:
        return []
    newest = max(fact.valid_from for fact in told if fact.valid_from)
    by_customer: dict[str, Fact] = {}
    for fact in told:
        asks = " how " in f" {fact.object} "  # how to cancel: that is asked before any decision, and of trial accounts
        if fact.valid_from and fact.valid_from > newest - _RISK_LASTS and fact.about not in besides and not asks:
            by_customer.setdefault(fact.about, fact)
    return list(by_customer.values())


def _says_state(fact: Fact, state: CustomerState) -> bool:
    if fact.predicate == "churned_at":
        return state == "lost"
    return fact.predicate == "status" and bool(stems(fact.object.replace("_", " ")) & _STATE_WORDS[state])


def _listed(facts: Sequence[Fact], question: Question, what: str, expert: str, *, whole: bool) -> list[Evidence]:
    """Each fact as evidence, customer by customer, and their number where all facts were read."""
    ordered = sorted(
        facts, key=lambda fact: (name_of(fact, question), fact.predicate != "churned_at", str(fact.fact_id))
    )
    found = [fact_evidence(fact, expert=expert, score=SCORE, supports=MEMBER) for fact in ordered]
    members = {fact.about for fact in facts}
    if whole:
        counted = Tally(noun="customer", what=what, filters=TicketFilter(), total=len(members), time=question.time)
        found.insert(0, tally_evidence(counted, expert=expert, question=question, score=SCORE))
    return found


def name_of(fact: Fact, question: Question) -> str:
    """Of whom a fact is, as the tenant calls them."""
    return question.customer_names.get(fact.customer_id or "", fact.subject)
