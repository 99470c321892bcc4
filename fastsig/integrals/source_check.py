"""Whether scalar sources say what the CPU's phi says, and how much they lose.

A source is plain float64, where the CPU has formulas with bounds, and many digits where these are too wide. So both
are compared, the source compiled by numba for the CPU, at places in all panels. What they differ by, and what the
CPU's own errors are, beyond what the roundings of a sum cover, is a *floor*: an absolute error of phi that goes into
those of results.
"""

import math
from collections.abc import Sequence

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.scalar_sources import parameter_of, scalar_sources
from fastsig.arrays import FloatArray
from fastsig.targets.scalar import compile_for_cpu

# Of abs(phi), and of abs(x phi'), what the rounding of x does: roundings that the error of a sum has room for.
COVERED, OF_PLACES = 32 * 2.0**-53, 2 * 2.0**-53
WRONG = 1e-6  # of both, beyond which two functions are not taken for one
SAFETY = 2.0  # floors are the largest of some hundred noises
_FRACTIONS = (0.03, 0.11, 0.29, 0.5, 0.71, 0.89, 0.97)
_ROLES = ("value", "derivative", "second derivative")


def floors_of(phi: Activation, edges: FloatArray, orders: int = 2) -> tuple[float, ...]:
    """Return the floors of phi, phi' and, of three orders, phi''; 0 where there are only roundings.

    Parameters
    ----------
    phi
        The activation.
    edges
        Ends of panels; the last one may be infinite.
    orders
        How many; that of a phi'' which is not known is NaN.

    Raises
    ------
    ValueError
        If numba cannot compile them, or if they are other functions than phi, with the place.
    """
    x = _places(edges[np.isfinite(edges)])
    p, found = parameter_of(phi), []
    for order, source in enumerate(scalar_sources(phi)[:orders]):
        if source is None:
            found.append(math.nan)
            continue
        try:
            compiled = compile_for_cpu(source)
            values = np.array([compiled(at, p) for at in x.tolist()])
        except ValueError as error:
            raise ValueError(f"the {_ROLES[order]} of {phi!r} cannot be compiled: {error}") from None
        found.append(_floor(phi, order, x, values))
    return tuple(found)


def _places(edges: FloatArray) -> FloatArray:
    """Return places in all panels, and near 0 and far out; never an edge."""
    left, right = edges[:-1, None], edges[1:, None]
    narrow = float(np.min(right - left, initial=1.0))
    small, far = np.geomspace(1e-7, 0.9, 15) * narrow, np.geomspace(1.1, 2.0**20, 12)
    inside = (left + (right - left) * np.array(_FRACTIONS)).ravel()
    beyond = [edges[0] - far, edges[-1] + far] if edges.size else []
    return np.unique(np.concatenate([inside, small, -small, *beyond]))


def _floor(phi: Activation, order: int, x: FloatArray, values: FloatArray) -> float:
    expected, errors = phi.batch_with_error(order, x)
    slope = phi.batch(order + 1, x) if order < 2 else 0.0 * x
    moved = np.nan_to_num(np.abs(x * slope), nan=0.0, posinf=0.0)
    apart = np.abs(values - expected)
    unit = np.abs(expected[np.abs(x) <= 1.0]).max(initial=0.0)
    wrong = ~(apart <= WRONG * (np.abs(expected) + moved + unit)) & np.isfinite(expected)
    if wrong.any():
        worst = int(np.flatnonzero(wrong)[np.argmin(np.abs(x[wrong]))])
        raise ValueError(
            f"in plain float64 the {_ROLES[order]} of {phi!r} is {values[worst]:.17g} at {x[worst]:.17g}, where it "
            f"should be {expected[worst]:.17g}: write it so that nothing overflows or cancels there, or give "
            'target="cpu"'
        )
    noise = apart + np.nan_to_num(errors, nan=0.0, posinf=0.0)
    covered = COVERED * np.abs(expected) + OF_PLACES * moved + 1e-290
    return SAFETY * float(noise[noise > covered].max(initial=0.0))


def floor_errors(floors: Sequence[float], sigma: FloatArray, sizes: FloatArray) -> FloatArray:
    """Return what the floors of phi and phi' do to m1, g1, g2, m2 and eta, a row each.

    Parameters
    ----------
    floors
        Of phi and phi'.
    sigma
        Standard deviations.
    sizes
        E abs(integrand) of the components, rows in the same order.
    """
    f, d = floors[0], floors[1]
    if f == d == 0.0:
        return np.zeros((5, *sizes.shape[1:]))
    with np.errstate(invalid="ignore", over="ignore"):
        slope, value = np.sqrt(np.abs(sizes[2])), np.sqrt(np.abs(sizes[3]))  # E abs(phi') and E abs(phi) at most
        eta = sigma * (f * slope + d * value + f * d)
        return np.stack([f + 0.0 * value, d + 0.0 * value, d * (2.0 * slope + d), f * (2.0 * value + f), eta])
