"""Parity: phi(-x) against -phi(x) and phi(x)."""

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.taxonomy.definition import UNDECIDED, Measured, Verdict
from fastsig.taxonomy.ranges import LINE, samples_of, values_with_error

SURELY = 16.0  # errors: a residue of more is one
ROUNDINGS = 4.0 * 2.0**-53


def parity_of(phi: Activation) -> Verdict:
    """Return whether phi is odd, even, zero or neither, at some thousand points."""
    x = np.unique(np.abs(samples_of(phi.profile(), LINE)))
    (right, right_error), (left, left_error) = (values_with_error(phi, 0, side * x) for side in (1.0, -1.0))
    error = right_error + left_error + ROUNDINGS * (np.abs(right) + np.abs(left))
    numbers, found, open_question = {}, [], False
    for name, residue in (("odd", np.abs(right + left)), ("even", np.abs(right - left))):
        with np.errstate(divide="ignore", invalid="ignore"):
            in_errors = np.nan_to_num(residue / error, nan=0.0, posinf=np.inf)
        worst = int(np.argmax(in_errors))
        numbers[f"{name} residue at {x[worst]:.6g}"] = Measured(float(residue[worst]), float(error[worst]))
        if in_errors[worst] <= 1.0:
            found.append(name)
        open_question |= bool(1.0 < in_errors[worst] <= SURELY)
    if len(found) == 2:
        return Verdict("zero", "phi is 0 to rounding", numbers)
    if found:
        sign = "-" if found[0] == "odd" else ""
        return Verdict(found[0], f"phi(-x) = {sign}phi(x) to rounding at {x.size} points", numbers)
    if open_question:
        return Verdict(UNDECIDED, "phi(-x) differs from that of an odd or even phi by a few errors only", numbers)
    return Verdict("neither", f"phi(-x) is neither phi(x) nor -phi(x), at {x.size} points", numbers)
