"""LTMRecall: distilled patterns, each a count against its baseline."""

from moe_memorygraph.experts.evidence import best_first, pattern_evidence
from moe_memorygraph.experts.values import Findings, Question
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.values import Pattern, PatternFilter, Plane, PlanesPreview

__all__ = ["LTMRecall"]

_TREND_KINDS = ("why", "trend", "report", "compare")


class LTMRecall:
    name = "LTMRecall"
    plane: Plane = "ltm"
    typical_ms = 4.0

    def estimate(self, question: Question, preview: PlanesPreview) -> float:
        if preview.ltm_patterns == 0:
            return 0.0
        return 0.9 if question.kind in _TREND_KINDS else 0.3

    async def gather(self, question: Question, memory: TenantMemory) -> Findings:
        if question.options.get("tool") == "recall_ltm":
            return await self._search(question, memory)
        if question.known_at is not None:
            return Findings()  # patterns are made anew as data arrives: none is as it was known then
        scope = self._scope(question)
        patterns = await memory.ltm.for_scope(scope, limit=max(question.limit, 8))
        found = [pattern_evidence(p, expert=self.name, score=_fit(p, question)) for p in patterns]
        if not found and question.kind == "general":
            return await self._search(question, memory)
        return Findings(evidence=tuple(sorted(found, key=best_first)))

    async def _search(self, question: Question, memory: TenantMemory) -> Findings:
        hits = await memory.ltm.search(
            text=question.text,
            embedding=question.embedding,
            filters=self._scope(question, topics=()),
            limit=question.limit + 1,
            offset=question.offset,
        )
        evidence = [pattern_evidence(hit.pattern, expert=self.name, score=hit.score) for hit in hits[: question.limit]]
        return Findings(evidence=tuple(evidence), more=len(hits) > question.limit)

    def _scope(self, question: Question, *, topics: tuple[str, ...] | None = None) -> PatternFilter:
        time = None if question.kind == "why" and question.takes_latest else question.time
        return PatternFilter(
            customer_ids=question.customer_ids,
            topics=question.categories if topics is None else topics,
            kind=question.options.get("kind"),
            since=time.since if time else None,
            until=time.until if time else question.as_of,
        )


def _fit(pattern: Pattern, question: Question) -> float:
    """The pattern's own confidence, less where it is about everybody and somebody was named, or its time is another."""
    score = 0.3 + 0.6 * pattern.confidence
    if question.time is not None:
        inside = question.time.since <= pattern.period_start and pattern.period_end <= question.time.until
        score -= 0.0 if inside else 0.2
    if question.categories and pattern.topic not in question.categories:
        score -= 0.3
    if question.kind not in _TREND_KINDS:
        score -= 0.2
    return min(max(score, 0.0), 1.0)
