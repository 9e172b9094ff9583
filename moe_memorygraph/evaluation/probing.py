"""A suite asked of a loaded tenant by the way that every search goes, and what can be said of the answers."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from moe_memorygraph.embedding import Embedder
from moe_memorygraph.evaluation.baselines import BASELINES, baseline_scores, order_of_keys
from moe_memorygraph.evaluation.fitting import Example, fit_weights
from moe_memorygraph.evaluation.retrieval import CUTS, mean_figures, retrieval_figures
from moe_memorygraph.evaluation.suites import Probe, Suite
from moe_memorygraph.memory.ports import TenantMemory
from moe_memorygraph.memory.ranking import (
    DOCUMENTS,
    FEATURES,
    FITTED_ON,
    SHIPPED,
    Candidates,
    Ranked,
    RankQuery,
    Weights,
    features,
    rank,
    recorded,
)
from moe_memorygraph.workflow.engine import Workflow
from moe_memorygraph.workflow.values import Ask

__all__ = [
    "Trial",
    "baseline_report",
    "cross_validated",
    "examples_of",
    "fit_plane",
    "fitted_on",
    "out_of_fold",
    "probe_all",
    "report_of",
]

DOCUMENT_FEATURES = (
    "similarity",
    "similarity_high",
    "similarity_alone",
    "similarity_and_coverage",
    "coverage",
    "coverage_high",
    "coverage_full",
    "coverage_alone",
    "density",
    "mass",
    "rarest",
    "head",
)
"""What orders documents: their sections neither answer each other nor speak in the first person."""

HELD = ("customer", "category", "is_recent")
"""What a question prefers: set by hand, as no suite asks by it. Words of known items name categories by accident."""

_BY_HAND = {
    False: {"customer": 1.0, "category": 0.5, "is_recent": 2.0},
    True: {
        "customer": 1.0,
        "category": 0.5,
        "is_recent": 2.0,
        "at_time": 0.8,
        "at_year": 0.8,
        "after_time": 0.8,
        "before_time": 0.2,
    },
}
"""Weights of what no suite of texts, or of documents, varies; all else that is not varied weighs nothing."""

_DEEPEST = max(CUTS)
_BARE = 4
_PASSAGES = 50  # of documents: so many hold enough different documents


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """One probe, asked."""

    probe: Probe
    found: tuple[str, ...]
    """Ids as `Probe.wanted` names them, best first, each once, at most 20."""
    milliseconds: float
    """From the question's text to the ranked answer: embedding, search and ranking."""
    ranked: Ranked | None
    """What the ranker was given; None where it had nothing to rank."""
    names: Mapping[object, str]
    """Ids by the candidates' keys, where they are not the same."""


async def probe_all(
    suite: Suite,
    *,
    memory: TenantMemory,
    workflow: Workflow,
    embedder: Embedder,
    on_done: Callable[[int], None] = lambda done: None,  # noqa: ARG005
) -> list[Trial]:
    """Ask every probe, one after the other, in their order."""
    paths = {one.document_id: one.path for one in await _documents(memory)} if suite.documents else {}
    trials: list[Trial] = []
    for probe in suite.probes:
        with recorded() as record:
            begin = perf_counter()
            if suite.documents:
                found = await _documents_for(probe, memory, embedder)
            else:
                found = await _tickets_for(probe, memory, workflow)
            took = (perf_counter() - begin) * 1000
        trials.append(
            Trial(probe=probe, found=found, milliseconds=took, ranked=record[-1] if record else None, names=paths)
        )
        on_done(len(trials))
    return trials


async def _documents(memory: TenantMemory) -> list[Any]:
    found: list[Any] = []
    while page := await memory.knowledge.browse(limit=200, offset=len(found)):
        found += page
    return found


async def _tickets_for(probe: Probe, memory: TenantMemory, workflow: Workflow) -> tuple[str, ...]:
    ask = Ask(tool="search_tickets", text=probe.text, customer=probe.customer, limit=_DEEPEST)
    result = await workflow.ask(memory, ask)
    return tuple(item["ticket_id"] for item in result.envelope["items"])


async def _documents_for(probe: Probe, memory: TenantMemory, embedder: Embedder) -> tuple[str, ...]:
    embedding = await embedder.embed_query(probe.text)
    hits = await memory.knowledge.search(text=probe.text, embedding=embedding, limit=_PASSAGES)
    return tuple(dict.fromkeys(hit.path for hit in hits))[:_DEEPEST]


def report_of(trials: Sequence[Trial]) -> dict[str, Any]:
    """Figures over all and by category, and how long a search took."""
    return {
        **_figures([(trial.probe, trial.found) for trial in trials]),
        "search_ms": {
            name: round(float(np.percentile([trial.milliseconds for trial in trials], percent)), 2)
            for name, percent in (("p50", 50), ("p95", 95))
        },
    }


def _figures(rankings: Sequence[tuple[Probe, Sequence[str]]]) -> dict[str, Any]:
    by_category: dict[str, list[dict[str, float]]] = defaultdict(list)
    for probe, found in rankings:
        by_category[probe.category].append(retrieval_figures(found, probe.wanted))
    every = [figures for category in by_category.values() for figures in category]
    return {
        "questions": len(every),
        "overall": mean_figures(every),
        "by_category": {
            name: {"questions": len(figures), **mean_figures(figures)} for name, figures in sorted(by_category.items())
        },
    }


def baseline_report(trials: Sequence[Trial]) -> dict[str, Any]:
    """By baseline its figures over the same candidates."""
    rankings: dict[str, list[tuple[Probe, Sequence[str]]]] = {name: [] for name in BASELINES}
    for trial in trials:
        scores = baseline_scores(*trial.ranked) if trial.ranked else {}
        for name in BASELINES:
            rankings[name].append((trial.probe, _order(trial, scores[name]) if scores else ()))
    return {name: _figures(found) for name, found in rankings.items()}


