"""One question from the command line."""

import sys
from datetime import UTC, datetime, time

from moe_memorygraph.cli.shell import DONE, open_app_for, print_json, settings_of_process, wrong_usage
from moe_memorygraph.workflow.values import Ask

__all__ = ["ask_one", "end_of_moment", "read_moment"]


def end_of_moment(value: str) -> datetime:
    """A time, or the last instant of a date. Raises `ValueError`."""
    text = value.strip()
    moment = datetime.fromisoformat(text)
    if len(text) <= len("2025-10-01") and moment.time() == time():
        return datetime.combine(moment, time.max, UTC)
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:
        raise ValueError("before the first or after the last day of all") from None


def read_moment(option: str, value: str | None) -> datetime | None:
    """The moment that an option gives; wrong usage where it gives none."""
    if value is None:
        return None
    try:
        return end_of_moment(value)
    except ValueError:
        wrong_usage(f"{option} is not an ISO 8601 date or time, for example 2025-10-01.")


async def ask_one(
    question: str,
    *,
    tenant: str,
    customer: str | None,
    session: str | None,
    as_of: str | None,
    known_at: str | None,
    as_json: bool,
) -> int:
    settings = settings_of_process()
    ask = Ask(
        tool="query_customer_intel",
        text=question,
        customer=customer,
        session_id=session,
        as_of=read_moment("--as-of", as_of),
        known_at=read_moment("--known-at", known_at),
    )
    async with open_app_for(settings) as app:
        memory = await app.memory(tenant)
        workflow = await app.workflow()
        result = await workflow.ask(memory, ask)
    if as_json:
        print_json({**result.envelope, "next_cursor": None})
        return DONE
    from rich.console import Console

    from moe_memorygraph.cli.show import show_answer

    show_answer(Console(file=sys.stdout), question, result.envelope, result.decision)
    return DONE
