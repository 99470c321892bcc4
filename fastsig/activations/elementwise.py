"""Whether a function of arrays acts on each element by itself.

A softmax, a layer normalisation or a cumulative sum looks like an activation
on an array of one element, on a prefix, or on arrays of one size. So the value
of a point is compared in many companies: alone, in short and in long arrays,
first and last, with other neighbours on either side. Nothing can be said of
arrays longer than any that was seen: whenever a batch is much longer than those
before it, some of its points are evaluated alone.
"""

from collections.abc import Callable

import numpy as np

from fastsig.arrays import FloatArray

Batch = Callable[[FloatArray], FloatArray]

LONG = 1024
# Vectorised and scalar code differ by a few ulp, which a formula that cancels may make a thousand times larger.
AGREEMENT = 2.0**-32
SINGLE_AGREEMENT = 1e-3  # of functions that compute in single precision
LENGTHS = (1, 2, 3, 4, 5, 8, 17, 33, 100, 257)
# Points in (-5, 3) in no order, from the golden ratio, with a mean that is not 0. (Kronecker's sequence:
# no two are equal, and each stretch of it is spread over the interval.)
POINTS = 8.0 * np.modf(np.arange(1, LONG + 1) * (0.5 * (np.sqrt(5.0) - 1.0)))[0] - 5.0


def elementwise(batch: Batch, role: str) -> Batch:
    """Return a batch function that is checked to act on each element by itself.

    Parameters
    ----------
    batch : callable
        Takes a float64 array, returns one of its shape.
    role : str
        What it is for ("value", "derivative"), for messages.

    Raises
    ------
    ValueError
        If the value of a point depends on the other points; from the result also,
        where it is longer than what was checked here.
    """
    with np.errstate(all="ignore"):
        whole = batch(POINTS)
        relative = SINGLE_AGREEMENT if np.array_equal(whole, whole.astype(np.float32)) else AGREEMENT
        typical = float(np.median(np.abs(whole[np.isfinite(whole)]))) if np.isfinite(whole).any() else 0.0
        allowed = relative, relative * typical  # a value near a zero of phi is rounded like its terms
        _compare(role, POINTS, whole, batch(POINTS[::-1])[::-1], allowed)
        start = 1
        for length in LENGTHS:  # stretches from here and there: other points come first and last
            part = slice(start, start + length)
            _compare(role, POINTS[part], whole[part], batch(POINTS[part]), allowed)
            start += length
    longest = LONG

    def checked(x: FloatArray) -> FloatArray:
        nonlocal longest
        result = batch(x)
        if x.size > 2 * longest:
            longest = x.size
            some = np.array([0, x.size // 3, x.size - 1])
            points = x.ravel()[some]
            alone = np.concatenate([batch(points[i : i + 1]) for i in range(3)])
            _compare(role, points, result.ravel()[some], alone, allowed)
        return result

    return checked


def _compare(role: str, x: FloatArray, values: FloatArray, others: FloatArray, allowed: tuple[float, float]) -> None:
    """Raise unless two evaluations at x agree, relative to the largest or absolutely."""
    finite = np.isfinite(values) & np.isfinite(others)
    size = float(np.abs(values[finite]).max(initial=0.0))
    with np.errstate(invalid="ignore"):
        same = np.where(
            finite, np.abs(values - others) <= max(allowed[0] * size, allowed[1]), np.isnan(values) == np.isnan(others)
        )
    if not same.all():
        i = int(np.argmin(same))
        raise ValueError(
            f"{role} must act on each element by itself; at x = {float(x[i]):.6g} it is {float(values[i]):.6g} or "
            f"{float(others[i]):.6g}, by which other elements are in the array"
        )
