"""The profile of c phi(a x + b) + d, from that of phi.

Samples around 0 overlook what a moves far out or makes narrow; the base is known at its own scale. Places are
rounded as (t - b)/a, which their errors contain.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from fastsig.activations.affine_change import AffineChange, times
from fastsig.activations.chebyshev.fits import EPSILON, OUTERMOST
from fastsig.activations.chebyshev.places import Break, Singularity
from fastsig.activations.profile import Profile
from fastsig.activations.profiles.ends import End, message_of

if TYPE_CHECKING:
    from fastsig.activations.scaled import Scaled
    from fastsig.arrays import FloatArray

_LARGEST_OCTAVE = 1023
_Item = TypeVar("_Item")


@dataclass(frozen=True, slots=True, eq=False)
class MovedProfile(Profile):
    """A profile whose numbers follow from those of a base, and whose functions are those of a `Scaled`."""

    _base: Profile = field(repr=False)
    _scaled: "Scaled" = field(repr=False)
    _edges: "FloatArray" = field(repr=False)

    @property
    def edges(self) -> "FloatArray":
        """Ends of all pieces, ascending, 0 among them."""
        return self._edges

    def slopes_at_breaks(self) -> tuple["FloatArray", "FloatArray"]:
        """Return phi' on the left and on the right of each break, and errors: two arrays of shape (2, breaks)."""
        change = self._scaled.change
        values, errors = self._base.slopes_at_breaks()
        if change.turns:
            values, errors = values[::-1, ::-1], errors[::-1, ::-1]
        values = change.c * (change.a * values)
        return values, change.variation_factor * errors + EPSILON * np.abs(values)

    def with_error(self, x: "FloatArray", order: int) -> tuple["FloatArray", "FloatArray"]:
        """Return phi (order 0), phi' (1) or phi'' (2) with absolute errors."""
        points = np.asarray(x, dtype=np.float64)
        values, errors = self._scaled.batch_with_error(order, points.ravel())
        return values.reshape(points.shape), errors.reshape(points.shape)


def can_be_moved(base: Profile, change: AffineChange) -> bool:
    """Whether 0 stays inside of what is known of a base, which may end somewhere if that oscillates for ever."""
    edges = _edges(base, change, [])
    return bool(edges[0] < 0.0 < edges[-1])


def moved_profile(phi: "Scaled") -> Profile:
    """Return the profile of c phi(a x + b) + d.

    Raises
    ------
    ValueError
        Two breaks of phi are moved so far out that they become one double, or no number at all.
    """
    base, change = phi.base.profile(), phi.change
    minus, plus = _end(base.minus, change), _end(base.plus, change)
    if change.turns:
        minus, plus = plus, minus
    breaks = tuple(_break(one, change) for one in _ordered(base.breaks, change))
    _check_apart(phi, [one.place for one in breaks])
    edges = _edges(base, change, [one.place for one in breaks])
    reach = float(edges[0]), float(edges[-1])
    inflections, inflection_errors = _places(base.inflections, base.inflection_errors, change)
    stationary, stationary_errors = _places(base.stationary, base.stationary_errors, change)
    curvature, curvature_error = _sum(base.curvature, base.curvature_error, change.curvature_factor)
    tv, tv_error = _sum(base.tv, base.tv_error, change.variation_factor)
    largest, largest_error = _sum(base.curvature_sup, base.curvature_sup_error, change.bend_factor)
    facts: dict[str, Any] = {one.name: getattr(base, one.name) for one in fields(Profile)} | {
        "name": phi.name,
        "breaks": breaks,
        "kinks": tuple(one.place for one in breaks if one.is_kink),
        "singularities": tuple(
            Singularity(change.place(one.place), change.place_error(one.place, one.place_error), one.exponent)
            for one in _ordered(base.singularities, change)
        ),
        "minus": minus,
        "plus": plus,
        "landmarks": tuple(sorted(map(change.place, base.landmarks))),
        "inflections": inflections,
        "inflection_errors": inflection_errors,
        "stationary": stationary,
        "stationary_errors": stationary_errors,
        "tv": tv,
        "tv_error": tv_error,
        "curvature": curvature,
        "curvature_error": curvature_error,
        "curvature_sup": largest,
        "curvature_sup_error": largest_error,
        "derivative_error": times(change.variation_factor, base.derivative_error),
        "second_derivative_error": times(change.bend_factor, base.second_derivative_error),
        "reach": reach,
        "message": message_of(plus, minus, reach),
        "_evaluate": lambda x: phi.batch(0, x),
    }
    return MovedProfile(**facts, _base=base, _scaled=phi, _edges=edges)


