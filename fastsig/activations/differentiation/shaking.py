"""Rounding errors of a computation, seen by shaking it.

Each intermediate result is multiplied by 1 plus a rounding error at random: up to
2^-53 after additions, products and quotients, 2^-52 after functions, 0 after what
is exact. What that changes in the end is of the size of the rounding errors there:
where terms cancel, large relative to the result, in a tail exp(-x^2), small as the
result itself. (Stochastic arithmetic: Vignes, Math. Comput. Simul. 35 (1993) 233;
here only at the nodes of a table, and of derivatives.)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

_OPERATION, _FUNCTION = 2.0**-53, 2.0**-52
_OPERATIONS = frozenset(["add", "subtract", "multiply", "divide"])
SUMS = frozenset(["add", "subtract"])
_EXACT = frozenset(
    ["negative", "positive", "conjugate", "absolute", "fabs", "copysign", "maximum", "minimum", "fmax", "fmin"]
)
_generator: ContextVar[np.random.Generator | None] = ContextVar("generator", default=None)


@contextmanager
def shaking(generator: np.random.Generator) -> Iterator[None]:
    """Shake all intermediate results of jets in this context."""
    token = _generator.set(generator)
    try:
        yield
    finally:
        _generator.reset(token)


def is_shaking() -> bool:
    """Whether intermediate results are to be shaken."""
    return _generator.get() is not None


def shaken(name: str, *results: "FloatArray") -> "tuple[FloatArray, ...]":
    """Return the results of an operation, by name of the ufunc, as they are or shaken."""
    generator = _generator.get()
    if generator is None or name in _EXACT:
        return results
    size = _OPERATION if name in _OPERATIONS else _FUNCTION
    return tuple(r * (1.0 + size * generator.uniform(-1.0, 1.0, np.shape(r))) for r in results)


def shaken_sum(a: Any, b: Any, total: Any) -> "Iterator[FloatArray]":
    """Return the parts of a sum of jets, shaken where both terms are other than 0: there only it is rounded."""
    for part in ("value", "first", "second"):
        terms = getattr(a, part), getattr(b, part)
        result = getattr(total, part)
        yield np.where((terms[0] != 0.0) & (terms[1] != 0.0), shaken("add", result)[0], result)
