r"""What text may hold: characters that PostgreSQL refuses or that deceive a reader are taken out, meaning is kept."""

import math
import re
import unicodedata
from typing import NewType

from moe_memorygraph.errors import InvalidArgument

__all__ = ["CleanText", "RawText", "sanitize", "sanitize_json"]

RawText = NewType("RawText", str)  # as somebody sent it
CleanText = NewType("CleanText", str)  # sanitized, personal data replaced; the only kind we store

JsonValue = str | int | float | bool | None | list["JsonValue"] | dict[str, "JsonValue"]

MAX_JSON_DEPTH = 64

REPLACEMENT = "\ufffd"

# Colour codes, cursor moves, window titles, hyperlinks: a terminal would obey them.
_ESCAPE_SEQUENCE = re.compile(
    "(?:\x1b\\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI
    "|(?:\x1b\\]|\x9d)[^\x07\x1b\x9c\\n]{0,4096}(?:\x07|\x1b\\\\|\x9c)?"  # OSC, ended by BEL or ST
    "|\x1b[PX^_][^\x1b\x9c\\n]{0,4096}(?:\x1b\\\\|\x9c)?"  # DCS, SOS, PM, APC
    "|\x1b[ -/]*[0-~]?"  # the short ones
)
_NEWLINES = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")

# Invisible, and never needed to read a text: other controls, soft hyphen, zero-width space, joiners of words,
# byte order mark, direction marks, embeddings, overrides and isolates, invisible operators, deprecated format
# characters, interlinear annotation, Hangul fillers, tags, variation selectors beyond 16.
_INVISIBLE = (
    "\x01-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\ufff9-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_NONCHARACTERS = "\x00\ud800-\udfff\ufdd0-\ufdef" + "".join(
    chr(plane * 0x10000 + 0xFFFE) + "-" + chr(plane * 0x10000 + 0xFFFF) for plane in range(17)
)
_SUSPECT = re.compile(f"[{_INVISIBLE}{_NONCHARACTERS}\r\x0b\x0c\x85\u2028\u2029\u200c\u200d\ufe00-\ufe0f]")

# Joiners shape letters in these scripts: Hebrew to N'Ko and Arabic extensions, the Indic scripts, Tibetan, Myanmar,
# Khmer, Mongolian, and the Arabic presentation forms.
_JOINING = "\u0590-\u08ff\u0900-\u0dff\u0f00-\u109f\u1780-\u18af\ua840-\ua87f\ua8e0-\ua8ff\ufb1d-\ufdcf\ufdf0-\ufdff\ufe70-\ufefc"
_PICTURE = "\u00a9\u00ae\u203c\u2049\u2122\u2139\u2190-\u21ff\u2300-\u27bf\u2900-\u297f\u2b00-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff"
_KEEP = (
    f"(?<=[{_JOINING}])[\u200c\u200d](?![\u200c\u200d])"  # shapes letters
    f"|(?<=[{_PICTURE}\ufe0f])\u200d(?=[{_PICTURE}])"  # joins pictures into one
    "|(?<=\\S)[\ufe0e\ufe0f](?![\ufe00-\ufe0f])"  # text or picture form
    "|(?<=\U0001f3f4)(?:\U000e0067\U000e0062(?:\U000e0065\U000e006e\U000e0067|\U000e0073\U000e0063\U000e0074"
    "|\U000e0077\U000e006c\U000e0073))\U000e007f"  # the flags of England, Scotland and Wales
)
_KEPT_OR_INVISIBLE = re.compile(f"(?P<kept>{_KEEP})|[{_INVISIBLE}\u200c\u200d\ufe00-\ufe0f]")
_BROKEN = re.compile(f"[{_NONCHARACTERS}]")


def sanitize(text: str) -> str:
    r"""Make a text safe to store and to show; a harmless text comes back as the same object.

    NUL, lone surrogates and noncharacters become U+FFFD; surrogate pairs become the character they spell. Line ends
    become ``\n``. Terminal escape sequences, other controls (but tab), zero-width and soft-hyphen characters,
    direction marks, overrides and isolates, tag characters and stray variation selectors go. Zero-width joiners stay
    after letters of scripts that shape with them and between pictures, a variation selector stays after the character
    it styles, and the three subdivision flags keep their tags. The rest is NFC. Cleaning twice changes nothing.
    """
    if _SUSPECT.search(text) is None:
        return text if text.isascii() or unicodedata.is_normalized("NFC", text) else unicodedata.normalize("NFC", text)
    if "\x1b" in text or "\x9b" in text or "\x9d" in text:
        text = _ESCAPE_SEQUENCE.sub("", text)
    text = _NEWLINES.sub("\n", text)
    text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    text = _BROKEN.sub(REPLACEMENT, text)
    text = _KEPT_OR_INVISIBLE.sub(lambda match: match["kept"] or "", text)
    return unicodedata.normalize("NFC", text)


def sanitize_json(value: object) -> JsonValue:
    """The same for every string of a nested JSON value, keys included.

    Raises InvalidArgument for what JSON or PostgreSQL has no word for: NaN, infinities, other types, keys that are
    not text or become equal, nesting beyond 64.
    """
    return _sanitize_json(value, 0)


def _sanitize_json(value: object, depth: int) -> JsonValue:
    if depth > MAX_JSON_DEPTH:
        raise InvalidArgument(f"The value is nested deeper than {MAX_JSON_DEPTH} levels.", "Flatten it.")
    if isinstance(value, str):
        return sanitize(value)
    if value is None or isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidArgument("A number is NaN or infinite, which JSON cannot hold.", "Leave it out or send null.")
        return value
    if isinstance(value, dict):
        cleaned: dict[str, JsonValue] = {}
        for key, item in value.items():
            if not isinstance(key, str):
                raise InvalidArgument("A key of the value is not text.", "JSON objects have text keys.")
            clean_key = sanitize(key)
            if clean_key in cleaned:
                raise InvalidArgument("Two keys of the value differ only in invisible characters.", "Rename one.")
            cleaned[clean_key] = _sanitize_json(item, depth + 1)
        return cleaned
    if isinstance(value, list | tuple):
        return [_sanitize_json(item, depth + 1) for item in value]
    raise InvalidArgument(f"A value of type {type(value).__name__} is not JSON.", "Send text, numbers, lists, objects.")
