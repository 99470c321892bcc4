"""Random piecewise linear activations, where everything is known exactly: slopes, fixed points, energy, descent."""

import numpy as np
import pytest

import fastsig
from fastsig import lyapunov
from fastsig.lyapunov.hypothesis import HypothesisError
from fastsig.taxonomy.ranges import LINE, slope_range


class Polygon:
    """A continuous piecewise linear function with given places and slopes."""

    def __init__(self, rng):
        count = int(rng.integers(1, 6))
        self.places = np.round(np.sort(rng.normal(0.0, 2.0, count)), 3)
        while np.diff(self.places).size and np.diff(self.places).min() < 0.05:
            self.places = np.round(np.sort(rng.normal(0.0, 2.0, count)), 3)
        self.slopes = np.round(rng.normal(0.0, 1.0, count + 1), 2)
        while (np.abs(np.diff(self.slopes)) < 0.05).any():
            self.slopes = np.round(rng.normal(0.0, 1.0, count + 1), 2)
        self.shift = float(np.round(rng.normal(), 2))

    def __call__(self, x):
        result = self.slopes[0] * x + self.shift
        for place, jump in zip(self.places, np.diff(self.slopes), strict=True):
            result = result + jump * np.maximum(x - place, 0.0)
        return result

    def fixed_points(self, a, b):
        """Zeros of phi(a x + b) - x, one linear piece after the other."""
        found = []
        edges = np.concatenate([[-np.inf], self.places, [np.inf]])
        for slope, low, high in zip(self.slopes, edges[:-1], edges[1:], strict=True):
            inner = low if np.isfinite(low) else high
            offset = float(self(np.array([inner]))[0]) - slope * inner
            if abs(slope * a - 1.0) < 1e-9:
                continue
            x = (slope * b + offset) / (1.0 - slope * a)
            if low < a * x + b < high:
                found.append(x)
        return sorted(found)


@pytest.mark.parametrize("seed", range(40))
def test_everything(seed):
    rng = np.random.default_rng(seed)
    polygon = Polygon(rng)
    phi = fastsig.Activation(polygon, kinks=polygon.places.tolist(), name=f"polygon {seed}")
    low, high = polygon.slopes.min(), polygon.slopes.max()
    found = slope_range(phi)
    assert abs(found.low - low) <= found.low_error
    assert abs(found.high - high) <= found.high_error
    assert fastsig.classify(phi).regularity.verdict == "kinked"
    for _ in range(4):
        a, b = float(rng.normal(0.0, 1.5)), float(rng.normal())
        points = lyapunov.fixed_points(phi, a, b)
        assert [p.x for p in points] == pytest.approx(polygon.fixed_points(a, b), rel=1e-9, abs=1e-9)
        ends = sorted((a * low, a * high))
        _contraction(phi, a, b, max(map(abs, ends)))
        _descent(phi, a, b, ends[0], polygon.slopes, rng)


def _contraction(phi, a, b, steepest):
    try:
        one = lyapunov.contraction(phi, a, b)
    except HypothesisError:
        assert steepest >= 1.0
        return
    assert (one.domain == LINE) == (steepest < 1.0)
    if steepest < 1.0:
        assert one.rate == pytest.approx(steepest, rel=1e-12)
    assert one.verify(points=500).success


def _descent(phi, a, b, least, slopes, rng):
    try:
        one = lyapunov.primitive(phi, a, b)
    except HypothesisError:
        assert least <= -1.0
        return
    assert (one.domain == LINE) == (least > -1.0)
    assert one.verify(points=500).success
    if one.domain == LINE:
        assert one.smoothness == pytest.approx(1.0 - least, abs=1e-12)
        assert one.converges == (max(a * slopes[0], a * slopes[-1]) < 1.0)
    if one.converges:
        x = rng.uniform(*np.clip(one.domain, -20.0, 20.0), 20)
        for _ in range(500):
            x = phi.batch(0, a * x + b)
        assert np.abs(phi.batch(0, a * x + b) - x).max() <= 1e-2 * (1.0 + np.abs(x).max())
