"""Spectra and condition numbers of the kernels' Gram matrices, by depth."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, SupportsIndex

import numpy as np

from fastsig.activations.registry import ActivationLike
from fastsig.arrays import FloatArray
from fastsig.kernel.networks import nngp, ntk

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


@dataclass(frozen=True, slots=True, eq=False)
class Conditioning:
    """Spectrum of a Gram matrix layer by layer.

    Attributes
    ----------
    eigenvalues : ndarray, shape (depth + 1, m)
        Ascending.
    error : ndarray, shape (depth + 1,)
        Absolute error of each eigenvalue of a layer (Weyl): the Frobenius norm of the matrix's errors, with what the
        eigenvalue solver rounds.
    condition : ndarray, shape (depth + 1,)
        Largest over smallest eigenvalue; inf where the smallest is not above its error, so that the matrix is
        singular as far as can be seen.
    kernel : {"nngp", "ntk"}
        Of which kernel.
    """

    eigenvalues: FloatArray
    error: FloatArray
    condition: FloatArray
    kernel: str


def conditioning(
    phi: ActivationLike,
    inputs: "ArrayLike",
    depth: SupportsIndex,
    *,
    sigma_w: float = 1.0,
    sigma_b: float = 0.0,
    kernel: Literal["nngp", "ntk"] = "nngp",
) -> Conditioning:
    """Return eigenvalues and condition numbers of the NNGP or NTK Gram matrix of inputs by depth.

    The condition number of the NTK says how fast gradient descent reaches the slowest mode (Xiao, Pennington and
    Schoenholz, arXiv 1912.13053); that of the NNGP how well Bayesian regression is posed.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    inputs : array_like, shape (m, d)
        The inputs, one a row.
    depth : int
        Number of hidden layers.
    sigma_w, sigma_b : float
        As in `nngp`.
    kernel : {"nngp", "ntk"}
        Which kernel.

    Raises
    ------
    ValueError
        An unknown kernel; what `nngp` and `ntk` refuse.

    Examples
    --------
    >>> import fastsig
    >>> c = fastsig.kernel.conditioning("relu", [[1.0, 0.0], [0.0, 1.0]], 2, sigma_w=2**0.5)
    >>> c.condition.round(6)
    array([1.      , 1.933884, 2.95047 ])
    """
    if kernel not in ("nngp", "ntk"):
        raise ValueError(f"kernel must be 'nngp' or 'ntk'; got {kernel!r}")
    found = (nngp if kernel == "nngp" else ntk)(phi, depth, inputs, sigma_w=sigma_w, sigma_b=sigma_b)
    eigenvalues = np.linalg.eigvalsh(found.value)
    m = eigenvalues.shape[1]
    solver = 4 * m**1.5 * 2.0**-53 * np.abs(eigenvalues).max(axis=1)
    error = np.sqrt(np.sum(found.error**2, axis=(1, 2))) + solver
    seen = eigenvalues[:, 0] > error
    condition = np.divide(eigenvalues[:, -1], eigenvalues[:, 0], out=np.full(error.shape, np.inf), where=seen)
    return Conditioning(eigenvalues, error, condition, kernel)
