"""Affine changes of an activation: c phi(a x + b) + d."""

import math
from typing import TYPE_CHECKING, Any, final

from fastsig.activations.affine_change import AffineChange
from fastsig.activations.definition import Activation
from fastsig.arguments import number

if TYPE_CHECKING:
    from fastsig.activations.profile import Profile
    from fastsig.arrays import FloatArray

_UNIT_ROUNDOFF = 2.0**-53


@final
class Scaled(Activation):
    """The activation c phi(a x + b) + d; made by `Activation.scaled`.

    Attributes
    ----------
    base : Activation
        phi.
    a, b, c, d : float
        The coefficients.
    """

    __slots__ = ("a", "b", "base", "c", "d")

    base: Activation
    a: float
    b: float
    c: float
    d: float

    def __init__(self, base: Activation, a: float = 1.0, b: float = 0.0, c: float = 1.0, d: float = 0.0) -> None:
        coefficients = {"a": number("a", a), "b": number("b", b), "c": number("c", c), "d": number("d", d)}
        for key, value in coefficients.items():
            if not math.isfinite(value) or (key in "ac" and value == 0.0):
                raise ValueError(f"{key} must be finite{' and not 0' if key in 'ac' else ''}; got {value!r}")
        name = f"{coefficients['c']:g}*{base.name}({coefficients['a']:g}*x{coefficients['b']:+g}){coefficients['d']:+g}"
        self._set(name, (base, *coefficients.values()))
        object.__setattr__(self, "base", base)
        for key, value in coefficients.items():
            object.__setattr__(self, key, value)

    def __reduce__(self) -> tuple[Any, ...]:
        return Scaled, self._key

    @property
    def change(self) -> AffineChange:
        """What becomes of places and slopes of the base."""
        return AffineChange(self.a, self.b, self.c, self.d)

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where phi' jumps, ascending."""
        return tuple(sorted(map(self.change.place, self.base.kinks)))

    @property
    def slopes(self) -> tuple[float, float]:
        """The limits (alpha_plus, alpha_minus) of the derivative."""
        plus, minus = map(self.change.slope, self.base.slopes)
        return (plus, minus) if self.a > 0 else (minus, plus)

    @property
    def derivative_source(self) -> str:
        """Where the derivatives come from: as for the base."""
        return self.base.derivative_source

    @property
    def exact_derivatives(self) -> bool:
        """Whether values and derivatives are right to 4 ulp: never, as a x + b is rounded."""
        return False

    def _profile(self) -> "Profile":
        from fastsig.activations.profiles.moved import can_be_moved, moved_profile

        if can_be_moved(self.base.profile(), self.change):
            return moved_profile(self)
        return self._profile_of_batches(warn=False)

    def batch(self, order: int, x: "FloatArray") -> "FloatArray":
        """Evaluate on a flat array: phi (order 0), phi' (1) or phi'' (2)."""
        inner = self.base.batch(order, self.a * x + self.b)
        return self.c * self.a**order * inner + (self.d if order == 0 else 0.0)

    def batch_with_error(self, order: int, x: "FloatArray") -> "tuple[FloatArray, FloatArray]":
        """Evaluate phi or a derivative on a flat array, with absolute errors."""
        import numpy as np

        inner = self.a * x + self.b
        values, errors = self.base.batch_with_error(order, inner)
        factor = self.c * self.a**order
        # a x + b is rounded twice, and what phi makes of it.
        shift = _UNIT_ROUNDOFF * (np.abs(self.a * x) + np.abs(inner))
        if order < 2:
            moved = shift * np.abs(self.base.batch(order + 1, inner))
        else:  # the third derivative is not at hand
            beside = np.stack([inner - 2.0 * shift, inner + 2.0 * shift])
            moved = np.abs(self.base.batch(2, beside.ravel()).reshape(beside.shape) - values).max(0)
        result = factor * values + (self.d if order == 0 else 0.0)
        errors = abs(factor) * (errors + moved + 8.0 * _UNIT_ROUNDOFF * np.abs(values))
        return result, errors + _UNIT_ROUNDOFF * np.abs(result)

    def log_slope(self, x: "FloatArray") -> "FloatArray":
        """Evaluate ln abs of the derivative on a flat array."""
        return math.log(abs(self.c * self.a)) + self.base.log_slope(self.a * x + self.b)
