"""Reading sigma_w, sigma_b, variances and correlations."""

from typing import Any

import numpy as np

from fastsig.arguments import array, is_number, number

SMALLEST_SCALE = 1e-140
LARGEST_SCALE = 1e75  # of sigma_w, sigma_b and sqrt(q), so that squares stay finite


def square(sigma: float) -> float:
    """Return the square of a scale; one below 1e-280, at which numbers end, counts as 0."""
    return sigma * sigma if sigma >= SMALLEST_SCALE else 0.0


def read_scales(sigma_w: Any, sigma_b: Any) -> tuple[Any, Any]:
    """Check sigma_w and sigma_b: numbers become floats, the rest arrays."""
    read = []
    for name, value in (("sigma_w", sigma_w), ("sigma_b", sigma_b)):
        read.append(_in_range(name, value, LARGEST_SCALE))
    try:
        np.broadcast_shapes(np.shape(read[0]), np.shape(read[1]))
    except ValueError:
        raise ValueError(
            f"sigma_w of shape {np.shape(read[0])} and sigma_b of shape {np.shape(read[1])} do not broadcast; "
            "give one of them new axes of length 1"
        ) from None
    return read[0], read[1]


def read_variance(q: Any) -> Any:
    """Check variances: a number becomes a float, the rest an array."""
    return _in_range("q", q, LARGEST_SCALE**2)


def _in_range(name: str, value: Any, high: float, low: float = 0.0) -> Any:
    if type(value) is float and low <= value <= high:
        return value
    read = number(name, value) if is_number(value) and not isinstance(value, np.ndarray) else array(name, value)
    wrong = ~((np.asarray(read) >= low) & (np.asarray(read) <= high))
    if wrong.any():
        bad = float(np.asarray(read)[wrong].flat[0]) if np.ndim(read) else float(read)
        raise ValueError(f"{name} must be a number in [{low:g}, {high:g}]; got {bad!r}")
    return read


def read_correlation(rho: Any) -> Any:
    """Check correlations."""
    return _in_range("rho", rho, 1.0, -1.0)
