"""Total variation of phi'.

phi' is monotone between consecutive sign changes of phi'' and breaks, so it is
a finite sum of differences of phi', continued at the ends as these say.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.chebyshev.fits import EPSILON
from fastsig.activations.chebyshev.places import Break
from fastsig.activations.profiles.derivative import Derivative
from fastsig.activations.profiles.ends import End

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


def variation_of(
    first: Derivative, breaks: tuple[Break, ...], bends: "FloatArray", plus: End, minus: End
) -> tuple[float, float]:
    """Total variation of phi' from its inflections `bends`, breaks and ends, and its error."""
    rest, rest_error = plus.variation + minus.variation, plus.variation_error + minus.variation_error
    if math.isinf(rest):
        return math.inf, 0.0
    pieces = first.pieces
    at = np.array([one.place for one in breaks])
    i = np.searchsorted(pieces.left, at)
    middle, middle_error = first(bends)
    left, left_error = first(at, np.maximum(i - 1, 0))
    right, right_error = first(at, i)
    x = np.concatenate([bends, at, at])
    order = np.argsort(x, kind="stable")
    chain = np.concatenate([middle, left, right])[order]
    errors = np.concatenate([middle_error, left_error, right_error])[order]
    ends = [minus, plus]
    for k, place in enumerate((0, -1)):
        if math.isnan(ends[k].slope) or ends[k].variation:
            edge = pieces.left[:1] if k == 0 else pieces.right[-1:]
            value, error = first(edge, np.array([0 if k == 0 else pieces.left.size - 1]))
        else:
            value, error = np.array([ends[k].slope]), np.array([ends[k].slope_error])
        chain = np.insert(chain, 0, value) if place == 0 else np.append(chain, value)
        errors = np.insert(errors, 0, error) if place == 0 else np.append(errors, error)
    steps = np.diff(chain)
    # A value between two steps of one sign cancels; where they turn it counts twice.
    signs = np.concatenate([[0.0], np.sign(steps), [0.0]])
    counted = np.abs(np.diff(signs))
    tv = float(np.abs(steps).sum())
    return tv + rest, float((counted * errors).sum()) + rest_error + 4.0 * EPSILON * tv
