"""The corpus as files, in the formats that ingestion reads."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from moe_memorygraph.sample.corpus import generate_sample
from moe_memorygraph.sample.golden import golden_questions
from moe_memorygraph.sample.values import CUSTOMER_COLUMNS, FACT_COLUMNS, SampleSummary

__all__ = ["write_sample"]


def write_sample(folder: Path, *, seed: int = 7) -> SampleSummary:
    """Write customers.csv, tickets.jsonl, facts.csv, knowledge/*.md, truth.json and golden.jsonl into `folder`.

    The folder is made if absent; files that are there are replaced.
    """
    sample = generate_sample(seed=seed)
    knowledge = folder / "knowledge"
    knowledge.mkdir(parents=True, exist_ok=True)
    _write(folder / "customers.csv", _csv(CUSTOMER_COLUMNS, (account.row() for account in sample.customers)))
    _write(folder / "tickets.jsonl", _jsonl(ticket.row() for ticket in sample.tickets))
    _write(folder / "facts.csv", _csv(FACT_COLUMNS, (fact.row() for fact in sample.facts)))
    for name, text in sample.documents.items():
        _write(knowledge / name, text)
    _write(folder / "truth.json", json.dumps(sample.truth, ensure_ascii=False, indent=1) + "\n")
    questions = golden_questions(sample)
    _write(folder / "golden.jsonl", _jsonl(questions))
    return SampleSummary(
        folder=folder,
        customers=len(sample.customers),
        tickets=len(sample.tickets),
        facts=len(sample.facts),
        documents=len(sample.documents),
        questions=len(questions),
    )


def _write(path: Path, text: str) -> None:
    path.write_bytes(text.encode())  # no line ends of the platform: the same bytes everywhere


def _csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def _jsonl(rows: Iterable[Mapping[str, object]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
