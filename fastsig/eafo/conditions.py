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
_DECAYS = 0.02  # the power of the distance with which a term has to go to 0 that is not small yet
_BULK = 1e-3  # of the probability on either side: the largest value is looked for there
_STEP = 4.0  # from place to place on the way to an end
_CLOSE = 1e-9  # of the way: where the direction is compared between the sides of an inner place


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
    """Return places that approach the low (0) or high (1) end of a stretch, not the end itself, and if it is infinite.

    At the end itself phi' may be that of the other side, and a score 0/0.
    """
    place = (low, high)[end]
    marks = law.marks[(law.marks > low) & (law.marks < high)]
    if place == (law.low, law.high)[end] and not np.isfinite(law.densities[0].support[end]):
        outwards = np.append(low, marks)[::-1] if end == 0 else np.append(marks, high)
        return outwards, True
    way = 0.5 * min(high - low, law.densities[0].widths_from(place)[-1])
    nearest = max(256.0 * float(np.spacing(abs(place))), 1e-60 * way, 1e-290)
    steps = max(int(np.log(way / nearest) / np.log(_STEP)), 1)
    return place + (way if end == 0 else -way) * _STEP ** -np.arange(0.0, steps), False


def limit(x: "FloatArray", term: "FloatArray", place: float, largest: float) -> str | None:
    """Return None if a term vanishes towards an end, and else what it does there.

    Parameters
    ----------
    x, term
        Places that approach the end, and the size of the term there.
    place
        The end, infinite or not.
    largest
        The largest size on the way.
    """
    seen = np.isfinite(term)
    if np.isinf(place):  # where p is too small to see, so is what the term does
        seen &= term > 0.0
    x, term = x[seen], term[seen]
    if term.size == 0:
        return None if np.isinf(place) else "is not finite"
    if term[-1] <= VANISHES * largest:
        return None
    if term.size < 6 or not (term[-5:] > 0.0).all():
        return f"tends to {term[-1]:.3g}"
    tail = term[-5:]
    ways = np.log(np.abs(x[-5:])) if np.isinf(place) else -np.log(np.abs(x[-5:] - place))
    falls = -np.diff(np.log(tail)) / np.diff(ways)  # powers of the way that is left
    if (falls > _DECAYS).all():
        return None
    return f"tends to {term[-1]:.3g}" if (falls > -_DECAYS).all() else "grows without bound"


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
    ends = {end for branch in law.branches.branches for end in (branch.low, branch.high)}
    inner = law.marks[(law.marks > law.low) & (law.marks < law.high) & ~np.isin(law.marks, [*ends, *law.places])]
    with np.errstate(invalid="ignore"):
        bulk = np.minimum(law.densities[0].cdf(inner), law.densities[0].sf(inner)) > _BULK
    sizes = np.abs(term(inner[bulk] if bulk.any() else inner))
    largest = float(sizes[np.isfinite(sizes)].max(initial=0.0))
    sides: dict[float, list[float]] = {}
    for low, high in stretches(law):
        for end, place in ((0, low), (1, high)):
            x, infinite = approach(law, low, high, end)
            # p' may jump inside, where p(y) h does too, but cancels between the sides unless q jumps as well
            if place in ends and largest > NOISE:
                does = limit(x, np.abs(term(x)), (-1.0, 1.0)[end] * np.inf if infinite else place, largest)
                if does is not None:
                    where = "infinity" if infinite else f"x = {place:g}"
                    raise BoundaryConditionError(
                        f"the boundary term {what} of {law.phi.name} does not vanish at {where} (it {does}), so the "
                        f"first variation is not what its formula says: {remedy}"
                    )
            if not infinite and law.low < place < law.high:
                beside = x[np.abs(x - place) >= _CLOSE * abs(x[0] - place)][-1:]
                sides.setdefault(place, []).append(float(direction(beside)[0]))
    for place, values in sides.items():
        one, other = [*values, 0.0][:2]
        if abs(one - other) > 1e-6 * max(abs(one), abs(other), largest):
            raise BoundaryConditionError(
                f"the direction jumps at x = {place:g}, from {one:.3g} to {other:.3g}, and so would the corrected "
                f"{law.phi.name}: {remedy}"
            )
