"""E ln abs(phi'(x)): the mean log slope, a Lyapunov exponent of the depth map.

It is -inf where phi is flat on an interval, and has a logarithmic singularity
at each isolated zero of phi', towards which the adaptive panels are halved. (The
tanh-sinh rule resolves it without.)
"""

import itertools
import math

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.shape import shape
from fastsig.arrays import FloatArray
from fastsig.integrals.adaptive import integrate
from fastsig.integrals.methods import RULES
from fastsig.targets.cpu import lib


def is_flat_somewhere(phi: Activation) -> bool:
    """Whether phi' is 0 on an interval between two breaks, or beyond the last ones.

    Judged from phi' at points within the region in which phi bends, where it
    does not underflow.
    """
    known = shape(phi)
    if not known.breaks:
        return phi.derivative(0.0) == 0.0 and known.tv == 0.0
    marks = sorted({*known.landmarks, *known.breaks})
    width = min((b - a for a, b in itertools.pairwise(marks)), default=1.0)
    edges = [known.breaks[0] - 8 * width, *known.breaks, known.breaks[-1] + 8 * width]
    for left, right in itertools.pairwise(edges):
        inside = left + (right - left) * np.linspace(0.01, 0.99, 23)
        if not np.any(phi.batch(1, inside)):
            return True
    return False


def mean_log_slope(
    phi: Activation, sigma: float, mean: float, method: str = "adaptive", nodes: int = 0
) -> tuple[float, float, int, int]:
    """Return E ln abs(phi'), its error, the number of evaluations and a status."""
    if sigma == 0.0:
        value = float(phi.log_slope(np.array([mean]))[0])
        return value, (abs(value) + 1.0) * 16 * 2.0**-53 if math.isfinite(value) else 0.0, 1, 0
    if is_flat_somewhere(phi):
        return -math.inf, 0.0, 0, 0
    known = shape(phi)
    underflow = False

    def integrand(z: FloatArray, x: FloatArray) -> FloatArray:
        nonlocal underflow
        result = phi.log_slope(x)
        lost = ~np.isfinite(result)
        # At the very zero of phi' a node is as good as its neighbours.
        weight = np.exp(-0.5 * z[lost] ** 2)
        underflow = underflow or bool(np.any((weight > 1e-22) & (np.abs(phi.batch(1, x[lost])) == 0.0)))
        result[lost] = -750.0
        return result

    found = integrate(
        integrand,
        1,
        sigma,
        mean,
        breaks=sorted([*known.breaks, *phi.profile().stationary]),
        landmarks=known.landmarks,
        max_evaluations=400_000,
        rule=RULES[method],
        nodes=nodes,
    )
    if underflow:  # phi' is lost in the tails: what is missing cannot be told
        return float(found.value[0]), math.inf, found.nfev, lib.FASTSIG_ERROR_NOT_CONVERGED
    # The logarithm of a rounded number; and what a fitted phi' can do, whose
    # relative error is large near its zeros only, where ln is integrable.
    slope_error = 0.0 if phi.exact_derivatives else phi.profile().derivative_error
    error = float(found.error[0]) + 32 * 2.0**-53 + 60.0 * slope_error
    return float(found.value[0]), error, found.nfev, found.status
