"""Total variation of phi'."""

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.activations.shape import shape
from fastsig.integrals.estimate import Estimate
from fastsig.integrals.precise_shape import Precision, estimate_of_many_digits


def total_variation(phi: ActivationLike, *, precision: Precision = "double", digits: int | None = None) -> Estimate:
    """Return the total variation of phi' on the real line, jumps included.

    phi' is monotone between consecutive zeros of phi'' and kinks, so TV is a
    finite sum of absolute differences of phi' (signature component TV of
    arXiv 2510.08456). An error e in a zero costs O(e^2). It is infinite where
    phi' has no limit (snake).

    Parameters
    ----------
    phi : Activation or str
        The activation.
    precision, digits
        Numbers of more than double precision: see `fastsig.moments`.

    Returns
    -------
    Estimate
        Relative error about 1e-15 in double precision.

    Examples
    --------
    >>> import fastsig
    >>> round(fastsig.total_variation("tanh").value, 12)
    2.0
    >>> print(fastsig.total_variation("gelu", precision="certified", digits=40).value)
    1.51561658074061914536297776904789324933
    """
    if precision != "double" or digits is not None:
        return estimate_of_many_digits(resolve(phi), "tv", precision, digits) or total_variation(phi)
    found = shape(resolve(phi))
    method = "exact" if found.surely_oscillates else "zeros"
    return Estimate(found.tv, found.tv_error, found.error_kind, method, 0, found.status, found.message)
