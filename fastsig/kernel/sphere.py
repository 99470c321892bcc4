"""Eigenvalues of dual kernels on the unit sphere: how many degrees of freedom an activation's kernel has.

For unit vectors x, y in R^d the kernel E phi(sigma w.x) phi(sigma w.y) is a function k(x.y). Its eigenfunctions under
the uniform law are the spherical harmonics, of degree l with multiplicity N(d, l), and by Funk and Hecke

    lambda_l = int_-1^1 k(t) P_l(t) w(t) dt,    w(t) = Gamma(d/2)/(sqrt(pi) Gamma((d-1)/2)) (1 - t^2)^((d-3)/2),

P_l the Gegenbauer polynomial with P_l(1) = 1; sum N(d, l) lambda_l = k(1) = E phi(sigma Z)^2. Two ways:

- Hermite: k(t) = sum a_n^2 t^n, and every power of t has eigenvalues >= 0, in closed form (by Rodrigues' formula).
  Sums of such terms do not cancel. What is left out is at most the tail of a_n^2, which is known to 1e-15 of k(1),
  times E abs(t)^n, of the size of n^-((d - 1)/2): eigenvalues far below the rounding of k(1) are right.
- Quadrature in the angle, t = cos(theta), in which the kernel of a kinked phi is smooth on [0, pi]: right to 1e-13 of
  k(1).

For each degree the one with the smaller error is taken. A kink makes a_n^2 fall like n^-2.5 and the eigenvalues like
l^-(d + 2), as Bach found for relu (arXiv 1412.8690); for analytic phi they fall exponentially.
"""

import math
from dataclasses import dataclass
from typing import SupportsIndex

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import number, whole_number
from fastsig.arrays import FloatArray
from fastsig.kernel.dual_activation import dual
from fastsig.kernel.hermite import hermite_coefficients
from fastsig.rules.gauss_legendre import gauss_legendre

POWERS = 400  # Hermite coefficients beyond the degrees asked for
MOST = 1000
_ROUNDING = 2.0**-52


@dataclass(frozen=True, slots=True, eq=False)
class SphereEigenvalues:
    """Eigenvalues by degree.

    Attributes
    ----------
    value : ndarray, shape (n,)
        Eigenvalue of degree l = 0, ..., n - 1 under the uniform probability on the sphere; not negative.
    error : ndarray, shape (n,)
        Absolute errors, estimates that are meant to cover.
    multiplicity : tuple of int
        Number of independent spherical harmonics of each degree.
    dimension : int
        d; the sphere is that of R^d.
    trace : float
        Sum of all eigenvalues with their multiplicities, E phi(sigma Z)^2.
    """

    value: FloatArray
    error: FloatArray
    multiplicity: tuple[int, ...]
    dimension: int
    trace: float


def sphere_eigenvalues(
    phi: ActivationLike, n: SupportsIndex, *, dimension: SupportsIndex, sigma: float = 1.0
) -> SphereEigenvalues:
    """Return the eigenvalues of the dual kernel of phi on the unit sphere of R^dimension.

    By Funk and Hecke; their decay for kinked activations is in Bach (arXiv 1412.8690).

    Parameters
    ----------
    phi : Activation or str
        The activation.
    n : int
        Number of degrees, 1 to 1000.
    dimension : int
        d, 2 to 10000.
    sigma : float
        Standard deviation of w.x, in [0, 1e75].

    Returns
    -------
    SphereEigenvalues

    Raises
    ------
    ValueError
        n, dimension or sigma out of range; an unknown name.
    TypeError
        What is no number.

    Examples
    --------
    >>> import fastsig
    >>> s = fastsig.kernel.sphere_eigenvalues("identity", 3, dimension=3)  # k(t) = t
    >>> s.value.round(12), s.multiplicity
    (array([0.        , 0.33333333, 0.        ]), (1, 3, 5))
    """
    activation = resolve(phi)
    count = whole_number("n", n, 1, MOST)
    d = whole_number("dimension", dimension, 2, 10_000)
    s = number("sigma", sigma)
    if not 0.0 <= s <= 1e75:
        raise ValueError(f"sigma must be in [0, 1e75]; got {s!r}")
    series, series_error, trace = _by_powers(activation, count, d, s)
    integral, integral_error = _by_angle(activation, count, d, s)
    better = series_error <= integral_error
    value = np.where(better, series, np.maximum(integral, 0.0))
    return SphereEigenvalues(
        value,
        np.where(better, series_error, integral_error),
        tuple(_multiplicity(d, k) for k in range(count)),
        d,
        trace,
    )


