"""Slopes, total variation, curvature and zeros of built-in activations as pairs of doubles."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fastsig.double_double.functionals import pair_activation
from fastsig.double_double.number import Pair
from fastsig.targets.cpu import check, ffi, lib

__all__ = ["Shape", "shape_pairs"]


@dataclass(frozen=True)
class Shape:
    """What does not depend on sigma; every number is a pair (hi, lo).

    Attributes
    ----------
    alpha_plus, alpha_minus
        Limits of phi' at +inf and -inf; NaN where there are none.
    tv, curvature, curvature_sup
        Total variation of phi', integral of phi''^2, largest abs(phi''); infinite where they are.
    tv_error, curvature_error, curvature_sup_error
        Bounds of their errors.
    kinks
        Where phi' jumps.
    zeros_of_derivative, zeros_of_second_derivative
        Isolated zeros of phi' and phi''; none where they are endless.
    zeros_of_derivative_error, zeros_of_second_derivative_error
        Bounds of their errors.
    """

    alpha_plus: Pair
    alpha_minus: Pair
    tv: Pair
    curvature: Pair
    curvature_sup: Pair
    tv_error: float
    curvature_error: float
    curvature_sup_error: float
    kinks: tuple[Pair, ...]
    zeros_of_derivative: tuple[Pair, ...]
    zeros_of_derivative_error: tuple[float, ...]
    zeros_of_second_derivative: tuple[Pair, ...]
    zeros_of_second_derivative_error: tuple[float, ...]


def _pair(number: Any) -> Pair:
    return number.hi, number.lo


def shape_pairs(name: str, parameters: Mapping[str, Pair]) -> Shape:
    """Compute what of a built-in does not depend on sigma.

    Parameters
    ----------
    name : str
        The activation.
    parameters : mapping of str to (hi, lo)
        Its parameter, if it is not the default.

    Returns
    -------
    Shape
        Pairs with bounds of their errors.

    Raises
    ------
    ValueError
        If the name is unknown or the parameter out of range.

    Examples
    --------
    >>> from fastsig.double_double.shape import shape_pairs
    >>> shape_pairs("tanh", {}).tv
    (2.0, 0.0)
    """
    found = ffi.new("fastsig_shape_double_double *")
    check(lib.fastsig_shape_of_double_double(pair_activation(name, parameters), found), name=name)
    first, second = found.zeros_of_derivative, found.zeros_of_second_derivative
    return Shape(
        _pair(found.alpha_plus),
        _pair(found.alpha_minus),
        _pair(found.tv),
        _pair(found.curvature),
        _pair(found.curvature_sup),
        found.tv_error,
        found.curvature_error,
        found.curvature_sup_error,
        tuple(_pair(found.kink[i]) for i in range(found.kinks)),
        tuple(_pair(found.zero_of_derivative[i]) for i in range(first)),
        tuple(found.zero_of_derivative_error[i] for i in range(first)),
        tuple(_pair(found.zero_of_second_derivative[i]) for i in range(second)),
        tuple(found.zero_of_second_derivative_error[i] for i in range(second)),
    )
