"""How likely a verified answer is right, and whether to give it or to say what is missing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

from moe_memorygraph.experts import Draft, Evidence, Question, Tally
from moe_memorygraph.experts.tallies import label_words, tally_sentence
from moe_memorygraph.memory.values import DataSpan, Fact
from moe_memorygraph.words import standing_in, stem, tokens
from moe_memorygraph.workflow.confidence.conditions import unmet_condition
from moe_memorygraph.workflow.confidence.model import SHIPPED, Model
from moe_memorygraph.workflow.confidence.signs import signs_of
from moe_memorygraph.workflow.confidence.words import unexplained_words
from moe_memorygraph.workflow.near_names import near_names

__all__ = ["HARDLY", "Assessment", "Reason", "assess"]

Reason = Literal[
    "unknown_name",
    "no_such_time",
    "undated",
    "unrecorded",
    "nothing_found",
    "nothing_counted",
    "unmet_condition",
    "nothing_asked",
    "unsure",
]
"""Why it abstains. All but `unsure` are hard: no sign outweighs them."""

HARDLY = 0.05
"""The most confidence that an answer has which a hard reason speaks against."""

_NO_SHARES: Mapping[str, float] = MappingProxyType({})
_MOST_WORDS_NAMED = 4
_COURTESIES = frozenset(
    """hello hi hey hiya greetings good morning afternoon evening day dear there all team everyone thanks thank you thx please
    ok okay yes no bye goodbye cheers test testing how are welcome so very much many""".split()  # noqa: SIM905 - words read better so
)
_PLACES = 6  # of log-odds: what is shown adds up to the digit


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment:
    confidence: float
    """0..1: of answers given with 0.8, about 80 % are right."""
    abstained: bool
    reason: Reason | None
    missing: str
    """Why it abstains, as a sentence; '' where it does not."""
    signs: Mapping[str, float]
    contributions: Mapping[str, float]
    """What each sign adds to the logit."""
    logit: float
    """The sum of the contributions; the model's curve makes the confidence of it."""

    @property
    def is_hard(self) -> bool:
        return self.reason is not None and self.reason != "unsure"

    def explained(self) -> dict[str, Any]:
        """What the confidence is made of: `logit`, which is the sum of `contributions`, and the `reason` to abstain."""
        return {"logit": self.logit, "contributions": dict(self.contributions), "reason": self.reason}


def assess(
    question: Question,
    draft: Draft,
    evidence: Sequence[Evidence],
    *,
    span: DataSpan,
    shares: Mapping[str, float] = _NO_SHARES,
    dropped: int,
    conflicts: int,
    degraded: int,
    abstain_below: float,
    model: Model = SHIPPED,
) -> Assessment:
    """Judge a verified draft by its signs; `shares`, `dropped`, `conflicts` and `degraded` as in `signs_of`."""
    signs = signs_of(question, draft, evidence, shares=shares, dropped=dropped, conflicts=conflicts, degraded=degraded)
    contributions = {name: round(value, _PLACES) for name, value in model.contributions(signs).items()}
    logit = round(sum(contributions.values()), _PLACES)
    confidence = round(model.probability(logit), 4)
    reason, missing = _hard_reason(question, draft, evidence, span, shares)
    if reason is not None:
        confidence = min(confidence, HARDLY)
    elif confidence < abstain_below:
        reason, missing = "unsure", _what_is_missing(question, draft, evidence, shares)
    return Assessment(
        confidence=confidence,
        abstained=reason is not None,
        reason=reason,
        missing=missing,
        signs=signs,
        contributions=contributions,
        logit=logit,
    )


def _what_is_missing(
    question: Question, draft: Draft, evidence: Sequence[Evidence], shares: Mapping[str, float]
) -> str:
    if draft.missing:
        return f"What is missing: {draft.missing}."
    none = next((one.payload for one in evidence if isinstance(one.payload, Tally) and not one.payload.total), None)
    if question.asks_whether and none is not None:
        return _none_reason(question, none, evidence)
    if (question.customers or question.subjects) and question.predicates and not _recorded(question, evidence):
        names = " and ".join([*(one.name for one in question.customers), *question.subjects])
        return f"No {label_words(question.predicates[0])} of {names} is recorded."
    words = unexplained_words(question, _cited(draft, evidence), shares)
    if not words:
        return "What is missing: evidence that speaks of what was asked."
    return f"What is missing: evidence that speaks of {_quoted(words)}."


def _quoted(words: Sequence[str]) -> str:
    return ", ".join(f"“{word}”" for word in words[:_MOST_WORDS_NAMED])


def _strangers(question: Question, cited: Sequence[Evidence], shares: Mapping[str, float]) -> list[str]:
    """Words of a question for a report that stand nowhere: a name in small letters, of which a report on all says
    nothing."""
    if question.kind != "report" or question.customers or question.subjects:
        return []
    return [word for word in unexplained_words(question, cited, shares) if shares.get(word) == 0.0]


