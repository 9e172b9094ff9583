"""What tools accept: strict models, whose complaints name fields and rules and never repeat a value."""

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Annotated, Any, ClassVar, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, WithJsonSchema
from pydantic_core import PydanticCustomError

from moe_memorygraph.compliance.text import sanitize_json
from moe_memorygraph.errors import InvalidArgument, MemoryGraphError, TooLarge

__all__ = [
    "NAME_CHARS",
    "QUESTION_CHARS",
    "AsOf",
    "Cursor",
    "Customer",
    "Limit",
    "Paged",
    "Row",
    "Since",
    "ToolArguments",
    "Until",
    "check_range",
    "from_json_text",
    "input_schema",
    "parse_arguments",
]

QUESTION_CHARS = 4_000
NAME_CHARS = 300


class ToolArguments(BaseModel):
    """Base of every tool's arguments: an argument that the tool does not know is refused."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True, frozen=True, str_strip_whitespace=True)

    as_sent: ClassVar[bool] = False
    """Texts are taken as they came, not freed of NUL and the like: for a tool whose answer counts in them."""


_YEAR = re.compile(r"(\d{4})")
_MONTH = re.compile(r"(\d{4})-(\d{2})")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


def _bad_date() -> PydanticCustomError:
    return PydanticCustomError("iso_8601", "should be an ISO 8601 date or time, for example 2025-10-01")


def _span(text: str) -> tuple[datetime, datetime]:
    """First instant of what the text names, and the first instant after it; both are equal for a time of day."""
    if match := _YEAR.fullmatch(text):
        year = int(match[1])
        return datetime(year, 1, 1, tzinfo=UTC), datetime(year + 1, 1, 1, tzinfo=UTC)
    if match := _MONTH.fullmatch(text):
        year, month = int(match[1]), int(match[2])
        return datetime(year, month, 1, tzinfo=UTC), datetime(year + month // 12, month % 12 + 1, 1, tzinfo=UTC)
    if _DAY.fullmatch(text):
        day = date.fromisoformat(text)
        start = datetime(day.year, day.month, day.day, tzinfo=UTC)
        return start, start + timedelta(days=1)
    instant = datetime.fromisoformat(text)
    instant = instant.replace(tzinfo=UTC) if instant.tzinfo is None else instant.astimezone(UTC)
    return instant, instant


def _read_span(value: object) -> tuple[datetime, datetime]:
    if not isinstance(value, str):
        raise _bad_date()
    try:
        return _span(value.strip())
    except (ValueError, OverflowError):
        raise _bad_date() from None


def _start(value: object) -> object:
    return value if value is None or isinstance(value, datetime) else _read_span(value)[0]


def _end(value: object) -> object:
    return value if value is None or isinstance(value, datetime) else _read_span(value)[1]


def _last_instant(value: object) -> object:
    if value is None or isinstance(value, datetime):
        return value
    start, after = _read_span(value)
    return start if after == start else after - timedelta(microseconds=1)


def _instant(read: Any, description: str) -> Any:
    schema = {"type": "string", "description": description}
    return Annotated[datetime | None, BeforeValidator(read), WithJsonSchema(schema)]


Since = _instant(_start, "From this ISO 8601 date or time on; without a zone: UTC")
Until = _instant(_end, "Up to this date (included) or time (excluded)")
AsOf = _instant(_last_instant, "As things stood at the end of this date, or at this time")


Row = Annotated[
    dict[str, str | int | float | bool | list[Any] | dict[str, Any] | None], WithJsonSchema({"type": "object"})
]
"""One row of data; the loader says what each column means."""


def _not_bool(value: object) -> object:
    if isinstance(value, bool):
        raise PydanticCustomError("int_type", "should be a whole number")
    return value


Limit = Annotated[int, Field(ge=1, le=50), BeforeValidator(_not_bool)]
Cursor = Annotated[str | None, Field(max_length=200, description="next_cursor of the page before")]
Customer = Annotated[str | None, Field(max_length=NAME_CHARS, description="Id, name or alias")]


class Paged(ToolArguments):
    """Arguments of a tool that answers in pages."""

    limit: Limit = 10
    cursor: Cursor = None

    def beyond_page(self) -> dict[str, Any]:
        """What a cursor belongs to: every argument but the page."""
        return self.model_dump(mode="json", exclude={"limit", "cursor"}, exclude_none=True)


def check_range(since: datetime | None, until: datetime | None) -> None:
    """Raises `InvalidArgument` for a range that nothing can lie in."""
    if since is not None and until is not None and since >= until:
        raise InvalidArgument("`since` is not before `until`.", "Swap them, or leave one out.")


A = TypeVar("A", bound=ToolArguments)


def parse_arguments(model: type[A], given: Mapping[str, Any]) -> A:
    """Check what a client sent. Raises `InvalidArgument` or `TooLarge` with every complaint in one sentence."""
    try:
        return model.model_validate(dict(given) if model.as_sent else sanitize_json(dict(given)))
    except ValidationError as error:
        raise _complaint(model, error) from None


_TOO_LARGE = frozenset({"string_too_long", "too_long"})
_SPEAKABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


def _complaint(model: type[ToolArguments], error: ValidationError) -> MemoryGraphError:
    details = error.errors(include_url=False, include_input=False, include_context=False)
    sentence = "; ".join(f"{_place(item['loc'])}: {_words(item['type'], item['msg'])}" for item in details[:5])
    if all(item["type"] in _TOO_LARGE for item in details):
        return TooLarge(f"Too large: {sentence}.", "Send less in one call.")
    return InvalidArgument(f"Wrong arguments: {sentence}.", f"The tool takes {', '.join(model.model_fields)}.")


def _place(location: tuple[int | str, ...]) -> str:
    """The path of a field; a name that the client made up is repeated only if it looks like a name."""
    parts = [str(part) if isinstance(part, int) or _SPEAKABLE.fullmatch(part) else "?" for part in location]
    return ".".join(parts) or "arguments"


def _words(kind: str, message: str) -> str:
    if kind == "extra_forbidden":
        return "unknown argument"
    if kind == "missing":
        return "is required"
    return message.removeprefix("Value error, ").removeprefix("Input ")


def from_json_text(value: object) -> object:
    """Some clients send a list as JSON text; read it, and leave anything else to the model."""
    if not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def input_schema(model: type[ToolArguments]) -> dict[str, Any]:
    """The JSON schema that a client sees: no titles, and no `null` beside what is left out instead."""
    schema = model.model_json_schema()
    slim: dict[str, Any] = _slim(schema)
    slim.pop("description", None)
    properties = slim.setdefault("properties", {})
    for name in ("limit", "cursor"):  # inherited fields come first; what the tool is about should
        if name in properties:
            properties[name] = properties.pop(name)
    return slim


def _slim(node: Any) -> Any:
    if isinstance(node, list):
        return [_slim(item) for item in node]
    if not isinstance(node, dict):
        return node
    if isinstance(node.get("anyOf"), list):
        kept = [option for option in node["anyOf"] if option != {"type": "null"}]
        if len(kept) == 1:
            node = {**{name: value for name, value in node.items() if name != "anyOf"}, **kept[0]}
    slim = {name: _slim(value) for name, value in node.items() if name not in {"title", "properties", "$defs"}}
    if slim.get("default", ...) is None:
        del slim["default"]
    for name in ("properties", "$defs"):  # their keys are names of fields and models, not words of the schema
        if name in node:
            slim[name] = {key: _slim(value) for key, value in node[name].items()}
    return slim
