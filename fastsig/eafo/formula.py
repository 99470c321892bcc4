"""A density that a user has as a function."""

import math
from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.arguments import MOST_PLACES, brief, few, number
from fastsig.eafo.density import Density
from fastsig.eafo.numerical_score import NumericalScore
from fastsig.eafo.series import Series, fit

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

MASS_TOLERANCE = 1e-8
_OCTAVES = 2.0 ** np.arange(-20.0, 100.0)


class Formula(Density):
    """A density given by its pdf; made by `from_pdf`."""

    def __init__(self, pdf: Callable[..., Any], support: tuple[float, float], breaks: tuple[float, ...]) -> None:
        self.function = pdf
        self.support = support
        self.breaks = tuple(sorted({*breaks, *(end for end in support if math.isfinite(end))}))
        self.name = str(getattr(pdf, "__name__", type(pdf).__name__))
        mass = self.mass
        if not abs(mass - 1.0) <= MASS_TOLERANCE:
            raise ValueError(
                f"the density {self.name} must integrate to 1 (to {MASS_TOLERANCE:g}); its integral over {support} is "
                f"{mass:.10g}: divide it by that, or give its support= and breaks="
            )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Formula) and (self.function, self.support, self.breaks) == (
            other.function,
            other.support,
            other.breaks,
        )

    def __hash__(self) -> int:
        return hash((self.function, self.support, self.breaks))

    def pdf(self, x: "FloatArray") -> "FloatArray":
        """Return p; 0 outside of the support."""
        low, high = self.support
        inner = (x >= low) & (x <= high)
        result = np.zeros(x.shape)
        values = np.asarray(self.function(x[inner]), dtype=np.float64)
        if values.shape != x[inner].shape:
            raise ValueError(
                f"the density {self.name} must return an array of the shape of its input, {x[inner].shape}; got shape "
                f"{values.shape}: write it with NumPy's functions"
            )
        bad = np.flatnonzero(~(values >= 0.0) | np.isinf(values))
        if bad.size:
            at = float(x[inner][bad[0]])
            raise ValueError(
                f"a density must be finite and >= 0; {self.name}({at!r}) is {float(values[bad[0]])!r}: "
                "give the interval where it is as support=(low, high)"
            )
        result[inner] = values
        return result

    def log_pdf(self, x: "FloatArray") -> "FloatArray":
        """Return ln p."""
        with np.errstate(divide="ignore"):
            result: FloatArray = np.log(self.pdf(x))
        return result

    @cached_property
    def _edges(self) -> "FloatArray":
        low, high = self.support
        if math.isfinite(low) and math.isfinite(high):
            fractions = np.append(2.0 ** -np.arange(1.0, 21.0), 0.0)
            places = np.concatenate([low + (high - low) * fractions, high - (high - low) * fractions])
        elif math.isfinite(low):
            places = low + np.append(0.0, _OCTAVES)
        elif math.isfinite(high):
            places = high - np.append(0.0, _OCTAVES)
        else:
            places = np.concatenate([-_OCTAVES, [0.0], _OCTAVES])
        edges = np.unique(np.append(places, self.breaks))
        return edges[(edges >= low) & (edges <= high)]

    @cached_property
    def _series(self) -> Series:
        return fit(self.pdf, self._edges)

    @cached_property
    def _numerical_score(self) -> NumericalScore:
        return NumericalScore(self)

    def hidden_kinks(self) -> tuple[float, ...]:
        """Return further places at which p' seems to jump."""
        return self._numerical_score.kinks

    @cached_property
    def mass(self) -> float:
        """The integral of p."""
        return float(self._series.integrals().sum())

    def cdf(self, x: "FloatArray") -> "FloatArray":
        """Return P(X <= x)."""
        result: FloatArray = np.clip(self._series.integral_to(x), 0.0, 1.0)
        return result

    def sf(self, x: "FloatArray") -> "FloatArray":
        """Return P(X > x)."""
        result: FloatArray = np.clip(self.mass - self._series.integral_to(x), 0.0, 1.0)
        return result

    def score(self, x: "FloatArray") -> "FloatArray":
        """Return p'/p, from Chebyshev series of ln p."""
        return self._numerical_score(x)

    def landmarks(self) -> "FloatArray":
        """Return ends of pieces, as far as p is not 0 there."""
        edges = self._series.edges
        positive = np.flatnonzero(self.pdf(edges) > 0.0)
        if positive.size < 2:
            return edges
        first, last = max(positive[0] - 1, 0), min(positive[-1] + 1, edges.size - 1)
        kept: FloatArray = edges[first : last + 1]
        # many fine pieces serve no integral of something else: those around a kink come from breaks
        return kept if kept.size < 400 else np.unique(np.concatenate([kept[:: kept.size // 200], kept[[0, -1]]]))


def from_pdf(
    pdf: Callable[..., Any], support: tuple[float, float] = (-math.inf, math.inf), *, breaks: Sequence[float] = ()
) -> Formula:
    """Return the density that a function defines.

    Parameters
    ----------
    pdf : callable
        p: takes a flat float64 array in the support and returns one like it; bounded, >= 0.
    support : tuple of float, optional
        Where p > 0.
    breaks : sequence of float, optional
        Where p or p' jumps inside of the support.

    Returns
    -------
    Formula

    Raises
    ------
    ValueError
        If it is negative, infinite or NaN somewhere, or does not integrate to 1 to 1e-8.

    Examples
    --------
    >>> import numpy as np
    >>> from fastsig import eafo
    >>> wave = eafo.from_pdf(lambda x: (1 + np.cos(x)) / (2 * np.pi), (-np.pi, np.pi))
    >>> round(eafo.output_entropy("identity", wave).entropy, 12)  # ln(4 pi) - 1
    1.531024246969
    """
    if not callable(pdf):
        raise TypeError(f"pdf must be a function of an array; got {brief(pdf)}")
    ends = tuple(number("an end of the support", end) for end in few("support", support, 2, "(0.0, 1.0)"))
    if len(ends) != 2 or not ends[0] < ends[1]:
        raise ValueError(f"support must be two numbers (low, high), low < high; got {brief(support)}")
    places = tuple(number("a break", place) for place in few("breaks", breaks, MOST_PLACES, "(0.0, 1.5)"))
    if not all(ends[0] <= place <= ends[1] and math.isfinite(place) for place in places):
        raise ValueError(f"breaks must be finite places of the support {ends}; got {brief(breaks)}")
    return Formula(pdf, (ends[0], ends[1]), places)
