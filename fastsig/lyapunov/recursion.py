"""The recursion T(x) = phi(a x + b): values, slopes and their ranges on intervals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import brief, few, number
from fastsig.lyapunov.printed import exact
from fastsig.taxonomy.ranges import LINE, Interval, Range, slope_range, value_range, values_with_error

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

UNIT = 2.0**-53


@dataclass(frozen=True, slots=True)
class Recursion:
    """T(x) = phi(a x + b), a not 0."""

    phi: Activation
    a: float
    b: float

    def __str__(self) -> str:
        shift = f" {'+' if self.b > 0.0 else '-'} {exact(abs(self.b))}" if self.b else ""
        weight = {1.0: "", -1.0: "-"}.get(self.a, f"{exact(self.a)} ")
        given = getattr(self.phi, "parameters", {})
        parameters = "".join(f", {name}={exact(value)}" for name, value in given.items())
        name = self.phi.name
        if name.isidentifier():
            return f"T(x) = {name}({weight}x{shift}{parameters})"
        return f"T(x) = phi({weight}x{shift}) with phi(x) = {name}"

    def argument(self, x: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        """Return a x + b and its rounding error."""
        y = self.a * x + self.b
        return y, UNIT * (np.abs(self.a * x) + np.abs(y))

    def __call__(self, x: "FloatArray") -> "FloatArray":
        """Return T(x) at a flat array."""
        return self.phi.batch(0, self.a * x + self.b)

    def with_error(self, x: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        """Return T(x) at a flat array with absolute errors."""
        y, moved = self.argument(x)
        value, error = values_with_error(self.phi, 0, y)
        steep = np.abs(self.phi.batch(1, y))
        return value, error + 2.0 * moved * np.where(np.isfinite(steep), steep, 0.0)

    def slope_with_error(self, x: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        """Return T'(x) = a phi'(a x + b) at a flat array with absolute errors."""
        value, error = values_with_error(self.phi, 1, self.a * x + self.b)
        return self.a * value, abs(self.a) * error + UNIT * np.abs(self.a * value)

    def inner(self, interval: Interval) -> Interval:
        """Return a I + b."""
        ends = sorted(self.a * x + self.b for x in interval)
        return ends[0], ends[1]

    def slopes(self, interval: Interval = LINE) -> Range:
        """Return essential inf and sup of T' on an interval."""
        found = slope_range(self.phi, self.inner(interval))
        more = max(self._moved(interval, 2))
        low, high = self.a * found.low, self.a * found.high
        low_error = abs(self.a) * (found.low_error + more) + UNIT * abs(low) if math.isfinite(low) else 0.0
        high_error = abs(self.a) * (found.high_error + more) + UNIT * abs(high) if math.isfinite(high) else 0.0
        if self.a < 0.0:
            low, high, low_error, high_error = high, low, high_error, low_error
        return Range(low, high, low_error, high_error, found.complete)

    def image(self, interval: Interval = LINE) -> Range:
        """Return inf and sup of T on an interval."""
        low, high = self._moved(interval, 1)
        return value_range(self.phi, self.inner(interval), (low, high) if self.a > 0.0 else (high, low))

    def _moved(self, interval: Interval, order: int) -> Interval:
        """Return what rounding of a x + b does at each end, by the derivative of this order."""
        finite = np.array([end if math.isfinite(end) else 0.0 for end in interval])
        y, shift = self.argument(finite)
        steep = np.abs(self.phi.batch(order, y))
        moved = np.where(np.isfinite(interval) & np.isfinite(steep), 2.0 * shift * steep, 0.0)
        return float(moved[0]), float(moved[1])


def read_recursion(phi: ActivationLike, a: Any, b: Any) -> Recursion:
    """Check and hold phi, a and b."""
    slope, shift = number("a", a), number("b", b)
    if not (math.isfinite(slope) and math.isfinite(shift)) or slope == 0.0:
        raise ValueError(f"a must be finite and not 0, b finite; got a = {a!r}, b = {b!r}")
    return Recursion(resolve(phi), slope, shift)


def read_interval(interval: Sequence[Any]) -> Interval:
    """Check an interval (low, high)."""
    ends = tuple(number("an end of interval", end) for end in few("interval", interval, 2, "(-1.0, 1.0)"))
    if len(ends) != 2 or not ends[0] < ends[1] or not all(map(math.isfinite, ends)):
        raise ValueError(f"interval must be (low, high), finite with low < high; got {brief(interval)}")
    return ends[0], ends[1]
