"""Essential inf and sup of phi', and inf and sup of phi, on the line or on an interval.

Between inflections and breaks phi' is monotone, so that its extremes are among finitely many one-sided values; those
of phi are among its values at stationary points, breaks and ends. Where the places come from samples, more samples
check them: one that lies beyond all of these counts.
"""

import math
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.taxonomy.ends import end_of

if TYPE_CHECKING:
    from fastsig.activations.profile import Profile
    from fastsig.activations.profiles.ends import End
    from fastsig.arrays import FloatArray

ULPS = 8.0 * 2.0**-53  # built-ins are right to 4 ulp, of which `batch_with_error` does not speak
SAMPLES = 8  # of each piece

FAR = 2.0**40  # as far out as a profile looks

Interval = tuple[float, float]
LINE: Interval = (-math.inf, math.inf)


class Range(NamedTuple):
    """inf and sup with absolute errors; `complete` is False where only a part of the line could be seen."""

    low: float
    high: float
    low_error: float
    high_error: float
    complete: bool

    @property
    def size(self) -> tuple[float, float]:
        """Largest absolute value, and its error."""
        if abs(self.low) > abs(self.high):
            return abs(self.low), self.low_error
        return abs(self.high), self.high_error


def values_with_error(phi: Activation, order: int, x: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
    """Return phi (order 0), phi' or phi'' at an array with absolute errors, roundings of the built-ins included."""
    values, errors = phi.batch_with_error(order, x)
    return values, errors + ULPS * np.abs(values)


def samples_of(profile: "Profile", interval: Interval) -> "FloatArray":
    """Return some points of each piece inside an interval, breaks and ends of the interval left out."""
    edges = profile.edges
    edges = np.concatenate([[max(interval[0], edges[0])], edges, [min(interval[1], edges[-1])]])
    edges = np.unique(edges[(edges >= interval[0]) & (edges <= interval[1])])
    parts = (np.arange(SAMPLES) + 0.5) / SAMPLES
    return (edges[:-1, None] + np.diff(edges)[:, None] * parts).ravel()


def _is_known(end: "End", reach: float) -> bool:
    """Whether phi is known towards an end: resolved as far as samples go, or waves on its way there.

    A limit of phi' that was given says nothing of what comes before it: where phi was calm up to the place beyond
    which it is not resolved, there is something.
    """
    return not math.isnan(end.slope) and (reach >= FAR or end.variation > 0.0)


def is_known_at(profile: "Profile", place: float) -> bool:
    """Whether phi is known towards -inf (a negative place) or +inf."""
    if place > 0.0:
        return _is_known(profile.plus, profile.reach[1])
    return _is_known(profile.minus, -profile.reach[0])


def _is_seen(profile: "Profile", interval: Interval) -> bool:
    """Whether phi is known on a bounded interval: it is, unless it oscillates beyond where its profile ends."""
    return not any(
        not _is_known(end, reach) and reach < side * place < math.inf
        for side, place, end, reach in (
            (-1, interval[0], profile.minus, -profile.reach[0]),
            (1, interval[1], profile.plus, profile.reach[1]),
            (-1, interval[1], profile.minus, -profile.reach[0]),
            (1, interval[0], profile.plus, profile.reach[1]),
        )
    )


def slope_range(phi: Activation, interval: Interval = LINE) -> Range:
    """Return essential inf and sup of phi' on a closed interval, the whole line by default."""
    profile, (low, high) = phi.profile(), interval
    x, errors = np.array(profile.inflections), np.array(profile.inflection_errors)
    inside = (x + errors > low) & (x - errors < high)
    x, errors = np.clip(x[inside], low, high), errors[inside]
    value, error = values_with_error(phi, 1, x)
    # phi'' is 0 at the true place: what it is within the error of the place moves phi' by their product.
    bend, bend_error = values_with_error(phi, 2, np.stack([x - errors, x + errors]).ravel())
    error = error + errors * (np.abs(bend) + bend_error).reshape(2, -1).max(0, initial=0.0)
    columns = [(value, error)]
    if profile.breaks:
        sides, side_errors = profile.slopes_at_breaks()
        for k, one in enumerate(profile.breaks):
            if low - one.place_error <= one.place <= high + one.place_error:
                keep = [one.place > low - one.place_error and one.place != low, one.place != high]
                columns.append((sides[keep, k], side_errors[keep, k] + ULPS * np.abs(sides[keep, k])))
    complete = _is_seen(profile, interval)
    for place in (low, high):
        if math.isfinite(place):
            if not any(one.place == place for one in profile.breaks):
                columns.append(values_with_error(phi, 1, np.array([place])))
            continue
        end = end_of(phi, 1 if place > 0.0 else -1)
        complete &= end.has_slope and is_known_at(profile, place)
        if end.has_slope:
            columns.append((np.array([end.slope.value]), np.array([end.slope.error])))
    values, bounds = (np.concatenate(part) for part in zip(*columns, strict=True))
    return _extremes(values, bounds, *values_with_error(phi, 1, samples_of(profile, interval)), complete=complete)


def value_range(phi: Activation, interval: Interval = LINE, ends_moved: Interval = (0.0, 0.0)) -> Range:
    """Return inf and sup of phi on a closed interval, the whole line by default.

    `ends_moved`: further errors of phi at its ends, where these are rounded.
    """
    profile, (low, high) = phi.profile(), interval
    x = np.array([*profile.stationary, *(one.place for one in profile.breaks)])
    shifts = np.array([*profile.stationary_errors, *(one.place_error for one in profile.breaks)])
    inside = (x > low) & (x < high)
    x, shifts = x[inside], shifts[inside]
    value, error = values_with_error(phi, 0, x)
    slope, slope_error = values_with_error(phi, 1, np.stack([x - shifts, x + shifts]).ravel())
    error = error + shifts * (np.abs(slope) + slope_error).reshape(2, -1).max(0, initial=0.0)
    columns, complete = [(value, error)], _is_seen(profile, interval)
    for place, moved in zip((low, high), ends_moved, strict=True):
        if math.isfinite(place):
            value, error = values_with_error(phi, 0, np.array([place]))
            columns.append((value, error + moved))
            continue
        end = end_of(phi, 1 if place > 0.0 else -1)
        complete &= is_known_at(profile, place)
        if end.limit is not None:
            columns.append((np.array([end.limit.value]), np.array([end.limit.error])))
        elif end.direction:
            columns.append((np.array([math.copysign(math.inf, end.direction)]), np.zeros(1)))
        else:
            complete = False
    values, bounds = (np.concatenate(part) for part in zip(*columns, strict=True))
    return _extremes(values, bounds, *values_with_error(phi, 0, samples_of(profile, interval)), complete=complete)


def _extremes(
    values: "FloatArray", errors: "FloatArray", seen: "FloatArray", seen_errors: "FloatArray", *, complete: bool
) -> Range:
    """Return the extremes of values, and of what was seen where that is surely beyond them."""
    if not complete:
        values, errors = np.append(values, seen), np.append(errors, seen_errors)
    low, high = int(np.argmin(values)), int(np.argmax(values))
    with np.errstate(invalid="ignore"):  # inf - inf
        found = [
            values[low],
            values[high],
            values[low] - (values - errors).min(),
            (values + errors).max() - values[high],
        ]
    found = [0.0 if math.isnan(float(one)) else float(one) for one in found]
    if seen.size:
        i, j = int(np.argmin(seen + seen_errors)), int(np.argmax(seen - seen_errors))
        if seen[i] + seen_errors[i] < found[0] - found[2]:
            found[0], found[2] = float(seen[i]), float(seen_errors[i])
        if seen[j] - seen_errors[j] > found[1] + found[3]:
            found[1], found[3] = float(seen[j]), float(seen_errors[j])
    return Range(found[0], found[1], found[2], found[3], complete)
