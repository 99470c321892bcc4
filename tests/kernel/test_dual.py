"""Dual activations against closed forms, plain sums, integrals in mpmath, other methods and identities."""

import math

import mpmath
import numpy as np
import pytest

import fastsig
from fastsig.kernel import dual, dual_derivative
from fastsig.kernel.hermite_table import FARTHEST, hermite_table
from fastsig.kernel.lattice import lattice
from fastsig.kernel.panels import panel_means

CORRELATIONS = [-1.0, -1 + 1e-12, -0.9999, -0.6, 0.0, 1e-9, 0.3, 0.99, 1 - 1e-8, 1.0]
SMOOTH = [name for name in fastsig.activation_names() if lattice(fastsig.activation(name), 0) is not None]
MIXED = ["relu", "leaky_relu", "crrelu", "gelu", "erf", "gaussian", "snake", "mish", "telu", "tanh", "elu", "relu6"]


def size(phi, order, qx, qy):
    """sqrt(E f(X)^2 E f(Y)^2)."""
    name = ("m2", "g2")[order]
    x, y = (
        fastsig.moments(phi, np.sqrt(q), which=(name,))[name] for q in (np.asarray(qx, float), np.asarray(qy, float))
    )
    return np.sqrt(x) * np.sqrt(y)


def test_which_method():
    assert {"mish", "tanh", "telu", "swish", "gelu_tanh", "arctan"} <= set(SMOOTH)
    for name, method in {"relu": "closed_form", "gelu": "closed_form", "mish": "lattice", "elu": "panels"}.items():
        assert dual(name, 1.0, 1.0, 0.5).method == dual_derivative(name, 1.0, 1.0, 0.5).method == method


# ---- closed forms of the literature, written in another way -------------------------


@pytest.mark.parametrize("rho", CORRELATIONS)
def test_relu_is_the_arc_cosine_kernel(rho):
    k, slope = dual("relu", 2.0, 3.0, rho), dual_derivative("relu", 2.0, 3.0, rho)
    with mpmath.workdps(50):
        theta = mpmath.acos(mpmath.mpf(rho))
        true = mpmath.sqrt(6) * (mpmath.sin(theta) + (mpmath.pi - theta) * mpmath.cos(theta)) / (2 * mpmath.pi)
        assert abs(k.value - true) <= max(k.error, 1e-40)
        assert abs(slope.value - (mpmath.pi - theta) / (2 * mpmath.pi)) <= max(slope.error, 1e-40)
    assert max(k.error, slope.error) <= 1e-14


@pytest.mark.parametrize("rho", CORRELATIONS)
def test_erf_is_williams_kernel(rho):
    qx, qy = 0.7, 11.0
    with mpmath.workdps(40):
        c = mpmath.mpf(rho) * mpmath.sqrt(mpmath.mpf(qx) * mpmath.mpf(qy))
        true = 2 / mpmath.pi * mpmath.asin(2 * c / mpmath.sqrt((1 + 2 * mpmath.mpf(qx)) * (1 + 2 * mpmath.mpf(qy))))
        k = dual("erf", qx, qy, rho)
        assert abs(k.value - true) <= k.error <= 1e-14


@pytest.mark.parametrize(
    ("name", "phi"),
    [
        ("mish", lambda x: x * np.tanh(np.log1p(np.exp(x)))),
        ("telu", lambda x: x * np.tanh(np.exp(x))),
        ("gelu", np.vectorize(lambda x: 0.5 * x * math.erfc(-x / math.sqrt(2.0)))),
    ],
)
@pytest.mark.parametrize("point", [(0.5, 1.2, 0.7), (1.0, 0.3, -0.95)])
def test_plain_sum_in_the_plane(name, phi, point):
    """The definition, summed over a square lattice of step 0.045, far below what phi and the Gaussian ask for."""
    qx, qy, rho = point
    u = np.linspace(-9.0, 9.0, 401)
    weight = np.exp(-0.5 * u * u) * (u[1] - u[0]) / math.sqrt(2 * math.pi)
    inner = phi(math.sqrt(qy) * (rho * u[:, None] + math.sqrt(1 - rho * rho) * u)) @ weight
    true = (weight * phi(math.sqrt(qx) * u)) @ inner
    found = dual(name, *point)
    assert abs(found.value - true) <= found.error + 1e-15


