"""Tiny suites in the published formats, their texts made up."""

import gzip
import json
from pathlib import Path
from typing import Any

STORIES = {
    "Ada": ["adopted a greyhound called Biscuit", "repaired the old telescope", "baked sourdough for the fair"],
    "Bo": ["joined a rowing club", "painted the garden fence green", "lost a passport in Lisbon"],
}


def conversation(name: str) -> dict[str, Any]:
    """Two sessions; each story is told in one turn, with small talk around it."""
    sessions: dict[str, Any] = {"speaker_a": "Ada", "speaker_b": "Bo"}
    questions = []
    for number, date in ((1, "1:56 pm on 8 May, 2023"), (2, "10:05 am on 9 July, 2023")):
        turns: list[dict[str, str]] = []
        for place in range(3 if number == 1 else 2):
            for author, stories in STORIES.items():
                said = (
                    f"I {stories[place]} {'last week' if number == 1 else 'yesterday'}."
                    if number == 1
                    else "Nice, tell me!"
                )
                turn_id = f"D{number}:{len(turns) + 1}"
                turns.append({"speaker": author, "dia_id": turn_id, "text": said})
                if number == 1:
                    evidence = [turn_id] if place else [f"D:{number}:{len(turns):02d}; D9:99"]
                    asked = f"When did it happen that {author} {stories[place]}?"
                    questions.append({"question": asked, "answer": "then", "evidence": evidence, "category": 2 + place})
        turns[0]["blip_caption"] = "a photo of a lighthouse"
        sessions[f"session_{number}_date_time"] = date
        sessions[f"session_{number}"] = turns
    questions.append(
        {"question": "Who flew to the moon?", "adversarial_answer": "Ada", "evidence": ["D1:1"], "category": 5}
    )
    questions.append({"question": "What might Ada like?", "answer": "dogs", "evidence": [], "category": 3})
    return {"sample_id": name, "conversation": sessions, "qa": questions}


def write_locomo(folder: Path, *names: str) -> Path:
    path = folder / "locomo2.json.gz"
    path.write_bytes(gzip.compress(json.dumps([conversation(name) for name in names]).encode()))
    return path


def write_stackfaq(folder: Path) -> Path:
    entries = [("How do I strike text through?", "Put tildes around it."), ("How do I mute a thread?", "Use the bell.")]
    rows = [{"id": place, "question": asked, "answers": [said]} for place, (asked, said) in enumerate(entries)]
    queries = [{"query": "cross out words", "faq_id": 0}, {"query": "silence a conversation", "faq_id": 1}]
    (folder / "faq.jsonl").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    (folder / "queries_even.jsonl").write_text("\n".join(map(json.dumps, queries)), encoding="utf-8")
    return folder


def write_tau2(folder: Path) -> Path:
    articles = [
        {"id": f"doc_{place}", "title": f"Card {place}", "content": f"Terms of card {place}."} for place in range(3)
    ]
    tasks = [
        {"id": "t", "scenario": "I want a card. " * 400, "required_documents": ["doc_2", "doc_0", "doc_2", "gone"]}
    ]
    (folder / "documents.jsonl").write_text("\n".join(map(json.dumps, articles)), encoding="utf-8")
    (folder / "tasks_even.jsonl").write_text("\n".join(map(json.dumps, tasks)), encoding="utf-8")
    return folder


def write_known_items(folder: Path) -> Path:
    """Tickets by the columns of the contract; every body holds words of its own."""
    bodies = [
        f"The {thing} that I ordered from {town} arrived {fault}, and nobody at the {place} desk would call me back."
        for thing, town, fault, place in (
            ("lamp", "Porto", "shattered", "returns"),
            ("kettle", "Oslo", "dented", "billing"),
            ("rug", "Kyoto", "soaked", "delivery"),
            ("mirror", "Quito", "cracked", "warranty"),
        )
    ]
    lines = ["ticket_id,customer,created_at,body"]
    lines += [f'k{place},Acme,2024-01-0{place + 1},"{body}"' for place, body in enumerate(bodies)]
    (folder / "tickets.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder
