"""The rejects file: rows that could not be loaded, with line and reason, to be corrected and loaded again.

It holds the rows as they came, personal data included, as the user's own file does; so only its owner may read it.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TextIO

from moe_memorygraph.errors import InvalidArgument

__all__ = ["RejectsFile", "open_rejects"]


class RejectsFile:
    """JSON lines of `line`, `reason` and `row` (columns), or `raw` (text) where the row had no columns.

    Rows corrected there are loaded again as they are, without mapping or preset, which they went through already.
    The file is made with the first reject: none is left behind by a load without any.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: TextIO | None = None
        self.count = 0

    def write(
        self, *, line: int, reason: str, values: Mapping[str, object] | None = None, raw: str | None = None
    ) -> None:
        if self._file is None:
            self._file = _create(self._path)
        entry: dict[str, object] = {"line": line, "reason": reason}
        if values is not None:
            entry["row"] = dict(values)
        elif raw is not None:
            entry["raw"] = raw
        # ASCII, because a row may hold lone surrogates
        self._file.write(json.dumps(entry, default=_plain) + "\n")
        self.count += 1

    def close(self) -> None:
        if self._file is not None:
            self._file.close()


@contextmanager
def open_rejects(path: Path) -> Iterator[RejectsFile]:
    """A rejects file for one load. What an earlier load left there is replaced, when and if there is a reject.

    Raises InvalidArgument at the first reject when the file cannot be made.
    """
    rejects = RejectsFile(path)
    try:
        yield rejects
    finally:
        rejects.close()


def _create(path: Path) -> TextIO:
    try:
        if path.is_symlink() or (path.exists() and not path.is_file()):
            raise InvalidArgument("The rejects file is a link or no file.", "Name another with --rejects.")
        path.unlink(missing_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        raise InvalidArgument("The rejects file cannot be written.", "Name another with --rejects.") from error
    return os.fdopen(handle, "w", encoding="ascii", newline="\n")


def _plain(value: object) -> object:
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value)
