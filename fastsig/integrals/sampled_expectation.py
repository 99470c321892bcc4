"""Expectations of any function of an activation by Monte Carlo."""

from collections.abc import Callable
from typing import Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.arrays import FloatArray
from fastsig.integrals.estimate import Estimate
from fastsig.integrals.points import Points
from fastsig.integrals.sampled_means import ROUNDING, in_turn, sampled_means
from fastsig.integrals.unseen import edges_of_cells, errors_of_unseen
from fastsig.sampling.plan import Plan

Integrand = Callable[..., FloatArray]  # of z, phi, phi', phi''


def sampled_expectation(function: Integrand, phi: Activation, points: Points, plan: Plan) -> Estimate:
    """Return E F(Z, phi, phi', phi'') at validated points; the errors are standard errors."""

    def at(sigma: float, mean: float) -> tuple[float, float]:
        def rows(z: FloatArray) -> FloatArray:
            x = mean + sigma * z
            found = function(z, *(phi.batch(order, x) for order in range(3)))
            if not np.isfinite(found).all():
                lost = int(np.argmin(np.isfinite(found)))
                raise ValueError(
                    f"the function must be finite; it gave {found[lost]} at z = {z[lost]:.6g}, where x = {x[lost]:.6g}"
                )
            return found[None, :]

        def moved(z: FloatArray) -> float:
            """By how much the mean is off by the errors of phi, phi' and phi''."""
            (f, ef), (d, ed), (s, es) = (phi.batch_with_error(order, mean + sigma * z) for order in range(3))
            here = function(z, f, d, s)
            others = function(z, f + ef, d, s), function(z, f, d + ed, s), function(z, f, d, s + es)
            return float(sum(np.nan_to_num(np.abs(other - here), nan=np.inf).mean() for other in others))

        edges = edges_of_cells(phi, sigma, mean, plan)
        value, error, known = sampled_means(rows, 1, plan, in_turn, edges)
        error = np.maximum(error, errors_of_unseen(rows, known, edges, plan))
        doubt = 0.0 if phi.exact_derivatives else moved(plan.pilot())
        return float(value[0]), float(error[0] + ROUNDING * known.size[0]) + doubt

    found = [at(sigma, mean) for sigma, mean in points.pairs()]
    value: Any = [one[0] for one in found]
    error: Any = [one[1] for one in found]
    if points.shape is None:
        value, error = value[0], error[0]
    else:
        value, error = np.array(value).reshape(points.shape), np.array(error).reshape(points.shape)
    return Estimate(value, error, "standard_error", plan.method, plan.evaluations * len(found))
