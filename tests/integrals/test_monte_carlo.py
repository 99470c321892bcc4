"""Monte Carlo and Sobol: honest standard errors, equal bits whatever the threads, options that do what they say."""

import math
import signal
import subprocess
import sys
import threading
import time

import numpy as np
import pytest
from scipy import stats

import fastsig
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.functionals import NAMES
from fastsig.targets.cpu import cpu_levels
from tests.subprocesses import output

BUILT_INS = tuple(fastsig.activation_names())
ROUNDING = 16 * 2.0**-53  # the least error, of E abs(integrand)


def soft_plus(x):
    return np.logaddexp(0.0, x)


@pytest.fixture(scope="module")
def user():
    return fastsig.Activation(soft_plus, name="user_softplus")


@pytest.fixture(scope="module")
def kinked():
    return fastsig.Activation(lambda x: np.abs(x) + 0.1 * x, kinks=(0.0,), name="user_abs")


def z_scores(phi, sigma, mean, seed, which=COMPONENTS, **options):
    """Deviations in standard errors; those of numbers whose samples do not vary are left out, but checked."""
    got = fastsig.moments(phi, sigma, mean=mean, which=which, rng=seed, **options)
    truth = fastsig.moments(phi, sigma, mean=mean, which=which)
    found = []
    for name in which:
        deviation, error = got[name] - truth[name], got.error[name]
        if error <= 4 * ROUNDING * max(abs(truth[name]), 1e-3):
            assert abs(deviation) <= error + truth.error[name] + 1e-16  # no sample is beyond 8.3 sigma
        else:
            found.append(deviation / error)
    return found


def test_z_scores_are_standard_normal():
    """One seed a cell, and enough samples to see rare events (x near 0 at sigma = 30) some hundred times."""
    cells = [(phi, sigma) for phi in BUILT_INS for sigma in (0.03, 0.3, 1.0, 3.0, 30.0)]
    scores = []
    for seed, (phi, sigma) in enumerate(cells):
        found = z_scores(phi, sigma, 0.25 * (seed % 3), seed, method="monte_carlo", samples=50_000)
        assert not found or max(map(abs, found)) < 5.0
        scores += found[:1] + found[-1:]  # the others depend on these
    assert len(scores) > 200
    assert stats.kstest(scores, "norm").pvalue > 1e-3
    assert 0.85 < np.std(scores) < 1.15  # four standard deviations


def test_user_activations_and_every_functional(user, kinked):
    scores = []
    for seed, phi in enumerate((user, kinked, fastsig.activation("gelu"), fastsig.activation("tanh").scaled(a=2, d=1))):
        names = [name for name in NAMES if name != "log_slope" or phi is not kinked]
        found = z_scores(phi, 1.3, 0.2, seed, names, method="monte_carlo", samples=40_000)
        assert max(map(abs, found)) < 5.0
        scores += found
    assert 0.5 < np.std(scores) < 1.6  # they depend on each other: not a test of the law


def test_sobol_errors_are_honest_and_small():
    """Student's law with 31 degrees of freedom; for smooth means the error falls like n^-1.5."""
    scores = []
    for seed in range(60):
        phi, sigma = BUILT_INS[seed % len(BUILT_INS)], (0.3, 1.0, 3.0)[seed % 3]
        scores += z_scores(phi, sigma, 0.3, seed, ("m2",), method="sobol", samples=1 << 13)
    assert stats.kstest(scores, stats.t(31).cdf).pvalue > 1e-3
    coarse, fine = (fastsig.moments("tanh", 1.0, method="sobol", rng=1, samples=n).error.g1 for n in (1 << 11, 1 << 15))
    assert fine < coarse / 40  # 64 but for chance
    plain = fastsig.moments("tanh", 1.0, method="monte_carlo", rng=1, samples=1 << 15).error.g1
    assert fine < plain / 300


def test_points_beside_a_kink_and_far_from_it_go_together():
    """Only the former have strata in which the integrand jumps."""
    options = {"method": "sobol", "samples": 2000, "rng": 1}
    both = fastsig.moments("relu", [0.1, 1.0], mean=[0.0, 30.0], **options)
    for k, (sigma, mean) in enumerate([(0.1, 0.0), (1.0, 30.0)]):
        alone = fastsig.moments("relu", sigma, mean=mean, **options)
        assert [both.error[c][k] for c in COMPONENTS] == [alone.error[c] for c in COMPONENTS]


