"""Dual activations: E phi(X) phi(Y) and E phi'(X) phi'(Y) of two correlated Gaussians."""

from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arrays import FloatArray
from fastsig.integrals.estimate import Estimate
from fastsig.kernel.covariances import Covariances, read_covariances
from fastsig.kernel.panels import panel_means

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

ACCURACY = 1e-12  # relative to sqrt(K(x, x) K(y, y)): beyond it a result is not a success


def dual(phi: ActivationLike, qx: "ArrayLike", qy: "ArrayLike", rho: "ArrayLike") -> Estimate:
    """Return the dual activation K = E phi(X) phi(Y).

    X and Y are centred Gaussians with variances qx and qy and correlation rho. It is what one layer of an
    infinitely wide network does to the covariance of two inputs (Cho and Saul, NeurIPS 2009; Daniely, Frostig
    and Singer, arXiv 1602.05897).

    Parameters
    ----------
    phi : Activation or str
        The activation.
    qx, qy : float or array_like
        Variances, in [0, 1e300]. A variance of 0 is the point mass at 0.
    rho : float or array_like
        Correlation, in [-1, 1], the ends included; all three broadcast.

    Returns
    -------
    Estimate
        Value and error, floats or arrays in the shape of the broadcast inputs. Errors are absolute, estimates
        that are meant to cover; the goal is 1e-12 of sqrt(K(x, x) K(y, y)), and `success` says whether it was reached.

    Examples
    --------
    >>> import math
    >>> import fastsig
    >>> k = fastsig.kernel.dual("relu", 1.0, 1.0, 0.5)  # Cho and Saul's arc-cosine kernel
    >>> abs(k.value - (math.sqrt(0.75) + 0.5 * (math.pi - math.acos(0.5))) / (2 * math.pi)) < 1e-15
    True
    >>> k = fastsig.kernel.dual("mish", 1.0, [1.0, 4.0], 1.0)
    >>> k.value.round(12).tolist()
    [0.452342192376, 0.927400038311]
    """
    return _dual(phi, 0, qx, qy, rho)


def dual_derivative(phi: ActivationLike, qx: "ArrayLike", qy: "ArrayLike", rho: "ArrayLike") -> Estimate:
    """Return the derivative dual E phi'(X) phi'(Y).

    d K/d rho = sqrt(qx qy) times it, K the dual activation. Parameters and result are those of `dual`, with
    errors relative to sqrt(E phi'(X)^2 E phi'(Y)^2). At a kink of phi the value of phi' does not matter, unless a
    variance is 0.

    Examples
    --------
    >>> import fastsig
    >>> round(fastsig.kernel.dual_derivative("relu", 1.0, 2.0, 0.0).value, 12)
    0.25
    """
    return _dual(phi, 1, qx, qy, rho)


def _dual(phi: ActivationLike, order: int, qx: "ArrayLike", qy: "ArrayLike", rho: "ArrayLike") -> Estimate:
    activation = resolve(phi)
    at = read_covariances(qx, qy, rho)
    value, error, size, nfev, method = means(activation, order, at)
    missed = ~(error <= ACCURACY * size)
    status = int(missed.any())
    message = f"{int(missed.sum())} of {missed.size} numbers missed the goal of {ACCURACY:g}" if status else "ok"
    values, errors = at.arranged(value), at.arranged(error)
    if at.kind is not None:
        values, errors = at.kind.arrays(np.asarray(values), np.asarray(errors))
    return Estimate(values, errors, "estimate", method, nfev, status, message)


def means(phi: Activation, order: int, at: Covariances) -> tuple[FloatArray, FloatArray, FloatArray, int, str]:
    """Return values, absolute errors, sizes, number of evaluations and method of E f(X) f(Y), f a derivative of phi."""
    value, error, size = (np.empty(at.rho.size) for _ in range(3))
    nfev = 0
    for i, (s1, s2, rho) in enumerate(zip(at.s1.tolist(), at.s2.tolist(), at.rho.tolist(), strict=True)):
        found = panel_means(phi, order, s1, s2, rho)
        value[i], error[i], size[i] = found.values[0], found.error, found.size
        nfev += found.nfev
    return value, error, size, nfev, "panels"
