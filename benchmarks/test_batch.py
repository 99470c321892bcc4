"""The batch: 9 built-ins x 1000 sigma (1e-3 to 1e3) at mean 0, five components, beside what it is measured with;
and one at means from -5 to 5, sigma from 1e-2 to 1e2.

Run on a quiet machine with

    pytest benchmarks/test_batch.py --benchmark-columns=min,median,iqr -s

Every benchmark asserts the errors of its answer against certified values. Ratios are
printed with their spread over interleaved runs; with FASTSIG_ASSERT_SPEED=1 they
are asserted, too. NumPy computes four components only, without eta.
"""

import os
import time

import certified
import numpy as np
import numpy_baseline as baseline
import pytest

import fastsig
from fastsig.targets.cpu import cpu_level, ffi, lib

SIGMA = np.logspace(-3, 3, 1000)
NAMES = sorted(baseline.FUNCTIONS)
SIGMA_OFF, MEAN = np.logspace(-2, 2, 1000), np.random.default_rng(3).uniform(-5.0, 5.0, 1000)
EXPONENTS = -np.linspace(0.0, 50.0, 33_200)  # as many exponentials as the tables without series would need
EXPONENTIALS = np.empty_like(EXPONENTS)
ASSERTED = os.environ.get("FASTSIG_ASSERT_SPEED") == "1"
USER = fastsig.Activation(
    np.tanh,
    lambda x: 1 / np.cosh(np.clip(x, -350, 350)) ** 2,
    lambda x: -2 * np.tanh(x) / np.cosh(np.clip(x, -350, 350)) ** 2,
    name="user_tanh",
)


def batch():
    return fastsig.moments(NAMES, SIGMA)


def batch_at_means():
    return fastsig.moments(NAMES, SIGMA_OFF, mean=MEAN)


def exponentials():
    buffers = ffi.from_buffer("double[]", EXPONENTS), ffi.from_buffer("double[]", EXPONENTIALS)
    lib.fastsig_exp_nonpositive(EXPONENTS.size, *buffers)


def once(rule):
    return [rule.apply(name) for name in NAMES]


def seconds(function, repetitions):
    start = time.perf_counter()
    for _ in range(repetitions):
        function()
    return (time.perf_counter() - start) / repetitions


def ratios(slow, fast, runs, repetitions=10):
    """Quartiles of how many times longer one takes than the other, runs interleaved.

    The fast one repeats, so that it finds its own caches and not those that the slow one left.
    """
    fast()
    found = [seconds(slow, 1) / seconds(fast, repetitions) for _ in range(runs)]
    return np.quantile(found, [0.25, 0.5, 0.75])


def report(label, quartiles, at_least=None, at_most=None):
    low, middle, high = quartiles
    goal = f">= {at_least}" if at_least is not None else f"<= {at_most}"
    print(f"\n{label}: {middle:.2f} (quartiles {low:.2f} .. {high:.2f}), goal {goal}, level {cpu_level()}")
    if ASSERTED:
        assert (low >= at_least) if at_least is not None else (high <= at_most)


def test_exponentials(benchmark):
    benchmark(exponentials)
    np.testing.assert_allclose(EXPONENTIALS, np.exp(EXPONENTS), rtol=5e-16)


def test_fastsig(benchmark):
    result = benchmark(batch)
    assert result.m2.shape == (9, 1000)
    rows = lambda name, sigma: fastsig.moments(name, sigma).values.as_dict().values()  # noqa: E731
    assert certified.worst_error(rows, NAMES) <= 1e-15
    for name in certified.COMPONENTS:
        assert np.all(result.error[name] <= 1e-14 * np.abs(result[name]))


def test_fastsig_with_errors(benchmark):
    benchmark(lambda: batch().error)


def test_numpy_gauss_hermite(benchmark):
    rule = baseline.gauss_hermite(SIGMA, 100)
    benchmark(once, rule)
    error = certified.worst_error(lambda n, s: baseline.gauss_hermite(s, 100).apply(n), NAMES, baseline.COMPONENTS)
    assert 1e-3 < error < 3.0  # fixed nodes miss the kink and, at large sigma, the bend


def test_numpy_panels(benchmark):
    rule = baseline.panels(SIGMA)
    benchmark(once, rule)
    assert certified.worst_error(lambda n, s: baseline.panels(s).apply(n), NAMES, baseline.COMPONENTS) < 1e-12


def test_fastsig_at_means(benchmark):
    result = benchmark(batch_at_means)
    rows = lambda name, sigma, mean: fastsig.moments(name, sigma, mean=mean).values.as_dict().values()  # noqa: E731
    assert certified.worst_error_at_means(rows, NAMES, 1e-3, 50.0) <= 4e-15
    assert result.error_kind == "bound"


def test_numpy_panels_at_means(benchmark):
    rule = baseline.panels_at_means(SIGMA_OFF, MEAN)
    benchmark(once, rule)
    rows = lambda name, sigma, mean: baseline.panels_at_means(sigma, mean).apply(name)  # noqa: E731
    # In its own range: no tails of 9.5 sigma and more.
    assert certified.worst_error_at_means(rows, NAMES, 0.7, 3.0, baseline.COMPONENTS) < 1e-11


def test_ratios():
    for _ in range(30):
        batch(), exponentials()
    report(
        "batch over its exponentials",
        ratios(lambda: seconds(batch, 10), lambda: seconds(exponentials, 10), 60, 1),
        at_most=4.5,
    )
    hermite, panels = baseline.gauss_hermite(SIGMA, 100), baseline.panels(SIGMA)
    report("NumPy Gauss-Hermite over batch", ratios(lambda: once(hermite), batch, 8), at_least=250)
    report("NumPy panels over batch", ratios(lambda: once(panels), batch, 5), at_least=1500)


def test_user_table(benchmark):
    got = benchmark(lambda: fastsig.moments(USER, SIGMA, method="table"))
    truth = fastsig.moments("tanh", SIGMA)
    for name in ("g1", "g2", "m2", "eta"):
        assert np.all(np.abs(got[name] - truth[name]) <= 2e-15 * truth[name])
    built_in = lambda: fastsig.moments("tanh", SIGMA, method="table")  # noqa: E731
    user = lambda: fastsig.moments(USER, SIGMA, method="table")  # noqa: E731
    report("user's table over built-in", ratios(user, built_in, 200, 1), at_most=1.5)
    with_errors = ratios(lambda: user().error, lambda: built_in().error, 200, 1)
    report("the same, errors included", with_errors, at_most=1.5)


@pytest.mark.parametrize("points", [1000, 10_000, 100_000, 1_000_000])
def test_linear_in_sigma(benchmark, points):
    sigma = np.logspace(-3, 3, points)
    out = np.empty((5, points))
    benchmark.pedantic(lambda: fastsig.moments("tanh", sigma, out=out), rounds=5, warmup_rounds=1)
    assert abs(out[1, points // 2] - fastsig.moments("tanh", sigma[points // 2]).g1) == 0.0


def test_mean_not_zero(benchmark):
    sigma = SIGMA[::20]
    got = benchmark.pedantic(lambda: fastsig.moments(NAMES, sigma, mean=0.5), rounds=3)
    assert got.success
    panels = baseline.panels_at_means(SIGMA_OFF, MEAN)
    report("NumPy panels over batch at means", ratios(lambda: once(panels), batch_at_means, 5), at_least=50)
