"""Fit the ranker's weights on public sets, and write `weights.json`: all sets at once, one command.

usage: python scripts/fit_ranker.py --suite locomo=PATH --suite known_item=PATH --suite known_item=PATH
       --suite stackfaq=PATH --suite tau2=PATH [--out FILE | --check | --dry-run] [--report] [--ablate]

PATH is a set's file or folder as it was published; the two of known items are Bitext's customer support set and the
Consumer Complaint Database. Each set is loaded and asked as `memorygraph bench --suite` does, so that the ranker learns
from what searches hand to it. Sets of tickets give the weights for texts, sets of documents those for documents.
The file names the sets by hash, in the order given. The same sets give nearly the same numbers: large vector indexes
are built anew on each run.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import anyio

from moe_memorygraph.cli.suites import ask_suite, read_suite
from moe_memorygraph.evaluation.fitting import Example
from moe_memorygraph.evaluation.probing import (
    DOCUMENT_FEATURES,
    Trial,
    baseline_report,
    examples_of,
    fit_plane,
    out_of_fold,
)
from moe_memorygraph.evaluation.provenance import CHANGED, PLANES, Given, difference, is_sealed, weights_document
from moe_memorygraph.memory.ranking import ranker

WEIGHTS = Path(ranker.__file__).with_name("weights.json")
SHARES = {"locomo": 1.0, "known_item": 0.2, "stackfaq": 1.0, "tau2": 1.0}
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
    "rest of the text": ("text_context",),
    "rest of the conversation": ("group_similarity", "group_coverage"),
    "who": ("by_asked", "by_other", "names_asked", "first_person_asked"),
    "when": ("says_when", "says_when_near", "at_time", "at_year", "after_time", "before_time"),
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
MOST = 150
SHOWN = ("recall@5", "recall@10", "mrr")

Asked = list[tuple[Given, list[Trial]]]


def weighted(asked: Asked) -> list[Example]:
    return [one for (_, _, share), trials in asked for taught in examples_of(trials, weight=share) for one in taught]


def teaching(asked: Asked) -> list[tuple[list[Trial], float]]:
    return [(trials, share) for (_, _, share), trials in asked]


def report(asked: Asked, *, documents: bool) -> None:
    """Each set out of fold, beside the baselines over the same candidates."""
    for ((path, suite, _), trials), found in zip(asked, out_of_fold(teaching(asked), documents=documents), strict=True):
        print(f"{suite.name} ({path.name}), {found['questions']} questions", flush=True)
        rankings = {"out of fold": found["overall"]}
        rankings |= {f"out of fold, {name}": one for name, one in found["by_category"].items()}
        rankings |= {name: one["overall"] for name, one in baseline_report(trials).items()}
        for name, one in rankings.items():
            print(f"    {name}: {json.dumps(one)}")


def ablate(asked: Asked, *, documents: bool) -> None:
    """Each set out of fold without one group of features after the other.

    Many fits: each learns from the best candidates of a question alone.
    """
    groups = {
        name: features
        for name, features in GROUPS.items()
        if not documents or not set(features).isdisjoint(DOCUMENT_FEATURES)
    }
    for name, features in {"nothing": (), **groups}.items():
        print(f"without {name}", flush=True)
        found = out_of_fold(teaching(asked), documents=documents, without=features, most=MOST)
        for ((path, suite, _), _), one in zip(asked, found, strict=True):
            shown = ", ".join(f"{figure} {one['overall'][figure]:.4f}" for figure in SHOWN)
            print(f"    {suite.name} ({path.name}): {shown}", flush=True)


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--suite", action="append", required=True, metavar="NAME=PATH")
    parser.add_argument("--report", action="store_true", help="print what each set gives out of fold")
    parser.add_argument("--ablate", action="store_true", help="leave out one group of features after the other")
    parser.add_argument("--out", type=Path, default=WEIGHTS, metavar="FILE", help="write there (or check that file)")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; fail unless the file is what the sets give"
    )
    parser.add_argument("--dry-run", action="store_true", help="write nothing; not every set is needed")
    arguments = parser.parse_args()
    names = [pair.partition("=")[0] for pair in arguments.suite]
    if unknown := [name for name in names if name not in SHARES]:
        parser.error(f"no suite is called {unknown[0]!r}: name {', '.join(SHARES)}")
    if not arguments.dry_run and (missing := SHARES.keys() - names):
        parser.error(f"weights are fitted on all sets; missing: {', '.join(sorted(missing))} (or use --dry-run)")
    return arguments


def ask_all(suites: Sequence[str]) -> Iterator[tuple[Given, list[Trial]]]:
    for pair in suites:
        name, _, path = pair.partition("=")
        suite = read_suite(name, Path(path))
        yield (Path(path).resolve(), suite, SHARES[name]), anyio.run(ask_suite, suite)


def main() -> int:
    arguments = read_arguments()
    shipped = json.loads(arguments.out.read_text(encoding="utf-8")) if arguments.check else None
    if shipped is not None and not is_sealed(shipped):
        print(f"{arguments.out.name}: {CHANGED}", file=sys.stderr)
        return 1
    asked = list(ask_all(arguments.suite))
    weights = {}
    for plane in PLANES:
        is_documents = plane == "documents"
        of_plane = [one for one in asked if bool(one[0][1].documents) == is_documents]
        if of_plane and arguments.report:
            report(of_plane, documents=is_documents)
        if of_plane and arguments.ablate:
            ablate(of_plane, documents=is_documents)
        if not arguments.dry_run:
            weights[plane] = fit_plane(weighted(of_plane), documents=is_documents)
    if arguments.dry_run:
        return 0
    document = weights_document([one for one, _ in asked], weights)
    if shipped is not None:
        found = difference(shipped, document)
        print(f"{arguments.out.name}: {found or 'what these sets give.'}", file=sys.stderr)
        return 1 if found else 0
    arguments.out.write_text(json.dumps(document, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
