"""The inverse problem: the input scale at which a Gaussian component has a given value."""

import math
from typing import Any

import numpy as np

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import in_range, number
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.estimate import Estimate
from fastsig.integrals.gaussian_moments import moments

_SCAN = np.logspace(-6, 6, 97)


def sigma_for(phi: ActivationLike, *, mean: float = 0.0, **target: float) -> Estimate:
    """Return the scale sigma at which a Gaussian component takes a given value.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    mean : float, optional
        Mean of the input.
    **target : float
        Exactly one of m1, g1, g2, m2, eta with the value wanted.

    Returns
    -------
    Estimate
        The smallest such sigma in [1e-6, 1e6] that a scan by an eighth of a
        decade brackets; its message counts further ones. The error follows from
        that of the component and its slope in sigma.

    Raises
    ------
    ValueError
        If there is none: the message gives the range that the component covers.
    TypeError
        Unless exactly one component is named.

    Examples
    --------
    >>> import fastsig
    >>> round(fastsig.sigma_for("relu", m2=1.0).value, 12)  # sqrt(2), He et al.
    1.414213562373
    """
    if len(target) != 1 or next(iter(target)) not in COMPONENTS:
        raise TypeError(f"give exactly one target among {', '.join(COMPONENTS)}, as in m2=1.0; got {target or 'none'}")
    name, wanted = next((key, number(key, value)) for key, value in target.items())
    if not math.isfinite(wanted):
        raise ValueError(f"{name} must be finite; got {wanted!r}")
    activation, centre = resolve(phi), in_range("mean", number("mean", mean))

    def residual(log_sigma: float) -> float:
        value: float = moments(activation, math.exp(log_sigma), mean=centre, which=name)[name]
        return value - wanted

    scanned = moments(activation, _SCAN, mean=centre, which=name)
    difference = scanned[name] - wanted
    # On a stretch where the value is hit within its error there is nothing to solve.
    if np.all(np.abs(difference) <= scanned.error[name]):
        raise ValueError(f"{name} of {activation} is {wanted!r} at every sigma; there is no particular one")
    crossings = np.nonzero(np.sign(difference[:-1]) * np.sign(difference[1:]) < 0)[0]
    exact = np.nonzero(difference == 0.0)[0]
    candidates = sorted([*(float(_SCAN[i]) for i in exact), *(float(_SCAN[i]) for i in crossings)])
    if not candidates:
        low, high = float(scanned[name].min()), float(scanned[name].max())
        raise ValueError(
            f"{name} of {activation} covers [{low:.6g}, {high:.6g}] for sigma in [1e-6, 1e6]; got {wanted!r}"
        )
    start = candidates[0]
    sigma = start if start in _SCAN[exact] else _solve(residual, start)
    return _estimate(activation, name, sigma, centre, len(candidates) - 1)


def _solve(residual: Any, start: float) -> float:
    from scipy.optimize import brentq

    width = math.log(_SCAN[1] / _SCAN[0]) * (1 + 1e-12)
    return math.exp(brentq(residual, math.log(start), math.log(start) + width, xtol=1e-15, rtol=1e-15))


def _estimate(activation: Any, name: str, sigma: float, mean: float, others: int) -> Estimate:
    slope_name = f"{name}_sigma"
    found = moments(activation, sigma, mean=mean, which=[name, slope_name])
    slope = abs(found[slope_name]) - found.error[slope_name]
    rounding = 8 * np.finfo(float).eps * sigma
    error = 2 * found.error[name] / slope + rounding if slope > 0 else math.inf
    message = "ok" if not others else f"ok; the smallest of {others + 1} solutions that were bracketed"
    return Estimate(sigma, error, "estimate", "brentq", found.nfev, 0, message)
