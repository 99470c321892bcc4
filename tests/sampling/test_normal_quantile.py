"""Normal quantiles against mpmath: both tails, both sources."""

import math

import mpmath
import numpy as np
import pytest
from numba import njit

from fastsig.sampling.normal_quantile import normal_of_words, normal_quantile
from fastsig.targets.cpu import check, ffi, lib
from fastsig.targets.scalar import compile_source

ULP = 2.0**-52
# All decades, both sides of the ends of the polynomials, the middle.
PROBABILITIES = np.concatenate(
    [
        np.geomspace(1e-29, 0.5, 400),
        0.5 - np.geomspace(1e-17, 0.4, 100),
        *(0.5 * (1 - math.sqrt(1 - math.exp(-w))) * (1 + np.linspace(-1e-9, 1e-9, 9)) for w in (4.5, 12.25)),
        [0.5, 0.25, 2.0**-54],
    ]
)


def exact(h):
    with mpmath.workdps(60):
        z = mpmath.mpf(-math.sqrt(-2 * math.log(2 * h)) if h < 0.4 else (h - 0.5) * 2.5)
        if z == 0:
            return z
        for _ in range(20):  # Newton for the logarithm: it converges from everywhere in the lower tail
            tail = mpmath.ncdf(z)
            step = mpmath.log(tail / mpmath.mpf(h)) * tail / mpmath.npdf(z)
            z -= step
            if abs(step) < 1e-45 * abs(z):
                return z
    raise ArithmeticError(h)


@pytest.fixture(scope="module")
def truth():
    return [exact(float(h)) for h in PROBABILITIES]


def in_c(h):
    z = np.empty_like(h)
    check(lib.fastsig_normal_quantile(h.size, *(ffi.from_buffer("double[]", a) for a in (h, z))))
    return z


def worst(values, truth):
    return max(float(abs(v - t) / abs(t)) for v, t in zip(values, truth, strict=True) if t != 0)


def test_quantiles_to_four_ulp(truth):
    """Two or three roundings of the logarithm and of the last product; the polynomial's last term rules."""
    assert worst([normal_quantile(float(h)) for h in PROBABILITIES], truth) <= 4 * ULP
    assert worst(in_c(PROBABILITIES).tolist(), truth) <= 4 * ULP
    assert normal_quantile(0.5) == in_c(np.array([0.5]))[0] == 0.0


def test_quantiles_ascend():
    """Between neighbours that are further apart than the error."""
    h = np.sort(np.random.default_rng(1).uniform(0.0, 0.5, 20_000)) + 1e-20
    z = in_c(h)
    assert np.all(np.diff(z) >= -8 * ULP * np.abs(z[1:]))


def test_words_are_symmetric_and_bounded():
    for low, high in ((0, 0), (0x1000, 0), (0xFFFFFFFE, 0xFFFFFFFF), (0xABCDE, 0x12345)):
        assert normal_of_words(low, high) == -normal_of_words(low | 1, high)
    assert normal_of_words(0, 0) == pytest.approx(float(exact(2.0**-54)), rel=4 * ULP)  # the furthest
    assert -1e-15 < normal_of_words(0xFFFFFFFE, 0xFFFFFFFF) < 0.0  # the nearest to 0


def test_compiled():
    compiled = compile_source(normal_of_words, njit)
    for low, high in ((0, 0), (17, 1 << 31), (0xFFFFFFFF, 0xFFFFFFFF)):
        assert compiled(low, high) == pytest.approx(normal_of_words(low, high), rel=4 * ULP)


@pytest.mark.parametrize("h", [0.0, -0.1, 0.6, math.nan, math.inf, 1e-30])
def test_what_is_no_tail_probability_is_refused(h):
    with pytest.raises(ValueError, match="tails"):
        in_c(np.array([h]))
