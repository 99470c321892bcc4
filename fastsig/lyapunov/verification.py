"""Checking the inequality of a certificate at many points."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.arguments import whole_number
from fastsig.lyapunov.fixed_point_search import search
from fastsig.lyapunov.recursion import Recursion
from fastsig.taxonomy.ranges import Interval

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

MOST = 10_000_000
FARTHEST = 1e6  # of samples on an unbounded domain, in units of where something happens


@dataclass(frozen=True, slots=True)
class Verification:
    """What sampling a certificate found.

    Attributes
    ----------
    points : int
        Number of points.
    violations : int
        At how many of them the inequality fails by more than rounding.
    worst_margin : float
        The smallest margin found, less what rounding may do (the error of its computation added): negative only
        where the inequality fails.
    worst_at : float
        Where.
    success : bool
        No violation.
    """

    points: int
    violations: int
    worst_margin: float
    worst_at: float

    @property
    def success(self) -> bool:
        """Whether no violation was found."""
        return self.violations == 0


def sample(recursion: Recursion, interval: Interval, points: int, rng: Any) -> "FloatArray":
    """Return points of the interval: a grid, random ones near and far, and ones beside breaks and fixed points."""
    count = whole_number("points", points, 1, MOST)
    generator = np.random.default_rng(rng)
    profile = recursion.phi.profile()
    fixed = search(recursion)
    special = [(one.place - recursion.b) / recursion.a for one in profile.breaks]
    special += [(y - recursion.b) / recursion.a for y in profile.inflections[:500]]
    special += [point.x for point in fixed]
    special += [end for one in fixed.intervals for end in (one.low, one.high) if np.isfinite(end)]
    scale = 1.0 + max((abs(place) for place in special), default=0.0) + 1.0 / abs(recursion.a)
    low, high = (float(np.clip(end, -FARTHEST * scale, FARTHEST * scale)) for end in interval)
    centre = float(np.clip(0.0, low, high))
    steps = np.concatenate([[0.0], np.logspace(-12, 0, 25)])
    near = np.array(special or [centre])[:, None] + scale * np.concatenate([-steps, steps])
    third = max(count // 3, 1)
    grid = np.linspace(max(low, centre - 8.0 * scale), min(high, centre + 8.0 * scale), third)
    uniform = generator.uniform(max(low, centre - 8.0 * scale), min(high, centre + 8.0 * scale), third)
    far = centre + scale * generator.standard_normal(third) * 10.0 ** generator.uniform(-8.0, 6.0, third)
    x = np.concatenate([near.ravel(), grid, uniform, far, [low, high]])
    return np.unique(x[(x >= low) & (x <= high)])


def verified(margin: "Callable[[FloatArray], tuple[FloatArray, FloatArray]]", x: "FloatArray") -> Verification:
    """Check that a margin is nowhere negative beyond its error."""
    value, error = margin(x)
    beyond = value + error
    worst = int(np.argmin(beyond))
    return Verification(int(x.size), int((beyond < 0.0).sum()), float(beyond[worst]), float(x[worst]))
