"""The ranker's weights, fitted to questions whose evidence is known: listwise for the order, then Platt for the odds.

NumPy alone, deterministic. The order is learned by the softmax cross entropy over the candidates of each question
(ListNet's top-one form: Cao et al., ICML 2007), where a text of several passages is found when any of them is, with an
L2 penalty and with the sign of features whose direction is not open to doubt held. The odds are a logistic regression
of evidence on the linear score (Platt, 1999), evidence and the best of the other candidates weighing the same in sum,
so that 0.5 is even odds of the two; questions without embeddings, and those without words, have an offset of their own.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.memory.ranking import FEATURES, Weights

__all__ = ["NEVER_HARMS", "Example", "fit_weights"]

NEVER_HARMS = (
    "similarity",
    "similarity_high",
    "similarity_alone",
    "similarity_and_coverage",
    "coverage",
    "coverage_high",
    "coverage_full",
    "density",
    "coverage_alone",
    "mass",
    "rarest",
    "head",
    "similarity_before",
    "similarity_after",
    "similarity_around",
    "coverage_before",
    "coverage_after",
    "context",
    "wide_context",
    "text_context",
    "group_similarity",
    "group_coverage",
    "at_time",
    "at_year",
    "says_when",
    "is_recent",
    "customer",
    "category",
)
"""Features whose weight is held at 0 or more, so that a passage that fits better never scores less."""

LACKING = ("no_similarity", "no_words")
"""Features that mark what a question or its passages do not have; 1 in every candidate or, mostly, in none."""

_STEPS = 200
_RIVALS = 50
"""Other candidates of each question, its best, that the odds are against: confidence and abstention rest on these odds."""

_VARIED = 1e-4  # deviation within questions under which a feature orders nothing
_PENALTY = 2e-4  # per question, on weights of features scaled to unit deviation; chosen out of fold, flat around it


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One question's candidates and which of them are evidence."""

    features: NDArray[np.float32]
    """Shape (n, len(FEATURES))."""
    relevant: NDArray[np.intp]
    """Shape (n,): number of the wanted text that a candidate is a passage of, from 0; -1 for what is no evidence.

    An example without both kinds teaches nothing and is left out.
    """
    weight: float = 1.0
    """How much it counts beside others, > 0."""