def gelu_mean(m, s):
    """E gelu(m + s Z)."""
    wide = mpmath.sqrt(1 + s * s)
    return m * mpmath.ncdf(m / wide) + s * s / wide * mpmath.npdf(m / wide)


def elu_mean(m, s):
    """E elu(m + s Z) in closed form."""
    up = m * mpmath.ncdf(m / s) + s * mpmath.npdf(m / s)
    return up + mpmath.exp(m + s * s / 2) * mpmath.ncdf(-m / s - s) - mpmath.ncdf(-m / s)


def relu6_mean(m, s):
    ramp = lambda b: (m - b) * mpmath.ncdf((m - b) / s) + s * mpmath.npdf((m - b) / s)  # noqa: E731
    return ramp(0) - ramp(6)


ONE_DIMENSION = {
    "gelu": (lambda x: x * mpmath.ncdf(x), gelu_mean, (0,)),
    "elu": (lambda x: x if x > 0 else mpmath.expm1(x), elu_mean, (0,)),
    "relu6": (lambda x: min(max(x, 0), 6), relu6_mean, (0, 6)),
}


@pytest.mark.parametrize("name", ONE_DIMENSION)
@pytest.mark.parametrize("point", [(1.0, 1.0, 0.4), (9.0, 0.5, -0.97), (30.0, 30.0, 1 - 1e-9), (4.0, 1.0, -1 + 1e-11)])
def test_conditional_means_in_closed_form(name, point):
    """The inner integral in closed form, the outer one in mpmath, split where the inner one changes fast."""
    phi, mean, kinks = ONE_DIMENSION[name]
    found = dual(name, *point)
    with mpmath.workdps(30):
        sx, sy, r = (mpmath.sqrt(point[0]), mpmath.sqrt(point[1]), mpmath.mpf(point[2]))
        t = mpmath.sqrt(1 - r * r)
        cuts = {mpmath.mpf(e) for e in (-12, -6, -3, -1, 0, 1, 3, 6, 12)} | {k / sx for k in kinks}
        for k in kinks:
            cuts |= {k / (sy * r) + e * t / abs(r) for e in (-12, -6, -3, -1, 0, 1, 3, 6, 12)}
        edges = sorted(e for e in cuts if abs(e) <= 12)
        true = mpmath.quad(lambda u: phi(sx * u) * mpmath.npdf(u) * mean(sy * r * u, sy * t), edges)
    assert abs(found.value - true) <= found.error
    assert found.error <= 1e-12 * size(name, 0, point[0], point[1])


# ---- two methods ---------------------------------------------------------------


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("name", [*SMOOTH, "relu", "leaky_relu", "crrelu", "snake"])
def test_fast_ways_agree_with_panels(name, order):
    """Panels share nothing with closed forms, and with lattices only values of phi."""
    rng = np.random.default_rng(len(name) + order)
    q = 10 ** rng.uniform(-6, 2 if name == "snake" else 6, (2, 12))
    rho = rng.choice([-1, 1], 12) * (1 - 10 ** rng.uniform(-13, 0, 12))
    rho[:5] = CORRELATIONS[0], CORRELATIONS[-1], 0.0, 0.5, -0.5
    found = (dual, dual_derivative)[order](name, *q, rho)
    assert "panels" not in found.method
    phi = fastsig.activation(name)
    for i in range(12):
        s = sorted(map(math.sqrt, q[:, i]), reverse=True)
        other = panel_means(phi, order, *s, float(rho[i]))
        assert abs(found.value[i] - other.values[0]) <= found.error[i] + other.error
        assert found.error[i] <= 1e-12 * other.size


# ---- identities ----------------------------------------------------------------


