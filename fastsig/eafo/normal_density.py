"""Normal data."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastsig.arguments import number
from fastsig.eafo.density import Density

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

# Multiples of sd: out to the smallest double that exp can make.
_PLACES = np.array([0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.75, 4.5, 5.5, 6.5, 8.0, 10.0, 13.0, 17.0, 23.0, 30.0, 38.5])


@dataclass(frozen=True, repr=False)
class Normal(Density):
    """The normal density; made by `normal`."""

    mean: float
    sd: float

    @property
    def name(self) -> str:  # type: ignore[override]
        """What messages call it."""
        return f"normal, mean {self.mean:g}, sd {self.sd:g}"

    @property
    def support(self) -> tuple[float, float]:  # type: ignore[override]
        """The whole line."""
        return -math.inf, math.inf

    @property
    def breaks(self) -> tuple[float, ...]:  # type: ignore[override]
        """None."""
        return ()

    @property
    def exact_score(self) -> bool:  # type: ignore[override]
        """It is."""
        return True

    def _z(self, x: "FloatArray") -> "FloatArray":
        return (x - self.mean) / self.sd

    def log_pdf(self, x: "FloatArray") -> "FloatArray":
        """Return ln p."""
        with np.errstate(over="ignore"):
            return -0.5 * self._z(x) ** 2 - math.log(self.sd * math.sqrt(2.0 * math.pi))

    def cdf(self, x: "FloatArray") -> "FloatArray":
        """Return P(X <= x)."""
        from scipy.special import ndtr

        result: FloatArray = ndtr(self._z(x))
        return result

    def sf(self, x: "FloatArray") -> "FloatArray":
        """Return P(X > x)."""
        from scipy.special import ndtr

        result: FloatArray = ndtr(-self._z(x))
        return result

    def quantile(self, u: "FloatArray") -> "FloatArray":
        """Return the x with cdf(x) = u."""
        from scipy.special import ndtri

        result: FloatArray = self.mean + self.sd * ndtri(u)
        return result

    def score(self, x: "FloatArray") -> "FloatArray":
        """Return p'/p = -(x - mean)/sd^2."""
        return -self._z(x) / self.sd

    def landmarks(self) -> "FloatArray":
        """Return multiples of sd around the mean."""
        result: FloatArray = self.mean + self.sd * np.concatenate([-_PLACES[:0:-1], _PLACES])
        return result

    def means(self) -> tuple[float, float]:
        """Return mean and standard deviation."""
        return self.mean, self.sd


def normal(mean: float = 0.0, sd: float = 1.0) -> Normal:
    """Return the normal density.

    Parameters
    ----------
    mean, sd : float
        Finite; sd > 0.

    Returns
    -------
    Normal

    Raises
    ------
    ValueError
        If they are not.

    Examples
    --------
    >>> from fastsig import eafo
    >>> eafo.output_entropy("identity", eafo.normal(0.0, 2.0)).entropy  # ln(2 sqrt(2 pi e))
    2.112085713764618
    """
    centre, scale = number("mean", mean), number("sd", sd)
    if not abs(centre) <= 1e50:
        raise ValueError(f"mean must be in [-1e50, 1e50]; got {mean!r}")
    if not 1e-50 <= scale <= 1e50:
        raise ValueError(f"sd must be in [1e-50, 1e50]; got {sd!r}")
    return Normal(centre, scale)
