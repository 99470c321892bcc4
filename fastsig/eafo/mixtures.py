"""Mixtures of densities."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.arguments import few, number
from fastsig.eafo.density import Density

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray


@dataclass(frozen=True, repr=False)
class Mixture(Density):
    """The density sum of weights times components; made by `mixture`."""

    weights: tuple[float, ...]
    components: tuple[Density, ...]

    @property
    def name(self) -> str:  # type: ignore[override]
        """What messages call it."""
        return "mixture of " + "; ".join(
            f"{w:g} {one.name}" for w, one in zip(self.weights, self.components, strict=True)
        )

    @property
    def support(self) -> tuple[float, float]:  # type: ignore[override]
        """From the lowest end to the highest."""
        ends = [one.support for one in self.components]
        return min(low for low, _ in ends), max(high for _, high in ends)

    @property
    def breaks(self) -> tuple[float, ...]:  # type: ignore[override]
        """Those of the components."""
        return tuple(sorted({place for one in self.components for place in one.breaks}))

    @property
    def exact_score(self) -> bool:  # type: ignore[override]
        """If those of all components are."""
        return all(one.exact_score for one in self.components)

    def _sum(self, method: str, x: "FloatArray") -> "FloatArray":
        parts = [w * getattr(one, method)(x) for w, one in zip(self.weights, self.components, strict=True)]
        result: FloatArray = np.sum(parts, axis=0)
        return result

    def _logs(self, x: "FloatArray") -> "FloatArray":
        parts = [np.log(w) + one.log_pdf(x) for w, one in zip(self.weights, self.components, strict=True)]
        result: FloatArray = np.stack(parts)
        return result

    def log_pdf(self, x: "FloatArray") -> "FloatArray":
        """Return ln p."""
        result: FloatArray = np.logaddexp.reduce(self._logs(x), axis=0)
        return result

    def cdf(self, x: "FloatArray") -> "FloatArray":
        """Return P(X <= x)."""
        return self._sum("cdf", x)

    def sf(self, x: "FloatArray") -> "FloatArray":
        """Return P(X > x)."""
        return self._sum("sf", x)

    def score(self, x: "FloatArray") -> "FloatArray":
        """Return p'/p: the mean of those of the components, by their shares of p."""
        logs = self._logs(x)
        with np.errstate(invalid="ignore"):
            shares = np.exp(logs - np.logaddexp.reduce(logs, axis=0))
        scores = np.stack([one.score(x) for one in self.components])
        result: FloatArray = np.where(shares > 0.0, shares * scores, 0.0).sum(axis=0)
        return result

    def hidden_kinks(self) -> tuple[float, ...]:
        """Return those of the components."""
        return tuple(sorted({place for one in self.components for place in one.hidden_kinks()}))

    def landmarks(self) -> "FloatArray":
        """Return those of all components, and places between their middles."""
        marks = [one.landmarks() for one in self.components]
        middles = np.sort([m[m.size // 2] for m in marks])
        between = np.linspace(middles[:-1], middles[1:], 9).ravel()
        result: FloatArray = np.unique(np.concatenate([*marks, between]))
        return result


def mixture(weights: Sequence[float], components: Sequence[Any]) -> Mixture:
    """Return a mixture of densities.

    Parameters
    ----------
    weights : sequence of float
        Positive; their sum is 1 to 1e-9 and is made 1.
    components : sequence of densities
        As many; anything that `output_entropy` takes.

    Returns
    -------
    Mixture

    Raises
    ------
    ValueError
        Weights that are not positive or do not sum to 1; lengths that differ.

    Examples
    --------
    >>> from fastsig import eafo
    >>> two = eafo.mixture([0.5, 0.5], [eafo.normal(-2.0), eafo.normal(2.0)])
    >>> round(eafo.output_entropy("tanh", two).entropy, 10)
    -0.7339383026
    """
    from fastsig.eafo.reading import as_density

    parts = tuple(as_density(one) for one in few("components", components, 1000, "(eafo.normal(-1), eafo.normal(1))"))
    shares = tuple(number("a weight", w) for w in few("weights", weights, 1000, "(0.5, 0.5)"))
    if len(parts) != len(shares) or not parts:
        raise ValueError(
            f"a mixture needs as many weights as components, at least one; got {len(shares)}, {len(parts)}"
        )
    if not all(0.0 < w <= 1.0 + 1e-9 for w in shares):
        raise ValueError(f"weights must be positive and sum to 1; got {shares}: leave out components of weight 0")
    total = sum(shares)
    if abs(total - 1.0) > 1e-9:
        raise ValueError(f"weights must sum to 1 (to 1e-9); got {total!r}: divide them by their sum")
    return Mixture(tuple(w / total for w in shares), parts)
