"""How a peer's process is spoken to: JSON lines on its standard input and output. Needs Python and NumPy alone.

A peer gives `serve` two functions. Vectors are computed before and handed in: its embedding hook looks texts up, so that
its times are its engine's.
"""

import json
import os
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

import numpy as np

__all__ = ["Item", "Vectors", "serve"]

DIMENSION = 384


@dataclass(frozen=True)
class Item:
    """One turn of a conversation."""

    item_id: str
    customer: str
    text: str


class Vectors:
    """The vector of every text of the run, as a list of floats, or rows of float32."""

    def __init__(self, folder: Path) -> None:
        texts = json.loads((folder / "texts.json").read_text(encoding="utf-8"))
        self._rows = np.load(folder / "vectors.npy")
        self._places = {text: place for place, text in enumerate(texts)}

    def rows(self, texts: Sequence[str]) -> np.ndarray:
        """Shape (n, 384), float32, unit length. `KeyError` for a text that is not of the run."""
        return np.asarray(self._rows[[self._places[text] for text in texts]])

    def lists(self, texts: Sequence[str]) -> list[list[float]]:
        return [row.tolist() for row in self.rows(texts)]


def serve(
    add: Callable[[Sequence[Item]], None],
    search: Callable[[str, str, int], Sequence[str]],
    *,
    most: int = 50,
) -> None:
    """Answer until the input ends. `add` takes at most `most` items; `search` (question, customer, k) gives ids."""
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what the peer prints must not stand among the answers
    print(json.dumps({"ready": True, "most": most}), file=answers, flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        found: Sequence[str] = ()
        begin = perf_counter()
        if asked["do"] == "add":
            add([Item(*item) for item in asked["items"]])
        else:
            found = search(asked["text"], asked["customer"], asked["k"])
        print(json.dumps({"ms": 1000 * (perf_counter() - begin), "found": list(found)}), file=answers, flush=True)