def _multiplicity(d: int, degree: int) -> int:
    """Dimension of the harmonic homogeneous polynomials of a degree in d variables."""
    if degree == 0:
        return 1
    return math.comb(degree + d - 1, degree) - (math.comb(degree + d - 3, degree - 2) if degree >= 2 else 0)


def _by_powers(phi: Activation, count: int, d: int, sigma: float) -> tuple[FloatArray, FloatArray, float]:
    """Sum a_k^2 times the eigenvalue of t^k, k = l + 2j.

    That is, with Gamma functions G, k!/(2^l (2j)!) G(d/2) G(j + 1/2)/(sqrt pi G(j + l + d/2)).
    """
    found = hermite_coefficients(phi, sigma, count + POWERS)
    value, error = np.zeros(count), np.zeros(count)
    squares = found.value**2
    doubt = 2.0 * np.abs(found.value) * found.error + found.error**2
    powers = np.arange(squares.size)
    half = 0.5 * d
    # What is left out: abs(P_l) <= 1, and E abs(t)^n falls with n.
    n = squares.size
    log_rest = math.lgamma(half) + math.lgamma(0.5 * (n + 1)) - 0.5 * math.log(math.pi) - math.lgamma(0.5 * (n + d))
    rest = found.tail * math.exp(log_rest)
    logs = np.array([math.lgamma(0.5 * k + 0.5) for k in range(n + 1)])  # Gamma at multiples of 1/2
    factorials = np.array([math.lgamma(k + 1.0) for k in range(n)])
    shifted = np.array([math.lgamma(k + half) for k in range(n)])
    for degree in range(count):
        k = powers[degree::2]
        j = (k - degree) // 2
        log_of = factorials[k] - degree * math.log(2.0) - factorials[2 * j] + math.lgamma(half) + logs[2 * j]
        log_of -= 0.5 * math.log(math.pi) + shifted[j + degree]
        factor = np.exp(log_of)
        value[degree] = factor @ squares[k]
        # Logarithms of this size, rounded.
        rounding = 8 * _ROUNDING * (1.0 + factorials[k])
        error[degree] = factor @ (doubt[k] + rounding * squares[k]) + rest
    return value, error, found.m2


def _by_angle(phi: Activation, count: int, d: int, sigma: float) -> tuple[FloatArray, FloatArray]:
    """Integrate over the angle by two Gauss-Legendre rules, of which the difference is the error."""
    found = []
    for nodes in (2 * count + 64, 3 * count + 96):
        node, weight = gauss_legendre(nodes)
        angle = 0.5 * math.pi * (node + 1.0)
        t = np.cos(angle)
        kernel = dual(phi, sigma * sigma, sigma * sigma, np.clip(t, -1.0, 1.0))
        log_constant = math.lgamma(0.5 * d) - math.lgamma(0.5 * (d - 1)) - 0.5 * math.log(math.pi)
        measure = 0.5 * math.pi * weight * np.exp(log_constant + (d - 2) * np.log(np.sin(angle)))
        value, size = np.empty(count), float(measure @ np.abs(kernel.value))
        before, last = np.zeros_like(t), np.ones_like(t)
        for degree in range(count):
            value[degree] = (measure * kernel.value) @ last
            # (l + d - 2) P_(l+1) = (2 l + d - 2) t P_l - l P_(l-1); for d = 2 Chebyshev's T_1 = t needs care.
            up = degree + d - 2
            before, last = last, t * last if up == 0 else ((2 * degree + d - 2) * t * last - degree * before) / up
        found.append((value, float(measure @ kernel.error) + 64 * _ROUNDING * size))
    value, error = found[1]
    return value, np.abs(value - found[0][0]) + error
