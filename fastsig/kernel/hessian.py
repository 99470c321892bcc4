"""The mixed Hessian of k(x, y) = E phi(w.x) phi(w.y), w ~ N(0, I_d): its norm, and bounds of it.

d^2 k/dx dy = E phi'(w.x) phi'(w.y) w w^T. On the complement of the span of x and y it is E phi' phi' times the
identity; on the span it is a 2 x 2 matrix of means in two dimensions. So the norm is the same for all d >= 3, while
in the plane there is no complement, and on a line only E phi' phi' Z^2 is left.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import is_number, number, whole_number
from fastsig.arrays import FloatArray
from fastsig.integrals.estimate import Estimate
from fastsig.integrals.gaussian_moments import moments
from fastsig.kernel.covariances import check_ends, read_covariances
from fastsig.kernel.panels import panel_means

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

LARGEST_LENGTH = 1e75
STATED_CONSTANT = 4.0
# E phi' phi' U^2 and W^2 against the error of E phi' phi': U^4 has mean 3, tails weigh more.
_WIDER = 10.0
_CORRELATIONS = np.concatenate([np.linspace(-1.0, 1.0, 17), [-0.99, 0.99]])


def hessian_norm(
    phi: ActivationLike, nx: "ArrayLike", ny: "ArrayLike", rho: "ArrayLike", *, dimension: int | None = None
) -> Estimate:
    """Return the spectral norm of the mixed Hessian E phi'(w.x) phi'(w.y) w w^T of the kernel.

    The Hessian is that of arXiv 2510.08456; its blocks, derived here, are in docs/kernels.md.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    nx, ny : float or array_like
        Lengths of x and y, in [0, 1e75].
    rho : float or array_like
        Cosine of the angle between them, in [-1, 1]; broadcast.
    dimension : int, optional
        Dimension of x and y. From 3 on, and by default, it does not matter; 2 and 1 give less or as much. In
        dimension 1 rho is 1 or -1.

    Returns
    -------
    Estimate

    Raises
    ------
    ValueError
        A length outside of [0, 1e75], rho outside of [-1, 1] or in dimension 1 not 1 or -1, a dimension below 1.
    TypeError
        What is no real number.

    Examples
    --------
    >>> import fastsig
    >>> round(fastsig.kernel.hessian_norm("identity", 1.0, 2.0, 0.3).value, 12)
    1.0
    >>> [round(fastsig.kernel.hessian_norm("tanh", 3.0, 3.0, 0.0, dimension=d).value, 5) for d in (2, 3)]
    [0.00521, 0.06494]
    """
    activation = resolve(phi)
    d = 3 if dimension is None else whole_number("dimension", dimension, 1, 2**31)
    lengths = [np.asarray(number(n, v) if is_number(v) else v, dtype=np.float64) for n, v in (("nx", nx), ("ny", ny))]
    for name, length in zip(("nx", "ny"), lengths, strict=True):
        check_ends(name, length, 0.0, LARGEST_LENGTH)
    at = read_covariances(lengths[0] ** 2, lengths[1] ** 2, rho)
    if d == 1 and not (np.abs(at.rho) == 1.0).all():
        bad = float(at.rho[np.abs(at.rho) != 1.0][0])
        raise ValueError(f"in dimension 1 rho must be 1 or -1; got {bad!r}")
    value, error, nfev, missed = np.empty(at.rho.size), np.empty(at.rho.size), 0, 0
    for i, (q1, q2, r) in enumerate(zip(at.q1.tolist(), at.q2.tolist(), at.rho.tolist(), strict=True)):
        found = panel_means(activation, 1, math.sqrt(q1), math.sqrt(q2), r)
        flat, along, mixed, across = found.values.tolist()
        value[i] = _norm(flat, along, mixed, across, d, abs(r) == 1.0)
        error[i] = _WIDER * found.error + 8 * 2.0**-53 * value[i]
        nfev += found.nfev
        missed += not found.error <= 1e-12 * found.size
    single = is_number(nx) and is_number(ny) and is_number(rho)
    values: Any = float(value[0]) if single else at.arranged(value)
    errors: Any = float(error[0]) if single else at.arranged(error)
    message = f"{missed} numbers missed the goal" if missed else "ok"
    return Estimate(values, errors, "estimate", "panels", nfev, int(missed > 0), message)


def _norm(flat: float, along: float, mixed: float, across: float, dimension: int, collinear: bool) -> float:
    """Norm from E f f (1, U^2, U W, W^2), f = phi'."""
    if dimension == 1:
        return abs(along)
    middle, half = 0.5 * (along + across), math.hypot(0.5 * (along - across), mixed)
    inside = abs(middle) + half
    # Collinear x and y span a line; W is then any other direction, of which there is one in the plane.
    return max(inside, abs(flat)) if dimension >= 3 or collinear else inside


