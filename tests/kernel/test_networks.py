"""NNGP and NTK against closed forms, against each other and against wide random networks."""

from itertools import pairwise

import mpmath
import numpy as np
import pytest

import fastsig
from fastsig.kernel import conditioning, dual, dual_derivative, nngp, ntk

INPUTS = np.random.default_rng(1).normal(size=(4, 6))


def forward(phi, x, weights, biases):
    """Preactivations of all layers and slopes, of a network in the NTK parametrisation."""
    hidden, layers = x.T, []
    for w, b in zip(weights, biases, strict=True):
        h = w @ hidden / np.sqrt(hidden.shape[0]) + b[:, None]
        layers.append((hidden, h))
        hidden = phi(h)
    return layers


def draw(rng, sizes, sigma_w, sigma_b):
    weights = [sigma_w * rng.standard_normal((b, a)) for a, b in pairwise(sizes)]
    return weights, [sigma_b * rng.standard_normal(b) for b in sizes[1:]]


@pytest.mark.parametrize(("name", "sigma_w", "sigma_b"), [("relu", 1.3, 0.2), ("tanh", 1.8, 0.3), ("mish", 1.5, 0.1)])
def test_nngp_of_a_wide_network(name, sigma_w, sigma_b):
    """Empirical covariances over the neurons of a layer: sampling error n^-1/2, bias of finite width 1/n."""
    depth, width, nets = 3, 1024, 12
    rng, phi = np.random.default_rng(7), fastsig.activation(name)
    seen = []
    for _ in range(nets):
        net = draw(rng, [6, *[width] * depth, width], sigma_w, sigma_b)
        seen.append([h.T @ h / width for _, h in forward(phi, INPUTS, *net)])
    seen = np.array(seen)
    found = nngp(name, depth, INPUTS, sigma_w=sigma_w, sigma_b=sigma_b)
    spread = seen.std(axis=0, ddof=1) / np.sqrt(nets)
    z = (seen.mean(axis=0) - found.value) / (spread + 3 * found.value.max() / (width * np.sqrt(nets)))
    assert np.abs(z).max() < 4.5  # Student's t with 11 degrees of freedom, 40 numbers
    assert spread.max() < 0.05 * found.value.max()  # and the test sees something
    assert found.success
    assert found.error.max() < 1e-11


@pytest.mark.parametrize(("name", "sigma_w", "sigma_b"), [("relu", 1.3, 0.2), ("gelu", 1.5, 0.4)])
def test_ntk_of_a_wide_network(name, sigma_w, sigma_b):
    """Inner products of gradients of one output, by backpropagation; biases sigma_b times a trained number."""
    depth, width, nets = 2, 512, 24
    rng, phi = np.random.default_rng(11), fastsig.activation(name)
    seen = []
    for _ in range(nets):
        weights, biases = draw(rng, [6, *[width] * depth, 1], sigma_w, sigma_b)
        layers = forward(phi, INPUTS, weights, biases)
        back, theta = np.ones((1, len(INPUTS))), 0.0
        for (inside, _), w, below in zip(
            reversed(layers), reversed(weights), [*reversed(layers[:-1]), None], strict=True
        ):
            n = inside.shape[0]
            theta = theta + (back.T @ back) * (sigma_w**2 * inside.T @ inside / n + sigma_b**2)
            if below is not None:
                back = phi.derivative(below[1]) * (w.T @ back) / np.sqrt(n)
        seen.append(theta)
    seen = np.array(seen)
    found = ntk(name, depth, INPUTS, sigma_w=sigma_w, sigma_b=sigma_b).value[-1]
    spread = seen.std(axis=0, ddof=1) / np.sqrt(nets)
    assert np.abs((seen.mean(axis=0) - found) / (spread + 0.2 * found.max() / width)).max() < 4.5
    assert np.abs(spread / found).max() < 0.1


