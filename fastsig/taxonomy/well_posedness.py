"""Which components of the signature are finite, and why."""

import math

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.shape import shape
from fastsig.taxonomy.definition import UNDECIDED, Measured, Verdict
from fastsig.taxonomy.ends import end_of

GAUSSIAN = ("m1", "g1", "g2", "m2", "eta")
GROWS = 1.05  # from octave to octave
STEEPEST = 8.0  # a power that was measured higher than this may be no power


def well_posedness_of(phi: Activation, lipschitz: Measured) -> dict[str, Verdict]:
    """Return by component whether it is finite."""
    found = dict.fromkeys(GAUSSIAN, _gaussian(phi, lipschitz))
    shapes = shape(phi)
    for name, side in (("alpha_plus", 1), ("alpha_minus", -1)):
        end = end_of(phi, side)
        numbers = {name: end.slope}
        if math.isinf(end.slope.value):
            found[name] = Verdict("infinite", end.reason, numbers)
        elif end.has_slope:
            found[name] = Verdict("finite", "phi' has a limit at that end", numbers)
        else:
            found[name] = Verdict(UNDECIDED if end.growth == UNDECIDED else "no limit", end.reason, numbers)
    for name, why_not in (
        ("tv", "phi' is unbounded, or oscillates for ever"),
        ("curvature", "phi' jumps, phi'' is too steep at a place, or does not die out"),
        ("curvature_sup", "phi' jumps, or phi'' is unbounded"),
    ):
        value, error = getattr(shapes, name), getattr(shapes, f"{name}_error")
        numbers = {name: Measured(value, error)}
        if math.isinf(value) or (name == "curvature_sup" and _bends_ever_more(phi)):
            found[name] = Verdict("infinite", why_not, numbers)
        elif math.isfinite(value) and math.isfinite(error):
            found[name] = Verdict("finite", "computed with its error", numbers)
        else:
            found[name] = Verdict(UNDECIDED, "it did not converge", numbers)
    return found


def _bends_ever_more(phi: Activation) -> bool:
    """Whether phi'' still grows where samples end, as that of x^3 does."""
    if not any(math.isinf(end_of(phi, side).slope.value) for side in (-1, 1)):
        return False
    bends = np.abs(phi.batch(2, np.outer([-1.0, 1.0], [2.0**38, 2.0**39, 2.0**40]).ravel())).reshape(2, 3)
    return bool(((bends[:, 2] > GROWS * bends[:, 1]) & (bends[:, 1] > GROWS * bends[:, 0])).any())


def _gaussian(phi: Activation, lipschitz: Measured) -> Verdict:
    numbers = {"lipschitz": lipschitz}
    if math.isfinite(lipschitz.value):
        return Verdict("finite", "phi' is bounded: finite for every sigma and mean", numbers)
    powers = {}
    for name, x in (("at +inf", 2.0**39), ("at -inf", -(2.0**39))):
        with np.errstate(all="ignore"):
            near, far = np.abs(phi.batch(0, np.array([x, 2.0 * x])))
        powers[name] = Measured(math.log2(far / near) if near > 0.0 and far > 0.0 else 0.0)
    numbers |= {f"power {name}": power for name, power in powers.items()}
    steepest = max(power.value for power in powers.values())
    if steepest <= STEEPEST:
        return Verdict("finite", f"phi grows like abs(x)^{steepest:.3g}: finite for every sigma and mean", numbers)
    return Verdict(UNDECIDED, "phi may grow faster than any power", numbers)
