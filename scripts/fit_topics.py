"""Fit the classifier of topics, and write its `weights.json`: all sets at once, one command.

usage: python scripts/fit_topics.py --set multidogo=PATH --set hwu64=PATH [--out FILE | --check]

Beside the two public sets it is fitted on the sample corpus, on generated worlds, and on the taxonomy's own examples, each
left out in turn. `bench/topics.py` reports on other sets. The file names what it was fitted on by hash and is sealed; beside
it stand the vectors of the examples by the shipped model, which are used as long as both are as they were.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

import anyio
import numpy as np

from moe_memorygraph.embedding import Embedder, open_embedder
from moe_memorygraph.embedding.ports import Vectors
from moe_memorygraph.evaluation.suites.labelled import FITTED, Labelled, digest_of, read_labelled
from moe_memorygraph.evaluation.topics import Taught, figures_of, fit_topics, left_out, taught
from moe_memorygraph.evaluation.worlds.generate import generate_world
from moe_memorygraph.sample.corpus import generate_sample
from moe_memorygraph.topics import (
    FEATURES,
    OTHER_FEATURES,
    TAXONOMY,
    TopicClassifier,
    TopicWeights,
    examples_digest,
    weights,
)
from moe_memorygraph.workflow.categories import topics_of_label

WEIGHTS = Path(weights.__file__).with_name("weights.json")
SEEDS = (300, 301, 302)
MOST = 2000
"""Texts of a set, drawn at random."""
SLACK = 0.02
"""What a weight may be off by on another machine."""


def own_sets() -> dict[str, list[Labelled]]:
    """The sample's tickets and those of the worlds, by the topic that their category names."""
    rows = {"sample": [(one.subject, one.body, one.category) for one in generate_sample().tickets]}
    rows["worlds"] = [
        (one.subject, one.body, one.category) for seed in SEEDS for one in generate_world(seed).tickets if one.category
    ]
    return {
        name: [
            Labelled(f"{subject}\n{body}", topic)
            for subject, body, label in each
            for topic in topics_of_label(label)[:1]
        ]
        for name, each in rows.items()
    }


async def teach(embedder: Embedder, classifier: TopicClassifier, labelled: Sequence[Labelled]) -> Taught:
    drawn = random.Random(7).sample(labelled, min(MOST, len(labelled)))
    texts = [one.text for one in drawn]
    return taught(classifier, texts, await embedder.embed_passages(texts), [one.topic for one in drawn])


async def fitted(sets: dict[str, list[Labelled]]) -> tuple[dict[str, Any], Vectors]:
    async with open_embedder() as embedder:
        vectors = await embedder.embed_passages([example for topic in TAXONOMY for example in topic.examples])
        classifier = TopicClassifier(TAXONOMY, vectors)
        parts = {name: await teach(embedder, classifier, labelled) for name, labelled in sets.items()}
    parts["examples"] = left_out(TAXONOMY, vectors)
    found = fit_topics(list(parts.values()))
    for name, part in parts.items():
        print(name, json.dumps(figures_of(part, found)), file=sys.stderr)
    made = {"model": embedder.info.fingerprint, "sha256": examples_digest(TAXONOMY)}
    return document_of(found, sets, made), vectors


def document_of(found: TopicWeights, sets: dict[str, list[Labelled]], made: dict[str, str]) -> dict[str, Any]:
    document = {
        "origin": "python scripts/fit_topics.py " + " ".join(f"--set {name}={name}" for name in FITTED),
        "sets": {name: {"texts": len(labelled), "sha256": digest_of(labelled)} for name, labelled in sets.items()},
        "examples": made,
        "weights": dict(zip(FEATURES, (round(float(one), 4) for one in found.values), strict=True)),
        "other": dict(zip(OTHER_FEATURES, (round(float(one), 4) for one in found.other), strict=True)),
    }
    return {**document, "seal": sha256(json.dumps(document, sort_keys=True).encode()).hexdigest()}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--set", action="append", required=True, metavar="NAME=PATH", dest="sets")
    parser.add_argument("--out", type=Path, default=WEIGHTS, metavar="FILE")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail unless the file is what the sets give"
    )
    arguments = parser.parse_args()
    given = dict(pair.partition("=")[::2] for pair in arguments.sets)
    if set(given) != set(FITTED):
        parser.error(f"--set must name each of {', '.join(FITTED)} once")
    sets = {name: read_labelled(name, Path(given[name])) for name in FITTED} | own_sets()
    document, vectors = anyio.run(fitted, sets)
    if arguments.check:
        shipped = json.loads(arguments.out.read_text(encoding="utf-8"))
        off = max(
            abs(shipped[part][name] - value) for part in ("weights", "other") for name, value in document[part].items()
        )
        print(f"the weights differ by {off:.4f} at most")
        return int(off > SLACK or shipped["sets"] != document["sets"])
    arguments.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    np.save(arguments.out.with_name("examples.npy"), vectors.astype(np.float16))
    return 0


if __name__ == "__main__":
    sys.exit(main())
