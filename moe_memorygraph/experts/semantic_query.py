"""SemanticQuery: facts about customers and other subjects, in valid time."""

from datetime import UTC, datetime, timedelta

from moe_memorygraph.experts.counting import COUNTING_WORDS, WRITTEN
from moe_memorygraph.experts.evidence import fact_evidence, tally_evidence
from moe_memorygraph.experts.membership import TOLD_OF_MANY, all_of_them, in_state, that_told, with_value
from moe_memorygraph.experts.ordering import by_amount, by_day
from moe_memorygraph.experts.reckoning import by_value, reckoned
from moe_memorygraph.experts.values import Evidence, Findings, Question, Tally
from moe_memorygraph.memory.belief import aged, capped
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.predicates import TOLD
from moe_memorygraph.memory.values import Fact, FactFilter, FactHit, Plane, PlanesPreview, ToldFilter
from moe_memorygraph.words import overlap, standing_in, stem, stems

__all__ = ["SemanticQuery"]

_LOSS = frozenset(
    {
        "status",
        "churned_at",
        "churn_reason",
        "competitor",
        "switched_to",
        "renewal_quote",
        "cancellation",
        "health_score",
        "escalation",
    }
)
_ALWAYS = datetime.min.replace(tzinfo=UTC)
_PROFILE_KINDS = ("report", "compare")
_INSTANT = timedelta(microseconds=1)
_TOLD_OF_LOSS = ("cancellation_done", "cancellation_intent", "competitor_mentioned", "praise", "resolution_confirmed")
_TOLD_FIT = 0.75  # less than what a system recorded for the same question
_TOLD_LOOKED_AT = 30
_SAME = 5  # letters with which words of one meaning begin alike: "escalated", "escalation"
_MOST_TOLD = 4  # facts: tickets that say the like again are found by VectorRetrieve
_MOST_LISTED = 60  # facts of customers on one list
_MOST_FACTS = 60  # of one subject: more is a history, which get_facts pages through


