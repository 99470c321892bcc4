"""A computed number with its error."""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Estimate:
    """A number, how wrong it can be, and where it comes from.

    Attributes
    ----------
    value : float, ndarray, DoubleDouble or Ball
        The number; inf where the quantity is infinite.
    error : float or ndarray
        Absolute error: a bound or an estimate, see `error_kind`.
    error_kind : {"bound", "estimate", "standard_error"}
        A bound is never exceeded by the true error.
    method : str
        How it was computed.
    nfev : int
        Number of points at which phi or a derivative was evaluated; 0 if unknown.
    status : int
        0 if the accuracy aimed at was reached.
    message : str
        What went wrong, or "ok".
    """

    value: Any
    error: Any
    error_kind: str
    method: str
    nfev: int = 0
    status: int = 0
    message: str = "ok"

    @property
    def success(self) -> bool:
        """Whether the accuracy aimed at was reached."""
        return self.status == 0

    def __float__(self) -> float:
        return float(self.value)
