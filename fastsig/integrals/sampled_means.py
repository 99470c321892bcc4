"""Gaussian means of any integrands over samples, with standard errors.

Integrands are summed less a pivot near their mean, which a pilot of other samples gives: so sums of squares do
not cancel. The pilot also gives the coefficients of control variates, the Hermite polynomials of z: what is
summed does not depend on the samples that it is summed over, and means stay without bias.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.sampling.plan import ForEach, Plan, one_by_one
from fastsig.sampling.samples import Samples

Rows = Callable[[FloatArray], FloatArray]  # integrands at z: shape (rows, len(z))

BLOCK = 1 << 14  # samples that are evaluated together
SMALLEST, LARGEST = 1e-60, 1e60  # of integrands whose squares are summed as they are
LARGEST_EXPONENT = 1000  # of a scale
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


def sampled(rows: Rows, z: FloatArray, antithetic: bool) -> FloatArray:
    """Return integrands at z, or their means over z and -z."""
    return 0.5 * (rows(z) + rows(-z)) if antithetic else rows(z)


def short(values: FloatArray) -> FloatArray:
    """Round to 24 bits: the last bits of a pilot would tell CPU levels apart."""
    mantissa, exponent = np.frexp(values)
    rounded: FloatArray = np.ldexp(np.round(mantissa * 2.0**24), exponent - 24)
    return rounded


def pilot(rows: Rows, plan: Plan, edges: FloatArray) -> Pilot:
    """Look at integrands at a few samples that are not used otherwise, and for their size between edges too."""
    z = plan.pilot()
    sizes = np.abs(rows(z))
    size = np.maximum(sizes.max(axis=1), np.abs(rows(0.5 * (edges[1:] + edges[:-1]))).max(axis=1))
    exponent = np.frexp(np.where((size > 0.0) & np.isfinite(size), size, 0.5))[1]
    scale = np.ldexp(1.0, np.minimum(-exponent, LARGEST_EXPONENT))
    scale[(size > SMALLEST) & (size < LARGEST)] = 1.0
    size = (sizes * scale[:, None]).mean(axis=1) / scale
    found = sampled(rows, z, plan.antithetic)
    control = np.zeros((len(found), plan.controls))
    if plan.controls:
        basis = sampled(lambda at: hermite(at, plan.controls), z, plan.antithetic)
        centred = found - found.mean(axis=1, keepdims=True)
        control = short(np.linalg.lstsq(basis.T, centred.T, rcond=1e-9)[0].T)
        found = found - control @ basis
    constant = found.max(axis=1) == found.min(axis=1)
    middle = short((found * scale[:, None]).mean(axis=1)) / scale
    return Pilot(np.where(constant, found[:, 0], middle), control, size, scale)


def terms_at(rows: Rows, known: Pilot, plan: Plan, z: FloatArray) -> FloatArray:
    """Return what is summed at stretched samples: integrands less control variates and pivots, scaled and weighted."""
    terms = sampled(rows, z, plan.antithetic)
    if plan.controls:
        terms = terms - known.control @ sampled(lambda at: hermite(at, plan.controls), z, plan.antithetic)
    terms = (terms - known.pivot[:, None]) * known.scale[:, None]
    if plan.spread > 1.0:
        terms *= plan.weight(z)
    return terms


def sampled_means(
    rows: Rows, count: int, plan: Plan, for_each: ForEach, edges: FloatArray
) -> tuple[FloatArray, FloatArray, Pilot]:
    """Return means of `count` integrands, their standard errors, and what the pilot found; edges are its."""
    known = pilot(rows, plan, edges)

    def sums(samples: Samples, first: int, length: int) -> FloatArray:
        parts = []
        for low in range(first, first + length, BLOCK):
            z = plan.spread * samples.normals(low, min(BLOCK, first + length - low))
            terms = terms_at(rows, known, plan, z)
            parts.append([terms.sum(axis=1), (terms * terms).sum(axis=1)])
        result: FloatArray = np.array(parts).sum(axis=0)
        return result

    mean, error = plan.run(one_by_one(sums, for_each), (count,))
    return known.pivot + mean / known.scale, error / known.scale, known
