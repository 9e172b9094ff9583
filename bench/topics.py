"""How right the classifier of topics is on public sets that it was not fitted on, as JSON.

    python bench/topics.py bitext=PATH cfpb=PATH banking77=PATH clinc150=PATH [--most 4000]

PATH is a set's file or folder as it was published. `cfpb` is measured twice: on what the shipped taxonomy names, and with
the topics that a tenant of consumer finance would add.
"""

import argparse
import json
import random
import sys
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Any

import anyio

from moe_memorygraph.embedding import Embedder, open_embedder
from moe_memorygraph.evaluation.suites.labelled import CFPB_TOPICS, REPORTED, Labelled, digest_of, read_labelled
from moe_memorygraph.evaluation.topics import figures_of, taught
from moe_memorygraph.telemetry import configure_logging
from moe_memorygraph.topics import OTHER, TAXONOMY, Topic, TopicClassifier
from moe_memorygraph.topics.weights import SHIPPED


async def opened(embedder: Embedder, topics: Sequence[Topic]) -> TopicClassifier:
    vectors = await embedder.embed_passages([example for topic in topics for example in topic.examples])
    return TopicClassifier(topics, vectors)


async def measured(
    embedder: Embedder, topics: Sequence[Topic], labelled: Sequence[Labelled], most: int
) -> dict[str, Any]:
    classifier = await opened(embedder, topics)
    known = [one for one in labelled if one.topic in (*classifier.names, OTHER)]
    drawn = random.Random(11).sample(known, min(most, len(known)))
    texts = [one.text for one in drawn]
    vectors = await embedder.embed_passages(texts)
    begin = process_time()
    part = taught(classifier, texts, vectors, [one.topic for one in drawn])
    seconds = process_time() - begin
    return {
        "sha256": digest_of(known),
        **figures_of(part, SHIPPED),
        "cpu_us_per_text": round(1e6 * seconds / len(texts), 1),
    }


async def report(given: dict[str, Path], most: int) -> dict[str, Any]:
    found = {}
    async with open_embedder() as embedder:
        for name in REPORTED:
            if name in given:
                labelled = read_labelled(name, given[name])
                found[name] = await measured(embedder, TAXONOMY, labelled, most)
                if name == "cfpb":
                    found["cfpb, own topics"] = await measured(embedder, (*TAXONOMY, *CFPB_TOPICS), labelled, most)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", nargs="+", metavar="NAME=PATH")
    parser.add_argument("--most", type=int, default=4000, help="texts of a set, drawn at random")
    arguments = parser.parse_args()
    given = {name: Path(path) for name, _, path in (pair.partition("=") for pair in arguments.sets)}
    if not set(given) <= set(REPORTED):
        parser.error(f"sets are {', '.join(REPORTED)}")
    configure_logging("CRITICAL")
    print(json.dumps(anyio.run(report, given, arguments.most), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
