"""Standard errors of what samples may not show: their spread knows only what was seen.

Places where an activation bends and jumps are known beforehand. Events between them can be so rare that few
independent samples, or none, meet them. Of stratified samples those strata vary most in which such places lie,
and the rarer side of a jump may not come up in any replication.
"""

import numpy as np
from scipy.special import ndtr, ndtri

from fastsig.activations.definition import Activation
from fastsig.activations.shape import shape
from fastsig.arrays import FloatArray
from fastsig.integrals.sampled_means import Pilot, Rows, terms_at
from fastsig.sampling.plan import Plan

RARE = 10.0  # samples that meet an event: beyond, their spread is a good guess of its own
FEWEST = 1e-9  # of tails, so many samples beyond
FARTHEST = 37.5  # abs(z): probabilities above 1e-307
WITHIN = np.array([1 / 6, 1 / 2, 5 / 6])  # of a cell, where integrands are looked at


def edges_of_cells(phi: Activation, sigma: float, mean: float, plan: Plan) -> FloatArray:
    """Return the z between which integrands vary little: landmarks and breaks of phi, and tails that are rare."""
    n = plan.length * plan.replications
    tails = -plan.spread * ndtri(np.minimum(np.geomspace(FEWEST, RARE, 11) / n, 0.25))
    of_phi = np.empty(0)
    if sigma > 0.0:
        of_phi = (np.array([*shape(phi).landmarks, *shape(phi).breaks]) - mean) / sigma
    return np.unique(np.concatenate([of_phi[np.abs(of_phi) < FARTHEST], tails, -tails]))


def errors_of_unseen(rows: Rows, known: Pilot, edges: FloatArray, plan: Plan) -> FloatArray:
    """Return the standard errors that the cells around edges alone would cause, one for each integrand."""

    def terms(z: FloatArray) -> FloatArray:
        return terms_at(rows, known, plan, z)

    variance = np.zeros(len(known.pivot))
    if plan.replications == 1:
        variance += _of_rare_cells(terms, edges, plan)
    else:
        variance += _of_strata(terms, edges, plan)
        if not plan.antithetic:  # pairs are the same on both sides
            variance += _of_strata(lambda z: terms(-z), -edges[::-1], plan, twice=True)
    result: FloatArray = np.sqrt(variance) / known.scale
    return result


def _of_rare_cells(terms: Rows, edges: FloatArray, plan: Plan) -> FloatArray:
    """The variance that comes from cells which few samples meet."""
    low, high = edges[:-1], edges[1:]
    sign = np.where(low > 0.0, -1.0, 1.0)  # differences of the smaller tails do not cancel
    probability = np.abs(ndtr(sign * high) - ndtr(sign * low))
    rare = plan.length * probability <= RARE
    if not rare.any():
        return np.zeros(1)
    found = terms((low[rare, None] + (high - low)[rare, None] * WITHIN).ravel())
    variance: FloatArray = (found * found) @ np.repeat(probability[rare] / len(WITHIN), len(WITHIN)) / plan.length
    return variance


def _of_strata(terms: Rows, edges: FloatArray, plan: Plan, twice: bool = False) -> FloatArray:
    """The variance within the strata of the lower half in which edges lie; not that of the middle one `twice`."""
    count, spread = plan.strata, plan.spread
    inside = edges[edges <= 0.0] if not plan.antithetic else -np.abs(edges)
    strata = np.unique(np.minimum(np.floor(count * ndtr(inside / spread)), (count - 1) // 2))
    if twice:
        strata = strata[2 * strata + 1 != count]
    if not strata.size:
        return np.zeros(1)
    borders = spread * ndtri(np.concatenate([strata, strata + 1]) / count)
    borders = np.unique(np.concatenate([np.maximum(borders, -FARTHEST), edges if not plan.antithetic else inside]))
    low, high = borders[:-1], borders[1:]
    stratum = np.floor(count * ndtr(0.5 * (low + high) / spread))
    used = np.isin(stratum, strata) & (high - low > 1e-14 * np.abs(low))
    low, high, stratum = low[used], high[used], stratum[used]
    share = np.repeat(ndtr(high / spread) - ndtr(low / spread), len(WITHIN))
    found = terms((low[:, None] + (high - low)[:, None] * WITHIN).ravel())
    firsts = len(WITHIN) * np.nonzero(np.diff(stratum, prepend=-1.0))[0]
    share = share / np.repeat(np.add.reduceat(share, firsts), np.diff(firsts, append=share.size))
    mean = np.add.reduceat(found * share, firsts, axis=1)
    found = found - np.repeat(mean, np.diff(firsts, append=share.size), axis=1)
    variance: FloatArray = (found * found) @ share / plan.replications / plan.length**2
    return variance
