"""LoCoMo (Maharana et al., ACL 2024): two people's conversations over months, with questions and their evidence turns.

Every turn is a ticket: its author, its session as the thread, the conversation as the customer, the session's time and
a minute more for each turn. A photo's published caption stands under its turn, as in the authors' own retrieval.
"""

import json
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from moe_memorygraph.errors import InvalidArgument
from moe_memorygraph.evaluation.suites.values import Probe, Suite, find_file, read_text, required

__all__ = ["read_locomo"]

CATEGORIES = {1: "multi-hop", 2: "temporal", 3: "open-domain", 4: "single-hop"}
"""The fifth, adversarial, has no evidence to find."""

# As published, but for a few that lack a digit group, hold several ids or a leading zero: "D8:6; D9:17", "D:11:26".
_TURN = re.compile(r"D:?(\d+):(\d+)")
_TIME = "%I:%M %p on %d %B, %Y"


def read_locomo(path: Path) -> Suite:
    """The suite from its JSON (a list of conversations, or one), zipped or not, or the folder that holds it."""
    file = find_file(path, "locomo*.json.gz", "locomo*.json", "*.json.gz", "*.json")
    try:
        document = json.loads(read_text(file))
    except json.JSONDecodeError as error:
        raise InvalidArgument(f"{file.name} is not JSON.", "Give LoCoMo's file as it was published.") from error
    conversations = document if isinstance(document, list) else [document]
    rows: list[Mapping[str, object]] = []
    probes: list[Probe] = []
    for one in conversations:
        name, conversation, questions = required(one, "sample_id", "conversation", "qa")
        turns = list(_turns(str(name), conversation))
        rows += turns
        probes += _probes(str(name), questions, {str(turn["ticket_id"]) for turn in turns})
    return Suite(name="locomo", tickets=rows, probes=probes)


def _turns(name: str, conversation: Mapping[str, Any]) -> Iterator[Mapping[str, object]]:
    number = 1
    while (written := conversation.get(f"session_{number}_date_time")) is not None:
        begin = datetime.strptime(written, _TIME).replace(tzinfo=UTC)
        for place, turn in enumerate(conversation.get(f"session_{number}", ())):
            author, turn_id, text = required(turn, "speaker", "dia_id", "text")
            caption = turn.get("blip_caption")
            body = f"{text}\n[shares {caption}]" if caption else text
            yield {
                "ticket_id": f"{name}/{turn_id}",
                "customer": name,
                "created_at": begin + timedelta(minutes=place),
                "body": body or "-",
                "author": author,
                "thread_id": f"{name}/{number}",
            }
        number += 1


def _probes(name: str, questions: list[Mapping[str, Any]], known: set[str]) -> Iterator[Probe]:
    for one in questions:
        category = CATEGORIES.get(one.get("category", 0))
        text = " ".join(map(str, one.get("evidence") or ()))
        turns = dict.fromkeys(f"{name}/D{int(session)}:{int(turn)}" for session, turn in _TURN.findall(text))
        wanted = tuple(turn for turn in turns if turn in known)
        if category is not None and wanted:
            yield Probe(text=one["question"], wanted=wanted, customer=name, category=category, fold=name)
