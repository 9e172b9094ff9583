"""The path of one run: clean, understand, preview, gate, experts, aggregate, compose, verify, store."""

import time
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import anyio
import anyio.to_thread

from moe_memorygraph.compliance import RawText, Redaction, Redactor
from moe_memorygraph.embedding import Embedder
from moe_memorygraph.errors import InvalidArgument, NotFound
from moe_memorygraph.experts import (
    Claim,
    Compliance,
    Draft,
    Evidence,
    EvidenceExpert,
    KnowledgeRetrieve,
    LTMRecall,
    Measured,
    Question,
    SemanticQuery,
    STMRecall,
    Synthesizer,
    Tally,
    VectorRetrieve,
    Verifier,
)
from moe_memorygraph.experts.concurrent import run_both
from moe_memorygraph.gating import Decision, decide
from moe_memorygraph.llm import LanguageModel
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.uuid7 import uuid7
from moe_memorygraph.memory.values import (
    Customer,
    Fact,
    OutboxTask,
    PlanesPreview,
    PreviewRequest,
    RunRecord,
    TicketFilter,
    Vector,
)
from moe_memorygraph.settings import Settings
from moe_memorygraph.telemetry import StageClock
from moe_memorygraph.workflow import envelope as shape
from moe_memorygraph.workflow.aggregate import FactConflict, find_conflicts, merge
from moe_memorygraph.workflow.confidence import Assessment, assess
from moe_memorygraph.workflow.events import find_event, read_date
from moe_memorygraph.workflow.gate_inputs import gate_context, gate_inputs
from moe_memorygraph.workflow.gather import Crew, Gathered
from moe_memorygraph.workflow.health import EXPERT, health_findings, measure_health, present_health
from moe_memorygraph.workflow.leaks import Leaks
from moe_memorygraph.workflow.outbox import remember_task, work_outbox
from moe_memorygraph.workflow.retelling import Reteller, Telling
from moe_memorygraph.workflow.tenant_view import TenantView, TenantViews
from moe_memorygraph.workflow.understand import READS_TIMES, refers_back, understand
from moe_memorygraph.workflow.values import Ask, RunResult, ToolName

__all__ = ["Workflow"]

