"""The inverse problem: the input scale at which a Gaussian component has a given value."""

import math
from typing import Any

import numpy as np

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import in_range, number
from fastsig.arrays import FloatArray
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.estimate import Estimate
from fastsig.integrals.gaussian_moments import moments

_SCAN = np.logspace(-6, 6, 97)
_LOG_SCAN = np.log(_SCAN).tolist()


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
        decade brackets, together with the extrema that its values turn at; its
        message counts further ones. The error follows from that of the component
        and its slope in sigma; it is inf at an extremum.

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
    brackets = [(_LOG_SCAN[k], _LOG_SCAN[k + 1]) for k in crossings]
    brackets += [(_LOG_SCAN[k], _LOG_SCAN[k]) for k in np.nonzero(difference == 0.0)[0]]
    reached = [difference.min(), difference.max()]
    for k in _turns(difference, scanned.error[name]):
        top, left = _extremum(residual, k, difference[k])
        reached.append(left)
        if left * difference[k] < 0:
            brackets += [(_LOG_SCAN[k - 1], top), (top, _LOG_SCAN[k + 1])]
        elif abs(left) <= scanned.error[name][k]:
            brackets.append((top, top))
    if not brackets:
        low, high = wanted + float(min(reached)), wanted + float(max(reached))
        raise ValueError(
            f"{name} of {activation} covers [{low:.6g}, {high:.6g}] for sigma in [1e-6, 1e6]; got {wanted!r}"
        )
    start, end = min(brackets)
    sigma = math.exp(start) if start == end else _solve(residual, start, end)
    return _estimate(activation, name, sigma, centre, len(brackets) - 1)


def _turns(difference: FloatArray, error: FloatArray) -> list[int]:
    """Where the sampled values turn back before 0, near enough that their extremum may lie beyond it.

    A parabola through three values exceeds them by an eighth of its steps at most.
    """
    steps, middle = np.diff(difference), difference[1:-1]
    turns = (steps[:-1] * middle < 0) & (steps[1:] * middle > 0)
    near = np.abs(middle) <= np.abs(steps[:-1]) + np.abs(steps[1:]) + error[1:-1]
    alike = (np.sign(difference[:-2]) == np.sign(middle)) & (np.sign(difference[2:]) == np.sign(middle))
    found: list[int] = (np.nonzero(turns & near & alike)[0] + 1).tolist()
    return found


def _extremum(residual: Any, k: int, sign: float) -> tuple[float, float]:
    """Log sigma and residual of the extremum between the neighbours of a point of the scan."""
    from scipy.optimize import minimize_scalar

    bounds = _LOG_SCAN[k - 1], _LOG_SCAN[k + 1]
    found = minimize_scalar(
        lambda x: math.copysign(1.0, sign) * residual(x), bounds=bounds, method="bounded", options={"xatol": 1e-9}
    )
    return float(found.x), residual(float(found.x))


def _solve(residual: Any, start: float, end: float) -> float:
    from scipy.optimize import brentq

    return math.exp(brentq(residual, start, end, xtol=1e-15, rtol=1e-15))


def _estimate(activation: Any, name: str, sigma: float, mean: float, others: int) -> Estimate:
    slope_name = f"{name}_sigma"
    found = moments(activation, sigma, mean=mean, which=[name, slope_name])
    slope = abs(found[slope_name]) - found.error[slope_name]
    rounding = 8 * np.finfo(float).eps * sigma
    error = 2 * found.error[name] / slope + rounding if slope > 0 else math.inf
    message = "ok" if not others else f"ok; the smallest of {others + 1} solutions that were bracketed"
    return Estimate(sigma, error, "estimate", "brentq", found.nfev, 0, message)
