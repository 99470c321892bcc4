"""Gaussian means of any integrands over samples, with standard errors.

Integrands are summed less a pivot near their mean, which a pilot of other samples gives: so sums of squares do
not cancel. The pilot also gives the coefficients of control variates, the Hermite polynomials of z: what is
summed does not depend on the samples that it is summed over, and means stay without bias.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy.special import ndtr

from fastsig.activations.definition import Activation
from fastsig.activations.shape import shape
from fastsig.arrays import FloatArray
from fastsig.sampling.plan import ForEach, Plan, one_by_one
from fastsig.sampling.samples import Samples

Rows = Callable[[FloatArray], FloatArray]  # integrands at z: shape (rows, len(z))

BLOCK = 1 << 14  # samples that are evaluated together
SMALLEST, LARGEST = 1e-60, 1e60  # of integrands whose squares are summed as they are
FARTHEST = 12.0  # abs(z) of samples, in strata
ROUNDING = 16 * 2.0**-53  # of phi, phi', x and sums, relative to E abs(integrand)


def in_turn(task: Callable[[int], None], count: int) -> None:
    """Call a task for each of range(count)."""
    for i in range(count):
        task(i)


class Pilot(NamedTuple):
    """What is known of integrands before they are summed, one number or row for each.

    Attributes
    ----------
    pivot
        Near the mean.
    control
        Coefficients of the Hermite polynomials.
    size
        E abs(integrand), about.
    scale
        A power of 2 by which terms are multiplied, so that their squares do not leave the range of doubles.
    """

    pivot: FloatArray
    control: FloatArray
    size: FloatArray
    scale: FloatArray


def hermite(z: FloatArray, count: int) -> FloatArray:
    """Return the Hermite polynomials of degree 1 to count at z, leading coefficients 1; their means are 0."""
    rows, before = [z], np.ones_like(z)
    for degree in range(1, count):
        rows.append(z * rows[-1] - degree * before)
        before = rows[-2]
    return np.array(rows[:count]).reshape(count, z.size)


def _sampled(rows: Rows, z: FloatArray, antithetic: bool) -> FloatArray:
    return 0.5 * (rows(z) + rows(-z)) if antithetic else rows(z)


def short(values: FloatArray) -> FloatArray:
    """Round to 24 bits: the last bits of a pilot would tell CPU levels apart."""
    mantissa, exponent = np.frexp(values)
    rounded: FloatArray = np.ldexp(np.round(mantissa * 2.0**24), exponent - 24)
    return rounded


def pilot(rows: Rows, plan: Plan) -> Pilot:
    """Look at integrands at a few samples that are not used otherwise."""
    z = plan.pilot()
    sizes = np.abs(rows(z))
    size = sizes.max(axis=1)
    scale = np.ldexp(1.0, -np.frexp(np.where((size > 0.0) & np.isfinite(size), size, 0.5))[1])
    scale[(size > SMALLEST) & (size < LARGEST)] = 1.0
    size = (sizes * scale[:, None]).mean(axis=1) / scale
    found = _sampled(rows, z, plan.antithetic)
    control = np.zeros((len(found), plan.controls))
    if plan.controls:
        basis = _sampled(lambda at: hermite(at, plan.controls), z, plan.antithetic)
        centred = found - found.mean(axis=1, keepdims=True)
        control = short(np.linalg.lstsq(basis.T, centred.T, rcond=1e-9)[0].T)
        found = found - control @ basis
    constant = found.max(axis=1) == found.min(axis=1)
    middle = short((found * scale[:, None]).mean(axis=1)) / scale
    return Pilot(np.where(constant, found[:, 0], middle), control, size, scale)


def errors_of_jumps(rows: Rows, phi: Activation, sigma: float, mean: float, plan: Plan) -> FloatArray:
    """Return the standard errors of stratified means that jumps of integrands at breaks of phi alone would cause.

    The stratum of a jump J makes the mean of a replication a coin, with sides J/length apart and probabilities p and
    1 - p that its place tells exactly. Where one is rare, all replications often show the other side: their
    spread is then smaller than the standard error, but this is not.
    """
    if plan.replications == 1:  # independent samples: no strata
        return np.zeros(1)
    breaks = np.array(shape(phi).breaks)
    z = (breaks - mean) / sigma
    near = np.abs(z) < FARTHEST
    if not near.any():
        return np.zeros(1)
    z, breaks = z[near], breaks[near]
    beside = 1e-9 * (1.0 + np.abs(z)) + 1e-14 * np.maximum(np.abs(breaks), abs(mean)) / sigma
    if plan.antithetic:  # the mean of the integrand at z and at -z jumps at both
        z, beside = np.concatenate([z, -z]), np.concatenate([beside, beside])
    jumps = _sampled(rows, z + beside, plan.antithetic) - _sampled(rows, z - beside, plan.antithetic)
    p = np.mod(plan.length * ndtr(-np.abs(z)), 1.0)
    variance = (jumps * jumps) @ (p * (1.0 - p))
    result: FloatArray = np.sqrt(variance / plan.replications) / plan.length
    return result


def sampled_means(rows: Rows, count: int, plan: Plan, for_each: ForEach) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Return means of `count` integrands, their standard errors, and E abs(integrand)."""
    known = pilot(rows, plan)

    def sums(samples: Samples, first: int, length: int) -> FloatArray:
        parts = []
        for low in range(first, first + length, BLOCK):
            z = samples.normals(low, min(BLOCK, first + length - low))
            terms = _sampled(rows, z, plan.antithetic)
            if plan.controls:
                terms = terms - known.control @ _sampled(lambda at: hermite(at, plan.controls), z, plan.antithetic)
            terms = (terms - known.pivot[:, None]) * known.scale[:, None]
            parts.append([terms.sum(axis=1), (terms * terms).sum(axis=1)])
        result: FloatArray = np.array(parts).sum(axis=0)
        return result

    mean, error = plan.run(one_by_one(sums, for_each), (count,))
    return known.pivot + mean / known.scale, error / known.scale, known.size