@pytest.mark.parametrize("antithetic", [False, True])
@pytest.mark.parametrize(
    ("phi", "name", "sigma"),
    [("hardsigmoid", "eta", 2.32631), ("relu6", "eta", 3.98107), ("selu", "g2", 0.125), ("hardtanh", "g2z2", 0.857696)],
)
def test_sobol_errors_know_the_jumps_that_no_replication_shows(phi, name, sigma, antithetic):
    """Jumps next to the border of a stratum: of 32 replications often none, or all, are on one side of it."""
    options = {"method": "sobol", "samples": 1 << 15, "antithetic": antithetic}
    scores = [z_scores(phi, sigma, 0.0, seed, (name,), **options)[0] for seed in range(50)]
    assert max(map(abs, scores)) < 5.3  # Student's law: once in 5,000 times 50
    assert np.sqrt(np.mean(np.square(scores))) > 0.3  # nor much too large


@pytest.mark.parametrize("phi", ["gelu", "relu", "user"])
def test_options_reduce_the_error_and_add_no_bias(phi, user):
    phi = user if phi == "user" else phi
    plain = fastsig.moments(phi, 1.0, mean=0.1, method="monte_carlo", rng=0, samples=8_000)
    for options, name, least in (
        ({"antithetic": True}, "m1", 1.2),
        ({"control_variates": 2}, "m2", 2.5),
        ({"control_variates": 4}, "m1", 5.0),
        ({"antithetic": True, "control_variates": 4}, "m2", 4.0),
    ):
        scores = []
        for seed in range(30):
            got = fastsig.moments(phi, 1.0, mean=0.1, method="monte_carlo", rng=seed, samples=8_000, **options)
            scores.append((got[name] - fastsig.moments(phi, 1.0, mean=0.1)[name]) / got.error[name])
        assert got.error[name] < plain.error[name] / least
        assert got.nfev == 8_000
        assert abs(np.mean(scores)) < 4 / math.sqrt(30)
        assert 0.6 < np.std(scores) < 1.5  # four standard deviations


def test_antithetic_pairs_make_odd_means_exact():
    got = fastsig.moments("tanh", 2.0, method="monte_carlo", antithetic=True, rng=1, samples=1000)
    assert got.m1 == 0.0
    assert 0.0 < got.error.m1 < 1e-14


def test_no_variance_is_no_nan():
    """Errors are those of rounding then."""
    got = fastsig.moments("identity", 1.0, mean=1e6, method="monte_carlo", rng=1, samples=1000)
    assert got.g1 == got.g2 == 1.0
    assert 0.0 < got.error.g1 < 1e-14
    assert abs(got.m1 - 1e6) < 5 * got.error.m1 < 0.5  # variance 1 beside a mean of 1e6 does not cancel
    far = fastsig.moments("relu", 0.01, mean=-1.0, method="monte_carlo", rng=1, samples=1000)
    assert far.values.as_dict() == dict.fromkeys(COMPONENTS, 0.0)
    assert far.error.m2 == 0.0


def test_sigma_zero_is_exact():
    got = fastsig.moments(["gelu", "relu"], [0.0, 1.0], mean=0.5, method="monte_carlo", rng=1, samples=1000)
    exact = fastsig.moments(["gelu", "relu"], 0.0, mean=0.5)
    assert np.array_equal(got.m2[:, 0], exact.m2)
    assert got.methods.m2.tolist() == [["point", "monte_carlo"]] * 2
    assert got.error_kind == "standard_error"
    assert got.nfev == 2000


def test_flat_means_minus_infinity():
    got = fastsig.moments("relu", 1.0, which="log_slope", method="monte_carlo", rng=1, samples=1000)
    assert (got.log_slope, got.error.log_slope) == (-math.inf, 0.0)


@pytest.mark.parametrize("method", ["monte_carlo", "sobol"])
@pytest.mark.parametrize("options", [{}, {"antithetic": True, "control_variates": 3}])
def test_bits_do_not_depend_on_threads_or_company(method, options, user):
    """More than two chunks; alone or with others; each name alone."""
    options = {"method": method, "samples": 700_000, "rng": 9, **options}
    sigma = np.linspace(0.5, 2.0, 3)
    one = fastsig.moments(["gelu", "relu"], sigma, **options)
    three = fastsig.moments(["gelu", "relu"], sigma, workers=3, **options)
    assert all(np.array_equal(one[name], three[name]) for name in COMPONENTS)
    assert all(np.array_equal(one.error[name], three.error[name]) for name in COMPONENTS)
    alone = fastsig.moments("relu", sigma[1], which=["m2", "m3"], workers=2, **options)
    assert alone.m2 == one.m2[1, 1]
    assert alone.error.m2 == one.error.m2[1, 1]
    if method == "monte_carlo" and not options.get("antithetic"):
        assert fastsig.moments(user, 1.0, **options).m1 == fastsig.moments(user, 1.0, workers=4, **options).m1


