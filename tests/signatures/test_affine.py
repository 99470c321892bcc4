"""The affine law: errors of rounded inputs, and results out of range."""

import math
from fractions import Fraction

import mpmath
import numpy as np
import pytest

import fastsig

A, B, SIGMA, MEAN = -2.3, 1.7, 0.1, 3.1


def exact_gaussian() -> dict[str, mpmath.mpf]:
    """m1, g1, g2, m2, eta of 2 exp(-(A x + B)^2) - 1 at the exact inputs, by its derivatives in the mean."""
    place = Fraction(A) * Fraction(MEAN) + Fraction(B)
    scale = abs(Fraction(A)) * Fraction(SIGMA)
    with mpmath.workdps(60):
        u, s2 = (mpmath.mpf(q.numerator) / q.denominator for q in (place, scale * scale))
        one = {n: mpmath.exp(-n * u * u / (1 + 2 * n * s2)) / mpmath.sqrt(1 + 2 * n * s2) for n in (1, 2)}
        # Under exp(-n x^2) times the density x is normal around u/(1 + 2 n s2), with variance s2/(1 + 2 n s2).
        around = {n: (u / (1 + 2 * n * s2), s2 / (1 + 2 * n * s2)) for n in (1, 2)}
        first = -2 * around[1][0] * one[1]
        square = 4 * (around[2][0] ** 2 + around[2][1]) * one[2]

        def cross(n: int) -> mpmath.mpf:  # E[(x - u) (-2 x) exp(-n x^2)]
            centre, variance = around[n]
            return -2 * (centre * centre + variance - u * centre) * one[n]

        a = mpmath.mpf(A)
        return {
            "m1": 2 * one[1] - 1,
            "g1": 2 * a * first,
            "g2": 4 * a * a * square,
            "m2": 4 * one[2] - 4 * one[1] + 1,
            "eta": 4 * cross(2) - 2 * cross(1),
        }


def test_errors_contain_the_rounding_of_the_inputs() -> None:
    """Against the closed form at the exact a mean + b; the errors are no more than ten times too large, with 1e-15."""
    law = fastsig.affine_law("gaussian", SIGMA, A, B, 2.0, -1.0, mean=MEAN)
    for name, value in exact_gaussian().items():
        off = abs(mpmath.mpf(getattr(law, name)) - value)
        assert off <= law.error[name], name
        assert law.error[name] <= 1e-14 * max(abs(value), 1e-10), name


def test_exact_inputs_cost_no_error() -> None:
    """a a power of 2 and a mean + b exact: the error is that of phi."""
    law = fastsig.affine_law("gaussian", 0.5, 2.0, 1.0, 1.0, 0.0, mean=3.0)
    direct = fastsig.signature("gaussian", 1.0, mean=7.0)
    for name in ("m1", "m2"):
        assert getattr(law, name) == getattr(direct, name)
        assert law.error[name] <= direct.error[name] + 1e-14 * abs(getattr(direct, name))


def test_arrays_are_their_elements() -> None:
    sigma, mean = np.array([0.1, 0.7, 2.0]), np.array([[0.3], [-1.1]])
    law = fastsig.affine_law("gelu", sigma, A, B, 0.7, 0.3, mean=mean)
    for i in range(2):
        for j in range(3):
            one = fastsig.affine_law("gelu", float(sigma[j]), A, B, 0.7, 0.3, mean=float(mean[i, 0]))
            for name in ("m1", "g2", "eta"):
                assert getattr(law, name)[i, j] == getattr(one, name)
                assert law.error[name][i, j] == pytest.approx(one.error[name], rel=1e-12)
    assert fastsig.affine_law("gelu", [], A, B, 0.7, 0.3).m1.shape == (0,)


@pytest.mark.parametrize("phi", ["relu", "swish", "identity", "tanh"])
@pytest.mark.parametrize("sigma", [0.5, [0.5, 1e-300]])
@pytest.mark.parametrize(("a", "c"), [(0.5, -1e308), (1e10, 1e300), (1.0, 1e160)])
def test_results_out_of_range(phi: str, sigma: object, a: float, c: float) -> None:
    with pytest.raises(ValueError, match=r"of .*\(.* is out of the range of double precision; choose a smaller c"):
        fastsig.affine_law(phi, sigma, a, 3.0, c, 0.5)


@pytest.mark.parametrize(
    ("a", "b", "mean", "what"),
    [(1e100, 0.0, 1e60, r"a mean \+ b .* 1\.00000e\+160"), (1e308, 0.0, 1e10, r"e\+318"), (1.0, -1e200, 0.0, "a mean")],
)
def test_inputs_out_of_range(a: float, b: float, mean: float, what: str) -> None:
    with pytest.raises(ValueError, match=what):
        fastsig.affine_law("tanh", 0.0, a, b, 1.0, 0.0, mean=mean)


def test_large_factors_that_do_not_overflow() -> None:
    law = fastsig.affine_law("tanh", 0.5, 1.0, 0.0, 1e150, 0.0)
    plain = fastsig.signature("tanh", 0.5)
    assert law.m2 == pytest.approx(1e300 * plain.m2, rel=1e-15)
    assert math.isfinite(law.curvature)
    assert fastsig.slopes(fastsig.activation("tanh").scaled(a=1e10, c=1e308)).value == (0.0, 0.0)
    assert fastsig.curvature(fastsig.activation("identity").scaled(a=1e10, c=1e308)).value == 0.0
