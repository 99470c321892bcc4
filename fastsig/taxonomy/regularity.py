"""Regularity: kinks, jumps of phi'', finite or infinite curvature."""

import math

from fastsig.activations.definition import Activation
from fastsig.activations.shape import shape
from fastsig.taxonomy.definition import UNDECIDED, Measured, Verdict


def bends_of(phi: Activation) -> tuple[float, ...]:
    """Return where phi'' jumps, or is unbounded, but phi' does not jump."""
    return tuple(one.place for one in phi.profile().breaks if not one.is_kink)


def regularity_of(phi: Activation) -> Verdict:
    """Return how smooth phi is."""
    found, breaks = shape(phi), phi.profile().breaks
    jumps = {f"jump of phi' at {b.place:g}": Measured(b.slope_jump, b.slope_jump_error) for b in breaks if b.is_kink}
    numbers = jumps | {"curvature": Measured(found.curvature, found.curvature_error)}
    if any(abs(number.value) > number.error for number in jumps.values()):
        return Verdict("kinked", f"phi' jumps at {_places(jumps)}", jumps)
    if jumps:
        return Verdict(UNDECIDED, "a jump of phi' is no larger than its error", numbers)
    bends = {f"jump of phi'' at {b.place:g}": Measured(b.bend_jump, b.bend_jump_error) for b in breaks}
    numbers |= bends
    if math.isinf(found.curvature):
        where = f"phi'' is unbounded at {_places(bends)}" if bends else "phi'' does not die out"
        return Verdict("C1, infinite curvature", f"{where}; the integral of phi''^2 diverges", numbers)
    if not math.isfinite(found.curvature_error):
        return Verdict(UNDECIDED, "whether the integral of phi''^2 is finite cannot be told", numbers)
    if bends:
        return Verdict("C1, phi'' jumps", f"phi'' jumps at {_places(bends)}; curvature {found.curvature:.6g}", numbers)
    return Verdict("C1, finite curvature", f"no break found; curvature {found.curvature:.6g}", numbers)


def _places(named: dict[str, Measured]) -> str:
    places = [name.rpartition(" ")[2] for name in named]
    return ", ".join(places[:4]) + (f" and {len(places) - 4} more places" if len(places) > 4 else "")
