"""Total variation of a function of which only samples are known."""

from typing import TYPE_CHECKING

import numpy as np

from fastsig.arguments import array
from fastsig.integrals.estimate import Estimate

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


def total_variation_of_samples(x: "ArrayLike", y: "ArrayLike") -> Estimate:
    """Return the total variation of a sampled function, with an error under refinement.

    The sum of absolute differences of the samples can only grow when samples are
    added, and it grows at the extrema, which lie between samples. A parabola
    through each sampled extremum and its neighbours estimates by how much; the
    size of its second difference bounds it for smooth functions and for kinks.
    For the component TV of a signature pass samples of phi'.

    Parameters
    ----------
    x : array_like of float, shape (n,)
        Where: strictly increasing, finite, n >= 2.
    y : array_like of float, shape (n,)
        The samples, finite.

    Returns
    -------
    Estimate
        Variation on [x[0], x[-1]]. The error does not know of features that lie
        between two samples without a trace in them.

    Raises
    ------
    ValueError
        If shapes differ, n < 2, or x does not increase.

    Examples
    --------
    >>> import numpy as np
    >>> import fastsig
    >>> x = np.linspace(0.0, 2 * np.pi, 200)
    >>> tv = fastsig.total_variation_of_samples(x, np.sin(x))  # 4
    >>> abs(tv.value - 4.0) < 1e-6, bool(abs(tv.value - 4.0) <= tv.error)
    (True, True)
    """
    places, values = array("x", x), array("y", y)
    if places.ndim != 1 or places.shape != values.shape or places.size < 2:
        raise ValueError(
            f"x and y must be two sequences of the same length >= 2; got shapes {places.shape}, {values.shape}"
        )
    if not (np.all(np.isfinite(places)) and np.all(np.isfinite(values))):
        raise ValueError("x and y must be finite; drop or interpolate the samples that are not")
    steps = np.diff(places)
    if not np.all(steps > 0):
        at = int(np.argmin(steps > 0))
        raise ValueError(f"x must increase strictly; got {places[at]!r} before {places[at + 1]!r}: sort the samples")

    rises = np.diff(values)
    plain = float(np.abs(rises).sum())
    turns = np.nonzero(rises[:-1] * rises[1:] < 0)[0] + 1
    left, right = steps[turns - 1], steps[turns]
    slope_left, slope_right = rises[turns - 1] / left, rises[turns] / right
    bend = (slope_right - slope_left) / (left + right)  # half of phi'' of the parabola
    slope = (slope_left * right + slope_right * left) / (left + right)
    beyond = slope**2 / (4 * np.abs(bend))  # from the sample to the parabola's top
    widest = np.maximum(left, right)
    error = float(np.sum(2 * np.abs(bend) * widest**2))
    rounding = 4 * np.finfo(float).eps * float(np.abs(values).sum())
    return Estimate(plain + 2 * float(beyond.sum()), error + rounding, "estimate", "samples", places.size)
