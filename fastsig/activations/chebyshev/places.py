"""Places where phi is not smooth: breaks and algebraic singularities, with how well they are known."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np


@dataclass(frozen=True, slots=True)
class Break:
    """A place where phi' or phi'' jumps.

    Attributes
    ----------
    place, place_error : float
        Where, and how wrong that can be.
    slope_jump, slope_jump_error : float
        phi'(place+) - phi'(place-); exactly 0 where none can be told from rounding.
    bend_jump, bend_jump_error : float
        The same of phi''.
    """

    place: float
    place_error: float
    slope_jump: float
    slope_jump_error: float
    bend_jump: float
    bend_jump_error: float

    @property
    def is_kink(self) -> bool:
        """Whether phi' jumps."""
        return self.slope_jump != 0.0


@dataclass(frozen=True, slots=True)
class Singularity:
    """A place where phi behaves like abs(x - place)^exponent, found to `place_error`."""

    place: float
    place_error: float
    exponent: float


class Found(NamedTuple):
    """A break as located, before its neighbours are fitted anew."""

    place: float
    error: float


def short(place: float, error: float) -> float:
    """Return the shortest decimal within the error of a place, else the place."""
    for digits in range(7):
        candidate = round(place, digits)
        if abs(candidate - place) <= error:
            return candidate + 0.0
    return place


def merged(places: Iterable[Singularity]) -> Iterable[Singularity]:
    """Join what was noted around one place: the smallest exponent counts."""
    group: list[Singularity] = []
    for one in sorted(places, key=lambda s: s.place):
        if group and one.place - group[-1].place > 16.0 * (one.place_error + group[-1].place_error):
            yield _joined(group)
            group = []
        group.append(one)
    if group:
        yield _joined(group)


def _joined(group: list[Singularity]) -> Singularity:
    low = min(one.place - one.place_error for one in group)
    high = max(one.place + one.place_error for one in group)
    best = min(group, key=lambda s: s.exponent if s.exponent == s.exponent else np.inf)
    exponent = best.exponent if best.exponent == best.exponent else 0.0
    error = max(high - best.place, best.place - low)
    return Singularity(short(best.place, error), error, exponent)
