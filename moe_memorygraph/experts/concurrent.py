"""Several reads of one expert at once."""

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

import anyio

__all__ = ["run_all", "run_both"]

One = TypeVar("One")
Two = TypeVar("Two")
Result = TypeVar("Result")


async def run_all(jobs: Sequence[Callable[[], Awaitable[Result]]]) -> list[Result]:
    """Run all at once; results in the order of the jobs. The first failure ends the others and is raised itself."""
    if len(jobs) == 1:
        return [await jobs[0]()]
    results: dict[int, Result] = {}

    async def run(index: int, job: Callable[[], Awaitable[Result]]) -> None:
        results[index] = await job()

    failure: Exception | None = None
    try:
        async with anyio.create_task_group() as group:
            for index, job in enumerate(jobs):
                group.start_soon(run, index, job)
    except ExceptionGroup as failures:  # not `except*`: what is raised there comes out in a group again
        failure = _first(failures)
    if failure is not None:
        raise failure
    return [results[index] for index in range(len(jobs))]


async def run_both(one: Callable[[], Awaitable[One]], two: Callable[[], Awaitable[Two]]) -> tuple[One, Two]:
    """Run two different things at once; as `run_all`."""
    results: list[Any] = await run_all([one, two])
    return results[0], results[1]


def _first(failures: ExceptionGroup[Exception]) -> Exception:
    failure: Exception = failures
    while isinstance(failure, ExceptionGroup):
        failure = failure.exceptions[0]
    return failure
