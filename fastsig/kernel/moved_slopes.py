"""How far E phi'(X) phi'(Y) moves when the variances and the correlation of X and Y are a little off.

phi' is a constant and steps of total size TV. d P(U > s, V > t)/d rho is the density of (U, V) at (s, t), at most
1/(2 pi sqrt(1 - rho^2)): so the mean moves by TV^2/(2 pi) times the angle arccos rho at most. At rho = 1 that is a
square root of the error of rho, and where phi' jumps it is attained (relu). Where phi'' is bounded, or has moments,
the mean moves by sqrt(qx qy) E phi''(X) phi''(Y) per unit of rho, too. A step seen from U alone moves by the density
at s times s, at most 1/sqrt(2 pi e) per unit of log of the standard deviation.
"""

import math

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.shape import Shape, shape
from fastsig.arrays import FloatArray
from fastsig.integrals.expectation import expectation
from fastsig.kernel.covariances import IntArray

STEP = 1.0 / math.sqrt(2.0 * math.pi * math.e)


def moved_slopes(
    phi: Activation,
    s: FloatArray,
    rms: FloatArray,
    relative: FloatArray,
    rho: FloatArray,
    rho_error: FloatArray,
    rows: IntArray,
    columns: IntArray,
) -> FloatArray:
    """Return bounds, to first order in the variances, for pairs of inputs.

    Parameters
    ----------
    phi : Activation
        The activation.
    s, rms, relative : ndarray
        By input: standard deviation, sqrt(E phi'(X)^2), relative error of the variance.
    rho, rho_error : ndarray
        By pair: the correlation and its error; 0 where rho is 1 without doubt.
    rows, columns : ndarray
        The inputs of each pair.
    """
    known = shape(phi)
    bend, bend_z = _bends(phi, known, s)
    far, near = np.arccos(np.maximum(rho - rho_error, -1.0)), np.arccos(np.minimum(rho + rho_error, 1.0))
    # |phi'| <= (|alpha+| + |alpha-| + TV)/2: the way there and back.
    most = 0.5 * (abs(known.alpha_plus) + abs(known.alpha_minus) + known.tv)
    with np.errstate(invalid="ignore", over="ignore"):
        angle = known.tv**2 / (2.0 * np.pi) * (far - near)
        by_rho = np.fmin(angle, (s * bend)[rows] * (s * bend)[columns] * rho_error)
        x, y = (
            np.fmin(known.tv * most * STEP, (s * bend_z)[one] * rms[other])
            for one, other in ((rows, columns), (columns, rows))
        )
    by_variance = [
        np.multiply(steep, 0.5 * relative[one], out=np.zeros_like(rho), where=relative[one] > 0.0)
        for steep, one in ((x, rows), (y, columns))
    ]
    moved: FloatArray = np.where(rho_error > 0.0, by_rho, 0.0) + by_variance[0] + by_variance[1]
    return moved


def _bends(phi: Activation, known: Shape, s: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return sqrt(E phi''(X)^2) and sqrt(E phi''(X)^2 U^2), or bounds of them; infinite where phi' jumps."""
    grows = known.error_kind == "estimate" and phi.profile().growth == "superlinear"  # what was seen is no bound
    if known.kinks or not grows:
        everywhere = np.full_like(s, known.curvature_sup)
        return everywhere, everywhere
    bend, bend_z = (
        np.sqrt(np.asarray(expectation(f, phi, s).value))
        for f in (lambda z, f, d, c: c * c, lambda z, f, d, c: c * c * z * z)
    )
    return bend, bend_z
