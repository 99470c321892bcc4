"""Bisection of many brackets at once."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

MOST_STEPS = 200


def bisect(
    function: "Callable[[FloatArray], FloatArray]", low: "FloatArray", high: "FloatArray", sign_low: "FloatArray"
) -> "FloatArray":
    """Return where a function changes its sign between low and high: of two neighbouring doubles the better one.

    Parameters
    ----------
    function
        Of an array of points, one a bracket.
    low, high
        The brackets.
    sign_low
        The signs of the function at their low ends.
    """
    low, high = narrowed(function, low, high, sign_low)
    if not low.size:
        return low
    result: FloatArray = np.where(np.abs(function(low)) < np.abs(function(high)), low, high)
    return result


def narrowed(
    function: "Callable[[FloatArray], FloatArray]", low: "FloatArray", high: "FloatArray", sign_low: "FloatArray"
) -> tuple["FloatArray", "FloatArray"]:
    """Return brackets narrowed to neighbouring doubles: at the low end the function has its sign still."""
    low, high = low.astype(np.float64), high.astype(np.float64)
    for _ in range(MOST_STEPS):
        middle = low + 0.5 * (high - low)
        if not ((middle > low) & (middle < high)).any():
            break
        same = np.sign(function(middle)) == sign_low
        low, high = np.where(same, middle, low), np.where(same, high, middle)
    return low, high
