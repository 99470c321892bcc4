"""An activation cut into branches on which it is strictly monotone, or flat; and their inverses."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.shape import shape
from fastsig.rules.gauss_legendre import gauss_legendre

if TYPE_CHECKING:
    from collections.abc import Sequence

    from fastsig.arrays import FloatArray

_FLAT_PROBES = 0.5 - 0.5 * np.cos(np.pi * np.arange(1, 18) / 18)
_SEEDS = 24  # between two landmarks
_MOST_STEPS = 90  # every third halves the interval between two seeds; the others are Newton's
_NEAR = 0.05  # of the distance to where phi bends otherwise: where two preimages meet at an extremum


@dataclass(frozen=True, slots=True, eq=False)
class Branch:
    """An interval on which phi is strictly monotone.

    Attributes
    ----------
    low, high : float
        Its ends.
    at_low, at_high : float
        phi there.
    smooth_low, smooth_high : bool
        Whether that end is a zero of phi' at which phi is smooth.
    """

    low: float
    high: float
    at_low: float
    at_high: float
    smooth_low: bool
    smooth_high: bool
    seeds: "FloatArray"
    seed_values: "FloatArray"

    @property
    def rising(self) -> bool:
        """Whether phi rises on it."""
        return self.at_high > self.at_low

    @property
    def bottom(self) -> float:
        """The lowest value."""
        return min(self.at_low, self.at_high)

    @property
    def top(self) -> float:
        """The highest value."""
        return max(self.at_low, self.at_high)


@dataclass(frozen=True, slots=True)
class Flat:
    """An interval on which phi is constant."""

    low: float
    high: float
    value: float


class Branches:
    """An activation between two places, in branches.

    Parameters
    ----------
    phi : Activation
        The activation.
    low, high : float
        Where to look: the data's reach.
    marks : ndarray
        Places close together where the data are.
    """

    def __init__(self, phi: Activation, low: float, high: float, marks: "FloatArray") -> None:
        self.phi = phi
        self.low, self.high = low, high
        profile = phi.profile()
        self.breaks = tuple(one for one in shape(phi).breaks if low < one < high)
        stationary = [one for one in profile.stationary if low < one < high]
        self.stationary = tuple(stationary)
        ends = np.unique([low, high, *self.breaks, *stationary])
        self.landmarks = np.unique(
            np.concatenate(
                [ends, [m for m in shape(phi).landmarks if low < m < high], marks[(marks > low) & (marks < high)]]
            )
        )
        self.flats: tuple[Flat, ...] = ()
        self.branches: tuple[Branch, ...] = ()
        flats, branches = [], []
        for a, b in zip(ends[:-1].tolist(), ends[1:].tolist(), strict=True):
            value = self._flat(a, b)
            if value is not None:
                flats.append(Flat(a, b, value))
            else:
                branches.append(self._branch(a, b, a in stationary, b in stationary))
        self.flats, self.branches = tuple(_merged(flats)), tuple(branches)

    def _flat(self, a: float, b: float) -> float | None:
        """The value of phi on an interval, if that is constant there."""
        x = a + (b - a) * _FLAT_PROBES
        if self.phi.batch(1, x).any():
            return None
        values = self.phi.batch(0, np.append(x, [a, b]))
        if np.ptp(values) > 4.0 * np.spacing(np.abs(values).max()):
            return None
        # A saturated end is not flat, phi' is only too small to see: its logarithm knows.
        return None if np.isfinite(self.phi.log_slope(x)).any() else float(values[values.size // 2])

    def _branch(self, a: float, b: float, smooth_low: bool, smooth_high: bool) -> Branch:
        inner = self.landmarks[(self.landmarks >= a) & (self.landmarks <= b)]
        steps = np.arange(_SEEDS) / _SEEDS
        seeds = np.unique(np.append((inner[:-1, None] + np.diff(inner)[:, None] * steps).ravel(), b))
        values = self.phi.batch(0, seeds)
        at_low, at_high = float(values[0]), float(values[-1])
        sign = -1.0 if at_high < at_low else 1.0
        values = sign * np.maximum.accumulate(sign * values)
        return Branch(a, b, at_low, at_high, smooth_low, smooth_high, seeds, values)

    def inverse(self, branch: Branch, v: "FloatArray") -> "FloatArray":
        """Return the places of a branch where phi = v, for v between its ends."""
        values = branch.seed_values if branch.rising else branch.seed_values[::-1]
        seeds = branch.seeds if branch.rising else branch.seeds[::-1]
        at = np.clip(np.searchsorted(values, v), 1, seeds.size - 1)
        below, above = seeds[at - 1], seeds[at]  # phi(below) <= v <= phi(above)
        bottom, top = values[at - 1], values[at]
        with np.errstate(all="ignore"):
            share = np.clip(np.nan_to_num((v - bottom) / (top - bottom), nan=0.5), 0.0, 1.0)
        result = below + (above - below) * share
        left = np.arange(v.size)
        x = result.copy()
        for step in range(_MOST_STEPS):
            found, wanted = self.phi.batch(0, x), v[left]
            under = found < wanted
            below, above = np.where(under, x, below), np.where(under, above, x)
            low, high = np.minimum(below, above), np.maximum(below, above)
            with np.errstate(all="ignore"):
                newton = x - (found - wanted) / self.phi.batch(1, x)
            # Halving every third time: Newton alone creeps where phi bends away.
            good = (newton >= low) & (newton <= high) & (step % 3 != 2)
            following = np.where(good, newton, 0.5 * (low + high))
            close = 2.0 * np.spacing(np.abs(x))
            there = np.abs(found - wanted) <= 2.0 * np.spacing(np.abs(wanted))
            following = np.where(there & ~good, x, following)
            result[left] = following
            still = ~there & (np.abs(following - x) > close) & (high - low > close)
            if not still.any():
                break
            left, x, below, above = left[still], following[still], below[still], above[still]
        return result

    def across(self, extremum: float, x: "FloatArray") -> "FloatArray":
        """Return the places on the other side of a smooth extremum where phi is what it is at x, near it.

        Values do not tell them apart there, as phi is constant to rounding; the
        integral of phi' from x to the other place does, which has to vanish.
        """
        nodes, weights = gauss_legendre(12)
        y = 2.0 * extremum - x
        for _ in range(5):
            half = 0.5 * (y - x)
            points = (0.5 * (x + y))[:, None] + half[:, None] * nodes
            between = half * (self.phi.batch(1, points.ravel()).reshape(points.shape) @ weights)
            with np.errstate(all="ignore"):
                y = y - np.nan_to_num(between / self.phi.batch(1, y))
        return y

    def preimages(
        self, own: int, x: "FloatArray", v: "FloatArray", left_out: "Sequence[bool]"
    ) -> "list[tuple[Any, FloatArray]]":
        """Return for each other branch, some left out, which v it takes (a mask), and where."""
        found: list[tuple[Any, FloatArray]] = []
        for number, other in enumerate(self.branches):
            if number == own or left_out[number] or not _overlap(self.branches[own], other):
                continue
            taken = (v > other.bottom) & (v < other.top)
            if not taken.any():
                continue
            y = np.full(x.shape, np.nan)
            ends = np.nextafter([other.low, other.high], [np.inf, -np.inf])  # phi' may be another at the ends
            y[taken] = np.clip(self.inverse(other, v[taken]), *ends)
            meeting = self._meeting(self.branches[own], other)
            if meeting is not None:
                place, reach = meeting
                near = np.abs(x - place) < reach
                if near.any():
                    y[near] = self.across(place, x[near])
                    taken = taken | near
            found.append((taken, y))
        return found

    def _meeting(self, one: Branch, other: Branch) -> tuple[float, float] | None:
        """The smooth extremum between two branches, and how near it preimages are found by `across`."""
        if one.rising == other.rising:
            return None
        if one.high == other.low and one.smooth_high:
            place = one.high
        elif other.high == one.low and one.smooth_low:
            place = one.low
        else:
            return None
        bends = [one.high - one.low, other.high - other.low, *(abs(m - place) for m in shape(self.phi).landmarks)]
        return place, _NEAR * min(apart for apart in bends if apart > 1e-6 * bends[0])


def _overlap(one: Branch, other: Branch) -> bool:
    """Whether two branches share more values than those that rounding gives them, as x^3 does on both sides of 0."""
    size = max(abs(end) for end in (one.bottom, one.top, other.bottom, other.top))
    return min(one.top, other.top) - max(one.bottom, other.bottom) > 32.0 * float(np.spacing(size))


def _merged(flats: list[Flat]) -> list[Flat]:
    """Join flat pieces that meet."""
    joined: list[Flat] = []
    for flat in flats:
        if joined and joined[-1].high == flat.low:
            joined[-1] = Flat(joined[-1].low, flat.high, flat.value)
        else:
            joined.append(flat)
    return joined
