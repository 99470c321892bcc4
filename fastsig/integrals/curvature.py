"""Curvature: the integral of phi''^2, and sup abs(phi'')."""

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.activations.shape import shape
from fastsig.integrals.estimate import Estimate
from fastsig.integrals.precise_shape import Precision, estimate_of_many_digits


def curvature(phi: ActivationLike, *, precision: Precision = "double", digits: int | None = None) -> Estimate:
    """Return C(phi), the integral of phi''(x)^2 over the real line.

    arXiv 2510.08456 names C(phi) as its second measure of regularity; its
    abstract leaves it undefined, this definition is ours (`curvature_sup` of a
    `Signature` is the other natural one). It is infinite where phi' jumps,
    and for snake, whose phi'' oscillates for ever.

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
    >>> fastsig.curvature("relu").value
    inf
    >>> abs(fastsig.curvature("tanh").value - 16 / 15) < 1e-14
    True
    """
    if precision != "double" or digits is not None:
        return estimate_of_many_digits(resolve(phi), "curvature", precision, digits) or curvature(phi)
    found = shape(resolve(phi))
    method = "kink" if found.kinks else "double_exponential" if found.breaks else "trapezoid"
    if found.surely_oscillates:
        method = "exact"
    return Estimate(found.curvature, found.curvature_error, found.error_kind, method, 0, found.status, found.message)
