"""Activations from a table: cubic splines between breaks, straight lines beyond."""

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.arguments import brief, few, number
from fastsig.eafo.interpolation import INTERPOLATIONS, interpolate

if TYPE_CHECKING:
    from fastsig.activations.profile import Profile
    from fastsig.arrays import FloatArray

SCHEMA = "fastsig.eafo.table/1"
MOST = 10_000


class TableActivation(Activation):
    """Cubics through a table, of a piece between two breaks each.

    Parameters
    ----------
    places, values : sequence of float
        Where, ascending, and what; finite, at least 2. Beyond the ends phi is a straight line.
    breaks : sequence of float, optional
        Those of the inner places at which phi' may jump.
    name : str, optional
        What to call it.
    interpolation : {"natural", "monotone", "bounded"}, optional
        Natural cubic splines; or cubics that are monotone between any two places (phi'' jumps there), and so within the
        range of the values; "bounded" is constant beyond the ends, too.

    Examples
    --------
    >>> from fastsig import eafo
    >>> bent = eafo.TableActivation([-1.0, 0.0, 2.0], [0.0, 0.0, 2.0], breaks=[0.0])
    >>> bent(1.5), bent.slopes, bent.kinks
    (1.5, (1.0, 0.0), (0.0,))
    >>> eafo.from_json(bent.to_json()) == bent
    True
    """

    __slots__ = ()

    def __init__(
        self, places: Sequence[float], values: Sequence[float], breaks: Sequence[float] = (), name: str = "table",
        interpolation: str = "natural",
    ) -> None:  # fmt: skip
        x = tuple(number("a place", one) for one in few("places", _listed(places), MOST, "(-1.0, 0.0, 1.0)"))
        y = tuple(number("a value", one) for one in few("values", _listed(values), MOST, "(-1.0, 0.0, 1.0)"))
        cuts = tuple(number("a break", one) for one in few("breaks", _listed(breaks), MOST, "(0.0,)"))
        if len(x) != len(y) or len(x) < 2:
            raise ValueError(
                f"a table needs as many values as places, at least 2; got {len(x)} places, {len(y)} values"
            )
        if not all(map(math.isfinite, (*x, *y))):
            raise ValueError("places and values must be finite")
        if not all(one < other for one, other in pairwise(x)):
            raise ValueError(f"places must be ascending and distinct; got {brief(x)}: sort them")
        if not set(cuts) <= set(x[1:-1]) or not all(one < other for one, other in pairwise(cuts)):
            raise ValueError(f"breaks must be inner places of the table, ascending; got {brief(cuts)}")
        if not isinstance(interpolation, str) or interpolation not in INTERPOLATIONS:
            raise ValueError(
                f"interpolation must be one of {', '.join(map(repr, INTERPOLATIONS))}; got {brief(interpolation)}"
            )
        self._set(name, (x, y, cuts, interpolation))

    def __reduce__(self) -> tuple[Any, ...]:
        *table, interpolation = self._key
        return TableActivation, (*table, self.name, interpolation)

    @property
    def places(self) -> "FloatArray":
        """Where the table has values."""
        return np.array(self._key[0])

    @property
    def values(self) -> "FloatArray":
        """Its values."""
        return np.array(self._key[1])

    @property
    def breaks(self) -> tuple[float, ...]:
        """Where the splines meet with different slopes."""
        found: tuple[float, ...] = self._key[2]
        return found

    @property
    def interpolation(self) -> str:
        """Between the places: "natural", "monotone" or "bounded"."""
        found: str = self._key[3]
        return found

    @property
    def coefficients(self) -> "FloatArray":
        """Powers of x - place, shape (4, places + 1): below the first place, from each one on."""
        if "coefficients" not in self._cache:
            self._cache["coefficients"] = interpolate(self.places, self.values, self.breaks, self.interpolation)
        found: FloatArray = self._cache["coefficients"]
        return found

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where phi' jumps: breaks at which the two slopes differ."""
        return tuple(place for place, jump in zip(self.breaks, self._jumps(), strict=True) if jump)

    def _jumps(self) -> list[float]:
        cells = np.searchsorted(self.places, np.array(self.breaks))
        c = self.coefficients
        jumps = []
        for cell in cells.tolist():
            h = self.places[cell] - self.places[cell - 1]
            left = float(c[1, cell] + h * (2.0 * c[2, cell] + 3.0 * h * c[3, cell]))
            right = float(c[1, cell + 1])
            jumps.append(0.0 if abs(right - left) <= 1e-12 * max(abs(left), abs(right)) else right - left)
        return jumps

    @property
    def slopes(self) -> tuple[float, float]:
        """The slopes of the straight lines at the ends."""
        return float(self.coefficients[1, -1]), float(self.coefficients[1, 0])

    @property
    def derivative_source(self) -> str:
        """Where the derivatives come from."""
        return "given"

    def batch(self, order: int, x: "FloatArray") -> "FloatArray":
        """Evaluate phi (order 0), phi' (1) or phi'' (2) on a flat array."""
        places = self.places
        cell = np.searchsorted(places, x, side="right")
        t = x - places[np.maximum(cell - 1, 0)]
        c = self.coefficients[:, cell]
        with np.errstate(invalid="ignore", over="ignore"):
            if order == 0:
                found = c[0] + t * (c[1] + t * (c[2] + t * c[3]))
            elif order == 1:
                found = c[1] + t * (2.0 * c[2] + 3.0 * t * c[3])
            else:
                found = 2.0 * c[2] + 6.0 * t * c[3]
            far = np.isinf(t)
            if far.any():  # the straight lines at infinity; inf times 0 is nothing here
                lines = np.where(c[1] == 0.0, c[0], c[1] * t)
                found = np.where(far, (lines, c[1], np.zeros_like(t))[order], found)
        result: FloatArray = found
        return result

    def _profile(self) -> "Profile":
        return self._profile_of_batches(warn=False)  # its kinks are known: what else looks like one is none

    def _content(self) -> dict[str, Any]:
        x, y, cuts, interpolation = self._key
        table = {"places": x, "values": y, "breaks": cuts, "interpolation": interpolation}
        return {"schema": SCHEMA, "name": self.name, **table}

    def to_json(self) -> str:
        """Return it as JSON text (schema fastsig.eafo.table/1), from which `from_json` makes exactly the same."""
        return json.dumps(self._content())


def from_json(text: str) -> TableActivation:
    """Return the activation that `to_json` wrote.

    Parameters
    ----------
    text : str
        JSON of the schema fastsig.eafo.table/1.

    Returns
    -------
    TableActivation
        An `OptimizedActivation` if it was one.

    Raises
    ------
    ValueError
        If the text is no such JSON.
    """
    try:
        content = json.loads(text)
        if content["schema"] != SCHEMA:
            raise ValueError(f"the schema is {content['schema']!r}")
        table = content["places"], content["values"], content["breaks"]
        name, interpolation = str(content["name"]), content.get("interpolation", "natural")
        if "history" in content:
            from fastsig.eafo.optimized import restored

            return restored(content)
        return TableActivation(*table, name, interpolation)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"this is no table of an activation ({SCHEMA}): {brief(str(error))}") from None


def _listed(values: Any) -> Any:
    return values.tolist() if isinstance(values, np.ndarray) else values
