"""Zeros of phi' and phi'': sign changes, and places where phi' touches 0."""

from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.profiles.derivative import Derivative

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


def sign_changes(
    source: Derivative, x: "FloatArray", value: "FloatArray", error: "FloatArray", breaks: "FloatArray"
) -> tuple["FloatArray", "FloatArray"]:
    """Sign changes between points where the sign is sure, breaks apart, and their errors."""
    sure = np.flatnonzero(np.abs(value) > error)
    change = np.flatnonzero((value[sure[1:]] > 0.0) != (value[sure[:-1]] > 0.0))
    low, high = x[sure[change]], x[sure[change + 1]]
    between = np.searchsorted(breaks, high) > np.searchsorted(breaks, low)
    low, high, start = low[~between], high[~between], sure[change[~between]]
    end = sure[change[~between] + 1]
    apart = low < high
    low, high, start, end = low[apart], high[apart], start[apart], end[apart]
    if not low.size:
        return low, low
    slope = np.abs(value[end] - value[start]) / (high - low)
    positive = value[start] > 0.0
    sections = 64 if low.size < 40 else 8
    steps = np.arange(sections + 1) / sections
    for _ in range(20):
        points = low[:, None] + (high - low)[:, None] * steps
        points[:, -1] = high
        values = source(points.ravel())[0].reshape(points.shape)
        changed = (values[:, 1:] > 0.0) != positive[:, None]
        changed[:, -1] = True  # known; at a break the value there is that of the other side
        first = np.argmax(changed, axis=1)
        rows = np.arange(low.size)
        low, high = points[rows, first], points[rows, first + 1]
        if (high - low <= np.maximum(2.0 * np.spacing(np.abs(low)), 0.02 * error[start] / slope)).all():
            break
    zeros = low + 0.5 * (high - low)
    at_low, at_high = source(low)[0], source(high)[0]
    zeros = np.where(at_low == 0.0, low, np.where(at_high == 0.0, high, zeros)) + 0.0
    return zeros, 2.0 * source(zeros)[1] / slope + (high - low) + 2.0 * np.spacing(np.abs(zeros))


def stationary_points(
    first: Derivative, flat: "list[FloatArray]", bends: "FloatArray", bend_errors: "FloatArray", places: "FloatArray"
) -> tuple["FloatArray", "FloatArray"]:
    """Zeros of phi': sign changes, and inflections at which it vanishes."""
    zeros, errors = sign_changes(first, flat[0], flat[1], flat[2], places)
    if bends.size:
        value, error = first(bends)
        moved = np.abs(first(np.stack([bends - 4.0 * bend_errors, bends + 4.0 * bend_errors]).ravel())[0])
        near = moved.reshape(2, -1).max(0)  # at a double zero phi' is what the error of its place makes of it
        double = (np.abs(value) <= 2.0 * error) | (4.0 * np.abs(value) < near)
        double &= bend_errors < 1e-3 * np.maximum(np.abs(bends), 1.0)
        double &= ~np.isclose(bends[:, None], zeros, rtol=1e-9, atol=1e-9).any(1)
        zeros, errors = np.append(zeros, bends[double]), np.append(errors, bend_errors[double])
    order = np.argsort(zeros)
    return zeros[order], errors[order]