@pytest.mark.parametrize("name", MIXED)
def test_ends_and_middle(name):
    """rho = 1: second moments; rho = 0: products of means; rho = -1: by the reflected activation."""
    qx, qy = np.array([1e-6, 1e-2, 1.0, 50.0, 1e6]), np.array([1e-6, 1e-2, 1.0, 50.0, 1e6])
    if name == "snake":
        qx = qy = np.array([1e-6, 1e-2, 1.0, 50.0])
    m = fastsig.moments(name, np.sqrt(qx), which=("m1", "g1", "m2", "g2"))
    for f, first, second in ((dual, m.m1, m.m2), (dual_derivative, m.g1, m.g2)):
        allowed = 1e-12 * second
        assert np.all(np.abs(f(name, qx, qy, 1.0).value - second) <= allowed)
        assert np.all(np.abs(f(name, qx, qy, 0.0).value - first**2) <= allowed)
    reflected = fastsig.expectation(lambda z, f, d, s: f * fastsig.activation(name)(-1.5 * z), name, 1.5)
    k = dual(name, 2.25, 2.25, -1.0)
    assert abs(k.value - reflected.value) <= k.error + reflected.error


@pytest.mark.parametrize("name", MIXED)
def test_derivative_with_respect_to_rho(name):
    """dK/drho = sqrt(qx qy) K', integrated over rho by Gauss-Legendre."""
    qx, qy = 1.7, 0.6
    node, weight = fastsig.gauss_legendre(24)
    for low, high in ((-0.7, 0.1), (0.2, 0.8)):
        rho = low + 0.5 * (high - low) * (1 + node)
        slope = dual_derivative(name, qx, qy, rho).value * math.sqrt(qx * qy)
        ends = dual(name, qx, qy, [low, high]).value
        assert abs(0.5 * (high - low) * weight @ slope - (ends[1] - ends[0])) < 2e-12


@pytest.mark.parametrize("name", ["tanh", "erf", "asinh"])
def test_odd_activations_have_odd_kernels(name):
    rho = np.array([0.0, 0.2, 0.9, 1.0])
    assert np.allclose(dual(name, 2.0, 3.0, -rho).value, -dual(name, 2.0, 3.0, rho).value, rtol=0, atol=1e-14)
    assert np.allclose(
        dual_derivative(name, 2.0, 3.0, -rho).value, dual_derivative(name, 2.0, 3.0, rho).value, atol=1e-14
    )


@pytest.mark.parametrize("name", ["gelu", "mish", "elu"])
def test_symmetric_to_the_bit(name):
    assert dual(name, 2.0, 0.3, 0.4).value == dual(name, 0.3, 2.0, 0.4).value


@pytest.mark.parametrize("name", ["relu", "gelu", "mish", "elu"])
def test_gram_matrices_are_positive(name):
    x = np.random.default_rng(4).normal(size=(12, 5))
    gram = x @ x.T
    q = np.diag(gram)
    rho = np.clip(gram / np.sqrt(np.outer(q, q)), -1, 1)
    for f in (dual, dual_derivative):
        k = f(name, q[:, None], q[None, :], rho)
        assert np.linalg.eigvalsh(k.value)[0] >= -12 * k.error.max()
        assert np.array_equal(k.value, k.value.T)


def test_kernel_of_an_affine_change():
    """phi(2x) at q is phi at 4 q; a constant adds to the mean."""
    changed = fastsig.activation("mish").scaled(a=2.0, c=-3.0, d=1.0)
    k, base = dual(changed, 0.3, 1.1, -0.4), dual("mish", 1.2, 4.4, -0.4)
    m = fastsig.moments("mish", np.sqrt([1.2, 4.4])).m1
    assert abs(k.value - (9 * base.value - 3 * m.sum() + 1)) <= k.error + 9 * base.error + 1e-14


