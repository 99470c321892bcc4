"""Signatures of more than double precision."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from fastsig.activations.registry import ActivationLike, resolve_all
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.found import Stored
from fastsig.integrals.many_digits import ExactPoints, find_many_digits, packed, read_exact_points
from fastsig.integrals.methods import CODES
from fastsig.integrals.precise_shape import measure_of_many_digits
from fastsig.signatures.definition import Signature

_OF_SHAPE = ("alpha_plus", "alpha_minus", "tv", "curvature", "curvature_sup")


def signature_of_many_digits(
    phi: ActivationLike | Sequence[ActivationLike], sigma: Any, mean: Any, precision: str, digits: int
) -> Signature:
    """Compute a signature whose numbers are `Ball`s or `DoubleDouble`s."""
    activations, several = resolve_all(phi)
    points = read_exact_points(sigma, mean)
    found = find_many_digits(activations, several, COMPONENTS, points, precision, digits)
    values, errors, codes = (dict(found.by_name(field)) for field in ("value", "error", "method"))
    count, code = len(points.sigma), CODES[precision]
    for name in _OF_SHAPE:
        each = [measure_of_many_digits(one, name, precision, digits) for one in activations]
        rows = [pair for pair in each for _ in range(count)]
        values[name] = packed([pair[0] for pair in rows], len(activations), several, points.shape)
        errors[name] = packed([pair[1] for pair in rows], len(activations), several, points.shape, "float64")
        codes[name] = packed([code] * len(rows), len(activations), several, points.shape, "int32")
    fields = {"value": values, "error": errors, "method": codes}
    whole = Stored(fields, found.method, found.error_kind, found.nfev, found.status)
    inputs = [_inputs(given, points, len(activations), several) for given in (points.sigma, points.mean)]
    return Signature(whole, activations if several else activations[0], *inputs)


def _inputs(numbers: list[Fraction], points: ExactPoints, rows: int, several: bool) -> Any:
    """Give sigma or mean, as doubles, the shape of the results."""
    return packed([float(x) for x in numbers] * (rows if several else 1), rows, several, points.shape, "float64")
