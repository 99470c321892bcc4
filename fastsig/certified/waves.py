"""Expectations of polynomials times waves in closed form: snake at any mean and sigma.

A number here is a sum of p_n(z) exp(i n w x), x = mean + sigma z, with polynomials p_n over complex balls.
"""

from fractions import Fraction
from typing import Any

from fastsig.certified.flint import acb, arb, ball_of
from fastsig.certified.functionals import Term, value_of


class Waves:
    """A sum of polynomials in z times exp(i n w x), by n."""

    def __init__(self, parts: "dict[int, list[Any]]") -> None:
        self.parts = parts

    def __add__(self, other: "Waves") -> "Waves":
        parts = {n: list(p) for n, p in self.parts.items()}
        for n, p in other.parts.items():
            mine = parts.setdefault(n, [])
            mine += [acb(0)] * (len(p) - len(mine))
            for k, c in enumerate(p):
                mine[k] += c
        return Waves(parts)

    def __mul__(self, other: "Waves | int") -> "Waves":
        if isinstance(other, int):
            return Waves({n: [c * other for c in p] for n, p in self.parts.items()})
        total = Waves({})
        for n, p in self.parts.items():
            for m, q in other.parts.items():
                product = [acb(0)] * (len(p) + len(q) - 1)
                for i, a in enumerate(p):
                    for j, b in enumerate(q):
                        product[i + j] += a * b
                total = total + Waves({n + m: product})
        return total


def _moments(theta: Any, count: int) -> list[Any]:
    """Return E[z^k exp(i theta z)]: by parts, M_(k+1) = i theta M_k + k M_(k-1)."""
    turn = acb(0, theta)
    moments = [acb((-theta * theta / 2).exp())]
    for k in range(count - 1):
        moments.append(turn * moments[k] + (k * moments[k - 1] if k else 0))
    return moments


def expectation_of_waves(
    terms: tuple[Term, ...], waves: tuple[Fraction, Fraction], sigma: Any, mean: Any
) -> tuple[Any, Any]:
    """Return the expectation of a functional of x + A (1 - cos(w x)), and the sum of the sizes of its parts.

    phi' = 1 + A w sin(w x) is nowhere negative, as A w = 1: abs(phi') is phi'.
    """
    w, amplitude = (ball_of(number) for number in waves)
    half, turn = acb(amplitude) / 2, acb(0, amplitude * w) / 2
    phi = Waves({0: [acb(mean + amplitude), acb(sigma)], 1: [-half], -1: [-half]})
    slope = Waves({0: [acb(1)], 1: [-turn], -1: [turn]})
    bend = Waves({1: [half * w * w], -1: [half * w * w]})
    total, size = arb(0), arb(0)
    for term in terms:
        integrand = value_of(term.monomials, (phi, slope, bend))
        for n, polynomial in integrand.parts.items():
            moments = _moments(n * w * sigma, len(polynomial) + term.z_power)
            phase = acb(0, n * w * mean).exp()
            part = phase * sum((c * moments[k + term.z_power] for k, c in enumerate(polynomial)), acb(0))
            part = part.real * sigma**term.sigma_power
            total, size = total + part, size + abs(part)
    return total, size
