"""A suite asked of a loaded tenant by the way that every search goes, and what can be said of the answers."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
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
    FITTED_ON,
    SHIPPED,
    Candidates,
    Ranked,
    Weights,
    features,
    recorded,
)
from moe_memorygraph.workflow.engine import Workflow
from moe_memorygraph.workflow.values import Ask

__all__ = ["Trial", "baseline_report", "cross_validated", "examples_of", "fitted_on", "probe_all", "report_of"]

_DEEPEST = max(CUTS)
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


def examples_of(trials: Sequence[Trial], *, weight: float = 1.0) -> list[Example]:
    """What each trial teaches a ranker, in order; all together weigh `weight` times their number."""
    examples = []
    for trial in trials:
        query, candidates = trial.ranked or (None, None)
        if query is None or candidates is None:
            rows, relevant = np.zeros((0, len(SHIPPED.names)), np.float32), np.zeros(0, np.intp)
        else:
            rows, relevant = features(query, candidates).astype(np.float32), _relevant(trial, candidates)
        examples.append(Example(features=rows, relevant=relevant, weight=weight))
    return examples


def _relevant(trial: Trial, candidates: Candidates) -> NDArray[np.intp]:
    numbers = {name: number for number, name in enumerate(trial.probe.wanted)}
    return np.array([numbers.get(_name(trial, key), -1) for key in candidates.keys], dtype=np.intp)


def cross_validated(trials: Sequence[Trial], *, documents: bool) -> dict[str, Any]:
    """Figures with each fold ranked by weights that were fitted on the other folds alone.

    Raises `ValueError` where there are fewer than two folds to learn from.
    """
    examples = examples_of(trials)
    prior = DOCUMENTS if documents else SHIPPED
    rankings: list[tuple[Probe, Sequence[str]]] = []
    for fold in sorted({trial.probe.fold for trial in trials}):
        weights = fit_weights(
            [one for one, trial in zip(examples, trials, strict=True) if trial.probe.fold != fold], prior=prior
        )
        rankings += [
            (trial.probe, _ranked_by(weights, trial, one))
            for one, trial in zip(examples, trials, strict=True)
            if trial.probe.fold == fold
        ]
    return _figures(rankings)


def _ranked_by(weights: Weights, trial: Trial, example: Example) -> list[str]:
    return _order(trial, weights.probability(example.features)) if len(example.features) else []


def fitted_on(suite: Suite) -> dict[str, Any]:
    """Whether the shipped weights were fitted on parts of this suite, by the hashes that they carry."""
    known = set(FITTED_ON.get(suite.name, ()))
    seen = sorted(fold for fold, mark in suite.marks().items() if mark in known)
    return {"weights_fitted_on_these": seen, "weights_never_saw": sorted(set(suite.marks()) - set(seen))}
