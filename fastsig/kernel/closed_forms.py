"""Dual activations in closed form.

X and Y have variances qx and qy and covariance c; t = sqrt(1 - rho^2), s = sqrt(qx qy). Everything follows from
Stein's identity E X h = qx E dh/dX + c E dh/dY, from tilting (a factor exp(-a x^2/2) turns a Gaussian into another
one), and from the quadrant probability P(X > 0, Y > 0) = (pi - arccos rho)/(2 pi).

relu family: Cho and Saul, "Kernel methods for deep learning", NeurIPS 2009. erf: Williams, "Computing with infinite
networks", NeurIPS 1996. gelu: the same result as in Tsuchida, Pearce, van der Heide, Roosta and Gallagher, "Avoiding
kernel fixed points: computing with ELU and GELU infinite networks", AAAI 2021; derived here in `gelu`.

Each function returns the terms of a sum, so that its rounding can be counted.
"""

import math
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.arrays import FloatArray
from fastsig.kernel.covariances import Covariances

TWO_PI = 2.0 * math.pi
# A term has at most this many roundings, a conditioning of 4 included: those of 1 + rho and 1 - rho are exact enough.
ROUNDINGS = 24
_BLOCK = 4096  # points at a time, which stay in the cache


class Inputs(NamedTuple):
    """Variances, covariance, correlation and its complement, standard deviations multiplied, and the parameter."""

    qx: FloatArray
    qy: FloatArray
    c: FloatArray
    rho: FloatArray
    t: FloatArray
    s: FloatArray
    p: float


Terms = tuple[FloatArray, ...]


def _angle(i: Inputs) -> FloatArray:
    """arccos(-rho), exact where rho is near -1."""
    return np.arctan2(i.t, -i.rho)


def _determinant(i: Inputs, k: float) -> FloatArray:
    """det(1 + k Sigma) without cancellation."""
    return 1.0 + k * (i.qx + i.qy) + (k * i.s * i.t) ** 2


def identity(i: Inputs) -> Terms:
    """E X Y."""
    return (i.c,)


def identity_derivative(i: Inputs) -> Terms:
    """1."""
    return (np.ones_like(i.c),)


def relu(i: Inputs) -> Terms:
    """E X+ Y+ = s (t + rho (pi - arccos rho))/(2 pi)."""
    return i.s * i.t / TWO_PI, i.c * _angle(i) / TWO_PI


def relu_derivative(i: Inputs) -> Terms:
    """P(X > 0, Y > 0)."""
    return (_angle(i) / TWO_PI,)


def leaky_relu(i: Inputs) -> Terms:
    """For phi = x+ - p x-: x+ and x- of both signs have the kernel of relu at rho, of opposite signs at -rho."""
    mirrored = np.arctan2(i.t, i.rho)
    same, opposite = 1.0 + i.p * i.p, -2.0 * i.p
    return (
        *(same * term for term in relu(i)),
        opposite * (i.s * i.t / TWO_PI),
        -opposite * (i.c * mirrored / TWO_PI),
    )


def leaky_relu_derivative(i: Inputs) -> Terms:
    """Slopes 1 and p."""
    return (1.0 + i.p * i.p) * _angle(i) / TWO_PI, 2.0 * i.p * np.arctan2(i.t, i.rho) / TWO_PI


def crrelu(i: Inputs) -> Terms:
    """For phi = x+ + p x exp(-x^2/2); tilted by exp(-Y^2/2), X and Y have covariance c/(1 + qy)."""
    cross = (1.0 + i.qx) ** -1.5 + (1.0 + i.qy) ** -1.5
    return (*relu(i), 0.5 * i.p * (i.c * cross), i.p * i.p * (i.c * _determinant(i, 1.0) ** -1.5))


def crrelu_derivative(i: Inputs) -> Terms:
    """For phi' = 1(x > 0) + p (1 - x^2) exp(-x^2/2)."""
    cross = (1.0 + i.qx) ** -1.5 + (1.0 + i.qy) ** -1.5
    d = _determinant(i, 1.0)
    both = (((1.0 + i.qx) / d) * ((1.0 + i.qy) / d) + 2.0 * (i.c / d) ** 2) / np.sqrt(d)
    return (*relu_derivative(i), 0.5 * i.p * cross, i.p * i.p * both)


def erf(i: Inputs) -> Terms:
    """2/pi arcsin(2 c/sqrt((1 + 2 qx)(1 + 2 qy))), as an arctangent."""
    return (2.0 / math.pi * np.arctan(2.0 * i.c / np.sqrt(_determinant(i, 2.0))),)


def erf_derivative(i: Inputs) -> Terms:
    """4/pi E exp(-X^2 - Y^2)."""
    return (4.0 / math.pi / np.sqrt(_determinant(i, 2.0)),)


def gaussian(i: Inputs) -> Terms:
    """E exp(-X^2 - Y^2)."""
    return (1.0 / np.sqrt(_determinant(i, 2.0)),)


