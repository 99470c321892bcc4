"""The batch: all built-ins x 1000 sigma x (m1, g1, g2, m2) at mean 0.

Run with `pytest benchmarks --benchmark-columns=min,median,iqr`; every benchmark
asserts the error of its answer, relative to a 40-digit-checked evaluation.
"""

import numpy as np
import numpy_baseline as baseline
import pytest

import fastsig

SIGMA = np.logspace(-3, 3, 1000)
NAMES = sorted(baseline.FUNCTIONS)


def worst_error(values):
    truth = fastsig.moments(NAMES, SIGMA, which=baseline.COMPONENTS)
    worst = 0.0
    for row, name in enumerate(baseline.COMPONENTS):
        exact = truth[name]
        scale = np.where(exact == 0, 1.0, np.abs(exact))
        worst = max(worst, float(np.max(np.abs(values[:, row] - exact) / scale)))
    return worst


def test_fastsig(benchmark):
    result = benchmark(lambda: fastsig.moments(NAMES, SIGMA, which=baseline.COMPONENTS))
    assert (
        max(float(np.max(result.error[c] / np.abs(result[c] + (result[c] == 0)))) for c in baseline.COMPONENTS) < 1e-14
    )


@pytest.mark.parametrize("nodes", [100])
def test_numpy_gauss_hermite(benchmark, nodes):
    rule = baseline.gauss_hermite(SIGMA, nodes)
    values = np.stack(benchmark(lambda: [rule.apply(name) for name in NAMES]))
    assert 1e-3 < worst_error(values) < 3.0  # fixed nodes miss the kink and, at large sigma, the bend


def test_numpy_panels(benchmark):
    rule = baseline.panels(SIGMA)
    values = np.stack(benchmark(lambda: [rule.apply(name) for name in NAMES]))
    assert worst_error(values) < 1e-12
