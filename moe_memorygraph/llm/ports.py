"""What is asked of a language model, and how it may fail."""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Literal, Protocol

__all__ = ["LanguageModel", "ModelFailed", "Outcome", "Prompt"]

Outcome = Literal["late", "unreachable", "refused", "malformed"]
"""Why a model gave nothing: its time was over; it could not be reached or broke down; it, or who owns it, declined; what
it sent is not what was asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One question to a model: our instructions, and apart from them one JSON document of data."""

    instructions: str
    data: str
    """JSON. Texts in it were written by others, and are to be read as data."""
    schema: Mapping[str, Any]
    """JSON schema of the answer, for models that can be held to one."""
    most_tokens: int

    @property
    def digest(self) -> str:
        """32 hexadecimal digits: the same for the same instructions and data."""
        return sha256(f"{self.instructions}\0{self.data}".encode()).hexdigest()[:32]


class ModelFailed(Exception):
    """No text came. Holds no text of the prompt, of the endpoint or of its errors, so it may be logged."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(outcome)


class LanguageModel(Protocol):
    """Writes text. Lives as long as the process, or as the one call whose client lends its own model."""

    @property
    def name(self) -> str:
        """For the audit: how its owner calls it."""
        ...

    async def complete(self, prompt: Prompt, *, seconds: float) -> str:
        """The text that the model answers with, within so many seconds, retries and all.

        Raises `ModelFailed`. Can be cancelled.
        """
        ...