def gaussian_derivative(i: Inputs) -> Terms:
    """4 E X Y exp(-X^2 - Y^2); tilted, the covariance is c over the determinant."""
    d = _determinant(i, 2.0)
    return (4.0 * (i.c / d) / np.sqrt(d),)


def gelu(i: Inputs) -> Terms:
    """E X Y Phi(X) Phi(Y), Phi the normal cdf and g its density.

    With d = det(1 + Sigma): P = E g(X) g(Y) = 1/(2 pi sqrt d), and
    A = E Phi(X) Phi(Y) = arccos(-c/sqrt((1 + qx)(1 + qy)))/(2 pi),
    the quadrant probability of X - Z, Y - Z'. Stein's identity for E X g(X) Phi(Y) = B_x gives
    B_x = -qx B_x + c P = c P/(1 + qx), and for the whole, with E Y g(X) Phi(Y) = qy P - c B_x,
        E X Y Phi Phi = c A + qx (qy P - c B_x) + c B_y
                      = c A + P (qx qy - c^2 + c^2/(1 + qx) + c^2/(1 + qy)).
    """
    root = np.sqrt(_determinant(i, 1.0))
    a = np.arctan2(root, -i.c) / TWO_PI
    inner = (i.s * i.t) ** 2 + i.c * (i.c / (1.0 + i.qx)) + i.c * (i.c / (1.0 + i.qy))
    return i.c * a, inner / (TWO_PI * root)


def gelu_derivative(i: Inputs) -> Terms:
    """For phi' = Phi + x g: A + B_x + B_y + E X Y g(X) g(Y), the last c P/d by tilting."""
    d = _determinant(i, 1.0)
    root = np.sqrt(d)
    sums = 1.0 / (1.0 + i.qx) + 1.0 / (1.0 + i.qy) + 1.0 / d
    return np.arctan2(root, -i.c) / TWO_PI, (i.c / (TWO_PI * root)) * sums


def snake(i: Inputs) -> Terms:
    """For phi = x + (1 - cos 2px)/(2p); with a, b = 2p^2 q and k = 4p^2 abs(c) <= a + b, from E cos(u X + v Y)."""
    a, b, k, gap = _waves(i)
    waves = np.expm1(-a) * np.expm1(-b) + 0.5 * np.exp(-gap) * np.expm1(-k) ** 2
    return i.c, waves / (4.0 * i.p * i.p)


def snake_derivative(i: Inputs) -> Terms:
    """For phi' = 1 + sin 2px."""
    _, _, k, gap = _waves(i)
    return np.ones_like(i.c), np.copysign(-0.5 * np.exp(-gap) * np.expm1(-2.0 * k), i.c)


def _waves(i: Inputs) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """2 p^2 times qx, qy, 2 abs(c) and qx + qy - 2 abs(c)."""
    twice = 2.0 * i.p * i.p
    gap = (np.sqrt(i.qx) - np.sqrt(i.qy)) ** 2 + 2.0 * i.s * (1.0 - np.abs(i.rho))
    return twice * i.qx, twice * i.qy, twice * 2.0 * np.abs(i.c), twice * gap


_FORMS: dict[str, tuple[Callable[[Inputs], Terms], Callable[[Inputs], Terms]]] = {
    "identity": (identity, identity_derivative),
    "relu": (relu, relu_derivative),
    "leaky_relu": (leaky_relu, leaky_relu_derivative),
    "crrelu": (crrelu, crrelu_derivative),
    "erf": (erf, erf_derivative),
    "gaussian": (gaussian, gaussian_derivative),
    "gelu": (gelu, gelu_derivative),
    "snake": (snake, snake_derivative),
}


def has_closed_form(phi: Activation, order: int) -> bool:
    """Whether the dual of a derivative of phi has a closed form here."""
    return isinstance(phi, BuiltIn) and phi.name in _FORMS and order in (0, 1)


def closed_form(phi: Activation, order: int, at: Covariances) -> tuple[FloatArray, FloatArray]:
    """Return the dual of phi (order 0) or phi' (1) with a count of the roundings."""
    form = _FORMS[phi.name][order]
    parameter = next((float(value) for value in phi.parameters.values()), 0.0)
    value, error = np.empty(at.rho.size), np.empty(at.rho.size)
    for start in range(0, value.size, _BLOCK):
        part = slice(start, start + _BLOCK)
        qx, qy, rho = at.q1[part], at.q2[part], at.rho[part]
        s = np.sqrt(qx) * np.sqrt(qy)
        t = np.sqrt((1.0 - rho) * (1.0 + rho))
        with np.errstate(over="ignore", under="ignore"):
            terms = form(Inputs(qx, qy, s * rho, rho, t, s, parameter))
            total = terms[0].copy()
            size = np.abs(total)
            for term in terms[1:]:
                total += term
                size += np.abs(term)
        value[part], error[part] = total, size * (ROUNDINGS * 2.0**-53)
    return value, error
