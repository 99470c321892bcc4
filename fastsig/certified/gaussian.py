"""Truncated moments of the standard normal density in closed form, and bounds of its tails."""

from typing import Any

from fastsig.certified.flint import arb


def density(z: Any) -> Any:
    """Return the normal density, 0 at infinities."""
    return (-z * z / 2).exp() / (2 * arb.pi()).sqrt() if z.is_finite() else arb(0)


def upper_tail(z: Any) -> Any:
    """Return the probability of a larger number than z."""
    if z.is_finite():
        return (z / arb(2).sqrt()).erfc() / 2
    return arb(0) if z > 0 else arb(1)


def truncated_moments(a: Any, b: Any, count: int) -> list[Any]:
    """Return the integrals of 1, z, z^2, ... times the density from a to b (either may be infinite).

    By parts, K_k = (k - 1) K_(k-2) + a^(k-1) pdf(a) - b^(k-1) pdf(b).
    """
    first = upper_tail(-b) - upper_tail(-a) if a < 0 else upper_tail(a) - upper_tail(b)
    edges = [(z, density(z)) for z in (a, b)]
    moments = [first, edges[0][1] - edges[1][1]]
    for k in range(2, count):
        left, right = (z ** (k - 1) * height if z.is_finite() else arb(0) for z, height in edges)
        moments.append((k - 1) * moments[k - 2] + left - right)
    return moments[:count]


def expectation_of_polynomial(polynomial: Any, a: Any, b: Any) -> Any:
    """Integrate an ``arb_poly`` in z times the density from a to b."""
    coefficients = polynomial.coeffs()
    moments = truncated_moments(a, b, max(len(coefficients), 1))
    return sum((c * m for c, m in zip(coefficients, moments, strict=False)), arb(0))


def tail_bound(factor: Any, power: int, rate: Any, reach: Any) -> Any:
    """Bound the integral of factor abs(z)^power exp(rate abs(z)) pdf(z) over abs(z) > reach.

    Where reach^2 >= 8 power and reach >= 4 rate, z^power exp(rate z - z^2/4) decreases from there on, and what is left,
    the integral of exp(-z^2/4), is below 2/reach exp(-reach^2/4).
    """
    assert reach * reach >= 8 * power
    assert reach >= 4 * rate
    return 2 * factor * reach**power * (rate * reach - reach * reach / 2).exp() * 2 / reach / (2 * arb.pi()).sqrt()
