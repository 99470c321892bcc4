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
from fastsig.integrals.gaussian_moments import moments
from fastsig.kernel.compiled import IntArray
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
    trace, trace_error : float
        Sum of all eigenvalues with their multiplicities, E phi(sigma Z)^2, and its absolute error.
    """

    value: FloatArray
    error: FloatArray
    multiplicity: tuple[int, ...]
    dimension: int
    trace: float
    trace_error: float


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
    trace = moments(activation, s, which=("m2",))
    series, series_error = _by_powers(activation, count, d, s)
    integral, integral_error = _by_angle(activation, count, d, s)
    better = series_error <= integral_error
    value = np.where(better, series, np.maximum(integral, 0.0))
    return SphereEigenvalues(
        value,
        np.where(better, series_error, integral_error),
        tuple(_multiplicity(d, k) for k in range(count)),
        d,
        float(trace.m2),
        float(trace.error.m2),
    )


def _multiplicity(d: int, degree: int) -> int:
    """Dimension of the harmonic homogeneous polynomials of a degree in d variables."""
    if degree == 0:
        return 1
    return math.comb(degree + d - 1, degree) - (math.comb(degree + d - 3, degree - 2) if degree >= 2 else 0)


def _by_powers(phi: Activation, count: int, d: int, sigma: float) -> tuple[FloatArray, FloatArray]:
    """Sum a_k^2 times the eigenvalue of t^k, k = l + 2j.

    That is k!/(2^l (2j)!) G(d/2) G(j + 1/2)/(sqrt(pi) G(j + l + d/2)), G the Gamma function: a product of ratios of
    whole numbers, one for each step in l, and then in j. Logarithms of Gamma functions would cancel.
    """
    found = hermite_coefficients(phi, sigma, count + POWERS)
    squares = found.value**2
    doubt = 2.0 * np.abs(found.value) * found.error + found.error**2
    value, error = np.zeros(count), np.zeros(count)
    n = squares.size
    degree = np.arange(count)
    mantissa, exponent = _products((degree[:-1] + 1.0) / (d + 2.0 * degree[:-1]))
    for j in range((n + 1) // 2):
        k = degree + 2 * j
        kept = k < n
        factor, at = np.ldexp(mantissa, exponent)[kept], k[kept]
        value[kept] += factor * squares[at]
        # Two roundings a ratio, and those of the sum.
        rounding = (2.0 * (degree[kept] + j) + n) * 0.5 * _ROUNDING
        error[kept] += factor * (doubt[at] + rounding * squares[at])
        mantissa, more = np.frexp(mantissa * ((k + 1.0) * (k + 2.0) / ((2.0 * j + 2.0) * (2.0 * (j + degree) + d))))
        exponent = exponent + more
    # What is left out: abs(P_l) <= 1, and E abs(t)^n falls with n.
    return value, error + found.tail * _mean_power(n, d)


def _products(ratios: FloatArray) -> tuple[FloatArray, IntArray]:
    """Return 1 and the products of the first ratios, as mantissas and exponents, which do not underflow."""
    mantissa, exponent = np.ones(ratios.size + 1), np.zeros(ratios.size + 1, np.int64)
    for i, ratio in enumerate(ratios.tolist()):
        mantissa[i + 1], more = math.frexp(mantissa[i] * ratio)
        exponent[i + 1] = exponent[i] + more
    return mantissa, exponent


def _mean_power(n: int, d: int) -> float:
    """Return E abs(t)^n = G(d/2) G((n + 1)/2)/(sqrt(pi) G((n + d)/2)), or a little more, as the logarithms cancel."""
    logs = math.lgamma(0.5 * d), math.lgamma(0.5 * (n + 1)), 0.5 * math.log(math.pi), math.lgamma(0.5 * (n + d))
    return math.exp(logs[0] + logs[1] - logs[2] - logs[3]) * (1.0 + 1e-9)


def _constant(d: int) -> float:
    """Return G(d/2)/(sqrt(pi) G((d - 1)/2)), from central binomial coefficients; to two roundings."""
    m = d // 2
    if d % 2:
        return float(m * math.comb(2 * m, m) / 4**m)
    return float(4 ** (m - 1) / math.comb(2 * m - 2, m - 1)) / math.pi


def _by_angle(phi: Activation, count: int, d: int, sigma: float) -> tuple[FloatArray, FloatArray]:
    """Integrate over the angle by two Gauss-Legendre rules, of which the difference is the error."""
    found = []
    for nodes in (2 * count + 64, 3 * count + 96):
        node, weight = gauss_legendre(nodes)
        angle = 0.5 * math.pi * (node + 1.0)
        t = np.cos(angle)
        kernel = dual(phi, sigma * sigma, sigma * sigma, np.clip(t, -1.0, 1.0))
        measure = 0.5 * math.pi * weight * _constant(d) * np.exp((d - 2) * np.log(np.sin(angle)))
        value, size = np.empty(count), float(measure @ np.abs(kernel.value))
        before, last = np.zeros_like(t), np.ones_like(t)
        for degree in range(count):
            value[degree] = (measure * kernel.value) @ last
            # (l + d - 2) P_(l+1) = (2 l + d - 2) t P_l - l P_(l-1); for d = 2 Chebyshev's T_1 = t needs care.
            up = degree + d - 2
            before, last = last, t * last if up == 0 else ((2 * degree + d - 2) * t * last - degree * before) / up
        # A rounding of the sine counts d - 2 times.
        found.append((value, float(measure @ kernel.error) + (64 + d) * _ROUNDING * size))
    value, error = found[1]
    return value, np.abs(value - found[0][0]) + error
