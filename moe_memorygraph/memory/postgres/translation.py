"""The one place where the driver's errors become ours. Nothing of the driver's text goes on: only its SQLSTATE, to the log."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import asyncpg
import structlog

from moe_memorygraph.errors import (
    Conflict,
    DeadlineExceeded,
    InvalidArgument,
    MemoryGraphError,
    PermissionDenied,
    TooLarge,
    Unavailable,
)
from moe_memorygraph.memory.content import dimension_conflict, tenant_missing

__all__ = ["database_errors"]

log = structlog.get_logger(__name__)

_RETRY = "Try again in a moment."
_CHECK = "Check the database with `memorygraph doctor`."


@contextmanager
def database_errors() -> Iterator[None]:
    """Translate what asyncpg raises; let every other exception, and cancellation, through."""
    try:
        yield
    except asyncpg.PostgresError as error:
        # Raised by the driver itself: it lost the connection, or cannot encode a parameter.
        if error.severity is None and not isinstance(error, asyncpg.PostgresConnectionError):
            raise _unfit() from error
        log.warning("database_error", sqlstate=error.sqlstate)
        raise _of_server(error.sqlstate or "", getattr(error, "constraint_name", None) or "") from error
    except UnicodeEncodeError as error:
        raise _unfit() from error
    except (asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        log.warning("database_connection_lost", reason=type(error).__name__)
        raise Unavailable("The connection to the database was lost.", _RETRY) from error
    except TimeoutError as error:
        raise DeadlineExceeded("The database took too long.", "Ask for less, or try again.") from error
    except OSError as error:
        log.warning("database_unreachable", reason=type(error).__name__)
        raise Unavailable("The database cannot be reached.", _CHECK) from error


def _of_server(sqlstate: str, constraint: str) -> MemoryGraphError:
    if constraint.endswith("_tenant_fk"):
        return tenant_missing()
    exact = _EXACT.get(sqlstate)
    if exact is not None:
        return exact()
    of_class = _BY_CLASS.get(sqlstate[:2])
    if of_class is not None:
        return of_class()
    return Unavailable("The database failed.", _CHECK)


def _unfit() -> MemoryGraphError:
    return InvalidArgument(
        "A value does not fit the memory: out of range, or text that it cannot hold.", "Correct the value."
    )


def _schema() -> MemoryGraphError:
    return Unavailable("The database's schema is not the one this version works with.", "Run `memorygraph migrate`.")


def _read_only() -> MemoryGraphError:
    return Unavailable(
        "The database only reads at the moment.",
        "Start without read-only, point DATABASE_URL to the primary, or wait until it can write.",
    )


_EXACT: dict[str, Callable[[], MemoryGraphError]] = {
    "22000": dimension_conflict,  # what pgvector says about vectors of different dimensions
    "23505": lambda: Conflict("Something with this id exists already.", "Use another id."),
    "25006": _read_only,
    "25P03": lambda: DeadlineExceeded("The unit of work took too long.", _RETRY),
    "40001": lambda: Unavailable("Another writer was in the way.", _RETRY),
    "40P01": lambda: Unavailable("Another writer was in the way.", _RETRY),
    "42501": lambda: PermissionDenied("The database does not allow this.", "Run `memorygraph migrate`."),
    "55P03": lambda: Unavailable("Another writer holds this for too long.", _RETRY),
    "57014": lambda: DeadlineExceeded("The database took too long.", "Ask for less, or try again."),
}

_BY_CLASS: dict[str, Callable[[], MemoryGraphError]] = {
    "08": lambda: Unavailable("The connection to the database was lost.", _RETRY),
    "22": _unfit,
    "23": _unfit,
    "28": lambda: Unavailable("The database refused the login.", "Check user and password in DATABASE_URL."),
    "3D": lambda: Unavailable("The database named in DATABASE_URL does not exist.", "Create it, or correct the name."),
    "3F": _schema,
    "42": _schema,
    "53": lambda: Unavailable("The database is out of connections, memory or disk.", _RETRY),
    "54": lambda: TooLarge("This is more than the memory can hold in one piece.", "Split it."),
    "57": lambda: Unavailable("The database is starting or stopping.", _RETRY),
}