def test_recursion_by_hand():
    w2, b2 = 1.7, 0.3
    x = INPUTS[:2]
    k = b2 + w2 * x @ x.T / 6
    t = k.copy()
    for layer in range(4):
        found = (
            nngp("gelu", 4, x, sigma_w=w2**0.5, sigma_b=b2**0.5),
            ntk("gelu", 4, x, sigma_w=w2**0.5, sigma_b=b2**0.5),
        )
        assert np.all(np.abs(found[0].value[layer] - k) <= found[0].error[layer] + 1e-14)
        assert np.all(np.abs(found[1].value[layer] - t) <= found[1].error[layer] + 1e-13)
        q = np.diag(k)
        rho = np.clip(k / np.sqrt(np.outer(q, q)), -1, 1)
        slope = dual_derivative("gelu", q[:, None], q[None, :], rho).value
        k = b2 + w2 * dual("gelu", q[:, None], q[None, :], rho).value
        t = k + w2 * t * slope


def test_identity_network_is_linear():
    found = ntk("identity", 5, INPUTS, sigma_w=1.1)
    gram = INPUTS @ INPUTS.T / 6
    for layer in range(6):
        true = (layer + 1) * 1.21 ** (layer + 1) * gram
        assert np.all(np.abs(found.value[layer] - true) <= found.error[layer])


def test_errors_grow_but_cover():
    """In a chaotic network errors grow with depth; two roundings of the same inputs show it."""
    x = INPUTS[:3]
    one = nngp("tanh", 40, x, sigma_w=2.5, sigma_b=0.1)
    other = nngp("tanh", 40, x * (1 + 1e-15), sigma_w=2.5, sigma_b=0.1)
    assert np.all(np.abs(one.value - other.value) <= one.error + other.error)
    assert one.error[-1].max() < 1e-9


def test_conditioning():
    c = conditioning("relu", INPUTS, 3, sigma_w=2**0.5)
    k = nngp("relu", 3, INPUTS, sigma_w=2**0.5)
    for layer in range(4):
        values = np.linalg.svd(k.value[layer], compute_uv=False)
        assert np.allclose(c.eigenvalues[layer][::-1], values, rtol=0, atol=2 * c.error[layer])
        assert c.condition[layer] == pytest.approx(values[0] / values[-1], rel=1e-10)
    twice = conditioning("relu", INPUTS[[0, 0, 1]], 2, kernel="ntk")
    assert np.all(np.isinf(twice.condition))  # equal inputs: singular


def exact_kernels(name, inputs, depth, w2, b2):
    """NNGP and NTK in 60 digits by closed forms: relu and leaky_relu by Cho and Saul, erf by Williams."""
    with mpmath.workdps(60):
        x = [[mpmath.mpf(v) for v in row] for row in inputs]
        m, p = len(x), mpmath.mpf(0.01 if name == "leaky_relu" else 0.0)
        w2, b2 = mpmath.mpf(w2), mpmath.mpf(b2)
        k = [[b2 + w2 * mpmath.fdot(x[i], x[j]) / len(x[0]) for j in range(m)] for i in range(m)]
        t, found = k, [(k, k)]

        def relu(s, theta):  # E max(X, 0) max(Y, 0) and the quadrant probability
            return s * (mpmath.sin(theta) + (mpmath.pi - theta) * mpmath.cos(theta)) / (2 * mpmath.pi), (
                mpmath.pi - theta
            ) / (2 * mpmath.pi)

        def dual_of(i, j):
            s = mpmath.sqrt(k[i][i] * k[j][j])
            rho = mpmath.mpf(1) if x[i] == x[j] else min(max(k[i][j] / s, -1), 1)
            if name == "erf":
                one, other, c = 1 + 2 * k[i][i], 1 + 2 * k[j][j], 2 * k[i][j]
                slope = 4 / mpmath.pi / mpmath.sqrt(one * other - c * c)
                return 2 / mpmath.pi * mpmath.asin(c / mpmath.sqrt(one * other)), slope
            theta = mpmath.acos(rho)
            (same, quadrant), (cross, other) = relu(s, theta), relu(s, mpmath.pi - theta)
            return (1 + p * p) * same - 2 * p * cross, (1 + p * p) * quadrant + 2 * p * other

        for _ in range(depth):
            duals = [[dual_of(i, j) for j in range(m)] for i in range(m)]
            k = [[b2 + w2 * duals[i][j][0] for j in range(m)] for i in range(m)]
            t = [[k[i][j] + w2 * t[i][j] * duals[i][j][1] for j in range(m)] for i in range(m)]
            found.append((k, t))
        return found


