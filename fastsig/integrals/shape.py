"""What can be read off phi' without a Gaussian, computed once an activation."""

from dataclasses import dataclass
from functools import lru_cache

from fastsig.activations.definition import Activation
from fastsig.targets.cpu import check, ffi, lib, text


@dataclass(frozen=True, slots=True)
class Shape:
    """End slopes, total variation and curvature of an activation.

    Attributes
    ----------
    alpha_plus, alpha_minus : float
        Limits of phi' at +inf and -inf, exact.
    tv, curvature, curvature_sup : float
        Total variation of phi', integral of phi''^2, sup of abs(phi'').
    tv_error, curvature_error, curvature_sup_error : float
        Their absolute errors.
    kinks : tuple of float
        Where phi' jumps.
    inflections : tuple of float
        Where phi'' changes sign, kinks apart.
    status : int
        0, or a status code of the C library.
    message : str
        Its meaning.
    """

    alpha_plus: float
    alpha_minus: float
    tv: float
    tv_error: float
    curvature: float
    curvature_error: float
    curvature_sup: float
    curvature_sup_error: float
    kinks: tuple[float, ...]
    inflections: tuple[float, ...]
    status: int
    message: str


@lru_cache(maxsize=1024)
def shape(phi: Activation) -> Shape:
    """Compute the shape of an activation (csrc/src/shape.c tells how)."""
    result = ffi.new("fastsig_shape_result *")
    status = lib.fastsig_shape(phi._native, result)
    if status != lib.FASTSIG_ERROR_NOT_CONVERGED:
        check(status, activation=phi)
    return Shape(
        result.alpha_plus,
        result.alpha_minus,
        result.tv,
        result.tv_error,
        result.curvature,
        result.curvature_error,
        result.curvature_sup,
        result.curvature_sup_error,
        tuple(result.kink[0 : result.kinks]),
        tuple(result.zero[0 : result.zeros]),
        status,
        text(lib.fastsig_status_message(status)),
    )