LONGEST_QUESTION = 4000  # characters
SHORT_TEXT = 300  # characters: their check takes about 0.1 ms
MOST_EVIDENCE = 80
"""Evidence beyond this many pieces, best first, is not read when an answer is composed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Understood:
    question: Question
    preview: PlanesPreview
    view: TenantView
    decision: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    text: str
    citations: list[dict[str, Any]]
    assessment: Assessment
    conflicts: list[FactConflict]


class Workflow:
    """Everything a run needs; lives as long as the process."""

    def __init__(
        self,
        *,
        settings: Settings,
        embedder: Embedder,
        redactor: Redactor,
        experts: Sequence[EvidenceExpert] | None = None,
        model: LanguageModel | None = None,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._settings = settings
        self._embedder = embedder
        self._redactor = redactor
        self._experts: tuple[EvidenceExpert, ...] = tuple(experts) if experts is not None else _standard(embedder)
        self._crew = Crew(
            self._experts, timeout_seconds=settings.expert_timeout_sec, concurrent=settings.max_concurrent_experts
        )
        self._views = TenantViews(embedder=embedder)
        self._leaks = Leaks(redactor)
        self._synthesizer = Synthesizer()
        self._verifier = Verifier()
        self._reteller = Reteller(redactor, model, seconds=settings.llm_timeout_sec)
        self._now = now

    # -- the tools that read -------------------------------------------------------------------------------------

    async def ask(self, memory: TenantMemory, ask: Ask, *, model: LanguageModel | None = None) -> RunResult:
        """One run of a tool that reads memory. `model`: one that the caller lends, to write the answer.

        Raises `InvalidArgument` for a question that is empty or too long, `NotFound` for an unknown `customer`.
        """
        clock, run_id, now = StageClock(), uuid7(), self._now()
        text, pii = await self._clean(ask.text, clock, may_be_empty=ask.tool == "get_facts")
        async with memory.reading_together() as reads:
            understood, gathered = await self._gathered(reads, ask, text, run_id, now, clock)
            if understood.question.asks_health:
                gathered = await self._with_health(reads, understood, gathered, clock)
        if ask.tool == "query_customer_intel":
            return await self._compose(memory, ask, understood, gathered, pii, clock, model)
        return await self._list(memory, ask, understood, gathered, pii, clock)

    async def explain(
        self, memory: TenantMemory, *, question: str | None, run_id: UUID | None, customer: str | None
    ) -> RunResult:
        """The gate's decision for a question, without asking the experts, or that of an earlier run."""
        clock, own_id, now = StageClock(), uuid7(), self._now()
        if run_id is not None:
            earlier = await memory.runs.get(run_id)
            if earlier is None:
                raise NotFound("There is no such run.", "Give the run_id of an earlier answer.")
            decision = dict(earlier.decision)
            text = earlier.question
            gate = earlier.envelope.get("gate", {"experts_run": [], "rationale": ""})
            return await self._store_explained(memory, own_id, text, decision, gate, (), clock, now)
        text, pii = await self._clean(question or "", clock)
        ask = Ask(tool="explain_gate", text=text, customer=customer)
        understood = await self._understand(memory, ask, text, own_id, now, clock)
        decision = shape.decision_part(understood.decision)
        gate = {**shape.gate_part(understood.decision, degraded=()), "experts_run": []}
        return await self._store_explained(memory, own_id, text, decision, gate, pii, clock, now)

    async def health(self, memory: TenantMemory, ask: Ask) -> RunResult:
        """How a customer fares, in the window that ends with `ask.until`: a score, its drivers, and a report.

        Raises `NotFound` for an unknown customer.
        """
        clock, run_id, now = StageClock(), uuid7(), self._now()
        text, pii = await self._clean(ask.text, clock)
        async with memory.reading_together() as reads:
            understood, gathered = await self._gathered(reads, ask, text, run_id, now, clock)
            question, decision = understood.question, understood.decision
            with clock.stage("measure"):
                measured = await measure_health(
                    reads, question.customers[0], until=ask.until, span=understood.view.span, now=now
                )
        found = [item for findings in gathered.findings.values() for item in findings.evidence]
        beside = await self._without_leaks([*measured.warnings, *found])
        shown = present_health(measured, beside, run_id=run_id, limit=ask.limit)
        result = {
            "run_id": str(run_id),
            **shown.answer,
            "items": [],
            "citations": [shape.citation(number, item) for number, item in enumerate(shown.evidence, 1)],
            "gate": shape.gate_part(decision, degraded=gathered.degraded),
            "audit": shape.audit_part(decision, clock, pii=pii, degraded=gathered.degraded),
            "next_cursor": None,
            "truncated": False,
        }
        decided = shape.decision_part(decision)
        await self._store(memory, run_id, ask.tool, question.text, now, result, decided, shown.computed)
        return RunResult(run_id=run_id, envelope=result, next_offset=None, decision=decided)

    # -- the tools that write or administer ----------------------------------------------------------------------

    async def perform(
        self,
        memory: TenantMemory,
        tool: ToolName,
        *,
        text: str,
        act: Callable[[UUID], Awaitable[Mapping[str, Any]]],
        store_text: bool = True,
    ) -> RunResult:
        """Run `act(run_id)` as a run of its own: gated, timed, stored. Its mapping joins the envelope.

        `text` names what is done, for the audit; it is not stored where `store_text` is False.
        """
        clock, run_id, now = StageClock(), uuid7(), self._now()
        clean, pii = await self._clean(text, clock, may_be_empty=True, longest=None)
        decision = self._decide_to_act(tool, run_id, now)
        with clock.stage("act"):
            result = dict(await act(run_id))
        envelope = {
            "run_id": str(run_id),
            "items": [],
            "citations": [],
            "gate": shape.gate_part(decision, degraded=()),
            "audit": shape.audit_part(decision, clock, pii=pii, degraded=()),
            "next_cursor": None,
            "truncated": False,
            **result,
        }
        stored = clean[:LONGEST_QUESTION] if store_text else ""
        kept = {name: envelope[name] for name in ("run_id", "gate", "audit")}
        await self._store(memory, run_id, tool, stored, now, kept, shape.decision_part(decision))
        return RunResult(run_id=run_id, envelope=envelope, next_offset=None, decision=shape.decision_part(decision))

    async def warm_up(self, memory: TenantMemory) -> None:
        """Read what every question of the tenant needs, before there is one."""
        await self._views.get(memory)

    async def work_outbox(self, memory: TenantMemory) -> int:
        """Do the tenant's due outbox tasks; how many were taken. When none is left, bring what is kept of it up to date."""
        writes = not self._settings.read_only
        taken = await work_outbox(memory, self._embedder, now=self._now()) if writes else 0
        if not taken:
            await self._views.renew(memory)
        return taken

    # -- steps ---------------------------------------------------------------------------------------------------

    async def _clean(
        self, text: str, clock: StageClock, *, may_be_empty: bool = False, longest: int | None = LONGEST_QUESTION
    ) -> tuple[str, tuple[str, ...]]:
        """The text without what may not be stored, and the types of personal data that stood in it."""
        if longest is not None and len(text) > longest:
            raise InvalidArgument(f"A question has at most {longest} characters.", "Shorten it.")
        with clock.stage("clean"):
            redaction = await self._redacted(text)
        clean = redaction.text.strip()
        if not clean and not may_be_empty:
            raise InvalidArgument("The question is empty.", "Ask something.")
        return clean, tuple(sorted({entity.type for entity in redaction.entities}))

    async def _redacted(self, text: str) -> Redaction:
        """Cleaned in a thread where it would keep others waiting; of a short text the hop takes longer than the work."""
        if len(text) <= SHORT_TEXT and self._redactor.is_ready_for(text):
            return self._redactor.redact(RawText(text))
        return await anyio.to_thread.run_sync(self._redactor.redact, RawText(text))

    async def _gathered(
        self, reads: TenantMemory, ask: Ask, text: str, run_id: UUID, now: datetime, clock: StageClock
    ) -> tuple[_Understood, Gathered]:
        """The question understood, and what the experts that the gate chose found for it."""
        understood = await self._understand(reads, ask, text, run_id, now, clock)
        with clock.stage("experts"):
            gathered = await self._crew.gather(understood.decision.selected, understood.question, reads)
        for name, took in gathered.expert_ms.items():
            clock.stage_ms[f"expert:{name}"] = took
        return understood, gathered

    async def _with_health(
        self, reads: TenantMemory, understood: _Understood, gathered: Gathered, clock: StageClock
    ) -> Gathered:
        """What was found, with how the customer fares by the same figures as `customer_health` gives."""
        question = understood.question
        until = question.time.until if question.time else question.as_of
        with clock.stage("measure"):
            measured = await measure_health(
                reads,
                question.customers[0],
                until=until,
                span=understood.view.span,
                now=question.asked_at,
                with_timeline=False,
            )
        found = health_findings(measured, run_id=question.run_id)
        return replace(gathered, findings={**gathered.findings, EXPERT: found})

    async def _understand(
        self, memory: TenantMemory, ask: Ask, text: str, run_id: UUID, now: datetime, clock: StageClock
    ) -> _Understood:
        async def embed() -> Vector | None:
            if not text:
                return None
            with clock.stage("embed"):
                return await self._embedder.embed_query(text, tenant=str(memory.tenant_id))

        async def look() -> tuple[Question, PlanesPreview, TenantView]:
            return await self._look_freshly(memory, ask, text, run_id, now, clock)

        embedding, (question, preview, view) = await run_both(embed, look)
        question = replace(question, embedding=embedding)
        with clock.stage("gate"):
            decision = self._decide(memory, ask.tool, question, preview, view)
        return _Understood(question=question, preview=preview, view=view, decision=decision)

    async def _look_freshly(
        self, memory: TenantMemory, ask: Ask, text: str, run_id: UUID, now: datetime, clock: StageClock
    ) -> tuple[Question, PlanesPreview, TenantView]:
        """Understand and preview with the view in memory; where the planes have moved on since, once more with a new one."""
        with clock.stage("view"):
            view = await self._views.get(memory)
        try:
            question, preview = await self._look(memory, ask, text, run_id, now, view, clock)
            revisions = preview.revisions
        except NotFound:
            # The customer may have been created after the view was loaded.
            revisions = await memory.revisions()
            if not view.is_behind(revisions):
                raise
        if view.is_behind(revisions):
            with clock.stage("view"):
                view = await self._views.refresh(memory, stale=view)
            question, preview = await self._look(memory, ask, text, run_id, now, view, clock)
        return question, preview, view

    async def _look(
        self,
        memory: TenantMemory,
        ask: Ask,
        text: str,
        run_id: UUID,
        now: datetime,
        view: TenantView,
        clock: StageClock,
    ) -> tuple[Question, PlanesPreview]:
        with clock.stage("understand"):
            question = understand(ask, text, run_id=run_id, view=view, now=now)
        if question.session_id and not question.customers and not question.unknown_names and refers_back(text):
            carried = await self._carried(memory, question, view)
            if carried:
                question = understand(ask, text, run_id=run_id, view=view, now=now, carried=carried)
        if question.time is None and ask.tool in READS_TIMES and (event := find_event(text)):
            with clock.stage("event"):
                date = await read_date(memory, event, question.customers, by=question.as_of or now)
            dated = event.mention(date, now=ask.as_of or now) if date else None
            if dated is None:
                question = replace(question, undated=event.name)
            else:
                question = understand(
                    ask, text, run_id=run_id, view=view, now=now, carried=question.customers, event=dated
                )
        filters = question.tickets()
        request = PreviewRequest(
            text=text,
            customer_ids=filters.customer_ids,
            categories=question.categories,
            predicates=question.predicates,
            session_id=question.session_id,
            since=None if question.takes_latest else _since(question, filters),
            until=None if question.takes_latest else filters.until,
            as_of=question.as_of,
            words=question.keywords,
        )
        with clock.stage("preview"):
            preview = await memory.preview(request, now=now)
        return question, preview

    async def _carried(self, memory: TenantMemory, question: Question, view: TenantView) -> tuple[Customer, ...]:
        """The customers of the session's last turn that named any: "and what about billing?" means them."""
        if question.session_id is None:
            return ()
        turns = await memory.stm.live_turns(question.session_id, now=question.asked_at, limit=6)
        for turn in reversed([turn for turn in turns if turn.role != "assistant"]):
            named = view.names.in_text(turn.text)
            if named:
                return named
        return ()

    def _decide(
        self, memory: TenantMemory, tool: ToolName, question: Question, preview: PlanesPreview, view: TenantView
    ) -> Decision:
        context = gate_context(
            question,
            preview,
            self._experts,
            tool=tool,
            open_circuits=self._crew.open_circuits(memory.tenant_id),
            semantic_threshold=self._settings.gate_semantic_threshold,
        )
        return decide(gate_inputs(question, preview, view, self._experts, self._crew.load), context)

    def _decide_to_act(self, tool: ToolName, run_id: UUID, now: datetime) -> Decision:
        question = Question(run_id=run_id, text="", kind="general", asked_at=now)
        view = TenantView.empty()
        context = gate_context(
            question,
            PlanesPreview(),
            self._experts,
            tool=tool,
            open_circuits=frozenset(),
            semantic_threshold=self._settings.gate_semantic_threshold,
        )
        context = replace(context, reads_memory=False)
        return decide(gate_inputs(question, PlanesPreview(), view, self._experts, self._crew.load), context)

    # -- answers -------------------------------------------------------------------------------------------------

    async def _compose(
        self,
        memory: TenantMemory,
        ask: Ask,
        understood: _Understood,
        gathered: Gathered,
        pii: Sequence[str],
        clock: StageClock,
        model: LanguageModel | None,
    ) -> RunResult:
        question, decision = understood.question, understood.decision
        with clock.stage("aggregate"):
            weights = {expert.name: expert.weight for expert in decision.experts}
            evidence = await self._without_leaks(merge(gathered.findings, weights)[:MOST_EVIDENCE])
            conflicts = find_conflicts(
                evidence,
                at=question.as_of or question.asked_at,
                trust=understood.view.source_trust,
                catalogue=understood.view.catalogue,
            )
        with clock.stage("synthesize"):
            composed = self._synthesizer.compose(question, evidence)
            conflicts = _bearing_on(composed, conflicts, evidence)
            draft = _with_conflicts(composed, conflicts, evidence, question)
            fixed = frozenset(draft.claims) - frozenset(composed.claims)
        with clock.stage("verify"):
            verdict = self._verifier.verify(question, draft, evidence)
        assessment = assess(
            question,
            verdict.draft,
            evidence,
            span=understood.view.span,
            shares=dict(zip(question.keywords, understood.preview.word_shares, strict=False)),
            dropped=len(verdict.dropped),
            conflicts=len(conflicts),
            degraded=len(gathered.degraded),
            abstain_below=self._settings.abstain_below,
        )
        telling = Telling(draft=verdict.draft)
        if not assessment.abstained and self._reteller.has_model(model):
            with clock.stage("retell"):
                telling = await self._reteller.retell(question, verdict.draft, evidence, fixed=fixed, lent=model)
        answer = _answer(replace(telling.draft, missing=verdict.draft.missing), evidence, assessment, conflicts)
        full = ask.options.get("detail") == "full"
        result = {
            "run_id": str(question.run_id),
            "answer": answer.text,
            "confidence": assessment.confidence,
            "abstained": assessment.abstained,
            "conflicts": [shape.conflict_part(conflict) for conflict in answer.conflicts],
            "items": [shape.citation(n, item) for n, item in enumerate(evidence[: ask.limit], 1)] if full else [],
            "citations": answer.citations,
            "gate": shape.gate_part(decision, degraded=gathered.degraded),
            "audit": shape.audit_part(
                decision,
                clock,
                pii=pii,
                degraded=(*gathered.degraded, *telling.degraded),
                language_model=telling.audit,
                confidence=assessment.explained(),
            ),
            "next_cursor": None,
            "truncated": any(found.more for found in gathered.findings.values()),
        }
        computed = tuple(dict.fromkeys(item.quote for item in evidence if isinstance(item.payload, Tally | Measured)))
        decided = shape.decision_part(decision)
        tasks = self._after(question, answer.text, ask.asker)
        await self._store(
            memory, question.run_id, ask.tool, question.text, question.asked_at, result, decided, computed, tasks
        )
        return RunResult(
            run_id=question.run_id,
            envelope=result,
            next_offset=None,
            decision=decided,
            assessment=assessment,
            withheld=shape.answer_text(verdict.draft.claims, _numbers(verdict.draft)) if assessment.abstained else "",
        )

    async def _list(
        self,
        memory: TenantMemory,
        ask: Ask,
        understood: _Understood,
        gathered: Gathered,
        pii: Sequence[str],
        clock: StageClock,
    ) -> RunResult:
        question, decision = understood.question, understood.decision
        found = [item for findings in gathered.findings.values() for item in findings.evidence]
        found = await self._without_leaks(found)
        more = any(findings.more for findings in gathered.findings.values())
        result = {
            "run_id": str(question.run_id),
            "items": [shape.item_of(item) for item in found],
            "citations": [shape.citation(number, item) for number, item in enumerate(found, 1)],
            "gate": shape.gate_part(decision, degraded=gathered.degraded),
            "audit": shape.audit_part(decision, clock, pii=pii, degraded=gathered.degraded),
            "next_cursor": None,
            "truncated": more,
        }
        decided = shape.decision_part(decision)
        await self._store(memory, question.run_id, ask.tool, question.text, question.asked_at, result, decided)
        next_offset = ask.offset + ask.limit if more else None
        return RunResult(run_id=question.run_id, envelope=result, next_offset=next_offset, decision=decided)

    async def _without_leaks(self, evidence: Sequence[Evidence]) -> list[Evidence]:
        """What leaves is checked again: a quote that still holds personal data stays behind."""

        leaks: list[bool | None] = [self._leaks.holds_now(item.quote) for item in evidence]
        if None in leaks:  # the first text that needs the recognizers imports them, which takes a second
            quotes = [item.quote for item in evidence]
            leaks = await anyio.to_thread.run_sync(lambda: [self._leaks.holds(quote) for quote in quotes])
        return [item for item, leaking in zip(evidence, leaks, strict=True) if not leaking]

    def _after(self, question: Question, answer: str, asker: str) -> list[OutboxTask]:
        if not question.session_id or not self._settings.enable_writeback:
            return []
        return [
            remember_task(
                session_id=question.session_id,
                question=question.text,
                answer=answer,
                asked_at=question.asked_at,
                ttl_seconds=self._settings.session_ttl_seconds,
                asker=asker,
                run_id=question.run_id,
            )
        ]

    async def _store_explained(
        self,
        memory: TenantMemory,
        run_id: UUID,
        text: str,
        decision: dict[str, Any],
        gate: Mapping[str, Any],
        pii: Sequence[str],
        clock: StageClock,
        now: datetime,
    ) -> RunResult:
        scores = {expert["name"]: round(expert["weight"], 4) for expert in decision.get("experts", [])}
        result = {
            "run_id": str(run_id),
            "items": [],
            "citations": [],
            "experts": decision.get("experts", []),
            "threshold": decision.get("threshold"),
            "gate": dict(gate),
            "audit": {
                "latency_ms": clock.total_ms,
                "stage_ms": dict(clock.stage_ms),
                "expert_scores": scores,
                "pii_detected": list(pii),
                "degraded": [],
            },
            "next_cursor": None,
            "truncated": False,
        }
        await self._store(memory, run_id, "explain_gate", text, now, result, decision)
        return RunResult(run_id=run_id, envelope=result, next_offset=None, decision=decision)

    async def _store(
        self,
        memory: TenantMemory,
        run_id: UUID,
        tool: ToolName,
        text: str,
        now: datetime,
        result: Mapping[str, Any],
        decision: Mapping[str, Any],
        computed: tuple[str, ...] = (),
        tasks: Sequence[OutboxTask] = (),
    ) -> None:
        """The run and its decision are on disk before the answer leaves."""
        record = RunRecord(
            run_id=run_id,
            tool=tool,
            question=text,
            created_at=now,
            answer=result.get("answer", ""),
            confidence=result.get("confidence"),
            abstained=bool(result.get("abstained", False)),
            envelope=result,
            decision=decision,
            computed=computed,
        )
        begin = time.perf_counter()
        await memory.runs.save(record, tasks)
        stages = result.get("audit", {}).get("stage_ms")
        if isinstance(stages, dict):
            took = round((time.perf_counter() - begin) * 1000, 3)
            stages["write"] = took
            result["audit"]["latency_ms"] = round(result["audit"]["latency_ms"] + took, 3)


