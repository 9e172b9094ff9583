"""Several reads of one expert at once."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

import anyio
import anyio.lowlevel

__all__ = ["run_all", "run_both"]

One = TypeVar("One")
Two = TypeVar("Two")
Result = TypeVar("Result")

_TURNS = 2
"""Turns of the loop that begin a task: in the first it runs, in the second its thread gets hold of the interpreter."""


async def run_all(jobs: Sequence[Callable[[], Awaitable[Result]]]) -> list[Result]:
    """Run all at once; results in the order of the jobs. The first failure ends the others and is raised itself.

    The first runs in the caller's own task: a task more costs as much as a small step of an expert.
    """
    if not jobs:
        return []
    first, *others = jobs
    if not others:
        return [await first()]
    results: dict[int, Result] = {}

    async def run(index: int, job: Callable[[], Awaitable[Result]]) -> None:
        results[index] = await job()

    with _unwrapped():
        async with anyio.create_task_group() as group:
            for index, job in enumerate(others, 1):
                group.start_soon(run, index, job)
            results[0] = await first()
    return [results[index] for index in range(len(jobs))]


async def run_both(one: Callable[[], Awaitable[One]], two: Callable[[], Awaitable[Two]]) -> tuple[One, Two]:
    """Run two different things at once; as `run_all`, with the second in the caller's own task.

    The first is begun before it, so that what it leaves to a thread runs meanwhile.
    """
    found: list[One] = []

    async def run() -> None:
        found.append(await one())

    with _unwrapped():
        async with anyio.create_task_group() as group:
            group.start_soon(run)
            for _ in range(_TURNS):
                await anyio.lowlevel.checkpoint()
            second = await two()
    return found[0], second


@contextmanager
def _unwrapped() -> Iterator[None]:
    """Raise what failed first, and not a group of it."""
    failure: Exception | None = None
    try:
        yield
    except ExceptionGroup as failures:  # not `except*`: what is raised there comes out in a group again
        failure = _first(failures)
    if failure is not None:
        raise failure


def _first(failures: ExceptionGroup[Exception]) -> Exception:
    failure: Exception = failures
    while isinstance(failure, ExceptionGroup):
        failure = failure.exceptions[0]
    return failure