def test_user_and_built_in_see_the_same_samples(user):
    """Two ways through the code: equal but for rounding."""
    options = {"method": "monte_carlo", "samples": 300_000, "rng": 2}
    one, other = (fastsig.moments(phi, 1.5, **options) for phi in (user, "softplus"))
    for name in COMPONENTS:
        assert one[name] == pytest.approx(other[name], rel=1e-12)
        assert one.error[name] == pytest.approx(other.error[name], rel=1e-9)


def test_cpu_levels_agree():
    """To 2 ulp of E abs(integrand); sums of squares less accurately."""
    code = """
    import fastsig
    for phi in ("gelu", "tanh", "relu", "mish"):
        r = fastsig.moments(phi, 1.5, mean=0.5, method="monte_carlo", samples=100_000, rng=7)
        print(*(v.hex() for v in r.values.as_dict().values()))
    """
    found = [output(code, env={"FASTSIG_CPU_LEVEL": level}).split() for level in cpu_levels()]
    one, *others = (np.array([float.fromhex(v) for v in row]) for row in found)
    for other in others:
        np.testing.assert_allclose(other, one, rtol=2 * 2.0**-52, atol=0)


def test_expectation():
    truth = fastsig.expectation(lambda z, f, d, s: np.exp(0.3 * z) * f * d + s, "gelu", [0.0, 0.5, 1.5], mean=0.2)
    for method in ("monte_carlo", "sobol"):
        got = fastsig.expectation(
            lambda z, f, d, s: np.exp(0.3 * z) * f * d + s,
            "gelu",
            [0.0, 0.5, 1.5],
            mean=0.2,
            method=method,
            samples=100_000,
            rng=4,
        )
        assert (got.method, got.error_kind, got.nfev) == (method, "standard_error", 300_000)
        assert np.all(np.abs(got.value - truth.value) < 4.5 * got.error)
        assert np.all(got.error < 0.02)
    with pytest.raises(ValueError, match="must be finite; it gave inf at z = "):
        fastsig.expectation(lambda z, f, d, s: np.where(z > 1, np.inf, 0.0), "gelu", 1.0, method="sobol", rng=1)
    with pytest.raises(ZeroDivisionError):
        fastsig.expectation(lambda z, f, d, s: 1 / 0, "gelu", 1.0, method="monte_carlo", rng=1)


def test_signature():
    got = fastsig.signature(["tanh", "relu"], [0.5, 1.0], method="monte_carlo", samples=10_000, rng=3)
    same = fastsig.moments(["tanh", "relu"], [0.5, 1.0], method="monte_carlo", samples=10_000, rng=3)
    assert np.array_equal(got.m2, same.m2)
    assert np.array_equal(got.tv, fastsig.signature(["tanh", "relu"], [0.5, 1.0]).tv)
    assert got.error_kind == "standard_error"


def test_seeds():
    options = {"method": "monte_carlo", "samples": 1000}
    one = fastsig.moments("gelu", 1.0, rng=1, **options).m1
    assert one == fastsig.moments("gelu", 1.0, rng=np.random.SeedSequence(1), **options).m1
    assert one != fastsig.moments("gelu", 1.0, rng=2, **options).m1
    rng = np.random.default_rng(1)
    assert (
        one
        == fastsig.moments("gelu", 1.0, rng=rng, **options).m1
        != fastsig.moments("gelu", 1.0, rng=rng, **options).m1
    )
    assert fastsig.moments("gelu", 1.0, **options).m1 != fastsig.moments("gelu", 1.0, **options).m1


def test_shapes_and_out():
    options = {"method": "monte_carlo", "samples": 100, "rng": 1, "which": ("m1", "m3")}
    out = np.empty((2, 2, 3, 4))
    sigma, mean = np.linspace(0.5, 1, 3)[:, None], np.linspace(-1, 1, 4)
    got = fastsig.moments(["relu", "tanh"], sigma, mean=mean, out=out, **options)
    assert got.m3.shape == got.error.m3.shape == (2, 3, 4)
    assert np.array_equal(out[:, 1], fastsig.moments(["relu", "tanh"], sigma, mean=mean, **options).m3)
    assert type(fastsig.moments("relu", 1.0, **options).m1) is float
    assert fastsig.moments("relu", [], **options).m1.shape == (0,)
    assert fastsig.moments([], 1.0, **options).m1.shape == (0,)


