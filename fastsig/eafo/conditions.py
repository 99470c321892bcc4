"""The conditions under which the entropy's first variation is what its interior formula says.

Integrating by parts leaves boundary terms, p(y) h in the inverse form and q psi in
the forward one, at the ends of the data and wherever phi' jumps. They must vanish,
and a direction must be continuous, or it tears the activation.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from fastsig.eafo.output_law import OutputLaw

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

VANISHES = 1e-5  # of the largest value on the way
NOISE = 1e-10  # of what the direction is made of: less than that is 0


class BoundaryConditionError(ValueError):
    """A boundary term does not vanish, so that the formula of the first variation does not hold."""


def stretches(law: OutputLaw) -> list[tuple[float, float]]:
    """Return the intervals, in x, on which phi is strictly monotone and both phi' and p' are continuous."""
    found = []
    for branch in law.branches.branches:
        inner = law.places[(law.places > branch.low) & (law.places < branch.high)].tolist()
        found += list(pairwise([branch.low, *inner, branch.high]))
    return found


def approach(law: OutputLaw, low: float, high: float, end: int) -> "tuple[FloatArray, bool]":
    """Return places that approach the low (0) or high (1) end of a stretch, and whether that end is infinite."""
    place = (low, high)[end]
    marks = law.marks[(law.marks > low) & (law.marks < high)]
    if place == (law.low, law.high)[end] and not np.isfinite(law.densities[0].support[end]):
        outwards = np.append(low, marks)[::-1] if end == 0 else np.append(marks, high)
        return outwards, True
    first = 0.5 * (low + high) if not marks.size else float(marks[0] if end == 0 else marks[-1])
    return place + (first - place) * 2.0 ** -np.arange(0.0, 36.0), False


def check(
    law: OutputLaw, term: "Callable[[FloatArray], FloatArray]", direction: "Callable[[FloatArray], FloatArray]",
    what: str, remedy: str,
) -> None:  # fmt: skip
    """Raise unless a boundary term vanishes at the ends of stretches, and the direction is continuous between them.

    Parameters
    ----------
    law
        The law of the output.
    term, direction
        Functions of x; the direction is 0 where phi is flat.
    what, remedy
        The term in words, and what to do, for the message.
    """
    parts = stretches(law)
    ends = {end for branch in law.branches.branches for end in (branch.low, branch.high)}
    inner = law.marks[(law.marks > law.low) & (law.marks < law.high) & ~np.isin(law.marks, [*ends, *law.places])]
    largest = float(np.abs(term(inner)).max(initial=0.0))
    sides: dict[float, list[float]] = {}
    for low, high in parts:
        for end, place in ((0, low), (1, high)):
            x, infinite = approach(law, low, high, end)
            last = float(np.abs(term(x[-1:]))[0])
            # p' may jump inside, where p(y) h does too, but cancels between the sides unless q jumps as well
            if place in ends and largest > NOISE and not last <= VANISHES * largest:
                where = "infinity" if infinite else f"x = {place:g}"
                raise BoundaryConditionError(
                    f"the boundary term {what} of {law.phi.name} does not vanish at {where} (it is {last:.3g}), so the "
                    f"first variation is not what its formula says: {remedy}"
                )
            if not infinite and law.low < place < law.high:
                sides.setdefault(place, []).append(float(direction(x[-1:])[0]))
    for place, values in sides.items():
        one, other = [*values, 0.0][:2]
        if abs(one - other) > 1e-6 * max(abs(one), abs(other), largest):
            raise BoundaryConditionError(
                f"the direction jumps at x = {place:g}, from {one:.3g} to {other:.3g}, and so would the corrected "
                f"{law.phi.name}: {remedy}"
            )
