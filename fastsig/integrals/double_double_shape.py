"""Slopes, total variation and curvature as double-double numbers."""

import math
from typing import Any

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.double_double.number import read_number
from fastsig.double_double.shape import Shape, shape_pairs
from fastsig.numbers.double_double import DoubleDouble


def double_double_measure(phi: Activation, name: str) -> tuple[DoubleDouble, float]:
    """Return alpha_plus, alpha_minus, tv, curvature or curvature_sup with a bound of its error.

    Raises
    ------
    ValueError
        If the activation is no built-in.
    """
    if not isinstance(phi, BuiltIn):
        raise ValueError(
            f"precision='double_double' is for built-in activations; {phi} is none: "
            "use precision='certified' for a formula"
        )
    if "double_double_shape" not in phi._cache:
        parameters = {key: read_number(value) for key, value in phi.parameters.items()}
        phi._cache["double_double_shape"] = shape_pairs(phi.name, parameters)
    found: Shape = phi._cache["double_double_shape"]
    high, low = getattr(found, name)
    # A slope is a number that was rounded once, where it has a second part.
    rounding = math.ldexp(abs(high), -105) if low else 0.0
    error: Any = getattr(found, f"{name}_error", rounding)
    return DoubleDouble(high, low), float(error)
