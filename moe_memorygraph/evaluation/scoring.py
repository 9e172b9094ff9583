"""How right one answer is, and how right all are together. Pure: envelopes and texts in, numbers out."""

import json
import re
import statistics
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from typing import Any
from urllib.parse import unquote

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.evaluation.golden import GoldenQuestion
from moe_memorygraph.evaluation.reliability import Bin, Figures, figures_of, reliability_of

__all__ = ["FLOORS", "EvalReport", "QuestionScore", "below_floors", "digest_of", "score_answer", "summarize"]


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionScore:
    """One question's score."""

    id: str
    kind: str
    right: bool
    """It answered or abstained as it should; all claims stand in the answer, nothing forbidden does."""
    should_abstain: bool
    abstained: bool
    claims: int
    claims_right: int
    missing: tuple[str, ...]
    """Claims that do not stand in the answer, each by its first spelling."""
    forbidden: tuple[str, ...]
    citations: int
    citations_supported: int
    """Citations whose resource reads and holds the quote, character for character."""
    cited_as_expected: bool | None
    """None where the question expects no particular citation."""
    experts_as_expected: bool | None
    confidence: float
    latency_ms: float
    question: str = ""
    answer: str = ""
    digest: str = ""
    """Of all that the answer says and cites; see `digest_of`."""
    error: str | None = None
    reason: str | None = None
    """Why it abstained, by the name of the reason."""
    withheld_right: bool | None = None
    """Whether the answer that was composed and withheld would have been right; None where it was given."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EvalReport:
    """All scores together; shares are 0..1, None where nothing was to be judged."""

    questions: int
    errors: int
    right: float
    """Share of questions answered right or rightly abstained from."""
    claims_right: float | None
    citations_supported: float | None
    cited_as_expected: float | None
    experts_as_expected: float | None
    abstention_precision: float | None
    abstention_recall: float | None
    latency_p50_ms: float
    latency_p95_ms: float
    brier: float | None
    """Mean squared error of confidence over answered questions; lower is better."""
    ece: float | None
    """Expected calibration error over answered questions; lower is better."""
    auroc: float | None
    """How surely confidence tells a right answer from a wrong one, over answered questions; 0.5 is chance."""
    risk_at_80: float | None
    """Share of wrong answers among the four fifths of answered questions with the most confidence."""
    auroc_composed: float | None
    """The same as `auroc` over all that was composed, what was withheld included."""
    reliability: Sequence[Bin]
    """Over answered questions: what confidence promised, and what it kept."""
    certainty_by_kind: Mapping[str, Figures]
    """Over answered questions of each kind."""
    abstained_for: Mapping[str, tuple[int, int]]
    """Reason to abstain to (rightly, all)."""
    digest: str
    """Of all answers in order: equal for equal answers, whenever they were asked."""
    by_kind: Mapping[str, tuple[int, int]]
    """Kind of question to (right, asked)."""

    def to_json(self) -> dict[str, Any]:
        row = asdict(self)
        row["by_kind"] = {kind: {"right": right, "asked": asked} for kind, (right, asked) in self.by_kind.items()}
        row["abstained_for"] = {
            reason: {"rightly": rightly, "all": every} for reason, (rightly, every) in self.abstained_for.items()
        }
        rounded: dict[str, Any] = _rounded(row)
        return rounded


def _rounded(value: Any) -> Any:
    """Floats to four places, wherever they stand."""
    match value:
        case float():
            return round(value, 4)
        case dict():
            return {name: _rounded(one) for name, one in value.items()}
        case list() | tuple():
            return [_rounded(one) for one in value]
        case _:
            return value


FLOORS = (
    "right",
    "claims_right",
    "citations_supported",
    "cited_as_expected",
    "experts_as_expected",
    "abstention_precision",
    "abstention_recall",
)
"""Figures that may be given a floor."""


def score_answer(
    golden: GoldenQuestion, envelope: Mapping[str, Any], *, resources: Mapping[str, str | None]
) -> QuestionScore:
    """Score one answer. `resources`: what each cited URI reads; None where it does not."""
    answer = folded(str(envelope.get("answer") or ""))
    abstained = bool(envelope.get("abstained"))
    citations = envelope.get("citations") or []
    supported = [each for each in citations if _supports(each, resources)]
    missing = tuple(claim[0] for claim in golden.expect.claims if not any(stands_in(answer, text) for text in claim))
    forbidden = tuple(text for text in golden.expect.forbid if stands_in(answer, text))
    as_expected = abstained == golden.expect.abstain and (abstained or not missing)
    return QuestionScore(
        id=golden.id,
        kind=golden.kind,
        right=as_expected and not forbidden,
        should_abstain=golden.expect.abstain,
        abstained=abstained,
        claims=len(golden.expect.claims),
        claims_right=len(golden.expect.claims) - len(missing),
        missing=missing,
        forbidden=forbidden,
        citations=len(citations),
        citations_supported=len(supported),
        cited_as_expected=_cited(golden.expect.citations_any, citations),
        experts_as_expected=_ran(golden.expect.experts_any, envelope),
        confidence=float(envelope.get("confidence") or 0.0),
        latency_ms=float((envelope.get("audit") or {}).get("latency_ms") or 0.0),
        question=golden.question,
        answer=str(envelope.get("answer") or ""),
        digest=digest_of(envelope),
    )


_ANSWER = ("answer", "abstained", "confidence", "conflicts", "items")
_CITATION = ("id", "plane", "title", "quote", "score", "source", "customer")


def digest_of(envelope: Mapping[str, Any]) -> str:
    """SHA-256 of what an answer says: its text, confidence, conflicts and citations, without what names the run.

    The same question of the same memory gives the same digest. A count is cited by its own run, whose id is left out.
    """
    said = {name: envelope.get(name) for name in _ANSWER}
    said["citations"] = [
        {name: one.get(name) for name in _CITATION} | {"uri": _RUN.sub("memory://runs/", str(one.get("uri")))}
        for one in envelope.get("citations") or []
    ]
    return sha256(json.dumps(said, sort_keys=True, ensure_ascii=True).encode()).hexdigest()


_RUN = re.compile(r"^memory://runs/.*", re.DOTALL)


def folded(text: str) -> str:
    """A text as it is compared: without case, with plain spaces, dashes and quotes, thousands without separators."""
    plain = unicodedata.normalize("NFKC", text).casefold()
    plain = plain.translate({0x2019: "'", 0x2018: "'", 0x201C: '"', 0x201D: '"', 0x2010: "-", 0x2011: "-", 0x2013: "-"})
    plain = re.sub(r"(?<=\d),(?=\d{3}(?!\d))", "", plain)
    return re.sub(r"\s+", " ", plain)


def stands_in(answer: str, text: str) -> bool:
    """Whether a text stands in a folded answer and is not a part of a longer word or number."""
    wanted = re.escape(folded(text).strip())
    return re.search(rf"(?<!\w)(?<!\d[.,]){wanted}(?!\w)(?![.,]\d)", answer) is not None


def _supports(citation: Mapping[str, Any], resources: Mapping[str, str | None]) -> bool:
    text = resources.get(str(citation.get("uri")))
    quote = str(citation.get("quote") or "")
    return text is not None and bool(quote.strip()) and quote in text


def _cited(expected: Sequence[str], citations: Sequence[Mapping[str, Any]]) -> bool | None:
    if not expected:
        return None
    names = set()
    for citation in citations:
        uri = str(citation.get("uri"))
        names |= {uri, unquote(uri.rsplit("/", 1)[-1]), f"plane:{citation.get('plane')}"}
    return not names.isdisjoint(expected)


def _ran(expected: Sequence[str], envelope: Mapping[str, Any]) -> bool | None:
    if not expected:
        return None
    gate = envelope.get("gate") or {}
    return not set(gate.get("experts_run") or ()).isdisjoint(expected)


def summarize(scores: Sequence[QuestionScore]) -> EvalReport:
    """All scores together. Raises `InvalidArgument` where there are none."""
    if not scores:
        raise InvalidArgument("No question was scored.", "Give a golden file with questions.")
    answered = [score for score in scores if not score.abstained and score.error is None]
    abstained = [score for score in scores if score.abstained]
    wanted = [score for score in scores if score.should_abstain]
    latencies = sorted(score.latency_ms for score in scores if score.error is None) or [0.0]
    by_kind: dict[str, tuple[int, int]] = {}
    for score in sorted(scores, key=lambda each: each.kind):
        right, asked = by_kind.get(score.kind, (0, 0))
        by_kind[score.kind] = (right + score.right, asked + 1)
    certainty = _certainty(answered)
    composed = [*answered, *(score for score in abstained if score.withheld_right is not None)]
    return EvalReport(
        questions=len(scores),
        errors=sum(score.error is not None for score in scores),
        right=sum(score.right for score in scores) / len(scores),
        claims_right=_share(sum(s.claims_right for s in scores), sum(s.claims for s in scores)),
        citations_supported=_share(sum(s.citations_supported for s in scores), sum(s.citations for s in scores)),
        cited_as_expected=_share_true([score.cited_as_expected for score in scores]),
        experts_as_expected=_share_true([score.experts_as_expected for score in scores]),
        abstention_precision=_share(sum(score.should_abstain for score in abstained), len(abstained)),
        abstention_recall=_share(sum(score.abstained for score in wanted), len(wanted)),
        latency_p50_ms=statistics.median(latencies),
        latency_p95_ms=latencies[min(len(latencies) - 1, int(0.95 * len(latencies)))],
        brier=certainty.brier,
        ece=certainty.ece,
        auroc=certainty.auroc,
        risk_at_80=certainty.risk_at_80,
        auroc_composed=_certainty(composed).auroc,
        reliability=reliability_of([score.confidence for score in answered], [score.right for score in answered]),
        certainty_by_kind={kind: _certainty([one for one in answered if one.kind == kind]) for kind in by_kind},
        abstained_for=_reasons(abstained),
        digest=sha256("".join(score.digest for score in scores).encode()).hexdigest(),
        by_kind=by_kind,
    )


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None


def _share_true(values: Sequence[bool | None]) -> float | None:
    judged = [value for value in values if value is not None]
    return _share(sum(judged), len(judged))


def _certainty(scores: Sequence[QuestionScore]) -> Figures:
    """Of what was composed: of a withheld answer it counts whether it would have been right."""
    right = [score.right if score.withheld_right is None else score.withheld_right for score in scores]
    return figures_of([score.confidence for score in scores], right)


def _reasons(abstained: Sequence[QuestionScore]) -> dict[str, tuple[int, int]]:
    found: dict[str, tuple[int, int]] = {}
    for score in abstained:
        rightly, every = found.get(score.reason or "not told", (0, 0))
        found[score.reason or "not told"] = (rightly + score.should_abstain, every + 1)
    return dict(sorted(found.items(), key=lambda one: (-one[1][1], one[0])))


def below_floors(report: EvalReport, floors: Mapping[str, float]) -> list[str]:
    """A sentence for each figure under its floor. A figure that nothing could be judged by counts as under it."""
    unknown = sorted(set(floors) - set(FLOORS))
    if unknown:
        raise InvalidArgument(
            f"There is no figure {unknown[0]!r} to hold a floor.", f"Use one of: {', '.join(FLOORS)}."
        )
    failures = []
    for name, floor in sorted(floors.items()):
        value = getattr(report, name)
        if value is None or value < floor:
            failures.append(
                f"{name} is {'not known' if value is None else f'{value:.3f}'}, under its floor {floor:.3f}"
            )
    return failures
