"""Narrow Gaussians at zeros of phi', where phi' is a difference of terms, against certified values."""

from fractions import Fraction

import pytest

import fastsig

ZEROS = {
    "crrelu": -1.0,
    "gelu": -0.7517915246935645,
    "gelu_tanh": -0.752461421684028,
    "hardswish": -1.5,
    "mish": -1.1924312145155,
    "swish": -1.2784645427610738,
    "telu": -1.0788600584646,
}
PROMISE = Fraction(4, 10**15)


@pytest.mark.parametrize("name", sorted(ZEROS))
def test_small_sigma_at_zeros_of_the_slope(name: str) -> None:
    for sigma in (1e-3, 0.0137):
        for away in (0.02, 0.7, -3.3, 15.0):
            mean = ZEROS[name] + away * sigma
            certified = fastsig.moments(
                name, sigma, mean=mean, which=("g1", "g2", "abs_g1"), precision="certified", digits=25
            )
            got = fastsig.moments(name, sigma, mean=mean)
            for component, size in (("g1", certified.abs_g1), ("g2", certified.g2)):
                off = abs(Fraction(got[component]) - certified[component].to_fraction())
                assert off <= Fraction(got.error[component]), (component, sigma, away)
                assert off <= PROMISE * size.to_fraction(), (component, sigma, away)
                assert Fraction(got.error[component]) <= 10 * PROMISE * size.to_fraction(), (component, sigma, away)


def test_beta_of_swish_moves_the_zero() -> None:
    swish = fastsig.activation("swish", beta="2.5")
    mean = ZEROS["swish"] / 2.5 + 2e-4
    certified = fastsig.moments(swish, 1e-3, mean=mean, which=("g1", "g2"), precision="certified", digits=25)
    got = fastsig.moments(swish, 1e-3, mean=mean)
    assert abs(Fraction(got.g2) - certified.g2.to_fraction()) <= PROMISE * certified.g2.to_fraction()
