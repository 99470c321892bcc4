"""Hermite coefficients of an activation, and the dual activation as their power series in rho."""

import math
from dataclasses import dataclass
from typing import SupportsIndex

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import in_range, number, whole_number
from fastsig.arrays import FloatArray
from fastsig.integrals.estimate import Estimate
from fastsig.kernel.panel_layout import line_edges
from fastsig.kernel.panels import features
from fastsig.kernel.reach import reach_of_coefficients
from fastsig.rules.gauss_legendre import gauss_legendre

LEAST_REACH = 13.0  # h_n(z) exp(-z^2/2) is of the size of exp(-z^2/4) < 1e-18 or smaller beyond it
NODES = 24
RADIANS = 8.0  # h_n oscillates with frequency sqrt(n): at most so many of them in a panel
MOST = 10_000
_ROUNDING = 2.0**-52


@dataclass(frozen=True, slots=True, eq=False)
class HermiteCoefficients:
    """Coefficients a_k = E phi(sigma Z) h_k(Z), k < n, h_k orthonormal.

    Attributes
    ----------
    value : ndarray, shape (n,)
        The coefficients.
    error : ndarray, shape (n,)
        Absolute errors, estimates that are meant to cover.
    sigma : float
        The input scale.
    m2 : float
        E phi(sigma Z)^2, which is the sum of all squares.
    tail : float
        What the squares of the coefficients that were left out add up to, at most: m2 less the sum
        of those kept, not below 0, with errors added.
    """

    value: FloatArray
    error: FloatArray
    sigma: float
    m2: float
    tail: float

    def dual(self, other: "HermiteCoefficients", rho: float) -> Estimate:
        """Return K = sum a_k(sx) a_k(sy) rho^k, with the bound of what is left out.

        Mehler's formula.

        At most abs(rho)^n sqrt(tail(sx) tail(sy)), by Cauchy and Schwarz. For a kink the tail falls like n^-1.5
        only, so near abs(rho) = 1 this is no rival of `fastsig.kernel.dual`.

        Parameters
        ----------
        other : HermiteCoefficients
            Of the same activation (or another one) at the other scale.
        rho : float
            Correlation, in [-1, 1].

        Raises
        ------
        ValueError
            rho outside of [-1, 1].

        Examples
        --------
        >>> import fastsig
        >>> a = fastsig.kernel.hermite_coefficients("gelu", 1.0, 60)
        >>> series, direct = a.dual(a, 0.5), fastsig.kernel.dual("gelu", 1.0, 1.0, 0.5)
        >>> abs(series.value - direct.value) <= series.error + direct.error
        True
        """
        r = number("rho", rho)
        if not -1.0 <= r <= 1.0:
            raise ValueError(f"rho must be in [-1, 1]; got {r!r}")
        n = min(self.value.size, other.value.size)
        mine, theirs = self.value[:n], other.value[:n]
        powers = r ** np.arange(n)
        left_out = [c.tail + float(np.sum(c.value[n:] ** 2)) for c in (self, other)]
        size = float(np.abs(mine * theirs) @ np.abs(powers))
        error = float((np.abs(mine) * other.error[:n] + np.abs(theirs) * self.error[:n]) @ np.abs(powers))
        error += abs(r) ** n * math.sqrt(left_out[0] * left_out[1]) + (n + 4) * _ROUNDING * size
        return Estimate(float((mine * theirs) @ powers), error, "estimate", "hermite")


def hermite_coefficients(phi: ActivationLike, sigma: float, n: SupportsIndex) -> HermiteCoefficients:
    """Return the first n Hermite coefficients of z -> phi(sigma z).

    With V, W standard normals of correlation rho, E phi(sx V) phi(sy W) = sum a_k(sx) a_k(sy) rho^k (Mehler); the
    decay of a_k says how smooth the kernel is. Integrals are taken between the breaks of phi, by Gauss-Legendre panels
    that are short enough for phi and for h_k; nothing is lost at a kink.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    sigma : float
        Input scale, in [0, 1e150].
    n : int
        How many, 1 to 10000.

    Returns
    -------
    HermiteCoefficients

    Raises
    ------
    ValueError
        sigma or n out of range; an unknown name.
    TypeError
        What is no number.

    Examples
    --------
    >>> import fastsig
    >>> a = fastsig.kernel.hermite_coefficients("relu", 1.0, 5)
    >>> a.value.round(12) + 0.0  # 1/sqrt(2 pi), 1/2, 1/(2 sqrt pi), 0, -1/(4 sqrt(3 pi))
    array([ 0.39894228,  0.5       ,  0.28209479,  0.        , -0.08143375])
    """
    activation = resolve(phi)
    scale = in_range("sigma", number("sigma", sigma))
    count = whole_number("n", n, 1, MOST)
    radius, beyond, _ = reach_of_coefficients(activation, scale, features(activation).places, least=LEAST_REACH)
    coarse = _integrals(activation, scale, count, radius, 1.0)
    value, carried, m2, m2_error = _integrals(activation, scale, count, radius, 2.0)
    root = math.sqrt(m2)
    rounding = (8.0 + 0.5 * np.sqrt(np.arange(count))) * _ROUNDING * root
    error = np.abs(value - coarse[0]) + carried + beyond + rounding
    doubt = abs(m2 - coarse[2]) + m2_error + 16 * _ROUNDING * m2 + float(2.0 * np.abs(value) @ error)
    tail = max(m2 - float(value @ value), 0.0) + doubt
    return HermiteCoefficients(value, error, scale, m2, tail)


def _integrals(
    phi: Activation, sigma: float, count: int, radius: float, fine: float
) -> tuple[FloatArray, float, float, float]:
    """Coefficients, what errors of phi do to each at most, m2, and what they do to that."""
    known = features(phi)
    longest = min(1.5, RADIANS / math.sqrt(count)) / fine
    edges = np.empty(1 << 16)
    number_of = line_edges(radius, sigma, known.breaks, known.places, known.lengths / fine, longest, edges)
    if number_of < 0:
        raise ValueError(f"sigma = {sigma!r} is too large for {phi}: its features would need more than 65535 panels")
    node, weight = gauss_legendre(NODES)
    half = 0.5 * np.diff(edges[: number_of + 1])
    z = (edges[:number_of, None] + half[:, None] * (1.0 + node)).ravel()
    f, f_error = phi.batch_with_error(0, sigma * z)
    measure = (half[:, None] * weight).ravel() / math.sqrt(2.0 * math.pi)
    # h_k times exp(-z^2/4), which neither over- nor underflows; the other half of the Gaussian goes with phi.
    root = np.exp(-0.25 * z * z)
    weighted = measure * root * f
    value = np.empty(count)
    before, last = np.zeros_like(z), root
    for k in range(count):
        value[k] = weighted @ last
        before, last = last, (z * last - math.sqrt(k) * before) / math.sqrt(k + 1.0)
    m2 = float((measure * root * root) @ (f * f))
    unknown = float((measure * root * root) @ (f_error * f_error))
    return value, math.sqrt(unknown), m2, 2.0 * math.sqrt(m2 * unknown) + unknown
