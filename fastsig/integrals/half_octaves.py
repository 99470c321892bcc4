"""Gaussian means over an octave of sigma as two polynomials, for tables made at run time.

A mean is analytic in sigma where abs(arg sigma) < pi/4, whatever phi is (if it does not
grow too fast), so its Chebyshev coefficients on half an octave fall like 7^-k and
faster. The polynomials are interpolated from the sums of a bank and are used where what is
left out, and what rounding does to them, is no more than the sums themselves are good for.
"""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.targets.cpu import lib

TERMS: int = lib.FASTSIG_HALF_OCTAVE_TERMS
NODES = 24
MIDDLES = (1.25, 1.75)  # of the halves, in units of the octave's low end
NEGLIGIBLE = 2.0**-56  # of E abs(integrand): terms left out
MOST_ROUNDINGS = 20.0  # of the 32 units that a table states
# The values at the nodes must be better than doubles: their errors would not be smooth.
PRECISE = bool(np.finfo(np.longdouble).eps < 1e-18)


@lru_cache(maxsize=1)
def _basis() -> tuple[Any, Any, Any]:
    """Chebyshev nodes u, the matrix from values there to Chebyshev coefficients, and powers of u from those."""
    angle = (np.arange(NODES, dtype=np.longdouble) + 0.5) * (np.arccos(np.longdouble(-1)) / NODES)
    to_coefficients = np.cos(np.arange(NODES)[:, None] * angle) * (np.longdouble(2) / NODES)
    to_coefficients[0] /= 2
    powers = np.zeros((TERMS, TERMS), dtype=np.longdouble)  # powers[j, k]: coefficient of u^k in T_j
    powers[0, 0] = powers[1, 1] = 1
    for j in range(2, TERMS):
        powers[j, 1:] = 2 * powers[j - 1, :-1]
        powers[j] -= powers[j - 2]
    return np.cos(angle), to_coefficients.T, powers


@lru_cache(maxsize=64)
def _transforms(low: float, half_square: bytes) -> tuple[Any, Any]:
    """Matrices from the rows of a bank, and from what they leave out, to Chebyshev coefficients on both halves."""
    u, to_coefficients, _ = _basis()
    sigma = low * np.stack([middle + u / 4 for middle in MIDDLES])
    weights = np.exp(-np.frombuffer(half_square).astype(np.longdouble)[:, None, None] / sigma**2) / sigma
    basis = np.stack([np.ones_like(sigma), 2 * sigma**2 / np.sqrt(2 * np.pi * (1 + sigma**2)), sigma**2])
    return tuple((at_nodes @ to_coefficients).reshape(-1, 2 * NODES) for at_nodes in (weights, basis))


def half_octaves(
    low: float, half_square: FloatArray, rows: Sequence[FloatArray], asymptotes: FloatArray, relative: FloatArray
) -> tuple[FloatArray | None, FloatArray | None]:
    """Return polynomials of value, size and doubt for [low, 1.5 low) and [1.5 low, 2 low), None where they do not hold.

    Parameters
    ----------
    low : float
        Start of the octave.
    half_square : ndarray
        Of the bank's nodes.
    rows : three arrays of shape (5, nodes)
        Of value, size and doubt.
    asymptotes : ndarray of shape (5, 3)
        What the rows leave out, as `fastsig_smooth_bank.asymptote`.
    relative : ndarray of shape (5,)
        What of the asymptotes' size is in doubt.

    Returns
    -------
    tuple of ndarray or None
        Shape (15, TERMS): coefficients of powers of (sigma - middle)/(low/4).
    """
    if not PRECISE:
        return None, None
    of_rows, of_asymptotes = _transforms(low, half_square.tobytes())
    values = rows[0].astype(np.longdouble) @ of_rows + asymptotes @ of_asymptotes
    bounds = np.concatenate(rows[1:]) @ of_rows.astype(np.float64)  # these need a few digits only
    sizes = np.abs(asymptotes) @ of_asymptotes.astype(np.float64)
    bounds += np.concatenate([sizes, relative[:, None] * sizes])
    coefficients = np.concatenate([values.astype(np.float64), bounds]).reshape(15, 2, NODES)
    kept = coefficients[..., TERMS - 1 :: -1] @ _basis()[2][::-1].astype(np.float64)  # small ones first
    smallest = 2 * coefficients[5:10, :, 0] - np.abs(coefficients[5:10]).sum(axis=2)  # of E abs(integrand), at least
    left = np.abs(coefficients[:5, :, TERMS:]).sum(axis=2)
    roundings = np.abs(kept[:5]) @ (2.0 * np.arange(TERMS) + 2.0)
    holds = np.all((left <= NEGLIGIBLE * smallest) & (roundings <= MOST_ROUNDINGS * smallest), axis=0)
    lower, upper = (kept[:, half] if holds[half] else None for half in range(2))
    return lower, upper
