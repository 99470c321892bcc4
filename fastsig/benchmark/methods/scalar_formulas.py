"""Phi and phi' of plain numbers, for integrators that call back with one number at a time."""

import math
from typing import Any

from fastsig.benchmark.formulas import Arithmetic, formulas


def _expit(x: float) -> float:
    w = math.exp(-abs(x))
    return 1.0 / (1.0 + w) if x >= 0.0 else w / (1.0 + w)


def if_positive(x: Any, yes: Any, no: Any) -> Any:
    """Return one of two values, both of which were computed, as np.where does."""
    return yes if x > 0 else no


FUNCTIONS = formulas(Arithmetic(math.exp, math.tanh, math.erf, _expit, abs, max, min, if_positive))
