"""The end slopes of an activation."""

from dataclasses import dataclass

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.activations.shape import shape


@dataclass(frozen=True, slots=True)
class Slopes:
    """The limits of phi' at both ends; unpacks as (alpha_plus, alpha_minus).

    Attributes
    ----------
    alpha_plus, alpha_minus : float
        Limits of phi' at +inf and -inf; NaN where there is none.
    error : float
        The larger of their absolute errors; 0 where they are known exactly, or are
        known not to exist; inf where phi' was just seen to oscillate.
    """

    alpha_plus: float
    alpha_minus: float
    error: float = 0.0

    @property
    def value(self) -> tuple[float, float]:
        """(alpha_plus, alpha_minus)."""
        return self.alpha_plus, self.alpha_minus

    def __iter__(self) -> "object":
        return iter(self.value)


def slopes(phi: ActivationLike) -> Slopes:
    """Return the limits of phi' at +inf and -inf.

    Parameters
    ----------
    phi : Activation or str
        The activation.

    Returns
    -------
    Slopes

    Examples
    --------
    >>> import fastsig
    >>> fastsig.slopes("leaky_relu")
    Slopes(alpha_plus=1.0, alpha_minus=0.01, error=0.0)
    """
    found = shape(resolve(phi))
    return Slopes(found.alpha_plus, found.alpha_minus, max(found.alpha_plus_error, found.alpha_minus_error))