class SemanticQuery:
    name = "SemanticQuery"
    plane: Plane = "semantic"
    typical_ms = 3.0

    def estimate(self, question: Question, preview: PlanesPreview) -> float:
        if question.measure or question.ranks_values:
            return 0.95
        if question.asks_whether:
            return 0.95 if _told_by_words(question) else 0.1
        if preview.semantic_predicate_facts or (question.state and question.asks_customers):
            return 0.95
        if question.asks_customers and question.kind in ("list", "how_many"):
            return 0.9  # they may share a value that a fact holds
        if preview.semantic_facts:
            return 0.7 if question.kind in ("why", "report", "compare", "what_is") else 0.4
        if question.subjects:
            return 0.95 if question.predicates else 0.7
        if question.customers and preview.vector_tickets and _asked_of_tickets(question, set()):
            return 0.7  # nothing is recorded, and their tickets may tell it
        return 0.5 if question.predicates else 0.1

    async def gather(self, question: Question, memory: TenantMemory) -> Findings:
        if question.options.get("tool") == "get_facts":
            return await self._browse(question, memory)
        if question.measure and (figure := await reckoned(question, memory, expert=self.name)):
            return Findings(evidence=tuple(figure))
        if question.ranks_values and (ranked := await by_value(question, memory, expert=self.name)):
            return Findings(evidence=tuple(ranked))
        if question.asks_whether:
            return await self._told_whether(question, memory)
        if question.customers or question.subjects:
            return await self._about_subjects(question, memory)
        if question.asks_customers:
            return await self._of_customers(question, memory)
        return self._found(await self._search(question, memory), question)

    async def _of_customers(self, question: Question, memory: TenantMemory) -> Findings:
        """The customers that are asked for: in order, in a state, all of them, or those with a value."""
        if not question.state and (told := _told_by_several(question)):
            return _first(await that_told(question, memory, predicates=told, expert=self.name))
        for in_order in (by_amount, by_day):
            if first := await in_order(question, memory, expert=self.name):
                return Findings(evidence=tuple(first))
        if question.state:
            return _first(await in_state(question, memory, expert=self.name))
        if everybody := await all_of_them(question, memory, expert=self.name):
            return Findings(evidence=tuple(everybody))
        if question.predicates:
            return _first(await with_value(question, memory, predicates=question.predicates, expert=self.name))
        if WRITTEN.search(question.text):
            return Findings()  # they are asked for by their tickets
        hits = await self._search(question, memory)
        named, said = _predicates_of_named(question, [hit.fact for hit in hits])
        if named and question.categories and not question.meant_stems <= said:
            return Findings()  # "customers in Europe that had outages": the outages are in tickets
        if named:
            return _first(await with_value(question, memory, predicates=named, expert=self.name))
        return self._found(hits, question)

    async def _search(self, question: Question, memory: TenantMemory) -> list[FactHit]:
        return await memory.semantic.search(
            text=question.text,
            embedding=question.embedding,
            filters=FactFilter(as_of=question.as_of, known_at=question.known_at),
            limit=question.limit,
        )

    def _found(self, hits: list[FactHit], question: Question) -> Findings:
        return Findings(evidence=tuple(self._hit(hit, question) for hit in hits))

    def _hit(self, hit: FactHit, question: Question) -> Evidence:
        return fact_evidence(_believed(hit.fact, question), expert=self.name, score=hit.score)

    async def _browse(self, question: Question, memory: TenantMemory) -> Findings:
        """The tool `get_facts`: by subject and predicate, or by words; what tickets tell by its own predicates alone."""
        subject, predicate = question.options.get("subject"), question.options.get("predicate")
        subjects = question.customer_ids or ((subject,) if subject else ())
        filters = FactFilter(
            subjects=subjects,
            predicates=question.options.get("predicates", (predicate,) if predicate else ()),
            as_of=question.as_of,
            known_at=question.known_at,
            include_superseded=bool(question.options.get("include_superseded")),
        )
        take = question.limit + 1
        if predicate is not None and predicate in TOLD:
            until = question.as_of and question.as_of + _INSTANT
            told = ToldFilter(customer_ids=question.customer_ids, predicates=(predicate,), until=until)
            facts = await memory.semantic.told(told, limit=take, offset=question.offset) if _is_known(question) else []
            found = [fact_evidence(fact, expert=self.name, score=1.0) for fact in facts]
        elif question.options.get("query"):
            hits = await memory.semantic.search(
                text=question.text, embedding=question.embedding, filters=filters, limit=take, offset=question.offset
            )
            found = [self._hit(hit, question) for hit in hits]
        else:
            facts = await memory.semantic.find(filters, limit=take, offset=question.offset)
            found = [fact_evidence(_believed(fact, question), expert=self.name, score=1.0) for fact in facts]
        return Findings(evidence=tuple(found[: question.limit]), more=len(found) > question.limit)

    async def _about_subjects(self, question: Question, memory: TenantMemory) -> Findings:
        """Of those named, facts that hold now (or at the time asked about), and where none does, the last that held.

        "Why" and "how did it change" look at the history too: a quote that was withdrawn may be the reason.
        """
        wants_history = question.kind in ("why", "trend") or _asks_history(question)
        names = [*(name for c in question.customers for name in (c.customer_id, c.name)), *question.subjects]
        filters = FactFilter(
            subjects=tuple(dict.fromkeys(names)),
            as_of=question.as_of,
            known_at=question.known_at,
            include_superseded=question.as_of is None,
        )
        facts = await memory.semantic.find(
            filters, limit=_MOST_FACTS * (len(question.customers) + len(question.subjects))
        )
        if question.as_of is None and not wants_history:
            facts = _current_or_last(facts, question.asked_at)
        if question.kind in ("what_is", "general") and not question.predicates:
            facts = [fact for fact in facts if _touches(fact, question)]
        told = await self._told(question, memory, {fact.predicate for fact in facts})
        return _ranked([_believed(fact, question) for fact in [*facts, *told]], question, self.name)

    async def _told_whether(self, question: Question, memory: TenantMemory) -> Findings:
        """Of what the question asks whether it was said, the tickets that say so: by their words, the newest first."""
        predicates = _told_by_words(question)
        if not predicates:
            return Findings()
        time = question.time
        filters = ToldFilter(
            customer_ids=question.customer_ids,
            predicates=predicates,
            since=time.since if time else None,
            until=time.until if time else question.as_of,
        )
        said = {stem(word) for word in question.keywords} - COUNTING_WORDS
        told = [
            fact
            for fact in await memory.semantic.told(filters, limit=_TOLD_LOOKED_AT)
            if (wanted := _but_named(said, fact.predicate)) <= standing_in(f"{fact.object} {fact.statement}", wanted)
        ]
        shown = tuple(fact_evidence(fact, expert=self.name, score=_TOLD_FIT) for fact in told[:_MOST_TOLD])
        if not 0 < len(told) < _TOLD_LOOKED_AT:
            return Findings(evidence=shown)
        names = " and ".join(customer.name for customer in question.customers)
        of = " or ".join(dict.fromkeys(fact.predicate.replace("_", " ") for fact in told))
        counted = Tally(
            what=f"of {names} that tell of {of}" if names else f"that tell of {of}",
            filters=question.tickets(),
            total=len({fact.ticket_id for fact in told}),
            time=question.time,
            role="told",
        )
        return Findings(
            evidence=(tally_evidence(counted, expert=self.name, question=question, score=_TOLD_FIT), *shown)
        )

    async def _told(self, question: Question, memory: TenantMemory, known: set[str]) -> list[Fact]:
        """What the customers' own tickets tell, where no recorded fact answers; of every saying the newest ticket."""
        predicates = _asked_of_tickets(question, known)
        if not predicates or not question.customers:
            return []
        filters = ToldFilter(
            customer_ids=question.customer_ids,
            predicates=predicates,
            since=question.time.since if question.time else None,
            until=question.time.until if question.time else question.as_of,
        )
        newest: dict[tuple[str | None, str, str], Fact] = {}
        for fact in await memory.semantic.told(filters, limit=_TOLD_LOOKED_AT):
            newest.setdefault((fact.customer_id, fact.predicate, fact.object), fact)
        return list(newest.values())[:_MOST_TOLD]


