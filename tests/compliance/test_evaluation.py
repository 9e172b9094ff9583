"""How much is found, and how much of it rightly, on annotated texts from elsewhere; how much real tickets keep."""

import csv
import gzip
import json
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from moe_memorygraph.compliance import Redactor

SHARED = Path(os.environ.get("MEMORYGRAPH_SHARED") or Path(__file__).parents[3] / "shared") / "data"

# Least F2 of each kind; a span counts as found when half of its characters are.
FLOORS = {
    "EMAIL_ADDRESS": 0.99,
    "CREDIT_CARD": 0.99,
    "IBAN_CODE": 0.99,
    "IP_ADDRESS": 0.99,
    "US_SSN": 0.97,
    "PHONE_NUMBER": 0.95,
    "US_DRIVER_LICENSE": 0.9,
}


@pytest.fixture(scope="module")
def redactor() -> Redactor:
    return Redactor()


def _open(path: Path) -> Iterator[dict[str, Any]]:
    if not path.exists():
        pytest.skip("the annotated texts are not on this machine")
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file) if path.name.endswith(".csv.gz") else json.load(file)


def _overlap(start: int, end: int, spans: list[tuple[int, int]]) -> bool:
    return 2 * sum(max(0, min(end, right) - max(start, left)) for left, right in spans) >= end - start


@pytest.mark.parametrize("name", ["generated_large.json.gz", "generated_small.json.gz"])
def test_planted_entities_are_found(redactor: Redactor, name: str, record_property: Any) -> None:
    there: Counter[str] = Counter()
    found: Counter[str] = Counter()
    claimed: Counter[str] = Counter()
    right: Counter[str] = Counter()
    for sample in _open(SHARED / "pii_presidio" / name):
        entities = redactor.find(sample["full_text"])
        for kind in FLOORS:
            truth = [
                (span["start_position"], span["end_position"])
                for span in sample["spans"]
                if span["entity_type"] == kind
            ]
            claims = [(entity.start, entity.end) for entity in entities if entity.type == kind]
            there[kind] += len(truth)
            claimed[kind] += len(claims)
            found[kind] += sum(_overlap(*span, claims) for span in truth)
            right[kind] += sum(_overlap(*span, truth) for span in claims)
    table = {}
    for kind in filter(there.get, FLOORS):
        recall, precision = found[kind] / there[kind], right[kind] / max(1, claimed[kind])
        table[kind] = {
            "n": there[kind],
            "precision": round(precision, 3),
            "recall": round(recall, 3),
            "f2": round(5 * precision * recall / max(1e-9, 4 * precision + recall), 3),
        }
    record_property("table", json.dumps(table))
    assert {kind: scores["f2"] for kind, scores in table.items() if scores["f2"] < FLOORS[kind]} == {}


def test_order_numbers_of_real_requests_stay(redactor: Redactor) -> None:
    requests = [row["instruction"] for row in _open(SHARED / "bitext_customer_support" / "bitext_train.csv.gz")]
    assert [text for text in requests if redactor.find(text)] == []


def test_scrubbed_complaints_have_little_to_replace(redactor: Redactor) -> None:
    """The publisher blots out personal data, and leaves amounts, dates, laws and account jargon: those must stay."""
    found: Counter[str] = Counter()
    for row in _open(SHARED / "cfpb_complaints" / "complaints.csv.gz"):
        found.update(entity.type for entity in redactor.find(row["Consumer complaint narrative"]))
    assert set(found) <= {"EMAIL_ADDRESS"}  # what is left are companies' own addresses