def fit_weights(
    examples: Sequence[Example],
    *,
    prior: Weights,
    names: Collection[str] = FEATURES,
    penalty: float = _PENALTY,
    steps: int = _STEPS,
) -> Weights:
    """Weights that put evidence first.

    `names`: features that may get a weight; of the others those that the examples vary get 0. What no example varies
    keeps the prior's weight. Raises `ValueError` where no example holds both evidence and something else.
    """
    taught = [one for one in examples if (one.relevant >= 0).any() and (one.relevant < 0).any()]
    if not taught:
        raise ValueError("no example holds both evidence and other candidates")
    lists = _Lists.of(taught)
    spread = lists.spread()
    is_varied = spread > _VARIED
    is_free = is_varied & np.isin(FEATURES, list(names))
    scale = np.where(is_varied, spread, 1.0)
    floor = np.where(np.isin(FEATURES, NEVER_HARMS), 0.0, -np.inf)
    fitted = _descend(lists, scale=scale, floor=floor, free=is_free, penalty=penalty, steps=steps)
    scores = (lists.rows @ fitted.astype(np.float32)).astype(np.float64)
    lacking = {name: lists.all_hold(FEATURES.index(name)) for name in LACKING}
    whole = ~np.any(list(lacking.values()), axis=0)
    slope, bias = _platt(scores, lists, whole if whole.any() else ~whole)
    values = np.where(is_varied, fitted * slope, prior.values)
    for name, questions in lacking.items():
        if questions.any():
            _, offset = _platt(scores * slope, lists, questions, slope=1.0)
            values[FEATURES.index(name)] = offset - bias
    return Weights(names=FEATURES, values=values, bias=bias)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Lists:
    """All questions' candidates under each other."""

    rows: NDArray[np.float32]
    starts: NDArray[np.intp]
    sizes: NDArray[np.intp]
    weights: NDArray[np.float64]
    """Shape (questions,), sum 1."""
    evidence: NDArray[np.intp]
    """Rows that are evidence, passages of one wanted text beside each other."""
    text_starts: NDArray[np.intp]
    """Where in `evidence` each wanted text begins."""
    text_sizes: NDArray[np.intp]
    text_weights: NDArray[np.float64]
    """Of each wanted text its share of its question's weight."""

    @classmethod
    def of(cls, examples: Sequence[Example]) -> "_Lists":
        sizes = np.array([len(one.relevant) for one in examples])
        starts = np.append(0, np.cumsum(sizes)[:-1])
        weights = np.array([one.weight for one in examples])
        weights = weights / weights.sum()
        evidence, text_sizes, text_weights = [], [], []
        for one, start, weight in zip(examples, starts, weights, strict=True):
            wanted = np.flatnonzero(one.relevant >= 0)
            wanted = wanted[np.argsort(one.relevant[wanted], kind="stable")]
            counts = np.unique(one.relevant[wanted], return_counts=True)[1]
            evidence.append(wanted + start)
            text_sizes.append(counts)
            text_weights.append(np.full(len(counts), weight / len(counts)))
        flat_sizes = np.concatenate(text_sizes)
        return cls(
            rows=np.concatenate([one.features for one in examples]).astype(np.float32),
            starts=starts,
            sizes=sizes,
            weights=weights,
            evidence=np.concatenate(evidence),
            text_starts=np.append(0, np.cumsum(flat_sizes)[:-1]),
            text_sizes=flat_sizes,
            text_weights=np.concatenate(text_weights),
        )

    def loss(self, scores: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """Mean cross entropy of the wanted texts, and its slope by score."""
        scores = scores - np.repeat(np.maximum.reduceat(scores, self.starts), self.sizes)
        powers = np.exp(np.maximum(scores, -80.0))
        sums = np.add.reduceat(powers, self.starts)
        found = np.add.reduceat(powers[self.evidence], self.text_starts)
        slope = powers * np.repeat(self.weights / sums, self.sizes)
        slope[self.evidence] -= powers[self.evidence] * np.repeat(self.text_weights / found, self.text_sizes)
        return float(self.weights @ np.log(sums) - self.text_weights @ np.log(found)), slope

    def all_hold(self, column: int) -> NDArray[np.bool_]:
        """Shape (questions,): those in which a feature is 1 in every candidate."""
        return np.asarray(np.minimum.reduceat(self.rows[:, column], self.starts) == 1)

    def places(self, scores: NDArray[np.float64]) -> NDArray[np.intp]:
        """Place of each row in its question, the highest score at 0; shape (rows,)."""
        order = np.lexsort((-scores, np.repeat(np.arange(len(self.sizes)), self.sizes)))
        places = np.empty(len(scores), dtype=np.intp)
        places[order] = np.arange(len(scores)) - np.repeat(self.starts, self.sizes)
        return places

    def spread(self) -> NDArray[np.float64]:
        """Deviation of each feature within questions, where alone it can order anything."""
        means = np.add.reduceat(self.rows, self.starts, axis=0) / self.sizes[:, None]
        squares = np.add.reduceat(self.rows**2, self.starts, axis=0) / self.sizes[:, None]
        return np.sqrt(np.maximum(self.weights @ (squares - means**2), 0.0))


def _descend(
    lists: _Lists,
    *,
    scale: NDArray[np.float64],
    floor: NDArray[np.float64],
    free: NDArray[np.bool_],
    penalty: float,
    steps: int,
) -> NDArray[np.float64]:
    """Accelerated projected gradient (Beck and Teboulle, 2009) with restarts, in units of `scale`; fixed steps."""
    rows = lists.rows / scale.astype(np.float32)
    point = momentum = np.zeros(len(scale))
    pace, speed, last = 1.0, 1.0, np.inf

    def look(at: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """The penalised loss, and its slope by score."""
        loss, slope = lists.loss((rows @ at.astype(np.float32)).astype(np.float64))
        return loss + penalty / 2 * float(at @ at), slope

    for _ in range(steps):
        loss, by_score = look(momentum)
        slope = np.where(free, rows.T @ by_score.astype(np.float32) + penalty * momentum, 0.0)
        while True:
            step = np.where(free, np.maximum(momentum - slope / speed, floor), momentum)
            moved = step - momentum
            after, _ = look(step)
            if after <= loss + slope @ moved + speed / 2 * float(moved @ moved) + 1e-7:
                break
            speed *= 2
        if after > last:
            momentum, pace, last = point, 1.0, np.inf
            continue
        following = (1 + np.sqrt(1 + 4 * pace**2)) / 2
        momentum = step + (pace - 1) / following * (step - point)
        point, pace, last = step, following, after
        speed *= 0.9
    return point / scale


def _platt(
    scores: NDArray[np.float64], lists: _Lists, questions: NDArray[np.bool_], *, slope: float | None = None
) -> tuple[float, float]:
    """Slope (or the one given) and bias of the balanced odds of evidence given a linear score; Newton's method.

    Of a wanted text its best passage is the evidence; its others count as neither, and so does what nobody would take
    for evidence: only the best of the other candidates are told from it.
    """
    found = scores[lists.evidence]
    is_best = found == np.repeat(np.maximum.reduceat(found, lists.text_starts), lists.text_sizes)
    is_evidence, is_other = np.zeros(len(scores), dtype=np.bool_), np.ones(len(scores), dtype=np.bool_)
    is_evidence[lists.evidence[is_best]] = True
    is_other[lists.evidence] = False
    is_other &= lists.places(np.where(is_other, scores, -np.inf)) < _RIVALS
    share = np.where(questions, lists.weights, 0.0) / lists.weights[questions].sum()
    weights = np.zeros(len(scores))
    for kind in (is_evidence, is_other):
        counts = np.add.reduceat(kind.astype(np.float64), lists.starts)
        weights += np.where(kind, np.repeat(share / np.maximum(counts, 1) / 2, lists.sizes), 0.0)
    inputs = np.stack([scores, np.ones(len(scores))], axis=1)
    odds_of = np.array([0.0 if slope is None else slope, 0.0])
    moves = np.array([slope is None, True])
    for _ in range(50):
        odds = 1.0 / (1.0 + np.exp(-np.clip(inputs @ odds_of, -60, 60)))
        uphill = inputs.T @ (weights * (odds - is_evidence))
        curve = (inputs * (weights * odds * (1 - odds))[:, None]).T @ inputs + 1e-9 * np.eye(2)
        odds_of[moves] -= np.clip(np.linalg.solve(curve[np.ix_(moves, moves)], uphill[moves]), -5.0, 5.0)
    return float(odds_of[0]), float(odds_of[1])