def _told_by_several(question: Question) -> tuple[str, ...]:
    said = stems(question.text)
    return tuple(name for name in TOLD_OF_MANY if said & {stem(word) for word in TOLD[name].asked_by.split()})


def _but_named(said: set[str], predicate: str) -> set[str]:
    """The stems that do not name the predicate itself: of "escalated to a regulator" the regulator."""
    named = {part[:_SAME] for part in predicate.split("_")}
    return {one for one in said if one[:_SAME] not in named}


def _told_by_words(question: Question) -> tuple[str, ...]:
    said = stems(question.text)
    return tuple(name for name, told in TOLD.items() if said & {stem(word) for word in told.asked_by.split()})


def _first(found: list[Evidence]) -> Findings:
    return Findings(evidence=tuple(found[:_MOST_LISTED]), more=len(found) > _MOST_LISTED)


def _predicates_of_named(question: Question, facts: list[Fact]) -> tuple[tuple[str, ...], set[str]]:
    """Predicates of customers' facts whose value the question says, of "the accounts of Ann Lee" the owner, and the
    stems of those values."""
    said = stems(question.text)
    named = [fact for fact in facts if fact.customer_id and (value := stems(fact.object)) and value <= said]
    return tuple(dict.fromkeys(fact.predicate for fact in named)), set[str]().union(
        *(stems(one.object) for one in named)
    )