def _ordered(items: Sequence[_Item], change: AffineChange) -> Sequence[_Item]:
    """Return what belongs to ascending places so that it belongs to ascending ones afterwards."""
    return items[::-1] if change.turns else items


def _places(
    places: Sequence[float], errors: Sequence[float], change: AffineChange
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    pairs = _ordered(list(zip(places, errors, strict=True)), change)
    return tuple(change.place(t) for t, _ in pairs), tuple(change.place_error(t, error) for t, error in pairs)


def _sum(value: float, error: float, factor: float) -> tuple[float, float]:
    """Multiply a number that is not negative, and its error."""
    product = times(factor, value)
    return product, times(factor, error) + (2.0 * EPSILON * product if math.isfinite(product) else 0.0)


def _break(one: Break, change: AffineChange) -> Break:
    slope_jump = change.slope(one.slope_jump)
    bend_jump = change.a * change.slope(one.bend_jump) + 0.0
    return Break(
        change.place(one.place),
        change.place_error(one.place, one.place_error),
        -slope_jump + 0.0 if change.turns else slope_jump,
        change.slope_error(one.slope_jump, one.slope_jump_error),
        -bend_jump + 0.0 if change.turns else bend_jump,
        _sum(abs(one.bend_jump), one.bend_jump_error, change.bend_factor)[1],
    )


def _end(end: End, change: AffineChange) -> End:
    """Return an end of the base as one of the result; which one, `turns` says."""
    offset, offset_error = change.offset(end.slope, end.slope_error, end.offset, end.offset_error)
    variation, variation_error = _sum(end.variation, end.variation_error, change.variation_factor)
    curvature, curvature_error = _sum(end.curvature, end.curvature_error, change.curvature_factor)
    return End(
        change.slope(end.slope),
        change.slope_error(end.slope, end.slope_error),
        offset,
        offset_error,
        end.growth,
        variation,
        variation_error,
        curvature,
        curvature_error,
    )


def _edges(base: Profile, change: AffineChange, breaks: "list[float]") -> "FloatArray":
    """Return ends of pieces: those of the base, 0, and octaves beyond, as far as abs(x) = 2^40 at least."""
    farthest = abs(change.a) * 2.0**OUTERMOST + abs(change.b)
    last = math.ceil(math.log2(farthest)) if math.isfinite(farthest) else _LARGEST_OCTAVE
    beyond = np.exp2(np.arange(OUTERMOST + 1.0, min(last, _LARGEST_OCTAVE) + 1.0))
    parts = [base.edges]
    if base.reach[0] <= -(2.0**OUTERMOST):
        parts.append(-beyond)
    if base.reach[1] >= 2.0**OUTERMOST:
        parts.append(beyond)
    with np.errstate(over="ignore"):
        moved = (np.concatenate(parts) - change.b) / change.a + 0.0
    moved = moved[np.isfinite(moved)]
    low, high = moved.min(), moved.max()
    inside = [place for place in (0.0, *breaks) if low <= place <= high]
    edges: FloatArray = np.unique(np.concatenate([moved, inside]))
    return edges


def _check_apart(phi: "Scaled", places: list[float]) -> None:
    for left, right in pairwise(places):
        if not left < right:
            raise ValueError(
                f"two breaks of {phi.base.name} become the same double, {left!r}, in {phi.name}; take a smaller b, "
                "and shift x instead"
            )
    if not all(map(math.isfinite, places)):
        raise ValueError(f"a break of {phi.base.name} is moved beyond all doubles in {phi.name}; take a larger a")
