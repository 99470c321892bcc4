"""The edge of chaos, chi = 1, and initialisation on it.

chi = sigma_w^2 g2(sqrt(q)) = 1 and V(q) = q give

    sigma_w^2 = 1/g2,   sigma_b^2 = q - m2/g2

which exists where sigma_b^2 is not negative (Schoenholz et al., arXiv 1611.01232). From Poincare's inequality,
m2 - m1^2 <= q g2, follows sigma_b^2 >= -m1^2/g2: odd activations have such a point for every q.

chi = 1 says nothing of V': for swish, gelu and mish V' > 1 at q = 1, which q then repels.
"""

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import is_number, number
from fastsig.errors import RepellingVarianceWarning
from fastsig.integrals.gaussian_moments import moments
from fastsig.numbers.number import context

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastsig.activations.definition import Activation

ULP = 2.0**-52
DIGITS = context(40)
GOAL = 1e-13  # relative error of sigma_b^2: beyond, built-ins are computed with thirty digits
LARGEST_Q = 1e100
ROUNDING = 1e-12
WHICH = ("m2", "g2", "eta")
SEARCH = (1e-6, 1e6)  # variances among which one with a critical point is looked for,
SCANNED = 97  # at so many first,
BISECTIONS = 48  # and then by halving the step


@dataclass(frozen=True, slots=True, eq=False)
class Initialisation:
    """A point of the edge of chaos, or several: floats, or arrays in the shape of q.

    Attributes
    ----------
    q : float or ndarray
        The variance that stays.
    sigma_w, sigma_b : float or ndarray
        Standard deviations of weights (times sqrt(width)) and biases; NaN where there is no such point.
    exists : bool or ndarray
        Whether there is one.
    v_slope : float or ndarray
        V'(q) there, NaN without one: above 1, q repels, and variances that start beside it go elsewhere.
    error : float or ndarray
        Absolute error of sigma_b (that of sigma_w is an ulp or two); NaN without a point, inf where E phi'^2 is 0.
        Where sigma_b^2 is 0 within its own error a point is taken to exist, with sigma_b = 0 and the root of that.
    message : str
        "ok", or what is wrong.
    """

    q: Any
    sigma_w: Any
    sigma_b: Any
    exists: Any
    v_slope: Any
    error: Any
    message: str


def edge_of_chaos(phi: ActivationLike, q: "ArrayLike") -> Initialisation:
    """Return where the edge of chaos has its fixed point at given variances.

    chi = 1: Poole et al. (arXiv 1606.05340), Schoenholz et al. (arXiv 1611.01232).

    Parameters
    ----------
    phi : Activation or str
        The activation.
    q : float or array_like
        Variances, in (0, 1e100].

    Returns
    -------
    Initialisation
        In the shape of q; NaN where there is no such point.

    Raises
    ------
    ValueError
        If q is out of range.
    TypeError
        If q is no real number.

    Examples
    --------
    >>> import fastsig
    >>> edge = fastsig.mean_field.edge_of_chaos("tanh", [0.5, 1.0, 2.0])
    >>> edge.sigma_w.round(4).tolist()
    [1.2992, 1.4674, 1.6915]
    >>> fastsig.mean_field.edge_of_chaos("sigmoid", 1.0).exists
    False
    """
    activation = resolve(phi)
    if is_number(q) and not (hasattr(q, "ndim") and hasattr(q, "__setitem__")):
        variance = _read(number("q", q))
        found = moments(activation, math.sqrt(variance), which=WHICH)
        point = _point(activation, variance, (found.m2, found.g2, found.eta), (found.error.m2, found.error.g2))
        return Initialisation(variance, *point, "ok" if point[2] else _missing(point[4], variance))
    import numpy as np

    from fastsig.arguments import array

    variances = array("q", q)
    listed = [_read(value) for value in variances.ravel().tolist()]
    found = moments(activation, np.sqrt(variances), which=WHICH)
    values = np.stack([np.ravel(found[name]) for name in WHICH], axis=-1).tolist()
    errors = np.stack([np.ravel(row) for row in (found.error.m2, found.error.g2)], axis=-1).tolist()
    points = [_point(activation, *row) for row in zip(listed, values, errors, strict=True)]
    fields = [np.array(field).reshape(variances.shape) for field in zip(*points, strict=True)] or [variances] * 5
    none = variances.size - int(np.count_nonzero(fields[2]))
    message = f"no such point at {none} of {variances.size} variances" if none else "ok"
    w, b, exists, slope, error = (field if field.ndim else field[()] for field in fields)
    return Initialisation(variances, w, b, exists, slope, error, message)


def _read(q: float) -> float:
    if not 0.0 < q <= LARGEST_Q:
        raise ValueError(f"q must be a number in (0, {LARGEST_Q:g}]; got {q!r}")
    return q


