"""Suites of documents: StackFAQ (paraphrased questions to FAQ entries) and tau2-bench's banking help centre."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.evaluation.suites.values import QUESTION_CHARS, Probe, Suite, find_file, read_text, required

__all__ = ["read_stackfaq", "read_tau2"]

FOLDS = 5


def read_stackfaq(folder: Path) -> Suite:
    """One document an entry, its question the title; a probe is a paraphrase. All of an entry's are in one fold."""
    entries = _rows(folder, "faq.jsonl*")
    documents, places = {}, {}
    for place, entry in enumerate(entries):
        number, question, answers = required(entry, "id", "question", "answers")
        places[number] = place
        documents[_path(place)] = "\n\n".join([f"# {question}", *answers])
    probes = []
    for row in _rows(folder, "queries*.jsonl*"):
        text, number = required(row, "query", "faq_id")
        if number in places:
            fold = str(places[number] // 2 % FOLDS)
            probes.append(Probe(text=text, wanted=(_path(places[number]),), fold=fold))
    return Suite(name="stackfaq", documents=documents, probes=probes)


def read_tau2(folder: Path) -> Suite:
    """One document an article; a probe is a customer's whole scenario, and wants every article that it needs."""
    articles = _rows(folder, "documents.jsonl*")
    documents, places = {}, {}
    for place, article in enumerate(articles):
        number, title, content = required(article, "id", "title", "content")
        places[number] = place
        documents[_path(place)] = f"# {title}\n\n{content}"
    probes = []
    for place, task in enumerate(_rows(folder, "tasks*.jsonl*")):
        text, needed = required(task, "scenario", "required_documents")
        wanted = tuple(dict.fromkeys(_path(places[one]) for one in needed if one in places))
        if wanted:
            probes.append(Probe(text=text[:QUESTION_CHARS], wanted=wanted, fold=str(place % FOLDS)))
    return Suite(name="tau2", documents=documents, probes=probes)


def _path(place: int) -> str:
    return f"{place:05d}.md"


def _rows(folder: Path, name: str) -> list[Mapping[str, Any]]:
    if folder.is_file():
        folder = folder.parent
    file = find_file(folder, name)
    try:
        return [json.loads(line) for line in read_text(file).splitlines() if line.strip()]
    except json.JSONDecodeError as error:
        raise InvalidArgument(f"{file.name} is not JSON lines.", "Give the suite's files as they are.") from error
