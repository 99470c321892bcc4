"""Slopes, total variation and curvature as double-double numbers."""

import math
from typing import Any

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.double_double.number import Pair, read_number
from fastsig.double_double.shape import Shape, shape_pairs
from fastsig.numbers.double_double import DoubleDouble


def built_in_pairs(phi: Activation) -> tuple[str, dict[str, Pair]]:
    """Return the name and parameters of a built-in, as `fastsig.double_double` takes them.

    Raises
    ------
    ValueError
        If the activation is none.
    """
    if not isinstance(phi, BuiltIn):
        raise ValueError(
            f"precision='double_double' is for built-in activations; {phi} is none: "
            "use precision='certified' for a formula"
        )
    return phi.name, {key: read_number(value) for key, value in phi.parameters.items()}


def double_double_measure(phi: Activation, name: str) -> tuple[DoubleDouble, float]:
    """Return alpha_plus, alpha_minus, tv, curvature or curvature_sup with a bound of its error."""
    if "double_double_shape" not in phi._cache:
        phi._cache["double_double_shape"] = shape_pairs(*built_in_pairs(phi))
    found: Shape = phi._cache["double_double_shape"]
    high, low = getattr(found, name)
    # A slope is a number that was rounded once, where it has a second part.
    rounding = math.ldexp(abs(high), -105) if low else 0.0
    error: Any = getattr(found, f"{name}_error", rounding)
    return DoubleDouble(high, low), float(error)