def _standard(embedder: Embedder) -> tuple[EvidenceExpert, ...]:
    return (STMRecall(), LTMRecall(), SemanticQuery(), VectorRetrieve(), KnowledgeRetrieve(), Compliance(embedder))


def _since(question: Question, filters: TicketFilter) -> datetime | None:
    """From when on tickets count: none in the time asked about is an answer, where there were some before."""
    baseline = question.baseline
    return min(baseline.since, filters.since or baseline.since) if baseline else filters.since


def _fact_numbers(evidence: Sequence[Evidence]) -> dict[UUID, int]:
    return {item.payload.fact_id: index for index, item in enumerate(evidence) if isinstance(item.payload, Fact)}


def _bearing_on(draft: Draft, conflicts: Sequence[FactConflict], evidence: Sequence[Evidence]) -> list[FactConflict]:
    """The contradictions about something that the answer says."""
    numbers = _fact_numbers(evidence)
    used = {index for claim in draft.claims for index in claim.cites}
    return [one for one in conflicts if used & {numbers[one.preferred.fact_id], numbers[one.other.fact_id]}]


def _with_conflicts(
    draft: Draft, conflicts: Sequence[FactConflict], evidence: Sequence[Evidence], question: Question
) -> Draft:
    """Say where sources disagree, with both sides and the reason for the preferred one, instead of the other side alone."""
    if not conflicts:
        return draft
    numbers = _fact_numbers(evidence)
    claims = [_conflict_claim(conflict, numbers, question) for conflict in conflicts]
    others = {numbers[conflict.other.fact_id] for conflict in conflicts}
    kept = [claim for claim in draft.claims if claim.heading or not claim.cites or not others.issuperset(claim.cites)]
    if any(claim.heading for claim in kept):
        claims.insert(0, Claim(text="Where sources disagree", heading=True))
    return replace(draft, claims=(*kept, *claims))


