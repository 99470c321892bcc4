"""Float64 operations on values with bounds of their errors, and with derivatives.

At every point a value v, a bound e of its error to first order, and d = dv/dx:

    f(u):    e = abs(f'(u)) e_u + rounding,      d = f'(u) d_u
    a b:     e = abs(a) e_b + abs(b) e_a + rounding

An infinite v says that the true value exceeds the largest double; a NaN that
nothing is known.
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

EPS = 2.0**-53  # rounding of one operation
SMALLEST = 5e-324
_UNSURE = 2.0**-10  # relative error of an argument beyond which first order is not believed
LEAST = 1e-305  # results below are not asked for relative accuracy


class Bounded(NamedTuple):
    """Values, bounds of their errors, and derivatives with respect to x."""

    value: "FloatArray"
    error: "FloatArray"
    slope: "FloatArray"


def rounding_size(logarithm: "FloatArray") -> "FloatArray":
    """Sizes that count for rounding; that of exp(-inf) does not."""
    return np.where(np.isinf(logarithm), 0.0, np.abs(logarithm))


def chain(u: Bounded, value: "FloatArray", derivative: "FloatArray", ulps: float, *, swing: bool) -> Bounded:
    """f(u) from f and f' there; `swing`: f' is no larger than 1, but changes as fast as f."""
    flat = derivative == 0.0
    size = np.abs(derivative)
    if swing:
        size = np.minimum(size + u.error, 1.0)
    error = np.where((flat & (not swing)) | (u.error == 0.0), 0.0, size * u.error)
    error = np.where(np.isinf(value), 0.0, error + ulps * EPS * np.abs(value) + SMALLEST)
    error = np.where((value == 0.0) & (u.value == 0.0) & (u.error == 0.0), 0.0, error)
    unsure = u.error > _UNSURE * np.maximum(1.0, np.abs(u.value))
    return Bounded(np.where(unsure, np.nan, value), error, np.where(flat, 0.0, derivative * u.slope))


def add(terms: list[Bounded]) -> Bounded:
    """Return a sum."""
    value, error, slope = terms[0]
    for term in terms[1:]:
        value = value + term.value
        error = error + term.error + EPS * np.abs(value)
        slope = slope + term.slope
    return Bounded(value, np.where(np.isinf(value), 0.0, error), slope)


def product(factors: list[Bounded]) -> Bounded:
    """Return a product, NaN where an infinity hides its size."""
    a = factors[0]
    for b in factors[1:]:
        value = a.value * b.value
        # An infinity is "beyond the largest double": nothing is known of half of it.
        known = ~(np.isinf(a.value) & (np.abs(b.value) < 1.0)) & ~(np.isinf(b.value) & (np.abs(a.value) < 1.0))
        exact = ((a.value == 0.0) & (a.error == 0.0)) | ((b.value == 0.0) & (b.error == 0.0))
        error = np.abs(a.value) * b.error + np.abs(b.value) * a.error + a.error * b.error
        whole = (np.abs(a.value) == 1.0) & (a.error == 0.0) | (np.abs(b.value) == 1.0) & (b.error == 0.0)
        error = np.where(exact, 0.0, error + np.where(whole, 0.0, EPS * np.abs(value) + SMALLEST))
        error = np.where(np.isinf(value), 0.0, error)
        slope = a.value * b.slope + b.value * a.slope
        a = Bounded(np.where(known, value, np.nan), error, slope)
    return a


def power(u: Bounded, exponent: Any) -> Bounded:
    """Return a power with a rational exponent."""
    p = float(exponent)
    if exponent == -1:
        value, ulps = 1.0 / u.value, np.array(1.0)
    elif exponent.q == 2 and abs(exponent.p) == 1:
        value, ulps = np.sqrt(u.value), np.array(1.0)
        value, ulps = (value, ulps) if p > 0.0 else (1.0 / value, np.array(2.0))
    else:
        value, ulps = np.power(u.value, p), np.array(3.0)
        if float(exponent.q) != 2.0 ** round(math.log2(float(exponent.q))):  # the exponent itself is rounded
            ulps = ulps + 2.0 * abs(p) * rounding_size(np.log(np.abs(u.value)))
    size = np.abs(u.value)
    edge = size + u.error if p > 1.0 else size - u.error
    steep = abs(p) * np.where(edge > 0.0, np.power(np.maximum(edge, 0.0), p - 1.0), np.inf)
    error = np.where(u.error == 0.0, 0.0, steep * u.error) + ulps * EPS * np.abs(value) + SMALLEST
    exact = ((u.value == 0.0) | (u.value == 1.0)) & (u.error == 0.0)
    error = np.where(exact | np.isinf(value), 0.0, error)
    slope = p * np.power(u.value, p - 1.0) * u.slope
    lost = (np.isinf(value) & ~np.isinf(u.value) & (size < 1.0) & (size < LEAST)) | (np.isinf(u.value) & (abs(p) < 1.0))
    return Bounded(np.where(lost, np.nan, value), error, slope)


def sided(name: str, u: Bounded) -> Bounded:
    """Return abs ("modulus"), sign or the Heaviside function ("step")."""
    sign = np.sign(u.value)
    if name == "modulus":
        return Bounded(np.abs(u.value), u.error, sign * u.slope)
    sure = (np.abs(u.value) > u.error) | (u.error == 0.0)
    value = np.where(sure, sign if name == "sign" else 0.5 * (1.0 + sign), np.nan)
    return Bounded(value, np.zeros_like(value), np.zeros_like(value))


# Conditions are pairs: whether they hold, and where that is unsure.


def compare(name: str, difference: Bounded) -> tuple[Any, Any]:
    """Compare a difference with 0."""
    value = difference.value
    unsure = np.isnan(value) | ((np.abs(value) <= difference.error) & (difference.error > 0.0))
    tests: dict[str, Callable[[Any, float], Any]] = {
        "gt": np.greater,
        "ge": np.greater_equal,
        "lt": np.less,
        "le": np.less_equal,
        "eq": np.equal,
        "ne": np.not_equal,
    }
    return tests[name](value, 0.0), unsure


def logic(name: str, given: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    """Combine conditions."""
    unsure = np.logical_or.reduce(np.broadcast_arrays(*(one[1] for one in given)))
    held = [one[0] for one in given]
    if name == "not":
        return ~held[0], unsure
    if name == "ite":
        return np.where(held[0], held[1], held[2]), unsure
    combine = np.logical_and if name == "and" else np.logical_or
    return combine.reduce(np.broadcast_arrays(*held)), unsure


def pick(condition: Bounded, a: Bounded, b: Bounded) -> Bounded:
    """Return a where the condition is positive, else b; where that is unsure, their difference is an error."""
    holds, unsure = compare("gt", condition)
    value, error, slope = (np.where(holds, one, other) for one, other in zip(a, b, strict=True))
    apart = np.maximum(a.error, b.error) + np.abs(a.value - b.value)
    lost = np.isnan(condition.value)
    return Bounded(np.where(lost, np.nan, value), np.where(unsure, apart, error), slope)


def select(pairs: list[tuple[Bounded, tuple[Any, Any]]], shape: tuple[int, ...]) -> Bounded:
    """Return the first branch whose condition holds; NaN where that is unsure."""
    value, error, slope = (np.full(shape, np.nan) for _ in range(3))
    waiting = np.ones(shape, dtype=bool)
    for branch, (holds, unsure) in pairs:
        waiting &= ~np.broadcast_to(unsure, shape)
        chosen = waiting & holds
        for target, source in zip((value, error, slope), branch, strict=True):
            target[chosen] = source[chosen]
        waiting &= ~chosen
    return Bounded(value, error, slope)
