"""What a suite is made of, and how its files are found."""

import gzip
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any, Literal

from moe_memorygraph.errors import InvalidArgument, NotFound

__all__ = ["QUESTION_CHARS", "Probe", "Suite", "SuiteName", "find_file", "read_text"]

SuiteName = Literal["locomo", "stackfaq", "tau2", "known_item"]

QUESTION_CHARS = 4_000
"""What the tools take of a question; longer ones are cut."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A question and the ids of what answers it."""

    text: str
    wanted: tuple[str, ...]
    """Ticket ids, or paths of documents; at least one."""
    customer: str | None = None
    category: str = "all"
    fold: str
    """What must not be learned from when this probe is measured, such as its conversation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suite:
    """Data to load and probes to ask of it."""

    name: SuiteName
    tickets: Sequence[Mapping[str, object]] = ()
    """Rows by the columns of the contract."""
    documents: Mapping[str, str] = field(default_factory=dict)
    """Markdown by path; a suite has tickets or documents."""
    probes: Sequence[Probe]

    def marks(self) -> dict[str, str]:
        """A hash of each fold, by which weights say what they were fitted on without holding anything of it."""
        texts: dict[str, list[str]] = {}
        for probe in self.probes:
            texts.setdefault(probe.fold, []).append(probe.text)
        return {
            fold: sha256("\x1f".join([self.name, *sorted(asked)]).encode()).hexdigest()[:16]
            for fold, asked in sorted(texts.items())
        }

    def sha256(self) -> str:
        """A hash of all that is loaded and asked; the same wherever the same data is read the same way."""
        asked = [(one.text, one.wanted, one.customer, one.category, one.fold) for one in self.probes]
        whole = [self.name, [dict(row) for row in self.tickets], dict(self.documents), asked]
        return sha256(json.dumps(whole, sort_keys=True, default=str).encode()).hexdigest()


def find_file(path: Path, *names: str) -> Path:
    """The file itself, or the first of these that the folder holds.

    A name may hold `*`. Raises `NotFound` where there is neither.
    """
    if path.is_file():
        return path
    if not path.is_dir():
        raise NotFound(f"There is no file or folder {path.name!r}.", "Give the path of the suite's data.")
    for name in names:
        found = sorted(path.glob(name))
        if found:
            return found[0]
    raise NotFound(
        f"The folder {path.name!r} holds none of {', '.join(names)}.", "Give the folder of the suite's data."
    )


def read_text(path: Path) -> str:
    """A text file in UTF-8, unzipped where its name ends in .gz. Raises `InvalidArgument` where it is not that."""
    try:
        data = path.read_bytes()
        return (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8")
    except (gzip.BadGzipFile, EOFError, UnicodeDecodeError) as error:
        raise InvalidArgument(f"{path.name} is not text in UTF-8, zipped or not.", "Fetch it again.") from error


def required(row: Mapping[str, Any], *names: str) -> tuple[Any, ...]:
    """Values of a row's fields. Raises `InvalidArgument` naming the one that is missing."""
    for name in names:
        if name not in row:
            raise InvalidArgument(f"A row of the suite has no {name!r}.", "Give the files as they were published.")
    return tuple(row[name] for name in names)
