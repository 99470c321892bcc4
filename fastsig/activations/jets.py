"""Automatic differentiation: a function evaluated on truncated Taylor series.

A `Jet` is an array of values with their first and second derivatives. NumPy
ufuncs, those of scipy.special (by name) and a few array functions know what to
do with it, so that a NumPy-style function returns its own derivatives:

    f(u):     f(u)' = f' u',   f(u)'' = f'' u'^2 + f' u''.

A scalar function that uses `math` is run on a copy of itself whose `math` knows
jets; where it asks which branch to take, the points are split into those that
take it and those that do not. What a jet does not understand ends in None,
never in a wrong derivative. `differentiation` has the jet and its rules.

A function may raise anything at all when it meets a jet, an exception of its
own included (`raise OnlyNumbers`): that means "no jets", as what is wrong with the
function itself shows when it is evaluated at the same points as numbers, which
is always done, too. Interrupts and MemoryError say nothing of jets: they come out.
"""

from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.differentiation.jet import Jet, Split, parts
from fastsig.activations.differentiation.scalar_functions import for_jets
from fastsig.activations.differentiation.shaking import shaking

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Triple = tuple[FloatArray, FloatArray, FloatArray]

__all__ = ["Jet", "derivatives", "differentiate", "rounding_errors"]

MOST_PATHS = 64  # branches of a scalar function that are followed
SHAKES = 8
AGREEMENT = 32.0 * float(np.finfo(np.float64).eps)


def differentiate(function: Any, x: "FloatArray") -> "Triple | None":
    """Return f, f', f'' at an array by jets, unchecked; None where a jet cannot follow."""
    try:
        aware = for_jets(function)
    except (TypeError, ValueError, KeyError, AttributeError):
        return None
    result = np.empty((3, x.size))
    waiting, paths = [np.arange(x.size)], 0
    while waiting:
        points, paths = waiting.pop(), paths + 1
        if paths > MOST_PATHS:
            return None
        variable = Jet(x[points], 1.0, 0.0)
        try:
            with np.errstate(all="ignore"):
                found = aware(variable)
        except Split as split:
            waiting += [points[split.mask], points[~split.mask]]
            continue
        except MemoryError:
            raise
        except Exception:  # the function is the user's: whatever a jet sets off in it
            return None
        if isinstance(found, (int, float)) and not isinstance(found, bool):
            found = Jet(np.full(points.size, float(found)), 0.0, 0.0)
        if not isinstance(found, Jet) or found.shape != points.shape:
            return None
        result[:, points] = parts(found)
    return result[0], result[1], result[2]


def rounding_errors(function: Any, x: "FloatArray") -> "Triple | None":
    """Return estimates, meant to cover, of the rounding errors of f, f', f'' as jets compute them.

    The largest change that shaking makes; inf where a result is not finite. None where
    a jet cannot follow, or cannot see the single operations.
    """
    plain = differentiate(function, x)
    if plain is None:
        return None
    exact = np.stack(plain)
    largest = np.zeros_like(exact)
    generator = np.random.default_rng(0)  # the same errors each time
    for _ in range(SHAKES):
        with shaking(generator):
            found = differentiate(function, x)
        if found is None:
            return None
        with np.errstate(invalid="ignore"):
            largest = np.maximum(largest, np.abs(np.stack(found) - exact))
    errors = np.where(np.isfinite(largest), largest, np.inf)
    return errors[0], errors[1], errors[2]


def derivatives(function: Any, x: "FloatArray", values: "FloatArray | None" = None) -> "Triple | None":
    """Return a function with its first two derivatives by automatic differentiation.

    Parameters
    ----------
    function : callable
        The function as its author wrote it: in NumPy and scipy.special for arrays, or in `math`
        for numbers.
    x : ndarray of float64
        One-dimensional.
    values : ndarray, optional
        What the function returns at x, if known.

    Returns
    -------
    tuple of three ndarrays, or None
        f, f', f''; at a kink one of the one-sided values, NaN where a formula overflows. None if
        the function does something that cannot be differentiated in this way, or if the values
        found on the way are not those of the function.

    Examples
    --------
    >>> import math
    >>> import numpy as np
    >>> f, slope, bend = derivatives(lambda x: x * np.tanh(x), np.array([0.0, 1.0]))
    >>> slope[0], bend[0]
    (np.float64(0.0), np.float64(2.0))
    >>> derivatives(lambda x: math.exp(x) if x < 0 else 1 + x, np.array([-1.0, 1.0]))[1]
    array([0.36787944, 1.        ])
    """
    x = np.asarray(x, dtype=np.float64)
    found = differentiate(function, x)
    if found is None:
        return None
    if values is None:
        try:
            with np.errstate(all="ignore"):
                values = np.asarray(function(x.copy()), dtype=np.float64)
        except Exception:  # a function of one number, perhaps
            values = np.array([function(point) for point in x.tolist()], dtype=np.float64)
    slope = np.abs(found[1])[np.isfinite(found[1])].max(initial=0.0)
    allowed = AGREEMENT * (np.abs(values) + slope * np.abs(x))
    agrees = (np.abs(found[0] - values) <= allowed) | (found[0] == values)
    return found if agrees.all() else None
