"""Logs to stderr and the clock of a run's stages. Logs hold ids, counts and durations, never anybody's text."""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

import structlog

__all__ = ["StageClock", "configure_logging"]


def configure_logging(level: str) -> None:
    """Send structlog and the standard library's logs to stderr, at `level` and above; stdout belongs to the protocol."""
    number = logging.getLevelNamesMapping()[level]
    logging.basicConfig(level=number, stream=sys.stderr, format="%(message)s", force=True)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


class StageClock:
    """Milliseconds per named stage of one run; a stage entered twice adds up."""

    def __init__(self) -> None:
        self._start = time.perf_counter()
        self.stage_ms: dict[str, float] = {}

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        begin = time.perf_counter()
        try:
            yield
        finally:
            took = (time.perf_counter() - begin) * 1000
            self.stage_ms[name] = round(self.stage_ms.get(name, 0.0) + took, 3)

    @property
    def total_ms(self) -> float:
        return round((time.perf_counter() - self._start) * 1000, 3)