def _recorded(question: Question, evidence: Sequence[Evidence]) -> bool:
    """Whether any fact was found of what the question asks for."""
    facts = [one.payload for one in evidence if isinstance(one.payload, Fact)]
    return any(fact.predicate in question.predicates for fact in facts)


def _cited(draft: Draft, evidence: Sequence[Evidence]) -> list[Evidence]:
    return [evidence[index] for index in dict.fromkeys(index for claim in draft.claims for index in claim.cites)]


def _hard_reason(
    question: Question, draft: Draft, evidence: Sequence[Evidence], span: DataSpan, shares: Mapping[str, float]
) -> tuple[Reason | None, str]:
    cited = _cited(draft, evidence)
    if _asks_nothing(question):
        return "nothing_asked", "Nothing is asked: name a customer, a topic, a time, or what is to be found."
    is_compared_alone = question.kind == "compare" and bool(question.customers)
    if question.unknown_names and (is_compared_alone or not _mentioned(question.unknown_names, cited)):
        return "unknown_name", _unknown_reason(question)
    counts = [item.payload for item in cited if isinstance(item.payload, Tally)]
    lies_ahead = question.time is not None and question.time.until > question.asked_at
    listed = any(
        tally.noun == "customer" and (tally.total or lies_ahead) for tally in counts
    )  # a fact's time is its own
    time = None if listed else question.time
    if time and span.oldest and span.newest and (time.since > span.newest or time.until <= span.oldest):
        first, last = f"{span.oldest:%Y-%m-%d}", f"{span.newest:%Y-%m-%d}"
        return "no_such_time", f"Nothing is stored for {time.label}: the tickets run from {first} to {last}."
    if question.undated and question.kind in ("how_many", "trend", "compare"):
        return "undated", _undated_reason(question)
    if _is_unrecorded(question, cited):
        return "unrecorded", f"Nothing is recorded about {' '.join(question.unexplained[:_MOST_WORDS_NAMED])}."
    if all(claim.heading for claim in draft.claims):
        return "nothing_found", f"What is missing: {draft.missing or 'evidence that could be cited'}."
    none = counts and len(counts) == len(cited) and not any(tally.total for tally in counts)
    if none and (span.oldest is None or all(tally.noun == "ticket" for tally in counts)):
        return "nothing_counted", _none_reason(question, counts[0], evidence)
    if strangers := _strangers(question, cited, shares):
        return "unknown_name", f"Nothing that is stored speaks of {_quoted(strangers)}."
    if unmet := unmet_condition(question, cited):
        return "unmet_condition", unmet
    return None, ""


def _asks_nothing(question: Question) -> bool:
    """Whether it greets or thanks and says no more: any ticket that is as polite would be near it."""
    words = [word.casefold() for word in tokens(question.text)]
    return bool(words) and _COURTESIES.issuperset(words)


def _is_unrecorded(question: Question, cited: Sequence[Evidence]) -> bool:
    """Whether a value of somebody was asked for that no fact records, and of which no cited text speaks either."""
    asks_value = question.kind in ("what_is", "general") and not question.predicates and not question.wants_verbatim
    wanted = set(map(stem, question.unexplained))
    if not asks_value or not wanted:
        return False
    text = " ".join(f"{item.quote} {item.title} {getattr(item.payload, 'text', '')}" for item in cited)
    return 2 * len(standing_in(text, wanted)) < len(wanted)


def _none_reason(question: Question, none: Tally, evidence: Sequence[Evidence]) -> str:
    searched = [one.payload for one in evidence if isinstance(one.payload, Tally) and one.payload.role == "searched"]
    if not question.asks_whether or not searched:
        return f"None fits: {tally_sentence(none)}"
    return f"No ticket says so: {tally_sentence(none).removesuffix('.')}, among {tally_sentence(searched[0])}"


def _unknown_reason(question: Question) -> str:
    names = " and ".join(f"“{name}”" for name in question.unknown_names)
    near = [one for name in question.unknown_names for one in near_names(name, question.customer_names.values())]
    meant = f" Did you mean {' or '.join(dict.fromkeys(near))}?" if near else ""
    return f"No customer and no record is known by the name {names}.{meant}"


def _undated_reason(question: Question) -> str:
    if not question.customers:
        return (
            f"It is not known when “{question.undated}” was: name the customer in whose records it stands, or a date."
        )
    names = " or ".join(customer.name for customer in question.customers)
    return f"It is not known when “{question.undated}” was: nothing that is stored of {names} says so."


def _mentioned(names: Sequence[str], cited: Sequence[Evidence]) -> bool:
    text = " ".join(f"{item.quote} {item.title} {getattr(item.payload, 'text', '')}" for item in cited).casefold()
    return all(name.casefold() in text for name in names)