def _believed(fact: Fact, question: Question) -> Fact:
    """The fact with the confidence that its age leaves at the time asked about, and its writer's tier allows.

    What a ticket tells has a confidence that was measured for just that.
    """
    if fact.ticket_id is None:
        fact = capped(fact, question.source_trust)
    return aged(fact, at=question.as_of or question.asked_at, half_lives=question.half_lives)


def _is_known(question: Question) -> bool:
    """Whether nobody was named, or somebody who is a customer: no ticket tells of anybody else."""
    return bool(question.customer_ids) or not question.options.get("subject")


def _asked_of_tickets(question: Question, known: set[str]) -> tuple[str, ...]:
    """The predicates that tickets may tell and the question asks for, unless a recorded fact speaks of them."""
    if question.kind == "why":
        return _TOLD_OF_LOSS
    if question.kind not in ("what_is", "general"):
        return ()
    said = stems(question.text)
    return tuple(
        predicate
        for predicate, told in TOLD.items()
        if not known & set(told.speaks_of) and said & {stem(word) for word in told.asked_by.split()}
    )


def _asks_history(question: Question) -> bool:
    return bool(
        stems(question.text)
        & {
            stem(word)
            for word in (
                "history",
                "previous",
                "previously",
                "prior",
                "before",
                "predecessor",
                "used",
                "former",
                "formerly",
                "earlier",
                "original",
                "originally",
                "past",
            )
        }
    )


def _current_or_last(facts: list[Fact], now: datetime) -> list[Fact]:
    """Of each subject and predicate the facts that hold at `now`; where none does, the one that held last."""
    by_slot: dict[tuple[str, str], list[Fact]] = {}
    for fact in facts:
        by_slot.setdefault((fact.customer_id or fact.subject, fact.predicate), []).append(fact)
    kept: list[Fact] = []
    for slot in by_slot.values():
        current = [
            fact for fact in slot if fact.superseded_by is None and (fact.valid_to is None or fact.valid_to > now)
        ]
        kept += current or [max(slot, key=lambda fact: (fact.valid_to or _ALWAYS, str(fact.fact_id)))]
    return kept


def _ranked(facts: list[Fact], question: Question, expert: str) -> Findings:
    found = [fact_evidence(fact, expert=expert, score=_fit(fact, question)) for fact in facts]
    return Findings(evidence=tuple(sorted(found, key=_best_first)))


def _fit(fact: Fact, question: Question) -> float:
    """How well a fact about a named customer answers, by its predicate and the question's kind."""
    wanted = {stem(word) for word in question.keywords}
    if fact.ticket_id is not None:
        return _TOLD_FIT * (0.5 + 0.5 * fact.confidence)
    if fact.predicate in question.predicates:
        fit = 0.95
    elif question.kind == "why" and fact.predicate in _LOSS:
        fit = 0.85 if _in_window(fact, question) else 0.4
    elif question.kind in _PROFILE_KINDS:
        fit = 0.8
    else:
        fit = 0.25 + 0.6 * overlap(wanted, f"{fact.predicate.replace('_', ' ')} {fact.object}")
    return min(1.0, fit * (0.5 + 0.5 * fact.confidence) * (1.0 if fact.superseded_by is None else 0.9))


def _touches(fact: Fact, question: Question) -> bool:
    """Whether a fact held at any time of the range asked about: what began later tells nothing of it."""
    time = question.time
    return time is None or (
        (fact.valid_from or _ALWAYS) < time.until and (fact.valid_to is None or time.since < fact.valid_to)
    )


def _in_window(fact: Fact, question: Question) -> bool:
    """Whether a fact held, and began or ended, in the time asked about: what never moved explains nothing."""
    if question.time is None:
        return True
    edges = [edge for edge in (fact.valid_from, fact.valid_to) if edge is not None]
    return not edges or any(question.time.since <= edge <= question.time.until for edge in edges)


def _best_first(evidence: Evidence) -> tuple[float, str, str]:
    return (-evidence.score, evidence.title, evidence.uri)
