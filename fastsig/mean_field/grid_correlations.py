"""c*, the slope of the correlation map there, and errors of both, for all points of a phase diagram.

What is known of f(c) - c at c* is off by d, so that c* is off by d/(1 - slope) to first order. f is convex
and meets the diagonal at 1 again: between c* and 1 the gap f(c) - c is at most about (1 - slope)(1 - c*)/4 deep, and
where d is more than that c* may be 1.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastsig.activations.definition import Activation
from fastsig.arrays import FloatArray
from fastsig.integrals.gaussian_moments import moments
from fastsig.mean_field.convexity import convexity
from fastsig.mean_field.correlation import stable_point
from fastsig.mean_field.correlation_piece import Solutions
from fastsig.mean_field.correlation_table import correlation_table
from fastsig.mean_field.fixed_points import fixed_points
from fastsig.mean_field.scales import SMALLEST_SCALE
from fastsig.mean_field.variance_functions import variance_functions
from fastsig.mean_field.variance_table import centre

ROUNDING = 1e-14  # of V/q, V' and chi
FLATTEST = 1e-8  # 1 - V' with which q* is as far off as it can be


class Correlations(NamedTuple):
    """c*, its error, the slope there and its error."""

    c: FloatArray
    c_error: FloatArray
    slope: FloatArray
    slope_error: FloatArray


def correlations(
    phi: Activation, sigma_w: FloatArray, sigma_b: FloatArray, q: FloatArray, v_slope: FloatArray, chi: FloatArray
) -> Correlations:
    """Return them in the shape of q, (len(sigma_w), len(sigma_b)); NaN where q* is 0 or infinite."""
    inside = (q > 0.0) & np.isfinite(q)
    with np.errstate(invalid="ignore"):
        q_error = ROUNDING / np.maximum(np.abs(1.0 - v_slope), FLATTEST)  # relative
        chi_error = chi * (2.0 * q_error + ROUNDING)
        ordered, chaotic = inside & (chi + chi_error < 1.0), inside & (chi - chi_error > 1.0)
    centred = _centred(phi, sigma_b, q, inside)
    chaotic, undecided = chaotic & ~centred, inside & ~(ordered | chaotic | centred)
    found = Correlations(*(np.full(q.shape, np.nan) for _ in Correlations._fields))
    _put(found, ordered, (1.0, 0.0, chi[ordered], chi_error[ordered]))
    weights = np.broadcast_to((sigma_w * sigma_w)[:, None], q.shape)
    if chaotic.any():
        table = correlation_table(phi, centre(variance_functions(phi)))
        solved = table.solve(q[chaotic], weights[chaotic])
        _put(found, chaotic, _with_errors(solved, q_error[chaotic], chi[chaotic]))
    if centred.any():
        _put(found, centred, _of_centred(phi, q[centred], weights[centred], q_error[centred]))
    for i, j in np.argwhere(undecided).tolist():
        points = fixed_points(variance_functions(phi), float(sigma_w[i]), float(sigma_b[j]))
        point = stable_point(phi, float(sigma_w[i]), float(sigma_b[j]), next(one for one in points if one.reached))
        for into, value in zip(found, (point.c, point.error, point.slope, point.slope_error), strict=True):
            into[i, j] = value
    return found


def _put(found: Correlations, there: NDArray[np.bool_], values: tuple[FloatArray | float, ...]) -> None:
    for into, value in zip(found, values, strict=True):
        into[there] = value


def _with_errors(solved: Solutions, q_error: FloatArray, chi: FloatArray) -> tuple[FloatArray, ...]:
    slope = np.clip(solved.slope, 0.0, 1.0)
    flat = np.maximum(1.0 - slope, 1e-300)
    # f(c) = 1 - (1 - c) sigma_w^2 R/q, and R/q falls at most like 1/q, which is sigma_w^-2 there
    relative = solved.error + 2.0 * q_error
    share = 4.0 * relative / flat  # of the depth of the gap between c* and 1
    with np.errstate(invalid="ignore"):
        deep = 2.0 / (1.0 + np.sqrt(1.0 - share))
    rest = 1.0 - solved.c
    error = np.where(share < 1.0, rest * relative / flat * deep, np.maximum(rest, rest * np.sqrt(share)))
    error = np.minimum(error + 2.0**-52, np.maximum(rest, solved.c))
    moved = solved.bend * error * 2.0
    widest = np.maximum(np.maximum(chi - slope, slope), 0.0)  # f' rises from at least 0 at 0 to chi at 1
    slope_error = slope * (solved.slope_error + 2.0 * q_error)
    slope_error += np.abs(solved.slope - slope) + np.where(np.isfinite(moved), np.minimum(moved, widest), widest)
    return solved.c, error, slope, slope_error


def _of_centred(phi: Activation, q: FloatArray, weights: FloatArray, q_error: FloatArray) -> tuple[FloatArray, ...]:
    first = moments(phi, np.sqrt(q), which=("m1", "g1"))
    slope = weights * first.g1 * first.g1
    slope_error = weights * 2.0 * np.abs(first.g1) * first.error.g1 + slope * (2.0 * q_error + ROUNDING)
    slope = np.minimum(slope, 1.0)
    moved = weights * first.error.m1**2 / q
    error = np.where(moved > 0.0, moved / np.maximum(np.maximum(1.0 - slope, moved), 1e-300), 0.0)
    return np.zeros_like(q), error, slope, slope_error


def _centred(phi: Activation, sigma_b: FloatArray, q: FloatArray, inside: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Where c* is 0 without doubt: without biases, if E phi = 0; see `correlation.stable_point`."""
    found = np.zeros(q.shape, dtype=np.bool_)
    (columns,) = np.nonzero(sigma_b < SMALLEST_SCALE)
    if columns.size and not convexity(variance_functions(phi)).affine:
        there = inside[:, columns]
        first = moments(phi, np.sqrt(q[:, columns][there]), which=("m1",))
        there[there] = np.abs(first.m1) <= first.error.m1
        found[:, columns] = there
    return found
