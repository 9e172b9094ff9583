"""Several reads of one expert at once."""

from collections.abc import Awaitable, Callable, Sequence
from typing import TypeVar

import anyio

__all__ = ["run_all"]

Result = TypeVar("Result")


async def run_all(jobs: Sequence[Callable[[], Awaitable[Result]]]) -> list[Result]:
    """Run all at once; results in the order of the jobs. The first failure ends the others and is raised itself."""
    results: dict[int, Result] = {}

    async def run(index: int, job: Callable[[], Awaitable[Result]]) -> None:
        results[index] = await job()

    try:
        async with anyio.create_task_group() as group:
            for index, job in enumerate(jobs):
                group.start_soon(run, index, job)
    except* Exception as failures:
        raise _first(failures) from None
    return [results[index] for index in range(len(jobs))]


def _first(failures: BaseExceptionGroup[Exception]) -> Exception:
    failure: BaseException = failures
    while isinstance(failure, BaseExceptionGroup):
        failure = failure.exceptions[0]
    return failure if isinstance(failure, Exception) else failures  # type: ignore[return-value]  # an ExceptionGroup of Exceptions holds Exceptions