# ---- users' activations ----------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "mine"),
    [
        ("tanh", fastsig.Activation(np.tanh)),
        ("relu", fastsig.Activation(lambda x: np.maximum(x, 0.0), kinks=(0.0,))),
        ("softsign", fastsig.Activation(lambda x: x / (1.0 + abs(x)))),
    ],
)
def test_users_activations(name, mine):
    q = np.array([4.0, 1e-4, 1e5, 1.0, 1.0]), np.array([1.0, 1e-2, 30.0, 1.0, 1.0])
    rho = np.array([0.3, -0.99, 0.9999, 1.0, -1.0])
    for order, f in enumerate((dual, dual_derivative)):
        found, known = f(mine, *q, rho), f(name, *q, rho)
        assert found.success
        assert np.all(np.abs(found.value - known.value) <= found.error + known.error)
        assert np.all(found.error <= 2e-12 * size(name, order, *q))


# ---- edges and bad input -----------------------------------------------------------


def test_variance_zero_is_the_point_at_zero():
    m = fastsig.moments("sigmoid", 2.0)
    assert dual("sigmoid", 0.0, 4.0, 0.3).value == pytest.approx(0.5 * m.m1, rel=1e-14)
    assert dual_derivative("sigmoid", 0.0, 4.0, 1.0).value == pytest.approx(0.25 * m.g1, rel=1e-14)
    assert dual("relu", 0.0, 0.0, 1.0).value == 0.0
    assert dual_derivative("relu", 0.0, 1.0, 0.5).value == 0.0  # relu'(0) = 0, as in signatures


def test_shapes_and_kinds():
    assert isinstance(dual("mish", 1, 2, 0.5).value, float)
    found = dual("mish", np.ones((3, 1)), 2.0, [0.1, 0.2])
    assert found.value.shape == found.error.shape == (3, 2)
    assert dual("mish", [], 1.0, 0.5).value.shape == (0,)
    assert dual("gelu", np.float32(1), "1/4", 0.5).value == dual("gelu", 1.0, 0.25, 0.5).value
    assert found.success
    assert found.nfev > 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((-1.0, 1.0, 0.0), r"qx must be in \[0, 1e\+150\]; got -1.0"),
        ((1.0, float("nan"), 0.0), "qy must be in .*; got nan"),
        ((1.0, 1.0, 1.0 + 1e-15), "rho must be in .*np.clip"),
        ((1.0, [1.0, 1.0], [0.0, 0.0, 0.0]), "do not broadcast"),
    ],
)
def test_bad_input(arguments, message):
    with pytest.raises(ValueError, match=message):
        dual("tanh", *arguments)
    with pytest.raises(TypeError, match="real number"):
        dual("tanh", 1.0, 1.0, 1j)


CHANGED = {
    "a root, whose square is a polynomial": fastsig.Activation(lambda x: np.sqrt(1.0 + x * x)),
    "a step far out": fastsig.activation("tanh").scaled(a=20.0, b=-100.0),
    "a narrow step": fastsig.activation("sigmoid").scaled(a=100.0, b=1.0),
    "a bump beside 0": fastsig.activation("gaussian").scaled(a=30.0, b=-60.0),
    "waves": fastsig.Activation(np.sin),
    "nearly relu": fastsig.activation("swish", beta=50.0),
}


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("name", CHANGED)
def test_hard_cases_against_conditional_means(name, order):
    """One-dimensional means (adaptive, other nodes) inside of one; where a lattice does not hold it is not used."""
    phi = CHANGED[name]
    inner = ("m1", "g1")[order]
    for qx, qy, rho in ((1.0, 0.3, 0.4), (30.0, 8.0, -0.8)):
        sx, sy, t = math.sqrt(qx), math.sqrt(qy), math.sqrt(1 - rho * rho)

        def mean(z, f, d, s, sy=sy, t=t, rho=rho):
            given = fastsig.moments(phi, np.full(z.shape, sy * t), mean=sy * rho * z, which=(inner,))[inner]
            return (f, d)[order] * given

        found, true = (dual, dual_derivative)[order](phi, qx, qy, rho), fastsig.expectation(mean, phi, sx)
        slack = 1e-12 * size(phi, order, qx, qy)  # of the inner means
        assert abs(found.value - true.value) <= found.error + true.error + slack
        assert found.error <= 1e-11 * size(phi, order, qx, qy)


