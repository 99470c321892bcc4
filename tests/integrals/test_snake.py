"""snake: what no other built-in has. Waves without end, zeros of phi' on every one of them, angles of any size."""

import math
from collections.abc import Iterator

import mpmath
import numpy as np
import pytest

import fastsig
from tests.reference_values import COMPONENTS

PARAMETERS = (5e-324, 1e-310, 1e-150, 1e-5, 0.3, 1.0, 7.7, 100.0)


def moments_by_waves(a: float, sigma: float, mean: float) -> dict[str, mpmath.mpf]:
    """The components as they follow from E cos and E sin of w x and 2 w x, nothing grouped; at enough digits."""
    a, sigma, mean = map(mpmath.mpf, (a, sigma, mean))
    w, q = 2 * a, sigma**2
    c1, s1 = (f(w * mean) * mpmath.exp(-w * w * q / 2) for f in (mpmath.cos, mpmath.sin))
    c2 = mpmath.cos(2 * w * mean) * mpmath.exp(-2 * w * w * q)
    cosine_x = mean * c1 - q * w * s1  # E[x cos wx], by Stein's identity
    m1, g1, g2 = mean + (1 - c1) / w, 1 + s1, 1 + 2 * s1 + (1 - c2) / 2
    m2 = mean**2 + q + 2 / w * (mean - cosine_x) + (mpmath.mpf(3) / 2 - 2 * c1 + c2 / 2) / w**2
    eta = q * (g2 + w * cosine_x + c1 - (1 + c2) / 2)
    return {"m1": m1, "g1": g1, "g2": g2, "m2": m2, "eta": eta}


def extreme_points() -> Iterator[tuple[float, float, float]]:
    rng = np.random.default_rng(5)
    for _ in range(400):
        sigma = float(10.0 ** rng.uniform(-322, 150)) or 1.0
        size = float(10.0 ** rng.uniform(-320, 150))
        yield float(rng.choice(PARAMETERS)), sigma, float(rng.choice([0.0, size, -size]))


def test_bounds_hold_at_any_parameter_sigma_and_mean() -> None:
    """Underflow of a sigma, angles of 1e152: finite, and no further from the truth than is said."""
    failures = []
    for a, sigma, mean in extreme_points():
        got = fastsig.moments(fastsig.activation("snake", a=a), sigma, mean=mean)
        with mpmath.workdps(2600):  # 1 - cos(1e-640) is there
            for name, true in moments_by_waves(a, sigma, mean).items():
                if not abs(got[name] - true) <= got.error[name] < math.inf:
                    failures.append(f"{name} of a={a}, sigma={sigma}, mean={mean}: {got[name]} +- {got.error[name]}")
    assert not failures


@pytest.mark.parametrize("a", [0.01, 0.3, 1.0, 7.7, 100.0])
def test_where_the_slope_vanishes(a: float) -> None:
    """Means at and beside zeros of phi', where g1 and g2 are as small as sigma^2 and sigma^4: 4e-15 of themselves."""
    phi = fastsig.activation("snake", a=a)
    for k in (-1, 3, -9):
        for apart in (0.0, 1e-12, -1e-7, 1e-3):
            mean = k * math.pi / 4 / a * (1 + apart)
            for sigma in (1e-6 / a, 1e-3 / a, 0.1 / a, 3.0 / a):
                got = fastsig.moments(phi, sigma, mean=mean)
                with mpmath.workdps(80):
                    true = moments_by_waves(a, sigma, mean)
                    for name in ("g1", "g2", "m2"):  # of one sign: E abs(integrand) is the number
                        assert abs(got[name] - true[name]) <= 4e-15 * true[name]
                        assert got.error[name] <= 4e-14 * true[name]
                    for name in COMPONENTS:
                        assert abs(got[name] - true[name]) <= got.error[name]


