"""Fit the ranker's weights on public sets, and write `weights.json`; on demand, tell what they give out of fold.

usage: python scripts/fit_ranker.py --suite locomo=PATH --suite known_item=PATH --suite stackfaq=PATH --suite tau2=PATH
       [--report] [--ablate] [--dry-run]

Each set is loaded and asked as `memorygraph bench --suite` does, so that the ranker learns from what searches hand to
it. Sets of tickets give the weights for texts, sets of documents those for documents; a set may be given more than
once, with different files. `--report`: each set's figures with its own folds left out in turn, the plane's other sets
beside it; `--ablate`: LoCoMo's without one group of features after the other. Both fit many times and take minutes.
"""

import argparse
import json
from collections import defaultdict
from pathlib import Path

import anyio

from moe_memorygraph.cli.suites import ask_suite, read_suite
from moe_memorygraph.evaluation.fitting import Example
from moe_memorygraph.evaluation.probing import Trial, baseline_report, cross_validated, examples_of, fit_plane
from moe_memorygraph.evaluation.suites import Suite
from moe_memorygraph.memory.ranking import ranker

WEIGHTS = Path(ranker.__file__).with_name("weights.json")
SHARES = {"locomo": 1.0, "known_item": 0.3, "stackfaq": 1.0, "tau2": 1.0}
"""How much a question of each counts: known items are easy and many, and are there to keep words and length honest."""

GROUPS = {
    "similarity of the passage": ("similarity", "similarity_high", "similarity_and_coverage"),
    "words of the passage": ("coverage", "coverage_high", "coverage_full", "density", "mass", "rarest", "head"),
    "neighbours": (
        "similarity_before",
        "similarity_after",
        "similarity_around",
        "coverage_before",
        "coverage_after",
        "context",
        "wide_context",
    ),
    "rest of the conversation": ("group_similarity", "group_coverage"),
    "who": ("by_asked", "by_other", "names_asked", "first_person_asked"),
    "when": ("says_when", "says_when_near", "at_time", "after_time", "before_time"),
    "form": (
        "is_question",
        "follows_question",
        "first_person",
        "says_number",
        "negation",
        "is_short",
        "is_greeting",
        "brevity",
    ),
}

Asked = list[tuple[Suite, list[Trial]]]


def weighted(asked: Asked) -> list[Example]:
    return [
        one for suite, trials in asked for taught in examples_of(trials, weight=SHARES[suite.name]) for one in taught
    ]


def report(asked: Asked, *, documents: bool) -> None:
    for place, (suite, trials) in enumerate(asked):
        beside = weighted(asked[:place] + asked[place + 1 :])
        figures = cross_validated(trials, documents=documents, beside=beside)
        print(suite.name, "out of fold", json.dumps(figures["overall"]), flush=True)
        for name, one in figures["by_category"].items():
            print("   ", name, json.dumps(one))
        for name, one in baseline_report(trials).items():
            print("   ", name, json.dumps(one["overall"]))


def ablate(asked: Asked) -> None:
    """LoCoMo's recall@10 out of fold without each group of features."""
    place = next((place for place, (suite, _) in enumerate(asked) if suite.name == "locomo"), None)
    if place is None:
        return
    _, trials = asked[place]
    beside = weighted(asked[:place] + asked[place + 1 :])
    for name, features in {"nothing": (), **GROUPS}.items():
        figures = cross_validated(trials, documents=False, beside=beside, without=features)["overall"]
        print(f"without {name}: recall@10 {figures['recall@10']:.4f}, mrr {figures['mrr']:.4f}", flush=True)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", action="append", required=True, metavar="NAME=PATH")
    parser.add_argument("--report", action="store_true", help="print what each set gives out of fold")
    parser.add_argument("--ablate", action="store_true", help="leave out one group of features after the other")
    parser.add_argument("--dry-run", action="store_true", help="write nothing")
    arguments = parser.parse_args()
    texts: Asked = []
    documents: Asked = []
    marks: dict[str, set[str]] = defaultdict(set)
    for pair in arguments.suite:
        name, _, path = pair.partition("=")
        suite = read_suite(name, Path(path))
        marks[name] |= set(suite.marks().values())
        (documents if suite.documents else texts).append((suite, await ask_suite(suite)))
    old = json.loads(WEIGHTS.read_text(encoding="utf-8"))
    new = {
        "origin": "scripts/fit_ranker.py; features that no suite varies were set by hand",
        "fitted_on": {**old["fitted_on"], **{name: sorted(held) for name, held in sorted(marks.items())}},
        "texts": old["texts"],
        "documents": old["documents"],
    }
    for plane, asked in (("texts", texts), ("documents", documents)):
        if asked:
            if arguments.report:
                report(asked, documents=plane == "documents")
            new[plane] = fit_plane(weighted(asked), documents=plane == "documents").to_json()
    if arguments.ablate:
        ablate(texts)
    if not arguments.dry_run:
        WEIGHTS.write_text(json.dumps(new, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    anyio.run(main)
