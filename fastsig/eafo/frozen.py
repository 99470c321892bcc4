"""Frozen distributions of scipy.stats."""

import math
import warnings
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.eafo.density import FARTHEST, TAILS, Density, inside
from fastsig.eafo.numerical_score import NumericalScore
from fastsig.eafo.scores import SCORES

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

# Where inner places of the density are not smooth, in standard form, by the shape parameters.
_KINKS: dict[str, Callable[..., tuple[float, ...]]] = {
    **dict.fromkeys(("laplace", "dweibull", "dgamma", "laplace_asymmetric", "gennorm"), lambda *_: (0.0,)),
    "triang": lambda c: (c,),
    "trapezoid": lambda c, d: (c, d),
    "trapz": lambda c, d: (c, d),
}


class Frozen(Density):
    """A frozen continuous distribution of scipy.stats."""

    def __init__(self, distribution: Any) -> None:
        self.distribution = distribution
        self.name = f"{distribution.dist.name}{_arguments(distribution)}"
        low, high = (float(end) for end in distribution.support())
        if math.isnan(low) or not low < high:
            raise ValueError(f"{self.name} has no density: its parameters are not allowed")
        shapes, loc, scale = distribution.dist._parse_args(*distribution.args, **distribution.kwds)
        if distribution.dist.name == "vonmises":  # scipy repeats its density for ever
            low, high = float(loc - math.pi * scale), float(loc + math.pi * scale)
        self.support = (low, high)
        self._standard = tuple(map(float, shapes)), float(loc), float(scale)
        kinks = _KINKS.get(distribution.dist.name)
        inner = [] if kinks is None else [float(loc + scale * z) for z in kinks(*shapes)]
        self.exact_score = distribution.dist.name in SCORES
        self.breaks = tuple(sorted({*inner, *(end for end in self.support if math.isfinite(end))}))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Frozen) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(self.name)

    def _key(self) -> tuple[Any, ...]:
        one = self.distribution
        return type(one.dist), tuple(map(repr, one.args)), tuple(sorted((k, repr(v)) for k, v in one.kwds.items()))

    def __getstate__(self) -> dict[str, Any]:
        return {key: value for key, value in self.__dict__.items() if key != "_numerical_score"}

    def _of_scipy(self, method: str, x: "FloatArray") -> "FloatArray":
        """Call a method of scipy's; NaN at single places where that raises, as some of Boost's functions do."""
        function = getattr(self.distribution, method)
        try:
            result: FloatArray = np.asarray(function(x), dtype=np.float64)
        except (ArithmeticError, ValueError):
            result = np.array([_place(function, one) for one in x.tolist()], dtype=np.float64)
        return result

    def log_pdf(self, x: "FloatArray") -> "FloatArray":
        """Return ln p."""
        with np.errstate(all="ignore"):
            result = self._of_scipy("logpdf", x)
        inside = (x >= self.support[0]) & (x <= self.support[1])
        return np.where(np.isnan(result) | ~inside, -np.inf, result)

    def cdf(self, x: "FloatArray") -> "FloatArray":
        """Return P(X <= x)."""
        return self._of_scipy("cdf", x)

    def sf(self, x: "FloatArray") -> "FloatArray":
        """Return P(X > x)."""
        return self._of_scipy("sf", x)

    def quantile(self, u: "FloatArray") -> "FloatArray":
        """Return the x with cdf(x) = u."""
        result = self._of_scipy("ppf", u)
        lost = np.isnan(result)
        if lost.any():
            result[lost] = super().quantile(u[lost])
        return result

    @cached_property
    def _numerical_score(self) -> NumericalScore:
        return NumericalScore(self)

    def hidden_kinks(self) -> tuple[float, ...]:
        """Return further places at which p' seems to jump."""
        return () if self.exact_score else self._numerical_score.kinks

    def score(self, x: "FloatArray") -> "FloatArray":
        """Return p'/p, in closed form (`scores`) or from Chebyshev series of ln p."""
        if not self.exact_score:
            return self._numerical_score(x)
        shapes, loc, scale = self._standard
        with np.errstate(all="ignore"):
            result: FloatArray = SCORES[self.distribution.dist.name]((x - loc) / scale, *shapes) / scale
        return np.where((x >= self.support[0]) & (x <= self.support[1]), result, 0.0)

    def landmarks(self) -> "FloatArray":
        """Return quantiles far into both tails."""
        tails = np.array(TAILS)
        with np.errstate(all="ignore"), warnings.catch_warnings():
            warnings.simplefilter("ignore", RuntimeWarning)  # quantiles that scipy does not find
            low = np.array([_place(self.distribution.ppf, tail) for tail in tails.tolist()])
            high = np.array([_place(self.distribution.isf, tail) for tail in tails.tolist()])
            middle = float(self.distribution.median())
        scale = float(np.nanmax(np.abs(np.append(low, high)[np.isfinite(np.append(low, high))][:2] - middle)))
        marks = [middle, *low.tolist(), *high.tolist()]
        for side, end in ((-1.0, self.support[0]), (1.0, self.support[1])):
            mine = [m for m in marks if math.isfinite(m) and side * (m - middle) > 0 and abs(m) <= FARTHEST]
            last = max((side * (m - middle) for m in mine), default=scale)
            if not math.isfinite(end):  # in case that quantiles give out before p does
                marks += [middle + side * last * 2.0**k for k in range(1, 5)]
            else:
                distance = side * (end - middle)
                marks += [end - side * distance * 4.0**-k for k in range(1, 25) if end != 0.0 or k < 25]
        return inside(self, marks)


def _place(function: Any, at: float) -> float:
    """One value, as a quantile far out; NaN where scipy raises."""
    try:
        return float(function(at))
    except (ArithmeticError, ValueError):
        return math.nan


def _arguments(distribution: Any) -> str:
    given = [f"{value:g}" if np.ndim(value) == 0 else repr(value) for value in distribution.args]
    given += [f"{key}={value:g}" for key, value in distribution.kwds.items() if np.ndim(value) == 0]
    return f"({', '.join(given)})" if given else ""
