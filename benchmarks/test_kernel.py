"""Dual activations of many triples (qx, qy, rho), beside a plain product rule in NumPy.

Run on a quiet machine with

    pytest benchmarks/test_kernel.py --benchmark-columns=min,median,iqr -s

Every benchmark asserts the errors of its answers: fastsig's against two-dimensional panels, which share no rule with
them; NumPy's against fastsig's. Ratios are printed with their spread over interleaved runs; with
FASTSIG_ASSERT_SPEED=1 the goals are asserted, too.
"""

import math
import os
import time

import numpy as np
import pytest

import fastsig
from fastsig.kernel import dual, dual_derivative
from fastsig.kernel.panels import panel_means
from fastsig.targets.cpu import cpu_level

ASSERTED = os.environ.get("FASTSIG_ASSERT_SPEED") == "1"
COUNT = 1_000_000
RNG = np.random.default_rng(5)
QX, QY, RHO = 10 ** RNG.uniform(-2, 2, COUNT), 10 ** RNG.uniform(-2, 2, COUNT), RNG.uniform(-1, 1, COUNT)
FEW = 1000
GOALS = {"gelu": 0.2, "mish": 10.0}  # seconds for a million


def product_rule(phi, qx, qy, rho, nodes):
    """E phi(X) phi(Y) by Gauss-Hermite in both directions, as one writes it in NumPy."""
    z, weight = np.polynomial.hermite_e.hermegauss(nodes)
    weight = weight / math.sqrt(2 * math.pi)
    result = np.empty(qx.size)
    for start in range(0, qx.size, 100):  # memory: 100 x nodes x nodes
        part = slice(start, start + 100)
        x = np.sqrt(qx[part])[:, None] * z
        spread = np.sqrt(1 - rho[part] ** 2)[:, None, None]
        y = np.sqrt(qy[part])[:, None, None] * (rho[part][:, None, None] * z[:, None] + spread * z)
        result[part] = np.einsum("ki,i,kij,j->k", phi(x), weight, phi(y), weight, optimize=True)
    return result


def mish(x):
    return x * np.tanh(np.log1p(np.exp(x)))


def panels(name, order, count):
    found = []
    for qx, qy, rho in zip(QX[:count], QY[:count], RHO[:count], strict=True):
        s = sorted((math.sqrt(qx), math.sqrt(qy)), reverse=True)
        found.append(panel_means(fastsig.activation(name), order, *s, float(rho)))
    return found


@pytest.mark.parametrize("order", [0, 1])
@pytest.mark.parametrize("name", GOALS)
def test_a_million(benchmark, name, order):
    function = (dual, dual_derivative)[order]
    function(name, QX[:1], QY[:1], RHO[:1])  # compiled, and tables made
    result = benchmark.pedantic(lambda: function(name, QX, QY, RHO), rounds=3)
    for i, true in enumerate(panels(name, order, 40)):
        assert abs(result.value[i] - true.values[0]) <= 1e-12 * true.size
    assert result.success
    for i, true in enumerate(panels(name, order, 40)):  # one at a time: no tables of very many
        few = function(name, QX[i], QY[i], RHO[i]).value
        assert abs(few - result.value[i]) <= 1e-12 * true.size
    best = benchmark.stats.stats.min if benchmark.stats else math.nan
    print(f"\n{name}, order {order}: {best:.3f} s for a million, goal {GOALS[name]} s, level {cpu_level()}")
    if ASSERTED:
        assert best <= GOALS[name]


@pytest.mark.parametrize("name", ["elu", "relu6"])
def test_panels(benchmark, name):
    """With kinks and without a closed form: some milliseconds each."""
    result = benchmark.pedantic(lambda: dual(name, QX[:100], QY[:100], RHO[:100]), rounds=3, warmup_rounds=1)
    assert result.success
    sizes = [dual(name, q[:100], q[:100], 1.0).value for q in (QX, QY)]
    assert np.all(result.error <= 1e-12 * np.sqrt(sizes[0] * sizes[1]))


def test_numpy_product_rule(benchmark):
    qx, qy, rho = QX[:FEW], QY[:FEW], RHO[:FEW]
    true = dual("mish", qx, qy, rho).value
    size = np.sqrt(dual("mish", qx, qx, 1.0).value * dual("mish", qy, qy, 1.0).value)
    plain = benchmark.pedantic(lambda: product_rule(mish, qx, qy, rho, 100), rounds=3)
    error = np.abs(plain - true) / size
    assert np.median(error) < 1e-9
    assert 1e-9 < error.max() < 1e-2  # at large variances 100 nodes miss the bend
    times = []
    for _ in range(3):
        start = time.perf_counter()
        product_rule(mish, qx, qy, rho, 100)
        middle = time.perf_counter()
        dual("mish", qx, qy, rho)
        times.append((middle - start) / (time.perf_counter() - middle))
    low, middle, high = np.quantile(times, [0.25, 0.5, 0.75])
    spread = f"{middle:.1f} (quartiles {low:.1f} .. {high:.1f})"
    print(f"\nNumPy's product rule over fastsig, mish: {spread}, its error {error.max():.1e}")
