"""Total variation of phi'."""

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.activations.shape import shape
from fastsig.integrals.estimate import Estimate


def total_variation(phi: ActivationLike) -> Estimate:
    """Return the total variation of phi' on the real line, jumps included.

    phi' is monotone between consecutive zeros of phi'' and kinks, so TV is a
    finite sum of absolute differences of phi' (signature component TV of
    arXiv 2510.08456). An error e in a zero costs O(e^2). It is infinite where
    phi' has no limit (snake).

    Parameters
    ----------
    phi : Activation or str
        The activation.

    Returns
    -------
    Estimate
        Relative error about 1e-15.

    Examples
    --------
    >>> import fastsig
    >>> round(fastsig.total_variation("tanh").value, 12)
    2.0
    """
    found = shape(resolve(phi))
    method = "exact" if found.surely_oscillates else "zeros"
    return Estimate(found.tv, found.tv_error, found.error_kind, method, 0, found.status, found.message)
