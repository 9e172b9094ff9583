"""What a topic is: how people name it, what its tickets say, and examples of them."""

from dataclasses import dataclass

__all__ = ["OTHER", "Topic"]

OTHER = "other"
"""What fits no topic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """A topic of tickets."""

    name: str
    """In snake case."""
    title: str
    label: str = ""
    """What tickets get as their category; the name where it is empty."""
    names: tuple[str, ...] = ()
    """What people call it when they ask for its tickets, or label them: words and phrases that name this topic alone."""
    near: tuple[str, ...] = ()
    """What stands for it in a question where no topic is named: "Who was overcharged?"."""
    words: tuple[str, ...] = ()
    """What its tickets say; in a question they name something smaller than the topic."""
    examples: tuple[str, ...] = ()
    """Short messages of customers, whose meaning stands for the topic's."""

    @property
    def category(self) -> str:
        return self.label or self.name

    def __post_init__(self) -> None:
        if not self.name.strip() or self.name == OTHER:
            raise ValueError(f"a topic needs a name, and not {OTHER!r}")
        if not (self.names or self.words or self.examples):
            raise ValueError(f"topic {self.name!r} needs names, words or examples")