def test_huge_and_tiny_sigma():
    """Where the vector functions would overflow, or squares of integrands do."""
    names = ("g1", "m1", "m2")
    for sigma in (1e-150, 1e-100, 1e7, 1e100, 1e150):
        got = fastsig.moments(["swish", "gelu"], sigma, which=names, method="monte_carlo", rng=1, samples=1000)
        truth = fastsig.moments(["swish", "gelu"], sigma, which=names)
        for name in names:
            assert np.all(np.abs(got[name] - truth[name]) <= 5 * got.error[name] + truth.error[name])
            assert np.all(got.error[name] < 0.3 * np.maximum(np.abs(truth[name]), min(sigma, 1.0)))


@pytest.mark.parametrize(
    ("options", "kind", "message"),
    [
        ({"samples": 1}, ValueError, "samples must be from 2 to"),
        ({"samples": 0}, ValueError, "samples must be from 2 to"),
        ({"samples": -5}, ValueError, "samples must be from 2 to"),
        ({"samples": 2**41}, ValueError, "samples must be from 2 to"),
        ({"samples": 1e5}, TypeError, r"samples must be an integer .* got 100000.0 \(float\)"),
        ({"samples": True}, TypeError, "samples must be an integer"),
        ({"samples": 7, "antithetic": True}, ValueError, "samples must be even with antithetic=True"),
        ({"antithetic": 1}, TypeError, "antithetic must be True or False; got 1"),
        ({"control_variates": 5}, ValueError, "control_variates must be from 0 to 4"),
        ({"replications": 4}, ValueError, "replications= goes with method='sobol' only"),
        ({"method": "sobol", "replications": 1}, ValueError, "replications must be from 2 to"),
        ({"method": "sobol", "samples": 63}, ValueError, "samples must be from 64 to"),
        ({"nodes": 4}, ValueError, "nodes= goes with"),
        ({"rng": "seed"}, TypeError, "rng must be None, a non-negative integer"),
        ({"rng": -3}, ValueError, "rng must be None, a non-negative integer"),
        ({"which": "m5"}, ValueError, "which must name"),
        ({"method": "auto", "samples": 10}, ValueError, "samples= goes with method='monte_carlo' or 'sobol' only"),
        ({"method": "auto", "rng": 10}, ValueError, "rng= goes with method="),
        ({"method": "table", "antithetic": True}, ValueError, "antithetic= goes with method="),
        ({"method": "auto", "control_variates": 2}, ValueError, "control_variates= goes with method="),
        ({"precision": "double_double"}, ValueError, "method= and nodes= go with precision='double' only"),
    ],
)
def test_bad_input(options, kind, message):
    with pytest.raises(kind, match=message):
        fastsig.moments("gelu", 1.0, **{"method": "monte_carlo", **options})


def test_the_interpreter_is_free_meanwhile():
    """Python counts while C sums: it holds no lock."""
    counted = 0
    done = threading.Event()

    def count():
        nonlocal counted
        while not done.is_set():
            counted += 1
            time.sleep(0.0005)

    thread = threading.Thread(target=count)
    thread.start()
    try:
        fastsig.moments("gelu", 1.0, method="monte_carlo", rng=1, samples=20_000_000)
    finally:
        done.set()
        thread.join()
    assert counted > 20


@pytest.mark.parametrize("workers", [1, 2])
def test_ctrl_c(workers):
    code = f"""
import fastsig
print("ready", flush=True)
fastsig.moments("gelu", 1.0, method="monte_carlo", rng=1, samples=10**12, workers={workers})
"""
    process = subprocess.Popen(
        [sys.executable, "-P", "-c", code], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "ready\n"
    time.sleep(0.7)
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert "KeyboardInterrupt" in errors


def test_memory_does_not_grow_with_samples():
    code = """
    import resource
    import fastsig
    fastsig.moments("gelu", 1.0, method="monte_carlo", rng=1, samples=10**5)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    r = fastsig.moments("gelu", 1.0, method="monte_carlo", rng=1, samples=10**8)
    assert abs(r.g1 - 0.5) < 5 * r.error.g1 < 3e-4
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
    """
    assert int(output(code)) < 20_000  # KiB: 1e8 samples would be 800,000
