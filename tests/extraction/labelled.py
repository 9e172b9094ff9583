"""Sentences of public data sets, labelled by hand: where each lies and what it says, never its text.

    python -m tests.extraction.labelled FOLDER

prints precision and recall by kind. FOLDER holds the sets as `cfpb_complaints/complaints.csv.gz`,
`airline_tweets/tweets.csv.gz`, `bitext_intent/train.csv.gz`, `ibm_twitter_care/dev.jsonl.gz` and `multidogo/*_train.tsv.gz`.
"""

import csv
import gzip
import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

from moe_memorygraph.extraction import extract

__all__ = ["AUDITS", "LABELS", "TESTS", "Label", "Score", "read_labels", "score", "texts_of"]

LABELS = Path(__file__).with_name("labelled.jsonl")
SAID_AT = datetime(2020, 3, 1, tzinfo=UTC)
TESTS = ("test-1", "test-2", "test-3")
AUDITS = ("audit-1", "audit-2", "audit-3")
SOURCES = ("airline", "bitext", "cfpb", "ibm", "multidogo")


@dataclass(frozen=True, slots=True, kw_only=True)
class Label:
    """What `text[start:stop]` of one text says."""

    split: str
    """`dev`: the patterns were made with it. `test-1` to `test-3`: labelled and scored one after the other, each before
    the patterns were looked at again. `audit-1` to `audit-3`: sentences from which the extractor of that time took a fact,
    judged right or wrong."""
    source: str
    text_id: str
    start: int
    stop: int
    digest: str
    facts: frozenset[str]
    """Predicates that it says."""
    maybe: frozenset[str] = frozenset()
    """Predicates of which two readers might differ: found or not, they count for nothing."""
    judged: str | None = None
    """The only predicate that was looked at."""
    near: str | None = None
    """The words by which it was drawn: a sentence drawn so that says nothing is a hard one."""


@dataclass(slots=True)
class Score:
    """Sentences and predicates: found rightly, found wrongly, missed."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 1.0

    @property
    def recall(self) -> float:
        return self.right / (self.right + self.missed) if self.right + self.missed else 1.0


def read_labels() -> list[Label]:
    with LABELS.open(encoding="utf-8") as lines:
        return [_label(json.loads(line)) for line in lines]


def _label(row: Mapping[str, Any]) -> Label:
    return Label(
        split=row["split"],
        source=row["source"],
        text_id=row["id"],
        start=row["start"],
        stop=row["stop"],
        digest=row["digest"],
        facts=frozenset(row["facts"]),
        maybe=frozenset(row.get("maybe", ())),
        judged=row.get("judged"),
        near=row.get("near"),
    )


def texts_of(folder: Path, source: str) -> Iterator[tuple[str, str]]:
    """(id, text) of every text of a set."""
    match source:
        case "cfpb":
            for row in _rows(folder / "cfpb_complaints" / "complaints.csv.gz"):
                yield row["Complaint ID"], row["Consumer complaint narrative"]
        case "airline":
            for row in _rows(folder / "airline_tweets" / "tweets.csv.gz"):
                yield row["row"], row["text"]
        case "bitext":
            for number, row in enumerate(_rows(folder / "bitext_intent" / "train.csv.gz")):
                yield str(number), row["utterance"]
        case "ibm":
            with gzip.open(folder / "ibm_twitter_care" / "dev.jsonl.gz", "rt", encoding="utf-8") as lines:
                for talk in map(json.loads, lines):
                    for number, turn in enumerate(talk["turns"]):
                        yield f"{talk['session']}#{number}", turn["text"]
        case "multidogo":
            for domain in ("software", "media", "insurance", "finance"):
                for row in _rows(folder / "multidogo" / f"{domain}_train.tsv.gz", delimiter="\t"):
                    yield f"{domain}/{row['utteranceId']}", row["utterance"]


def _rows(path: Path, delimiter: Literal[",", "\t"] = ",") -> Iterator[dict[str, str]]:
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        if delimiter == ",":
            yield from csv.DictReader(lines)
        else:
            yield from csv.DictReader(lines, delimiter=delimiter, quoting=csv.QUOTE_NONE)


def sentences(labels: Iterable[Label], folder: Path) -> dict[Label, str]:
    """The labelled sentence of each; raises `ValueError` where a set is not the one that was labelled."""
    wanted: dict[tuple[str, str], list[Label]] = {}
    for label in labels:
        wanted.setdefault((label.source, label.text_id), []).append(label)
    found: dict[Label, str] = {}
    for source in SOURCES:
        for text_id, text in texts_of(folder, source):
            for label in wanted.get((source, text_id), ()):
                said = text[label.start : label.stop]
                if hashlib.sha256(said.encode()).hexdigest()[:12] == label.digest:
                    found[label] = said
    if missing := sum(len(some) for some in wanted.values()) - len(found):
        raise ValueError(f"{missing} labelled sentences are not in these sets")
    return found


def score(said: Mapping[Label, str], *splits: str) -> dict[str, Score]:
    """Scores by predicate over the labels of these splits."""
    scores: dict[str, Score] = {}
    for label, sentence in said.items():
        if label.split not in splits:
            continue
        found = {one.predicate for one in extract(sentence, said_at=SAID_AT)}
        if label.judged is not None:
            found &= {label.judged}
        for predicate in (found | label.facts) - (label.maybe - label.facts):
            one = scores.setdefault(predicate, Score())
            one.right += predicate in found & label.facts
            one.wrong += predicate in found - label.facts
            one.missed += predicate in label.facts - found
    return scores


def total(scores: Mapping[str, Score]) -> Score:
    return Score(
        right=sum(one.right for one in scores.values()),
        wrong=sum(one.wrong for one in scores.values()),
        missed=sum(one.missed for one in scores.values()),
    )


def main() -> None:
    labels = read_labels()
    said = sentences(labels, Path(sys.argv[1]))
    lines = [f"{split}: {number} labels" for split, number in Counter(label.split for label in labels).items()]
    for splits in (("dev",), ("test-1",), ("test-2",), ("test-3",), TESTS, AUDITS):
        lines += ["", " + ".join(splits), *_table(score(said, *splits), shows_recall=splits != AUDITS)]
    sys.stdout.write("\n".join(lines) + "\n")


def _table(scores: Mapping[str, Score], *, shows_recall: bool) -> Iterator[str]:
    """What was judged only where something was found has no recall."""
    yield f"{'predicate':24}{'right':>7}{'wrong':>7}{'missed':>8}{'precision':>11}{'recall':>8}"
    for predicate, one in [*sorted(scores.items()), ("all", total(scores))]:
        recall = f"{one.recall:8.3f}" if shows_recall else f"{'':8}"
        yield f"{predicate:24}{one.right:7}{one.wrong:7}{one.missed:8}{one.precision:11.3f}{recall}"


if __name__ == "__main__":
    main()
