"""How much personal data is found in annotated texts, how much of it rightly, how many characters leak, how fast.

    python bench/entities.py PATH… [--model shipped] [--json]

PATH: spans as presidio-research writes them (`.json`), words with slots as MultiDoGO does (`*_dev.tsv`), sentences with
labels as Universal NER does (`.iob2`); gzipped or not; a folder means its files of these kinds, of MultiDoGO the `dev` ones.

A span is found when half of its characters or more are covered by spans of its kind, and one that was found is right when
half of its characters are covered by the truth. F2 counts recall twice. The leak rate is the share of characters of
personal data (organisations apart) that no span of any kind covers. Milliseconds are CPU time of a whole pass in bulk,
patterns and model, one thread.
"""

import argparse
import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from time import process_time
from typing import Any

from moe_memorygraph.compliance import NAMES, RawText, Redactor, open_names

KINDS = {
    **{kind: kind for kind in ("EMAIL_ADDRESS", "PHONE_NUMBER", "CREDIT_CARD", "IBAN_CODE", "IP_ADDRESS", "US_SSN")},
    **dict.fromkeys(("PERSON", "PER", "name"), "PERSON"),
    **dict.fromkeys(("LOCATION", "ADDRESS", "STREET_ADDRESS", "GPE", "LOC"), "LOCATION"),
    **dict.fromkeys(("address", "current_city", "arrival_city", "departure_city"), "LOCATION"),
    **dict.fromkeys(("ORGANIZATION", "ORG", "company_name"), "ORGANIZATION"),
    "US_DRIVER_LICENSE": "US_DRIVER_LICENSE",
}
Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A text and the personal data in it: kind, start, end in code points."""

    text: str
    spans: tuple[tuple[str, int, int], ...]


@dataclass(slots=True)
class Count:
    """What there is of one kind, what was found of it, what was claimed, and what of that rightly."""

    there: int = 0
    found: int = 0
    claimed: int = 0
    right: int = 0

    def figures(self) -> dict[str, float]:
        recall, precision = self.found / max(1, self.there), self.right / max(1, self.claimed)
        return {
            "n": self.there,
            "precision": round(precision, 3),
            "recall": round(recall, 3),
            "f2": round(5 * precision * recall / max(1e-9, 4 * precision + recall), 3),
        }


@dataclass(slots=True)
class Scores:
    """Figures of one set."""

    counts: dict[str, Count] = field(default_factory=dict)
    characters: Counter[str] = field(default_factory=Counter)
    leaked: Counter[str] = field(default_factory=Counter)

    def add(self, text: Annotated, found: Sequence[tuple[str, int, int]]) -> None:
        truth, claims = by_kind(text.spans), by_kind(found)
        everything = [span for spans in claims.values() for span in spans]
        for kind in truth.keys() | claims.keys():
            count = self.counts.setdefault(kind, Count())
            count.there += len(truth.get(kind, ()))
            count.claimed += len(claims.get(kind, ()))
            count.found += sum(2 * covered(span, claims.get(kind, ())) >= length(span) for span in truth.get(kind, ()))
            count.right += sum(2 * covered(span, truth.get(kind, ())) >= length(span) for span in claims.get(kind, ()))
        for kind, spans in truth.items():
            self.characters[kind] += sum(map(length, spans))
            self.leaked[kind] += sum(length(span) - covered(span, everything) for span in spans)

    def leak_rate(self) -> float:
        personal = [kind for kind in self.characters if kind != "ORGANIZATION"]
        return sum(self.leaked[kind] for kind in personal) / max(1, sum(self.characters[kind] for kind in personal))


def by_kind(spans: Iterable[tuple[str, int, int]]) -> dict[str, list[Span]]:
    kinds: dict[str, list[Span]] = {}
    for kind, start, end in spans:
        kinds.setdefault(kind, []).append((start, end))
    return kinds


def length(span: Span) -> int:
    return span[1] - span[0]


def covered(span: Span, by: Sequence[Span]) -> int:
    """Characters of a span that stand in others, which do not overlap one another."""
    return sum(max(0, min(span[1], end) - max(span[0], start)) for start, end in by)


# --- sets ------------------------------------------------------------------------------------------------------------


def files_of(path: Path) -> Iterator[Path]:
    if path.is_dir():
        for one in sorted(path.iterdir()):
            name = one.name.removesuffix(".gz")
            if name.endswith((".json", "_dev.tsv", ".iob2")):
                yield one
    else:
        yield path


def read_annotated(path: Path) -> list[Annotated]:
    name = path.name.removesuffix(".gz")
    opener = gzip.open if path.name.endswith(".gz") else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        if name.endswith(".json"):
            return [from_spans(one) for one in json.load(file)]
        if name.endswith(".tsv"):
            rows = csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
            return [one for row in rows for one in from_slots(row)]
        if name.endswith(".iob2"):
            return list(from_iob2(file))
    raise SystemExit(f"{path.name}: neither .json, .tsv nor .iob2.")


def from_spans(sample: dict[str, Any]) -> Annotated:
    spans = [(one["entity_type"], one["start_position"], one["end_position"]) for one in sample["spans"]]
    return Annotated(sample["full_text"], tuple((KINDS[kind], *rest) for kind, *rest in spans if kind in KINDS))


def from_slots(row: dict[str, str]) -> Iterator[Annotated]:
    words, slots = (row["utterance"] or "").split(), (row["slot-labels"] or "").split()
    if words and len(words) == len(slots):
        labels = [KINDS.get(slot) for slot in slots]
        text = " ".join(words)
        ends = [len(" ".join(words[: place + 1])) for place in range(len(words))]
        yield Annotated(text, tuple(joined(words, ends, labels, [label is not None for label in labels])))


def joined(
    words: Sequence[str], ends: Sequence[int], labels: Sequence[str | None], inside: Sequence[bool]
) -> list[tuple[str, int, int]]:
    """Spans of words that carry one label in a row; `inside`: whether a word may go on with the span before it."""
    spans: list[tuple[str, int, int]] = []
    before: str | None = None
    for word, end, label, goes_on in zip(words, ends, labels, inside, strict=True):
        if label is not None and label == before and goes_on:
            spans[-1] = (label, spans[-1][1], end)
        elif label is not None:
            spans.append((label, end - len(word), end))
        before = label
    return spans


def from_iob2(lines: Iterable[str]) -> Iterator[Annotated]:
    """Sentences with their text, and a word with its label on each line."""
    text, words, labels = "", [], []
    for line in [*lines, ""]:
        if line.startswith("# text = "):
            text = line.removeprefix("# text = ").rstrip("\r\n")
        elif line[:1].isdigit():
            fields = line.rstrip("\r\n").split("\t")
            words.append(fields[1])
            labels.append(fields[2])
        elif not line.strip() and words:
            ends, position = [], 0
            for word in words:
                position = text.index(word, position) + len(word)
                ends.append(position)
            kinds = [KINDS.get(label[2:]) for label in labels]
            yield Annotated(text, tuple(joined(words, ends, kinds, [label.startswith("I") for label in labels])))
            words, labels = [], []


# --- measuring -------------------------------------------------------------------------------------------------------


def measure(texts: Sequence[Annotated], redactor: Redactor) -> dict[str, Any]:
    raw = [RawText(one.text) for one in texts]
    redactor.find_many(raw[:50], names=NAMES)
    begin = process_time()
    found = redactor.find_many(raw, names=NAMES)
    spent = process_time() - begin
    scores = Scores()
    for text, entities in zip(texts, found, strict=True):
        scores.add(text, [(one.type, one.start, one.end) for one in entities])
    return {
        "texts": len(texts),
        "mean_characters": round(sum(len(one.text) for one in texts) / max(1, len(texts))),
        "ms_per_text": round(1000 * spent / max(1, len(texts)), 2),
        "leak_rate": round(scores.leak_rate(), 4),
        "kinds": {kind: count.figures() for kind, count in sorted(scores.counts.items()) if count.there},
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("paths", nargs="+", type=Path)
    parser.add_argument("--model", default="shipped", help="as MEMORYGRAPH_PII_ENTITIES")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    redactor = Redactor(names=open_names(args.model))
    sets: dict[str, list[Annotated]] = {}
    for path in args.paths:
        for file in files_of(path):
            name = "MultiDoGO, lower case" if file.name.removesuffix(".gz").endswith(".tsv") else file.name
            sets.setdefault(name, []).extend(read_annotated(file))
    figures = {name: measure(texts, redactor) for name, texts in sets.items()}
    if args.json:
        print(json.dumps(figures))
        return
    for name, one in figures.items():
        print(f"\n{name}: {one['texts']} texts of {one['mean_characters']} characters, {one['ms_per_text']} ms each")
        print(f"leaked {100 * one['leak_rate']:.1f} % of the characters of personal data")
        for kind, row in one["kinds"].items():
            print(f"  {kind:18} {row['n']:6} P {row['precision']:.3f} R {row['recall']:.3f} F2 {row['f2']:.3f}")


if __name__ == "__main__":
    main()
