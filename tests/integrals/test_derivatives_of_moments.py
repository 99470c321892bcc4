"""Derivatives of moments with respect to sigma and mean: against differences of the moments, and closed forms."""

import math
import warnings
from typing import Any

import mpmath
import numpy as np
import pytest

import fastsig
from fastsig.integrals.functionals import NAMES

FUNCTIONALS = [name for name in NAMES if f"{name}_sigma" in NAMES]


def kinked(x: Any) -> Any:
    """Kinks at -0.3 and 0.7, phi not 0 there, slopes 0.2, 1 and -0.5."""
    return np.where(x < -0.3, 0.2 * x, np.where(x < 0.7, x + 0.24, 1.29 - 0.5 * x))


def scalar_bump(x: float) -> float:
    return x + math.exp(-0.5 * (x - 0.4) ** 2)


@pytest.fixture(scope="module", params=["gelu", "tanh", "leaky_relu", "crrelu", "kinked", "bump", "scaled"])
def phi(request: pytest.FixtureRequest) -> fastsig.Activation:
    if request.param == "kinked":
        return fastsig.Activation(kinked, kinks=(-0.3, 0.7))
    if request.param == "bump":
        return fastsig.Activation(scalar_bump)
    if request.param == "scaled":
        return fastsig.activation("swish").scaled(-1.5, 0.3, 2.0, -0.25)
    return fastsig.activation(request.param)


def test_every_moment_has_both() -> None:
    assert set(FUNCTIONALS) == set(NAMES) - {"log_slope"} - {n for n in NAMES if n.endswith(("_sigma", "_mean"))}
    assert {f"{name}_mean" for name in FUNCTIONALS} <= set(NAMES)


@pytest.mark.parametrize(("sigma", "mean"), [(0.7, 0.2), (2.5, -1.5), (0.2, 0.9), (8.0, 3.0)])
def test_against_differences(phi: fastsig.Activation, sigma: float, mean: float) -> None:
    """Central differences of steps h, h/2, h/4, extrapolated twice, are good to h^6 and 1e-15/h: 1e-9 here."""
    step = 0.04 * sigma
    for parameter in ("sigma", "mean"):
        shifts = step * np.array([1.0, 0.5, 0.25])
        at = [(sigma + s, mean) if parameter == "sigma" else (sigma, mean + s) for h in shifts for s in (h, -h)]
        values = fastsig.moments(phi, [p[0] for p in at], mean=[p[1] for p in at], which=FUNCTIONALS)
        names = [f"{name}_{parameter}" for name in FUNCTIONALS]
        got = fastsig.moments(phi, sigma, mean=mean, which=names)
        for name in FUNCTIONALS:
            pairs = values[name].reshape(3, 2)
            d = (pairs[:, 0] - pairs[:, 1]) / (2.0 * shifts)
            d = (4.0 * d[1:] - d[:-1]) / 3.0
            expected = float((16.0 * d[1] - d[0]) / 15.0)
            scale = np.abs(values[name]).max() / sigma + abs(expected)
            assert abs(got[f"{name}_{parameter}"] - expected) <= 2e-8 * scale, (name, parameter)
            assert got.error[f"{name}_{parameter}"] <= 1e-12 * max(scale, 1e-3), (name, parameter)


@pytest.mark.parametrize("given", [True, False])
@pytest.mark.parametrize(("sigma", "mean"), [(1.0, 0.0), (0.3, 0.4), (5.0, -7.0), (1e-3, 2e-3), (100.0, 3.0)])
def test_relu_has_closed_forms(given: bool, sigma: float, mean: float) -> None:
    """With a = mean/sigma: m1_mean = Phi(a), m1_sigma = pdf(a), g1_mean = pdf(a)/sigma, g1_sigma = -a pdf(a)/sigma."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        phi = fastsig.activation("relu") if given else fastsig.Activation(lambda x: np.maximum(x, 0.0))
    with mpmath.workdps(40):
        s, mu = mpmath.mpf(sigma), mpmath.mpf(mean)
        a = mu / s
        cdf, pdf = mpmath.ncdf(a), mpmath.npdf(a)
        exact = {
            "m1_mean": cdf,
            "m1_sigma": pdf,
            "m2_mean": 2 * (mu * cdf + s * pdf),
            "m2_sigma": 2 * s * cdf,
            "g1_mean": pdf / s,
            "g1_sigma": -a * pdf / s,
            "g2_mean": pdf / s,
            "g2_sigma": -a * pdf / s,
            "eta_mean": s * pdf,  # eta = sigma^2 Phi(a)
            "eta_sigma": 2 * s * cdf - mu * pdf,
        }
        got = fastsig.moments(phi, sigma, mean=mean, which=list(exact))
        for name, value in exact.items():
            assert abs(mpmath.mpf(got[name]) - value) <= got.error[name] + 1e-300, name
            assert got.error[name] <= 2e-13 * max(abs(value), pdf, pdf / s, cdf), name
