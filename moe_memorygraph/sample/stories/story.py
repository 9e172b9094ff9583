"""One hand-written ticket."""

from dataclasses import dataclass
from datetime import UTC, datetime

__all__ = ["Story", "at"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A ticket in its author's own words. Personal data stands in it as `⟦KIND:text⟧`."""

    key: str
    customer: str
    moment: datetime
    category: str
    intent: str
    subject: str
    body: str
    channel: str
    author: str  # the role; the account's name follows in the row
    plots: tuple[str, ...]  # the stories it belongs to
    response: str = ""
    status: str = "closed"
    priority: str = "normal"
    csat: int | None = None
    days: float | None = 2.0  # until resolved; None while open
    thread: str = ""
    topic: str = ""


def at(stamp: str) -> datetime:
    """A moment in UTC from "2025-08-04 09:12"."""
    return datetime.strptime(stamp, "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