def test_the_slope_is_never_negative_and_right_near_its_zeros() -> None:
    """1 + sin cancels; written as cos^2/(1 - sin) it has its relative accuracy."""
    for a in (1.0, 0.3, 50.0):
        phi = fastsig.activation("snake", a=a)
        for k in (-1, 3, 7, -4001):
            zero = k * math.pi / 4 / a
            for x in (zero * (1 + d) for d in (1e-15, -1e-12, 1e-9, 1e-6, -1e-3)):
                with mpmath.workdps(60):
                    exact = 1 + mpmath.sin(2 * mpmath.mpf(a) * mpmath.mpf(x))
                    assert abs(phi.derivative(x) - exact) <= 1e-15 * exact
                    log = float(phi.log_slope(np.array([x]))[0])
                    assert abs(log - mpmath.log(exact)) <= 4e-16 * abs(log)


@pytest.mark.parametrize("a", [1.0, 0.3, 99.0])
@pytest.mark.parametrize("x", [1e22, -3.3e150, 7.1e299, 6.5e303, -8e305])
def test_large_angles(a: float, x: float) -> None:
    """The angle is the exact product, also where splitting x would overflow."""
    phi = fastsig.activation("snake", a=a)
    with mpmath.workdps(400):
        t = mpmath.mpf(a) * mpmath.mpf(x)
        assert phi(x) == pytest.approx(float(x + mpmath.sin(t) ** 2 / a), rel=4e-16)
        assert phi.derivative(x) == pytest.approx(float(1 + mpmath.sin(2 * t)), rel=0, abs=8e-16)
        assert phi.second_derivative(x) == pytest.approx(float(2 * a * mpmath.cos(2 * t)), rel=0, abs=8e-16 * a)


def test_where_the_angle_overflows() -> None:
    phi = fastsig.activation("snake", a=100)
    for x in (1e307, -1.7e308):
        assert (phi(x), phi.derivative(x), phi.second_derivative(x)) == (x, 1.0, 0.0)
        assert phi.log_slope(np.array([x])) == 0.0


@pytest.mark.parametrize(("a", "sigma", "mean"), [(1.0, 1.0, 0.0), (1.0, 0.01, 0.0), (1.0, 0.2, -0.9), (0.3, 2.0, 5.0)])
def test_mean_log_slope(a: float, sigma: float, mean: float) -> None:
    """ln(1 + sin u) = -ln 2 - 2 sum (-1)^k cos(k (u - pi/2))/k, and each wave shrinks by exp(-k^2 w^2 sigma^2/2)."""
    got = fastsig.moments(fastsig.activation("snake", a=a), sigma, mean=mean, which="log_slope")
    with mpmath.workdps(30):
        w = 2 * mpmath.mpf(a)
        rate, shift = (w * sigma) ** 2 / 2, w * mpmath.mpf(mean) - mpmath.pi / 2
        last = int(mpmath.sqrt(60 / rate)) + 2  # exp(-60) is 1e-26
        waves = ((-1) ** k * mpmath.exp(-k * k * rate) * mpmath.cos(k * shift) / k for k in range(1, last))
        true = -mpmath.log(2) - 2 * mpmath.fsum(waves)
    assert abs(got.log_slope - true) <= got.error.log_slope < 1e-11
    assert got.success


def test_mean_log_slope_of_many_waves_may_fail_but_says_so() -> None:
    """Hundreds of singularities within reach; the mean over a period is -ln 2."""
    got = fastsig.moments("snake", 1e3, which="log_slope")
    assert abs(got.log_slope + math.log(2)) <= got.error.log_slope
    assert got.success == (got.error.log_slope < 1e-6)


def test_derivatives_of_moments() -> None:
    """m1 = mean + (1 - exp(-t) cos y)/w differentiated by hand, at moderate sigma."""
    for a, sigma, mean in ((1.0, 0.7, 0.2), (0.3, 2.5, -1.5), (20.0, 0.05, 0.9)):
        phi, w = fastsig.activation("snake", a=a), 2 * a
        got = fastsig.moments(phi, sigma, mean=mean, which=["m1_sigma", "m1_mean", "g1_mean", "abs_g1", "m1z"])
        shrunk = math.exp(-((w * sigma) ** 2) / 2)
        slope = 1 + shrunk * math.sin(w * mean)
        bend = w * shrunk * math.cos(w * mean)
        expected = {"m1_sigma": sigma * bend, "m1_mean": slope, "g1_mean": bend, "abs_g1": slope, "m1z": sigma * slope}
        assert got.success
        for name, value in expected.items():
            assert abs(got[name] - value) <= got.error[name] + 1e-14 * max(1.0, w)
