"""Logs to stderr and the clock of a run's stages. Logs hold ids, counts and durations, never anybody's text."""

import logging
import sys
import time
import traceback
from collections.abc import MutableMapping
from contextlib import AbstractContextManager
from typing import Any

import structlog

__all__ = ["StageClock", "configure_logging", "crash_site"]


def crash_site(error: BaseException) -> dict[str, Any]:
    """What a log may say of a crash: its type and place, never its message, which may quote a user."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    return {"error": type(error).__name__, "at": [f"{frame.name}:{frame.lineno}" for frame in frames]}


def _crash_sites_only(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Of an exception that a line is logged with, the site alone."""
    given = event.pop("exc_info", None)
    error = given if isinstance(given, BaseException) else sys.exception() if given else None
    return {**event, **crash_site(error)} if error is not None else event


def configure_logging(level: str) -> None:
    """Send structlog and the standard library's logs to stderr, at `level` and above; stdout belongs to the protocol."""
    number = logging.getLevelNamesMapping()[level]
    logging.basicConfig(level=number, stream=sys.stderr, format="%(message)s", force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            _crash_sites_only,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


class _Stage:
    """One stage being measured. A class, as a generator takes longer to enter and leave, and a run has twenty stages."""

    __slots__ = ("_begin", "_name", "_stage_ms")

    def __init__(self, stage_ms: dict[str, float], name: str) -> None:
        self._stage_ms = stage_ms
        self._name = name

    def __enter__(self) -> None:
        self._begin = time.perf_counter()

    def __exit__(self, *_: object) -> None:
        took = (time.perf_counter() - self._begin) * 1000
        self._stage_ms[self._name] = round(self._stage_ms.get(self._name, 0.0) + took, 3)


class StageClock:
    """Milliseconds per named stage of one run; a stage entered twice adds up."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self.stage_ms: dict[str, float] = {}

    def stage(self, name: str) -> AbstractContextManager[None]:
        return _Stage(self.stage_ms, name)

    @property
    def total_ms(self) -> float:
        return round((time.perf_counter() - self._start) * 1000, 3)
