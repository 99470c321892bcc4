"""Slopes, total variation and curvature of more than double precision."""

from typing import TYPE_CHECKING, Any, Literal

from fastsig.integrals.estimate import Estimate

if TYPE_CHECKING:
    from fastsig.activations.definition import Activation

Precision = Literal["double", "double_double", "certified"]


def measure_of_many_digits(phi: "Activation", name: str, precision: str, digits: int) -> tuple[Any, float]:
    """Return alpha_plus, alpha_minus, tv, curvature or curvature_sup with a bound of its error."""
    from fastsig.integrals.many_digits import upper_float

    if precision == "certified":
        from fastsig.certified.measures import measure

        ball = measure(phi, name, digits)
        return ball, upper_float(ball.radius)
    from fastsig.integrals.double_double_shape import double_double_measure

    return double_double_measure(phi, name)


def estimate_of_many_digits(phi: "Activation", name: str, precision: str, digits: int | None) -> Estimate | None:
    """Return one of these numbers as an `Estimate`; None where double precision will do."""
    from fastsig.integrals.many_digits import read_precision

    count = read_precision(precision, digits)
    if not count:
        return None
    value, error = measure_of_many_digits(phi, name, precision, count)
    return Estimate(value, error, "bound", precision)
