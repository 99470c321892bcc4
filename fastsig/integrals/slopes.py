"""The end slopes of an activation."""

from dataclasses import dataclass
from typing import Any

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.activations.shape import shape
from fastsig.integrals.precise_shape import Precision, estimate_of_many_digits


@dataclass(frozen=True, slots=True)
class Slopes:
    """The limits of phi' at both ends; unpacks as (alpha_plus, alpha_minus).

    Attributes
    ----------
    alpha_plus, alpha_minus : float, DoubleDouble or Ball
        Limits of phi' at +inf and -inf; NaN where there is none.
    error : float
        The larger of their absolute errors; 0 where they are known exactly, or are
        known not to exist; inf where phi' was just seen to oscillate.
    """

    alpha_plus: Any
    alpha_minus: Any
    error: float = 0.0

    @property
    def value(self) -> tuple[Any, Any]:
        """(alpha_plus, alpha_minus)."""
        return self.alpha_plus, self.alpha_minus

    def __iter__(self) -> "object":
        return iter(self.value)


def slopes(phi: ActivationLike, *, precision: Precision = "double", digits: int | None = None) -> Slopes:
    """Return the limits of phi' at +inf and -inf.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    precision, digits
        Numbers of more than double precision: see `fastsig.moments`.

    Returns
    -------
    Slopes

    Examples
    --------
    >>> import fastsig
    >>> fastsig.slopes("leaky_relu")
    Slopes(alpha_plus=1.0, alpha_minus=0.01, error=0.0)
    """
    if precision != "double" or digits is not None:
        ends = [estimate_of_many_digits(resolve(phi), f"alpha_{end}", precision, digits) for end in ("plus", "minus")]
        if ends[0] is not None and ends[1] is not None:
            return Slopes(ends[0].value, ends[1].value, max(ends[0].error, ends[1].error))
    found = shape(resolve(phi))
    return Slopes(found.alpha_plus, found.alpha_minus, max(found.alpha_plus_error, found.alpha_minus_error))
