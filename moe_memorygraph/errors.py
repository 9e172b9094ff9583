"""The errors a caller may catch. Their text is safe to show: a sentence, and what to do about it."""

from math import ceil
from typing import ClassVar, Literal

__all__ = [
    "Conflict",
    "DeadlineExceeded",
    "ErrorCode",
    "InvalidArgument",
    "MemoryGraphError",
    "NotFound",
    "PermissionDenied",
    "RateLimited",
    "TooLarge",
    "Unavailable",
]

ErrorCode = Literal[
    "invalid_argument",
    "not_found",
    "permission_denied",
    "rate_limited",
    "unavailable",
    "deadline_exceeded",
    "conflict",
    "too_large",
]


class MemoryGraphError(Exception):
    """Base of every error raised on purpose.

    `sentence` says what went wrong, `advice` what to do; neither holds a driver's words, SQL, a path of the
    server or text of a user, so both may reach a client.
    """

    code: ClassVar[ErrorCode] = "unavailable"

    def __init__(self, sentence: str, advice: str = "") -> None:
        self.sentence = sentence
        self.advice = advice
        super().__init__(f"{sentence} {advice}".strip())


class InvalidArgument(MemoryGraphError):
    code = "invalid_argument"


class NotFound(MemoryGraphError):
    code = "not_found"


class PermissionDenied(MemoryGraphError):
    code = "permission_denied"


class RateLimited(MemoryGraphError):
    """More than the tenant may have. `seconds`, at least 1, from now on the same may succeed; the advice says so."""

    code = "rate_limited"

    def __init__(self, sentence: str, advice: str = "", *, seconds: float = 1) -> None:
        self.seconds = max(1, ceil(seconds))
        again = f"Try again in {self.seconds} second{'s' if self.seconds > 1 else ''}."
        super().__init__(sentence, advice or again)


class Unavailable(MemoryGraphError):
    code = "unavailable"


class DeadlineExceeded(MemoryGraphError):
    code = "deadline_exceeded"


class Conflict(MemoryGraphError):
    code = "conflict"


class TooLarge(MemoryGraphError):
    code = "too_large"