def test_a_broken_power():
    """sgn(x) abs(x)^1.5 near 0: phi'' is unbounded there, panels close in on it."""
    phi = fastsig.Activation(lambda x: np.sign(x) * np.abs(x) ** 1.5 / (1.0 + np.abs(x) ** 0.5))
    m = fastsig.moments(phi, 2.0)
    for f, mean, square in ((dual, m.m1, m.m2), (dual_derivative, m.g1, m.g2)):
        found = f(phi, 4.0, 4.0, [0.0, 1.0])
        assert found.success
        assert np.all(np.abs(found.value - [mean * mean, square]) <= found.error + 1e-13)
    assert dual(phi, 4.0, 1.0, -0.5).value == pytest.approx(-dual(phi, 4.0, 1.0, 0.5).value, abs=1e-13)


@pytest.mark.parametrize("name", ["mish", "tanh", "elu", "gelu", "relu6", "softsign"])
def test_tails_of_the_variance(name):
    """Far outside of the lattices: features 1e-50 standard deviations wide, and inputs that vanish."""
    for q in (1e-300, 1e-20, 1e-12, 1e12, 1e20, 1e100):
        m = fastsig.moments(name, math.sqrt(q))
        for f, square in ((dual, m.m2), (dual_derivative, m.g2)):
            found = f(name, q, q, [1.0, 0.5])
            assert found.success
            assert abs(found.value[0] - square) <= found.error[0] + 1e-14 * square
            assert abs(found.value[1]) <= square * (1 + 1e-12)


def test_what_cannot_be_resolved_is_said():
    """asinh over 50 decades: not enough panels."""
    found = dual("asinh", 1e100, 1e100, 1.0)
    assert abs(found.value - fastsig.moments("asinh", 1e50).m2) <= found.error
    assert not found.success
    assert "missed the goal" in found.message


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("name", ["mish", "tanh", "telu", "asinh", "gaussian", "tanhshrink"])
def test_tables_of_coefficients_against_lattices(name, order):
    """Very many triples go to tables of Hermite coefficients, which share nothing with the lattices' double sums."""
    phi, rng = fastsig.activation(name), np.random.default_rng(4)
    table, sums = hermite_table(phi, order), lattice(phi, order)
    top = table.low + table.series.shape[0]
    s = np.sort(2.0 ** rng.uniform(table.low, top - 1e-9, (300, 2)), axis=1)
    rho = np.concatenate([rng.uniform(-FARTHEST, FARTHEST, 296), [0.0, -FARTHEST, FARTHEST, 1e-300]])
    assert table.serves(s).all()
    assert not table.serves(np.array([2.0**top, 0.0, 2.0 ** (table.low - 1e-3)])).any()
    one, two = s[:, 1].copy(), s[:, 0].copy()
    found, (true, _) = table.sums(one, two, rho), sums.sums(one, two, rho)
    size = np.sqrt(sums.sums(one, one, np.ones(300))[0] * sums.sums(two, two, np.ones(300))[0])
    assert np.abs(found - true).max() > 0.0  # two ways
    assert (np.abs(found - true) <= 2e-13 * size).all()


def test_a_batch_uses_tables_and_agrees_with_its_parts():
    rng = np.random.default_rng(6)
    qx, qy, rho = 10.0 ** rng.uniform(-2, 2, 80_000), 10.0 ** rng.uniform(-2, 2, 80_000), rng.uniform(-1, 1, 80_000)
    qx[:3] = 0.0, 1e-30, 1e30
    whole = dual("mish", qx, qy, rho)
    assert whole.method == "hermite+lattice+panels"
    assert whole.success
    part = slice(0, 400)
    few = dual("mish", qx[part], qy[part], rho[part])
    assert "hermite" not in few.method
    assert np.all(np.abs(few.value - whole.value[part]) <= few.error + whole.error[part])
    for i in (*range(6), *rng.integers(0, 80_000, 12).tolist()):
        s = sorted((math.sqrt(qx[i]), math.sqrt(qy[i])), reverse=True)
        true = panel_means(fastsig.activation("mish"), 0, *s, float(rho[i]))
        assert abs(whole.value[i] - true.values[0]) <= 1e-12 * true.size
