"""Breaks as a profile states them: singular places among them, landmarks, warnings of undeclared kinks."""

import math
import warnings
from collections.abc import Iterable

import numpy as np

from fastsig.activations.chebyshev.places import Break
from fastsig.activations.chebyshev_pieces import ChebyshevPieces
from fastsig.activations.profiles.table import Table
from fastsig.errors import KinkWarning


def settled_breaks(pieces: ChebyshevPieces, name: str) -> tuple[Break, ...]:
    """The breaks, singular places among them; raise where phi' is unbounded."""
    breaks = {one.place: one for one in pieces.breaks}
    for one in pieces.singularities:
        if one.exponent <= 1.02:
            what = "it jumps there" if one.exponent < 0.1 else "its derivative is unbounded there"
            raise ValueError(
                f"{name} behaves like abs(x - c)^{one.exponent:.3g} near c = {one.place!r}: {what}, and the class "
                "needs a derivative of bounded variation. Smooth it, or replace the steep part by a straight line"
            )
        near = [place for place in breaks if abs(place - one.place) <= 8.0 * one.place_error]
        jump, jump_error = 0.0, 0.0
        for place in near:
            old = breaks.pop(place)
            i = int(np.searchsorted(pieces.left, place))
            beside = np.clip(np.array([i - 4, i - 1, i, i + 3]), 0, pieces.left.size - 1)
            ends = np.where(np.arange(4) < 2, pieces.right[beside], pieces.left[beside])
            slope = pieces.fits.at(beside, ends, 1)[0]
            drift = float(abs(slope[0] - slope[1]) + abs(slope[3] - slope[2]))
            if abs(old.slope_jump) > 3.0 * drift:
                jump, jump_error = old.slope_jump, old.slope_jump_error + drift
        if jump or one.exponent < 2.02:
            bend = math.inf if one.exponent < 2.02 else 0.0
            breaks[one.place] = Break(one.place, one.place_error, jump, jump_error, bend, bend)
    return tuple(breaks[place] for place in sorted(breaks))


def landmarks_of(pieces: ChebyshevPieces, table: Table, breaks: Iterable[Break]) -> tuple[float, ...]:
    """Ends of the pieces on which phi' changes, and of the next two; breaks, and singular places.

    The next two, as x^2 exp(-x^2/2) still matters where exp(-x^2/2) no longer does.
    """
    change = table.first.max(1) - table.first.min(1)
    bent = change > 1e-12 * np.abs(table.first).max() + 4.0 * table.first_error.max(1)
    bent = np.convolve(bent, np.ones(5), "same") > 0.0
    bent &= np.maximum(np.abs(pieces.left), np.abs(pieces.right)) <= 2.0**30
    places = {*pieces.left[bent].tolist(), *pieces.right[bent].tolist()}
    places |= {one.place for one in breaks} | {one.place for one in pieces.singularities}
    return tuple(sorted(places))


def warn_of_kinks(name: str, breaks: Iterable[Break], declared: tuple[float, ...]) -> None:
    """Warn the caller of `profile` of each kink that was not declared."""
    for one in breaks:
        if one.is_kink and not any(abs(one.place - kink) <= 4.0 * one.place_error for kink in declared):
            warnings.warn(
                f"{name} has a kink at x = {one.place!r} (+- {one.place_error:.1g}) that was not declared: its "
                f"derivative jumps by {one.slope_jump:.6g} there. It is taken into account; declare it with "
                f"kinks=({one.place!r}, ...) to be sure of its place",
                KinkWarning,
                stacklevel=3,
            )
