"""Activations from a table: cubic splines between breaks, straight lines beyond."""

import json
import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.arguments import brief, few, number

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

SCHEMA = "fastsig.eafo.table/1"
MOST = 10_000


class TableActivation(Activation):
    """The natural cubic spline through a table, of a piece between two breaks each.

    Parameters
    ----------
    places, values : sequence of float
        Where, ascending, and what; finite, at least 2. Beyond the ends phi is a straight line.
    breaks : sequence of float, optional
        Those of the inner places at which phi' may jump.
    name : str, optional
        What to call it.

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
        self, places: Sequence[float], values: Sequence[float], breaks: Sequence[float] = (), name: str = "table"
    ) -> None:
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
        self._set(name, (x, y, cuts))

    def __reduce__(self) -> tuple[Any, ...]:
        return TableActivation, (*self._key, self.name)

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
    def coefficients(self) -> "FloatArray":
        """Powers of x - place, shape (4, places + 1): below the first place, from each one on."""
        if "coefficients" not in self._cache:
            self._cache["coefficients"] = spline(self.places, self.values, self.breaks)
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

    _profile = Activation._profile_of_batches

    def _content(self) -> dict[str, Any]:
        x, y, cuts = self._key
        return {"schema": SCHEMA, "name": self.name, "places": x, "values": y, "breaks": cuts}

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
        name = str(content["name"])
        if "history" in content:
            from fastsig.eafo.optimized import restored

            return restored(content)
        return TableActivation(*table, name=name)
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError(f"this is no table of an activation ({SCHEMA}): {brief(str(error))}") from None


def _listed(values: Any) -> Any:
    return values.tolist() if isinstance(values, np.ndarray) else values


def spline(x: "FloatArray", y: "FloatArray", breaks: Sequence[float]) -> "FloatArray":
    """Return the coefficients of the table: natural cubic splines between breaks, straight lines beyond the ends."""
    cuts = [0, *np.searchsorted(x, np.array(breaks, dtype=np.float64)).tolist(), x.size - 1]
    moments = [_natural(x[first : last + 1], y[first : last + 1]) for first, last in pairwise(cuts)]
    left = np.concatenate([one[:-1] for one in moments])
    right = np.concatenate([one[1:] for one in moments])
    h = np.diff(x)
    rise = np.diff(y) / h
    # In terms of slopes at the places, one number for both cells beside, so that phi' is continuous to rounding.
    at_left, at_right = rise - h * (2.0 * left + right) / 6.0, rise + h * (left + 2.0 * right) / 6.0
    inner = np.ones(x.size - 1, dtype=bool)
    inner[[0, *cuts[1:-1]]] = False
    at_right[:-1] = np.where(inner[1:], at_left[1:], at_right[:-1])
    found = np.zeros((4, x.size + 1))
    found[:, 1:-1] = (
        y[:-1],
        at_left,
        (3.0 * rise - 2.0 * at_left - at_right) / h,
        (at_left + at_right - 2.0 * rise) / h**2,
    )
    found[:2, 0] = y[0], at_left[0]
    found[:2, -1] = y[-1], at_right[-1]
    return found


def _natural(x: "FloatArray", y: "FloatArray") -> "FloatArray":
    """Second derivatives of the natural cubic spline, by elimination (written out: every machine gets the same)."""
    n = x.size
    second = np.zeros(n)
    if n < 3:
        return second
    h, slope = np.diff(x).tolist(), (np.diff(y) / np.diff(x)).tolist()
    diagonal, right = [0.0] * n, [0.0] * n
    for i in range(1, n - 1):
        lower = h[i - 1]
        factor = lower / diagonal[i - 1] if i > 1 else 0.0
        diagonal[i] = 2.0 * (h[i - 1] + h[i]) - factor * (lower if i > 1 else 0.0)
        right[i] = 6.0 * (slope[i] - slope[i - 1]) - factor * right[i - 1]
    following = 0.0
    for i in range(n - 2, 0, -1):
        following = (right[i] - h[i] * following) / diagonal[i]
        second[i] = following
    return second
