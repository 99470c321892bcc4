"""Eigenvalues on the sphere against closed forms, the trace, and Gram matrices."""

import math

import mpmath as mp
import numpy as np
import pytest

import fastsig
from fastsig.kernel import dual, sphere_eigenvalues


@pytest.mark.parametrize("d", [2, 3, 4, 10])
def test_multiplicities(d):
    found = sphere_eigenvalues("identity", 6, dimension=d).multiplicity
    if d == 2:
        assert found == (1, 2, 2, 2, 2, 2)
    if d == 3:
        assert found == (1, 3, 5, 7, 9, 11)
    assert found[1] == d
    assert found[2] == d * (d + 1) // 2 - 1


@pytest.mark.parametrize("name", ["gelu", "mish", "erf", "tanh"])
@pytest.mark.parametrize("d", [2, 3, 8])
def test_trace(name, d):
    """The sum over all degrees is k(1) = m2; of smooth kernels few degrees matter."""
    found = sphere_eigenvalues(name, 60, dimension=d, sigma=1.0)
    total = sum(m * v for m, v in zip(found.multiplicity, found.value, strict=True))
    assert total == pytest.approx(fastsig.moments(name, 1.0).m2, rel=1e-9)
    assert found.trace == pytest.approx(fastsig.moments(name, 1.0).m2, rel=1e-14)


@pytest.mark.parametrize("sigma", [0.5, 3.0])
def test_gaussian_of_differences(sigma):
    """E exp(-X^2 - Y^2) = ((1 + 2q)^2 - (2 q t)^2)^-1/2: on the circle its Fourier coefficients."""
    q = sigma * sigma
    angle = 2 * np.pi * np.arange(512) / 512
    kernel = 1 / np.sqrt((1 + 2 * q) ** 2 - (2 * q * np.cos(angle)) ** 2)
    fourier = np.fft.rfft(kernel).real / 512
    found = sphere_eigenvalues("gaussian", 12, dimension=2, sigma=sigma)
    assert np.all(np.abs(found.value - fourier[:12]) <= found.error + 1e-15)
    assert np.all(found.error <= 1e-12)


@pytest.mark.parametrize("d", [3, 5])
def test_relu_decay(d):
    """Odd degrees from 3 on vanish; even ones fall like l^-(d + 2), up to a term of order 1/l."""
    found = sphere_eigenvalues("relu", 82, dimension=d)
    assert np.all(np.abs(found.value[3::2]) <= found.error[3::2])
    exponent = math.log(found.value[80] / found.value[60]) / math.log(80 / 60)
    assert exponent == pytest.approx(-(d + 2), abs=0.2)


def test_relu_on_the_ordinary_sphere():
    """k(t) = (sin a + (pi - a) cos a)/(2 pi), t = cos a, times Legendre polynomials, by plain quadrature."""
    node, weight = fastsig.gauss_legendre(4000)
    kernel = (np.sqrt(1 - node**2) + (np.pi - np.arccos(node)) * node) / (2 * np.pi)
    found = sphere_eigenvalues("relu", 9, dimension=3)
    for degree in range(9):
        true = 0.5 * weight @ (kernel * np.polynomial.legendre.Legendre.basis(degree)(node))
        assert abs(found.value[degree] - true) <= found.error[degree] + 1e-11


def test_gram_matrix_of_many_points():
    """Eigenvalues of k(x_i.x_j)/m for points spread evenly over the circle are those of the sphere."""
    m = 400
    angle = 2 * np.pi * np.arange(m) / m
    first = dual("mish", 4.0, 4.0, np.clip(np.cos(angle), -1, 1)).value
    gram = np.sort(np.fft.fft(first).real / m)[::-1]  # circulant
    found = sphere_eigenvalues("mish", 8, dimension=2, sigma=2.0)
    true = np.sort(np.repeat(found.value, found.multiplicity))[::-1]
    assert np.allclose(gram[:10], true[:10], rtol=0, atol=1e-12)


def test_small_eigenvalues_are_below_the_rounding_of_the_kernel():
    """Sums of positive terms do not cancel: what is unknown is the tail, which high dimensions hardly see."""
    for d, smallest in ((3, 2e-17), (10, 1e-22)):
        found = sphere_eigenvalues("erf", 60, dimension=d, sigma=0.7)
        assert found.error[-1] < smallest
        ratio = found.value[5:20:2] / found.value[3:18:2]
        assert np.all(np.diff(ratio) > 0)  # they fall smoothly, not as noise does
        assert np.all(ratio < 0.1)


def test_bad_input():
    with pytest.raises(ValueError, match="dimension must be"):
        sphere_eigenvalues("relu", 3, dimension=1)
    with pytest.raises(ValueError, match="sigma must be"):
        sphere_eigenvalues("relu", 3, dimension=3, sigma=-1.0)


def _relu_square(k):
    """Square of the Hermite coefficient of degree k of relu."""
    if k < 2:
        return 1 / (2 * mp.pi) if k == 0 else mp.mpf(1) / 4
    return mp.fac2(k - 3) ** 2 / (2 * mp.pi * mp.factorial(k)) if k % 2 == 0 else mp.mpf(0)


def _of_power(k, degree, d):
    """Eigenvalue of t^k."""
    j, half = (k - degree) // 2, mp.mpf(d) / 2
    ratio = mp.factorial(k) / (mp.mpf(2) ** degree * mp.factorial(2 * j))
    return ratio * mp.gamma(half) * mp.gamma(j + mp.mpf(1) / 2) / (mp.sqrt(mp.pi) * mp.gamma(j + degree + half))


@pytest.mark.parametrize("d", [2, 3, 100, 1001, 10_000])
def test_lines_in_high_dimensions(d):
    found = sphere_eigenvalues("identity", 3, dimension=d)
    assert abs(found.value[1] - 1.0 / d) <= found.error[1] <= 1e-12 / d


@pytest.mark.parametrize("degree", [0, 1, 2, 4, 8])
@pytest.mark.parametrize("d", [100, 1000, 10_000])
def test_relu_in_high_dimensions(d, degree):
    with mp.workdps(60):
        true = mp.nsum(
            lambda j: _relu_square(degree + 2 * int(j)) * _of_power(degree + 2 * int(j), degree, d), [0, mp.inf]
        )
        found = sphere_eigenvalues("relu", 9, dimension=d)
        off = abs(found.value[degree] - true)
    # Logarithms of Gamma functions were off by up to 5e-13 of the value here, and errors of 1e-15 stated.
    assert off <= found.error[degree]
    assert off <= 1e-14 * true


def test_the_trace_has_an_error():
    found = sphere_eigenvalues("mish", 3, dimension=5)
    with mp.workdps(30):
        true = mp.quad(lambda z: (z * mp.tanh(mp.log1p(mp.exp(z)))) ** 2 * mp.npdf(z), range(-12, 13, 2))
    assert abs(found.trace - true) <= found.trace_error <= 1e-14
