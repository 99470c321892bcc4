"""At small sigma the trapezoid rule takes the place of panels: certified values at the sigma where steps change."""

from fractions import Fraction

import pytest

import fastsig
from fastsig.double_double.functionals import moments_pairs

SMOOTH = (
    "arctan", "asinh", "erf", "gaussian", "gelu", "gelu_tanh", "lisht", "logsigmoid", "mish", "sigmoid", "snake",
    "softplus", "swish", "tanh", "tanhshrink", "telu",
)  # fmt: skip
NAMES = ("m1", "g1", "m2", "eta", "m4", "g2z2")
POINTS = ((0.001, 0.0), (0.1, -4.0), (0.15, 0.0), (0.4, 0.7), (0.7, 0.0), (0.9, 12.0))


@pytest.mark.parametrize("name", SMOOTH)
def test_against_certified_values(name: str) -> None:
    """1e-29 of E abs(integrand) is promised, and the bound never undercuts the true error."""
    outside, by_trapezoid = [], 0
    for sigma, mean in POINTS:
        found = moments_pairs(name, {}, [(sigma, 0.0)], [(mean, 0.0)], NAMES)
        truth = fastsig.moments(name, sigma, mean=mean, which=NAMES, precision="certified", digits=40)
        by_trapezoid += found.evaluations[0] % 40 != 0  # a panel has 40 nodes
        for which in NAMES:
            hi, lo, error, size = (getattr(found, field)[which][0] for field in ("hi", "lo", "error", "size"))
            off = abs(Fraction(hi) + Fraction(lo) - Fraction(truth[which].midpoint))
            if off > Fraction(error) or off > Fraction(size) / 10**29 or error > 1e-28 * size + 1e-290:
                outside.append((which, sigma, mean, float(off), error, size))
    assert outside == []
    assert by_trapezoid >= 3
