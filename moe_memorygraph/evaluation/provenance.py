"""Where the ranker's weights come from: the sets by hash, the command, and a seal that shows a change by hand. No I/O."""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from moe_memorygraph.evaluation.suites import Suite
from moe_memorygraph.memory.ranking import Weights

__all__ = [
    "CHANGED",
    "PLANES",
    "Given",
    "difference",
    "is_sealed",
    "moved_model",
    "record_of",
    "seal",
    "weights_document",
]

PLANES = ("texts", "documents")
"""The two sets of weights: for what people write to each other, and for documents."""

Given = tuple[Path, Suite, float]
"""A set as it was given to the fit: its path, what was read there, and how much a question of it counts."""

# Of a logit: what a weight may be off by. Above 10,000 passages a tenant's vector index is built anew on each run, and
# finds not quite the same candidates: 0.086 was the most in three fits; the rest is rounding of other processors.
_SLACK = 0.2

CHANGED = "It was changed after it was written."


def record_of(given: Given) -> dict[str, Any]:
    """What the file of weights says of one set: nothing of its texts, and of its path the last name alone."""
    path, suite, share = given
    return {
        "suite": suite.name,
        "path": path.name,
        "rows": len(suite.tickets) or len(suite.documents),
        "questions": len(suite.probes),
        "share": share,
        "sha256": suite.sha256(),
        "parts": sorted(suite.marks().values()),
    }


def weights_document(given: Sequence[Given], weights: Mapping[str, Weights]) -> dict[str, Any]:
    """The file of weights, sealed. `weights`: by the names in `PLANES`."""
    suites = " ".join(f"--suite {suite.name}={path.name}" for path, suite, _ in given)
    document = {
        "origin": f"python scripts/fit_ranker.py {suites}",
        "sets": [record_of(one) for one in given],
        **{plane: weights[plane].to_json() for plane in PLANES},
    }
    return seal(document)


def seal(document: Mapping[str, Any]) -> dict[str, Any]:
    """The document with a hash of all that it says."""
    return {**document, "seal": _seal(document)}


def is_sealed(document: Mapping[str, Any]) -> bool:
    """Whether nothing in a file of weights was changed since it was written."""
    return bool(document.get("seal") == _seal(document))


def _seal(document: Mapping[str, Any]) -> str:
    rest = {name: value for name, value in document.items() if name != "seal"}
    return sha256(json.dumps(rest, sort_keys=True).encode()).hexdigest()


def difference(shipped: Mapping[str, Any], fitted: Mapping[str, Any]) -> str:
    """What tells a file of weights from one that was fitted just now, as a sentence; '' where it is the same fit.

    The same sets in the same order, and no weight further off than another index and another machine's rounding explain.
    """
    if not is_sealed(shipped):
        return CHANGED
    for old, new in zip(shipped["sets"], fitted["sets"], strict=False):
        if old != new:
            changed = ", ".join(name for name in new if old.get(name) != new[name])
            return f"It was fitted on another {old['suite']}: {changed}."
    if len(shipped["sets"]) != len(fitted["sets"]):
        return f"It was fitted on {len(shipped['sets'])} sets, not {len(fitted['sets'])}."
    for plane in PLANES:
        name, off = max(_moved(shipped[plane], fitted[plane]).items(), key=lambda one: one[1])
        if off > _SLACK:
            return f"Its {name} of {plane} is {off:.4f} off."
    return ""


def moved_model(shipped: Mapping[str, Any], fitted: Mapping[str, Any]) -> str:
    """What tells a model of confidence from one that was fitted just now, as a sentence; '' where it is the same fit."""
    if shipped["sets"] != fitted["sets"]:
        return "It was fitted on other answers."
    names = {**shipped["weights"], **fitted["weights"]}
    off = {name: abs(shipped["weights"].get(name, 0.0) - fitted["weights"].get(name, 0.0)) for name in names}
    name = max(off, key=off.__getitem__)
    return f"Its {name} is {off[name]:.4f} off." if off[name] > _SLACK else ""


def _moved(shipped: Mapping[str, Any], fitted: Mapping[str, Any]) -> dict[str, float]:
    old, new = ({"bias": one["bias"], **one["weights"]} for one in (shipped, fitted))
    return {name: abs(old.get(name, 0.0) - new.get(name, 0.0)) for name in {**old, **new}}
