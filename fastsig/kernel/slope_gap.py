"""How far the derivative dual falls below its value at rho = 1, by the total variation of phi' alone."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.registry import ActivationLike
from fastsig.arguments import array, is_number, number
from fastsig.integrals.estimate import Estimate
from fastsig.integrals.variation import total_variation
from fastsig.kernel.covariances import check_ends

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def slope_kernel_gap_bound(phi: ActivationLike, rho: "ArrayLike") -> Estimate:
    """Return TV(phi')^2 arccos(rho)/(2 pi), a bound of E phi'(X)^2 - E phi'(X) phi'(Y) for equal variances.

    Section 5 of the paper (arXiv 2510.08456) asks for a bound by bounded variation; constant and proof are ours.

    X and Y lie on different sides of a threshold t with probability arccos(rho)/pi at most, attained at t = 0. phi' is
    its limit at -inf plus a superposition of steps of total size TV, so by Minkowski
    E (phi'(X) - phi'(Y))^2 <= TV^2 arccos(rho)/pi, of which the gap is half. For relu it is an equality.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    rho : float or array_like
        Correlation, in [-1, 1].

    Returns
    -------
    Estimate
        Infinite where the total variation is. Its error is that of the total variation, with roundings.

    Raises
    ------
    ValueError
        rho outside of [-1, 1]; an unknown name.
    TypeError
        What is no real number.

    Examples
    --------
    >>> import fastsig
    >>> gap = 0.5 - fastsig.kernel.dual_derivative("relu", 1.0, 1.0, 0.3).value
    >>> abs(fastsig.kernel.slope_kernel_gap_bound("relu", 0.3).value - gap) < 1e-15
    True
    """
    r = np.array(number("rho", rho)) if is_number(rho) else array("rho", rho)
    check_ends("rho", r, -1.0, 1.0)
    tv = total_variation(phi)
    angle = np.arctan2(np.sqrt((1.0 - r) * (1.0 + r)), r) / (2.0 * math.pi)
    with np.errstate(invalid="ignore"):
        value = np.where(angle > 0.0, tv.value**2 * angle, 0.0)
        error = np.where(angle > 0.0, (2.0 * tv.value * tv.error + tv.error**2) * angle, 0.0) + 8 * 2.0**-53 * value
    error = np.where(np.isfinite(value), error, 0.0)
    values: Any = float(value) if is_number(rho) else value
    errors: Any = float(error) if is_number(rho) else error
    return Estimate(values, errors, tv.error_kind, tv.method, tv.nfev, tv.status, tv.message)