def _conflict_claim(conflict: FactConflict, numbers: Mapping[UUID, int], question: Question) -> Claim:
    preferred, other = conflict.preferred, conflict.other
    who = question.customer_names.get(preferred.customer_id or "", preferred.subject)
    return Claim(
        text=(
            f"Sources disagree about the {preferred.predicate.replace('_', ' ')} of {who}: "
            f"{preferred.object} ({_named_source(preferred)}) or "
            f"{other.object} ({_named_source(other)}); "
            f"{preferred.object} is preferred because {conflict.reason}."
        ),
        cites=(numbers[preferred.fact_id], numbers[other.fact_id]),
    )


def _answer(
    draft: Draft, evidence: Sequence[Evidence], assessment: Assessment, conflicts: list[FactConflict]
) -> _Answer:
    if assessment.abstained:
        return _Answer(
            text=f"I don't know. {assessment.missing}", citations=[], assessment=assessment, conflicts=conflicts
        )
    numbers = _numbers(draft)
    rest = f"\n\nNothing is recorded about {draft.missing}." if draft.missing else ""
    return _Answer(
        text=shape.answer_text(draft.claims, numbers) + rest,
        citations=[shape.citation(number, evidence[index]) for index, number in numbers.items()],
        assessment=assessment,
        conflicts=conflicts,
    )


def _numbers(draft: Draft) -> dict[int, int]:
    """Of each piece of evidence that the draft cites its number in the answer."""
    used = dict.fromkeys(index for claim in draft.claims for index in claim.cites)
    return {index: number for number, index in enumerate(used, 1)}


def _named_source(fact: Fact) -> str:
    """A source as its writer named it, and who did where that was an agent: it may name any."""
    source = fact.source or "source unknown"
    return f"{source}, told by an agent" if fact.tier == "agent" else source