BASE = np.array([0.1, 0.7, 0.3])
CLOSE = {
    "equal and opposite": [BASE, BASE, -BASE],
    "collinear": [BASE, 2.0 * BASE, -3.0 * BASE, BASE / 3.0],
    **{f"apart by {e:g}": [BASE, BASE + np.array([e, 0.0, 0.0])] for e in (1e-9, 1e-7, 1e-6, 1e-5, 1e-4, 1e-2)},
    "an ulp apart": [BASE, np.nextafter(BASE, 1.0), -np.nextafter(BASE, 1.0)],
}


@pytest.mark.parametrize("case", CLOSE)
@pytest.mark.parametrize("sigma_b", [0.0, 0.3])
@pytest.mark.parametrize("name", ["relu", "leaky_relu", "erf"])
def test_close_inputs(name, sigma_b, case):
    """Slopes at a kink move by the square root of an error of rho near 1: stated errors cover that at every layer."""
    inputs, depth = np.array(CLOSE[case]), 5
    k, t = (f(name, depth, inputs, sigma_w=2**0.5, sigma_b=sigma_b) for f in (nngp, ntk))
    truth = exact_kernels(name, inputs.tolist(), depth, (2**0.5) ** 2, sigma_b**2)
    for layer, parts in enumerate(truth):
        for found, exact in zip((k, t), parts, strict=True):
            for i, j in np.ndindex(found.value.shape[1:]):
                miss = float(abs(mpmath.mpf(found.value[layer, i, j]) - exact[i][j]))
                assert miss <= found.error[layer, i, j], (layer, i, j)
    assert k.error.max() < 1e-11  # and errors are no larger than they have to be
    assert t.error.max() < (1e-5 if name != "erf" else 1e-11)


def test_equal_inputs_are_one_input():
    x = np.array([[1.0, 2.0], [1.0, 2.0], [-1.0, -2.0], [0.0, 1.0], [-0.0, 1.0]])
    for name in ("relu", "hardtanh", "tanh", "selu"):
        t = ntk(name, 6, x, sigma_w=2**0.5)
        for i, j in ((0, 1), (3, 4)):
            assert np.array_equal(t.value[:, i], t.value[:, j])
            assert t.error[:, i, j].max() < 1e-10
        assert np.array_equal(t.value, np.swapaxes(t.value, 1, 2))
        c = conditioning(name, x, 6, sigma_w=2**0.5, kernel="ntk")
        assert np.all(np.isinf(c.condition))


@pytest.mark.parametrize("function", [lambda x: x**3, lambda x: np.maximum(x, 0.0) ** 2], ids=["cube", "relu squared"])
def test_unbounded_slopes_have_errors(function):
    """phi'' unbounded, or phi' of unbounded variation: two roundings of the inputs agree within errors."""
    phi = fastsig.Activation(function)
    x = INPUTS[:3]
    one, other = (ntk(phi, 2, y, sigma_w=0.8) for y in (x, x * (1 + 2e-16)))
    assert np.all(np.isfinite(one.error))
    assert np.all(np.abs(one.value - other.value) <= one.error + other.error)
    assert one.error.max() < 1e-11 * one.value.max()


def test_bad_input():
    with pytest.raises(ValueError, match="inputs must be finite"):
        nngp("relu", 2, [1.0, 2.0])
    with pytest.raises(ValueError, match="depth"):
        nngp("relu", -1, INPUTS)
    with pytest.raises(ValueError, match="sigma_w must be"):
        ntk("relu", 1, INPUTS, sigma_w=-1.0)
    with pytest.raises(ValueError, match="kernel must be"):
        conditioning("relu", INPUTS, 1, kernel="nngp2")
    with pytest.raises(ValueError, match=r"after .* hidden layers"):
        nngp("relu", 400, INPUTS, sigma_w=1e3)