def _point(
    phi: "Activation", q: float, values: Sequence[float], errors: Sequence[float]
) -> tuple[float, float, bool, float, float]:
    """Return sigma_w, sigma_b, whether they exist, V'(q), and the error of sigma_b."""
    (m2, g2, eta), (m2_error, g2_error) = values, errors
    if not g2 > g2_error:
        return math.nan, math.nan, False, math.nan, math.inf
    square = q - m2 / g2
    # sqrt(q) is off by half an ulp; so m2 by eta ulp, and g2 by no more than a few times itself
    error = (m2_error + 2 * ULP * abs(eta)) / g2 + m2 / g2 * (g2_error / g2 + 2 * ULP) + ULP * q
    if error > GOAL * abs(square) and isinstance(phi, BuiltIn):
        square, error = _precise_square(phi, q)
    if square < -error:
        return math.nan, math.nan, False, math.nan, math.nan
    b = math.sqrt(square) if square > error else 0.0
    b_error = error / b + ULP * b if b else math.sqrt(max(square, 0.0) + error)
    return math.sqrt(1.0 / g2), b, True, eta / (q * g2), b_error


def _precise_square(phi: "Activation", q: float) -> tuple[float, float]:
    """Return sigma_b^2 and its error from moments of thirty digits: it is a small difference for small q."""
    variance = Decimal(q)
    sigma: Any = DIGITS.sqrt(variance)
    found: Any = moments(phi, sigma, which=("m2", "g2"), precision="double_double")
    m2, g2 = found.m2.to_decimal(), found.g2.to_decimal()
    ratio = DIGITS.divide(m2, g2)
    error = (float(found.error.m2) + float(ratio) * float(found.error.g2)) / float(g2)
    square = float(DIGITS.subtract(variance, ratio))
    return square, error + ULP * abs(square)


def _missing(error: float, q: float) -> str:
    if error == math.inf:
        return f"no such point at q = {q:g}: E phi'^2 is 0 there"
    return f"no such point at q = {q:g}: sigma_b^2 = q - m2/g2 would be negative"


def critical_init(phi: ActivationLike, q: float = 1.0) -> Initialisation:
    """Return the initialisation on the edge of chaos at which the variance q stays.

    chi = 1 as in Schoenholz et al. (arXiv 1611.01232); the warning where q repels is ours.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    q : float, optional
        The variance of preactivations, in (0, 1e100].

    Returns
    -------
    Initialisation
        NaN where there is no such point; the message then says at which q there is one.

    Raises
    ------
    ValueError
        If q is out of range.

    Warns
    -----
    RepellingVarianceWarning
        If V'(q) > 1: critical for gradients and correlations, but variances move away from q.

    Examples
    --------
    >>> import fastsig
    >>> point = fastsig.mean_field.critical_init("tanh")
    >>> round(point.sigma_w, 6), round(point.sigma_b, 6), round(point.v_slope, 6)
    (1.467414, 0.388542, 0.391465)
    >>> print(fastsig.mean_field.critical_init("sigmoid").message)
    no such point at q = 1: sigma_b^2 = q - m2/g2 would be negative; there is one for q from 45.6243 on
    """
    activation = resolve(phi)
    found = edge_of_chaos(activation, number("q", q))
    if not found.exists:
        return replace(found, message=f"{found.message}; {_where(activation)}")
    if found.v_slope > 1.0 + ROUNDING:
        message = (
            f"V'(q) = {found.v_slope:.6g} > 1: q = {q:g} repels, variances that start beside it move away; "
            f"{_attracting(activation, found.q)}"
        )
        warnings.warn(f"{activation}: {message}", RepellingVarianceWarning, stacklevel=2)
        return replace(found, message=message)
    return found


def _scan(phi: "Activation") -> "tuple[Any, Any]":
    import numpy as np

    variances = np.geomspace(*SEARCH, SCANNED)
    return variances, edge_of_chaos(phi, variances)


def _where(phi: "Activation") -> str:
    """Say at which q there is a critical point."""
    import numpy as np

    variances, edge = _scan(phi)
    there = np.nonzero(edge.exists)[0]
    if not there.size:
        return f"nor is there one at any q from {SEARCH[0]:g} to {SEARCH[1]:g}"
    first, last = int(there[0]), int(there[-1])
    low = (
        None if first == 0 else _bisect(lambda q: edge_of_chaos(phi, q).exists, variances[first - 1], variances[first])
    )
    high = (
        None
        if last == SCANNED - 1
        else _bisect(lambda q: not edge_of_chaos(phi, q).exists, variances[last], variances[last + 1])
    )
    if low is not None and high is not None:
        return f"there is one for q from {low:.6g} to {high:.6g}"
    return f"there is one for q from {low:.6g} on" if low is not None else f"there is one for q up to {high:.6g}"


def _attracting(phi: "Activation", q: float) -> str:
    """Say from which q on the critical point attracts."""
    import numpy as np

    variances, edge = _scan(phi)
    stable = np.nonzero(edge.exists & (edge.v_slope < 1.0) & (variances > q))[0]
    if not stable.size:
        return f"so it does at every larger q up to {SEARCH[1]:g}"
    first = int(stable[0])
    low = _bisect(lambda at: edge_of_chaos(phi, at).v_slope < 1.0, max(variances[first - 1], q), variances[first])
    return f"V' is below 1 from q = {low:.6g} on"


def _bisect(holds: Callable[[float], bool], low: float, high: float) -> float:
    """Return where a statement that is false at low becomes true."""
    low, high = float(low), float(high)
    for _ in range(BISECTIONS):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
