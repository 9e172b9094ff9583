"""The shape of an answer on the wire: compact JSON, never longer than a model can take in one piece."""

from collections.abc import Callable
from typing import Any

from pydantic_core import to_json

__all__ = ["MAX_ANSWER_CHARS", "compact_json", "fit"]

MAX_ANSWER_CHARS = 24_000
"""About 8,000 tokens at three characters each, as JSON of names, ids and numbers has; clients refuse 25,000 tokens."""

SHORT_QUOTE = 400  # characters; a shorter quote still stands verbatim in its resource
_LISTS = ("evidence", "entities", "rejects", "conflicts", "superseded")


def compact_json(answer: dict[str, Any]) -> str:
    return to_json(answer).decode()


def fit(answer: dict[str, Any], *, next_cursor: Callable[[int], str] | None = None) -> dict[str, Any]:
    """Make an answer short enough: shorter quotes first, then fewer items, then fewer citations that nobody names.

    `next_cursor(kept)` seals the place after the items that stay; without it nothing can be asked for again. Whatever
    was left out, `truncated` says so.
    """
    if _size(answer) <= MAX_ANSWER_CHARS:
        return answer
    answer = {**_shortened(answer), "truncated": True}
    for name in ("items", *_LISTS):
        if isinstance(answer.get(name), list):
            _drop_from_end(answer, name, keep=1 if name == "items" else 0)
    if next_cursor is not None and isinstance(answer.get("items"), list):
        answer["next_cursor"] = next_cursor(len(answer["items"]))
    _drop_citations(answer)
    for name in ("answer", "text", "report"):
        over = _size(answer) - MAX_ANSWER_CHARS
        if over > 0 and isinstance(answer.get(name), str):
            answer[name] = answer[name][: max(0, len(answer[name]) - over - 1)]
    return answer


def _size(answer: Any) -> int:
    return len(to_json(answer).decode())


def _shortened(node: Any, name: str = "") -> Any:
    if isinstance(node, dict):
        return {key: _shortened(value, key) for key, value in node.items()}
    if isinstance(node, list):
        return [_shortened(item, name) for item in node]
    if isinstance(node, str) and name in {"quote", "snippet"}:
        return node[:SHORT_QUOTE]
    return node


def _drop_from_end(answer: dict[str, Any], name: str, *, keep: int) -> None:
    """Drop as many of the list's last members as it takes, with their citations that the answer does not name."""
    members: list[Any] = list(answer[name])
    text = str(answer.get("answer", ""))
    over = _size(answer) - MAX_ANSWER_CHARS
    while over > 0 and len(members) > keep:
        gone = members.pop()
        over -= _size(gone) + 1
        if isinstance(gone, dict) and "uri" in gone and isinstance(answer.get("citations"), list):
            kept = [one for one in answer["citations"] if one.get("uri") != gone["uri"] or _is_named(one, text)]
            over -= _size(answer["citations"]) - _size(kept)
            answer["citations"] = kept
    answer[name] = members


def _is_named(citation: dict[str, Any], text: str) -> bool:
    return f"[{citation.get('id')}]" in text


def _drop_citations(answer: dict[str, Any]) -> None:
    citations = answer.get("citations")
    if not isinstance(citations, list):
        return
    text = str(answer.get("answer", ""))
    over = _size(answer) - MAX_ANSWER_CHARS
    kept: list[Any] = []
    for citation in reversed(citations):
        if over > 0 and not _is_named(citation, text):
            over -= _size(citation) + 1
        else:
            kept.append(citation)
    answer["citations"] = kept[::-1]
