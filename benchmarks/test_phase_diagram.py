"""Phase diagrams of 512 x 512 points, beside plain NumPy: Gauss-Hermite moments and the iteration of the variance map.

Run on a quiet machine with

    pytest benchmarks/test_phase_diagram.py --benchmark-columns=min,median,iqr -s

Answers are asserted: fastsig's q* is that of single maps; NumPy's agrees where its iteration has settled, as well as 64
nodes let it. Ratios are printed with their spread over interleaved runs; with FASTSIG_ASSERT_SPEED=1 the goal of one
second is asserted, too.
"""

import math
import os
import time

import numpy as np
import pytest

from fastsig.mean_field import VarianceMap, phase_diagram

ASSERTED = os.environ.get("FASTSIG_ASSERT_SPEED") == "1"
POINTS, FEW, GOAL = 512, 24, 1.0
ACTIVATIONS = {"tanh": np.tanh, "relu": lambda x: np.maximum(x, 0.0), "gelu": None}
AXES = {"sigma_w": (0.5, 2.5), "sigma_b": (0.05, 1.5)}
STEPS, NODES = 200, 64


def axes(count):
    return [np.linspace(*ends, count) for ends in AXES.values()]


def iterated(phi, sigma_w, sigma_b):
    """q* by iterating V with Gauss-Hermite moments at all points at once, as one writes it in NumPy."""
    z, weight = np.polynomial.hermite_e.hermegauss(NODES)
    weight = weight / math.sqrt(2 * math.pi)
    w2, b2 = np.meshgrid(sigma_w**2, sigma_b**2, indexing="ij")
    q = np.ones_like(w2)
    for _ in range(STEPS):
        q = np.minimum(w2 * (phi(np.sqrt(q)[..., None] * z) ** 2 @ weight) + b2, 1e12)
    return q


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_a_diagram(benchmark, name):
    phase_diagram(name, *(axis[:2] for axis in axes(POINTS)))  # tables made
    found = benchmark.pedantic(lambda: phase_diagram(name, *axes(POINTS)), rounds=3)
    rng = np.random.default_rng(1)
    for i, j in rng.integers(0, POINTS, (40, 2)).tolist():
        one = VarianceMap(name, float(found.sigma_w[i]), float(found.sigma_b[j]))
        q = one.limit()
        if math.isinf(q.q):
            assert math.isinf(found.q[i, j])
        else:
            assert abs(found.q[i, j] - q.q) <= q.error + 1e-12 * q.q / abs(1.0 - q.slope)
            assert found.chi[i, j] == pytest.approx(one.chi(q.q), rel=1e-9)
    best = benchmark.stats.stats.min if benchmark.stats else math.nan
    print(f"\n{name}: {best:.3f} s for {POINTS} x {POINTS}, goal {GOAL} s")
    if ASSERTED:
        assert best <= GOAL


def test_correlations(benchmark):
    phase_diagram("gelu", *axes(FEW)).c  # noqa: B018 (tables made)
    found = benchmark.pedantic(lambda: phase_diagram("gelu", *axes(POINTS)).c, rounds=3)
    seen = phase_diagram("gelu", *axes(POINTS))
    for i, j in np.argwhere((seen.phase == "chaotic") & (found < 0.999))[::2003].tolist():
        one = VarianceMap("gelu", float(seen.sigma_w[i]), float(seen.sigma_b[j])).stable_correlation()
        assert found[i, j] == pytest.approx(one.c, abs=1e-8)


@pytest.mark.parametrize("name", ["tanh", "relu"])
def test_beside_numpy(name):
    """Interleaved; NumPy gets a grid of 24 x 24 and its time counts 512^2/24^2 times."""
    phi, times = ACTIVATIONS[name], []
    phase_diagram(name, *axes(POINTS))
    for _ in range(5):
        start = time.process_time()
        plain = iterated(phi, *axes(FEW))
        middle = time.process_time()
        phase_diagram(name, *axes(POINTS))
        times.append(((middle - start) * (POINTS / FEW) ** 2) / (time.process_time() - middle))
    found = phase_diagram(name, *axes(FEW))
    settled = np.isfinite(found.q) & (np.abs(found.v_slope) < 0.8)
    apart = np.abs(plain[settled] / found.q[settled] - 1.0)
    assert settled.sum() > 50
    # relu: symmetric nodes have the mean of max(x, 0)^2 exactly; tanh: nodes are too far apart where q is large
    assert apart.max() < (1e-9 if name == "relu" else 3e-3)
    assert apart[found.q[settled] < 0.5].max(initial=0.0) < 1e-8
    print(f"\n{name}: {np.median(times):.0f} times as fast as NumPy ({min(times):.0f} to {max(times):.0f})")