def _order(trial: Trial, scores: NDArray[np.float64]) -> list[str]:
    if trial.ranked is None:
        return []
    found = (_name(trial, key) for key in order_of_keys(trial.ranked[1], scores))
    return list(dict.fromkeys(found))[:_DEEPEST]


def _name(trial: Trial, key: object) -> str:
    """The id of a candidate: its key, or of a document's (id, part) the path."""
    whole = key[0] if isinstance(key, tuple) else key
    return trial.names.get(whole, str(whole))


def examples_of(trials: Sequence[Trial], *, weight: float = 1.0) -> list[list[Example]]:
    """What each trial teaches a ranker, in order; empty where nothing was ranked.

    Every fourth teaches three times: as it is and, counting a fifth as much, as if nothing were embedded and as if
    the question had no words.
    """
    return [_examples(trial, weight=weight, bare=place % _BARE == 0) for place, trial in enumerate(trials)]


def _examples(trial: Trial, *, weight: float, bare: bool) -> list[Example]:
    if trial.ranked is None:
        return []
    query, candidates = trial.ranked
    numbers = {name: number for number, name in enumerate(trial.probe.wanted)}
    relevant = np.array([numbers.get(_name(trial, key), -1) for key in candidates.keys], dtype=np.intp)
    forms = [trial.ranked]
    if bare:
        count = len(candidates)
        forms.append((replace(query, has_embedding=False), replace(candidates, similarity=np.full(count, np.nan))))
        nothing = np.zeros(count, dtype=np.uint64)
        wordless = replace(query, lexemes=(), frequency=np.zeros(0))
        forms.append((wordless, replace(candidates, held=nothing, head_held=nothing)))
    weights = [weight, *[weight / 5] * (len(forms) - 1)]
    return [
        Example(features=_taught(*form), relevant=relevant, weight=one)
        for form, one in zip(forms, weights, strict=True)
    ]


def _taught(query: RankQuery, candidates: Candidates) -> NDArray[np.float32]:
    found = features(query, candidates).astype(np.float32)
    found[:, [FEATURES.index(name) for name in HELD]] = 0.0
    return found


def cross_validated(trials: Sequence[Trial], *, documents: bool) -> dict[str, Any]:
    """Figures with each fold ranked by weights that were fitted on the other folds alone.

    Raises `ValueError` where there are fewer than two folds.
    """
    folds = sorted({trial.probe.fold for trial in trials})
    return out_of_fold([(trials, 1.0)], documents=documents, folds=len(folds))[0]


def out_of_fold(
    asked: Sequence[tuple[Sequence[Trial], float]],
    *,
    documents: bool,
    folds: int = 5,
    without: Collection[str] = (),
    most: int | None = None,
) -> list[dict[str, Any]]:
    """Figures of several suites' trials, each with the weight of a question, that one set of weights is fitted to.

    A fold of every suite is left out at once, and ranked by weights fitted on all others; a suite's folds are dealt out
    over as many as given. `without`: features that get no weight. `most`: so many candidates of a question, the best by
    the shipped weights, and its evidence are learned from; all are ranked. Raises `ValueError` where nothing is left to learn.
    """
    rankings: list[list[tuple[Probe, Sequence[str]]]] = [[] for _ in asked]
    numbers, taught = [], []
    for trials, weight in asked:
        places = {fold: place for place, fold in enumerate(sorted({trial.probe.fold for trial in trials}))}
        numbers.append([places[trial.probe.fold] % folds for trial in trials])
        taught.append([[_thinned(one, most, documents) for one in some] for some in examples_of(trials, weight=weight)])
    for left_out in range(folds):
        kept = [
            example
            for of_suite, examples in zip(numbers, taught, strict=True)
            for number, some in zip(of_suite, examples, strict=True)
            if number != left_out
            for example in some
        ]
        weights = fit_plane(kept, documents=documents, without=without)
        for found, (trials, _), of_suite in zip(rankings, asked, numbers, strict=True):
            found += [
                (trial.probe, _order(trial, rank(*trial.ranked, weights)) if trial.ranked else ())
                for trial, number in zip(trials, of_suite, strict=True)
                if number == left_out
            ]
    return [_figures(one) for one in rankings]


def _thinned(example: Example, most: int | None, documents: bool) -> Example:
    if most is None or len(example.relevant) <= most:
        return example
    scores = example.features @ (DOCUMENTS if documents else SHIPPED).values
    is_kept = example.relevant >= 0
    is_kept[np.argsort(-scores, kind="stable")[:most]] = True
    return replace(example, features=example.features[is_kept], relevant=example.relevant[is_kept])


def fit_plane(examples: Sequence[Example], *, documents: bool, without: Collection[str] = ()) -> Weights:
    """Weights as they are shipped, for documents or for texts; what the examples never vary weighs what was set by hand."""
    names = DOCUMENT_FEATURES if documents else FEATURES
    by_hand = np.array([_BY_HAND[documents].get(name, 0.0) for name in FEATURES])
    prior = Weights(names=FEATURES, values=by_hand, bias=0.0)
    return fit_weights(examples, prior=prior, names=[name for name in names if name not in without])


def fitted_on(suite: Suite) -> dict[str, Any]:
    """Whether the shipped weights were fitted on parts of this suite, by the hashes that they carry."""
    seen = sorted(fold for fold, mark in suite.marks().items() if mark in FITTED_ON)
    return {"weights_fitted_on_these": seen, "weights_never_saw": sorted(set(suite.marks()) - set(seen))}
