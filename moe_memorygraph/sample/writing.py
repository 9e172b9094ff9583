"""The corpus as files, in the formats that ingestion reads."""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from moe_memorygraph.sample.corpus import generate_sample
from moe_memorygraph.sample.golden import golden_questions
from moe_memorygraph.sample.values import CUSTOMER_COLUMNS, FACT_COLUMNS, SampleSummary

__all__ = ["csv_text", "jsonl_text", "write_sample", "write_text"]


def write_sample(folder: Path, *, seed: int = 7) -> SampleSummary:
    """Write customers.csv, tickets.jsonl, facts.csv, knowledge/*.md, truth.json and golden.jsonl into `folder`.

    The folder is made if absent; files that are there are replaced.
    """
    sample = generate_sample(seed=seed)
    knowledge = folder / "knowledge"
    knowledge.mkdir(parents=True, exist_ok=True)
    write_text(folder / "customers.csv", csv_text(CUSTOMER_COLUMNS, (account.row() for account in sample.customers)))
    write_text(folder / "tickets.jsonl", jsonl_text(ticket.row() for ticket in sample.tickets))
    write_text(folder / "facts.csv", csv_text(FACT_COLUMNS, (fact.row() for fact in sample.facts)))
    for name, text in sample.documents.items():
        write_text(knowledge / name, text)
    write_text(folder / "truth.json", json.dumps(sample.truth, ensure_ascii=False, indent=1) + "\n")
    questions = golden_questions(sample)
    write_text(folder / "golden.jsonl", jsonl_text(questions))
    return SampleSummary(
        folder=folder,
        customers=len(sample.customers),
        tickets=len(sample.tickets),
        facts=len(sample.facts),
        documents=len(sample.documents),
        questions=len(questions),
    )


def write_text(path: Path, text: str) -> None:
    """The same bytes on every platform."""
    path.write_bytes(text.encode())  # no line ends of the platform


def csv_text(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Rows under their columns."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def jsonl_text(rows: Iterable[Mapping[str, object]]) -> str:
    """A row a line."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