@dataclass(frozen=True, slots=True, eq=False)
class HessianBound:
    """A bound of the mixed Hessian's norm over all angles, or what is stated as one.

    Attributes
    ----------
    value, error : float or ndarray
        The bound, and the absolute error of its computation.
    kind : {"cauchy_schwarz", "stated"}
        Which one.
    holds : bool or ndarray of bool
        True for "cauchy_schwarz", a theorem. For "stated": whether `value` was at least the norm at all of the
        angles that were tried.
    largest : float or ndarray
        The largest norm seen, in dimension 3 or more; NaN for "cauchy_schwarz", which does not look.
    message : str
        What this means.
    """

    value: Any
    error: Any
    kind: str
    holds: Any
    largest: Any
    message: str


def hessian_bound(
    phi: ActivationLike,
    nx: "ArrayLike",
    ny: "ArrayLike",
    *,
    kind: Literal["cauchy_schwarz", "stated"] = "cauchy_schwarz",
    reading: Literal["mean_square", "root_mean_square"] = "mean_square",
) -> HessianBound:
    """Bound the norm of the mixed Hessian by lengths alone.

    "cauchy_schwarz" is sqrt(B(nx) B(ny)), B(s) = max(E phi'(sZ)^2, E phi'(sZ)^2 Z^2): it holds for every angle and
    dimension, as abs(u.M v) <= sqrt(E phi'(w.x)^2 (w.u)^2 E phi'(w.y)^2 (w.v)^2) for unit vectors u, v.

    "stated" is 4 g2(nx) g2(ny) nx ny, the form in which arXiv 2510.08456 states a bound, without defining its kernel in
    the abstract. For the kernel here it fails near the origin, under either reading of g2 (for the identity the norm
    is 1 for all lengths), so the result reports whether it held at 19 angles. It is no theorem.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    nx, ny : float or array_like
        Lengths of x and y, in [0, 1e75]; broadcast.
    kind : {"cauchy_schwarz", "stated"}
        Which bound.
    reading : {"mean_square", "root_mean_square"}
        g2 of the stated one: E phi'(s Z)^2, or its square root.

    Raises
    ------
    ValueError
        A length outside of [0, 1e75], an unknown kind or reading.
    TypeError
        What is no real number.

    Examples
    --------
    >>> import fastsig
    >>> b = fastsig.kernel.hessian_bound("gelu", 1.0, 1.0)
    >>> n = fastsig.kernel.hessian_norm("gelu", 1.0, 1.0, 0.99)
    >>> bool(n.value <= b.value <= 1.002 * n.value)
    True
    >>> fastsig.kernel.hessian_bound("identity", 0.1, 0.1, kind="stated").holds
    False
    """
    activation = resolve(phi)
    if kind not in ("cauchy_schwarz", "stated"):
        raise ValueError(f"kind must be 'cauchy_schwarz' or 'stated'; got {kind!r}")
    if reading not in ("mean_square", "root_mean_square"):
        raise ValueError(f"reading must be 'mean_square' or 'root_mean_square'; got {reading!r}")
    single = is_number(nx) and is_number(ny)
    lengths = [np.asarray(number(n, v) if is_number(v) else v, dtype=np.float64) for n, v in (("nx", nx), ("ny", ny))]
    for name, length in zip(("nx", "ny"), lengths, strict=True):
        check_ends(name, length, 0.0, LARGEST_LENGTH)
    x, y = np.broadcast_arrays(*lengths)
    sides = [_side(activation, length.ravel(), kind, reading) for length in (x, y)]
    value = (sides[0][0] * sides[1][0]).reshape(x.shape)
    error = value * (sides[0][1] + sides[1][1] + 4 * 2.0**-53).reshape(x.shape)
    if kind == "cauchy_schwarz":
        holds, largest = np.ones(x.shape, dtype=bool), np.full(x.shape, np.nan)
        message = "holds for all angles and dimensions (Cauchy and Schwarz)"
    else:
        norms = hessian_norm(activation, x[..., None], y[..., None], _CORRELATIONS)
        largest = norms.value.max(axis=-1)
        holds = value >= largest
        where = f"for {int(holds.sum())} of {holds.size} pairs of lengths"
        message = f"held at {_CORRELATIONS.size} angles {where}; no theorem"
    if single:
        return HessianBound(float(value), float(error), kind, bool(holds), float(largest), message)
    return HessianBound(value, error, kind, holds, largest, message)


def _side(phi: Activation, length: FloatArray, kind: str, reading: str) -> tuple[FloatArray, FloatArray]:
    """Return what one of x and y contributes, and its relative error."""
    found = moments(phi, length, which=("g2", "g2z2"))
    if kind == "cauchy_schwarz":
        square, error = np.maximum(found.g2, found.g2z2), np.maximum(found.error.g2, found.error.g2z2)
        value = np.sqrt(square)
    else:
        square, error = found.g2, found.error.g2
        value = math.sqrt(STATED_CONSTANT) * (square if reading == "mean_square" else np.sqrt(square)) * length
    return value, np.divide(error, square, out=np.zeros_like(value), where=square > 0.0) + 4 * 2.0**-53
