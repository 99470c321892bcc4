"""Where panels end for an activation that is known by its profile: users' functions and formulas, scaled ones.

The profile cuts the line into pieces on which phi is a polynomial of degree < 40 to rounding, octave by octave. Pieces
are joined, from 0 outwards, as long as the Legendre series of phi and phi' on the whole fall below TAIL from degree 32
on, and nothing on one of the pieces escapes them: by a geometric fall, those of their products then have nothing left
that 32 nodes see wrongly.
"""

from collections.abc import Sequence
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.arrays import FloatArray
from fastsig.rules.gauss_legendre import gauss_legendre

NODES, DEGREE = 40, 32
TAIL = 1e-11
ESCAPING = 1e-13  # from a series of degree < 40
NOTHING = 1e-30  # of the largest abs(phi), abs(phi'): what is left of a tail that decayed
SEEN = 1e-3  # the same of a place where phi does something
OUTERMOST = 2.0**27  # 40 times a sigma of 1e6 and more
HALVINGS = 10  # of a piece that is not resolved by itself
STEEPEST = 16.0  # panels that are resolved have no decay faster than exp(-64 x/width) or the Gaussian with it
_BETWEEN = 0.5 - 0.5 * np.cos(np.pi * np.arange(1, 12) / 12.0)  # places on a piece
LONELY = 3.0  # a panel farther from 0 than so many of its widths is a feature of its own


class Panels(NamedTuple):
    """Where panels end.

    Attributes
    ----------
    scale : float
        On which phi bends at most around 0; -1 where it does something far from there.
    breaks : tuple of float
        Where phi' or phi'' jumps.
    edges : tuple of float
        Ends of panels, ascending.
    """

    scale: float
    breaks: tuple[float, ...]
    edges: tuple[float, ...]


def user_panels(phi: Activation, most: int) -> Panels:
    """Return where panels of an activation end.

    Raises
    ------
    ValueError
        More than `most` edges would be needed; the message says where.
    """
    found = phi.profile()
    if found.singularities:
        one = found.singularities[0]
        raise ValueError(
            f'target="cuda" takes no activation like {phi}, which is like abs(x - c)^{one.exponent:.3g} near '
            f'c = {one.place:g}: its rule does not resolve that; give target="cpu"'
        )
    breaks = [one.place for one in found.breaks]
    inner = found.edges[np.abs(found.edges) < OUTERMOST]
    candidates = np.unique([-OUTERMOST, *inner, *breaks, 0.0, OUTERMOST])
    joiner = _Joiner(phi, {*breaks, 0.0}, found.landmarks, most)
    below = joiner.joined(-candidates[candidates <= 0.0][::-1], -1.0)
    edges = sorted({*joiner.joined(candidates[candidates >= 0.0], 1.0), *(-x for x in below)})
    panels = list(pairwise(edges))
    lonely = any(
        LONELY * (right - left) < min(abs(left), abs(right)) and joiner.sees(left, right) for left, right in panels
    )
    scale = -1.0 if lonely else min((right - left for left, right in panels), default=STEEPEST) / STEEPEST
    return Panels(scale, tuple(breaks), tuple(edges))


class _Joiner:
    """Joins pieces to panels."""

    def __init__(self, phi: Activation, fixed: set[float], landmarks: Sequence[float], most: int) -> None:
        self.phi, self.fixed, self.most = phi, fixed, most
        nodes, weights = gauss_legendre(NODES)
        degrees = np.arange(NODES)
        self.nodes = nodes
        self.series = (np.polynomial.legendre.legvander(nodes, NODES - 1) * weights[:, None]).T * (degrees + 0.5)[
            :, None
        ]
        marks = np.array([*landmarks, -1.0, 1.0])
        middle = np.concatenate([marks - 1.0, 0.5 * (marks[1:] + marks[:-1]), marks + 1.0])
        self.largest = [float(np.abs(phi.batch(order, middle)).max()) for order in (0, 1)]

    def joined(self, places: FloatArray, side: float) -> list[float]:
        """Return the ends of panels from 0 outwards, at side * places; beyond the last one there is one panel."""
        ends = [0.0]
        i, last = 0, places.size - 1
        while i < last:
            j = i + 1
            if not self.resolved(side * places[i : j + 1]):
                ends += self.cut(float(places[i]), float(places[j]), side)
            while j < last and side * places[j] not in self.fixed:
                if not self.resolved(side * places[i : j + 2]):
                    break
                j += 1
            i = j
            if i < last:
                ends.append(float(places[i]))
            if len(ends) > self.most:
                raise ValueError(
                    f'target="cuda" takes activations that {self.most} places cut into smooth panels; {self.phi} has '
                    f'more up to {side * places[i]:g}: give target="cpu"'
                )
        return ends

    def cut(self, left: float, right: float, side: float) -> list[float]:
        """Return where a piece that is not resolved by itself is cut, the end nearest to 0 first."""
        waiting = [(left, right, HALVINGS)]
        cuts: list[float] = []
        while waiting and len(cuts) <= self.most:
            low, high, halvings = waiting.pop()
            if halvings and not self.resolved(side * np.array([low, high])):
                middle = 0.5 * (low + high)
                cuts.append(middle)
                waiting += [(middle, high, halvings - 1), (low, middle, halvings - 1)]
        return sorted(cuts)

    def resolved(self, places: FloatArray) -> bool:
        """Whether the series of phi and phi' from the first to the last place have fallen, and miss nothing between."""
        a, length = places[0], places[-1] - places[0]
        inside = (places[:-1, None] + (places[1:] - places[:-1])[:, None] * _BETWEEN).ravel()
        x = np.concatenate([a + 0.5 * length * (1.0 + self.nodes), inside])
        polynomials = np.polynomial.legendre.legvander(2.0 * (inside - a) / length - 1.0, NODES - 1)
        for order, largest in enumerate(self.largest):
            values, errors = self.phi.batch_with_error(order, x)
            series, size = self.series @ values[:NODES], np.abs(values).max()
            noise = 4.0 * np.nan_to_num(errors, posinf=0.0).max() + NOTHING * largest
            if not np.abs(series[DEGREE:]).max() <= TAIL * size + noise:
                return False
            if not np.abs(polynomials @ series - values[NODES:]).max() <= ESCAPING * size + 4.0 * noise:
                return False
        return True

    def sees(self, a: float, b: float) -> bool:
        """Whether phi or phi' does not nearly vanish on [a, b]."""
        x = a + 0.5 * (b - a) * (1.0 + self.nodes)
        return any(np.abs(self.phi.batch(k, x)).max() > SEEN * largest for k, largest in enumerate(self.largest))
