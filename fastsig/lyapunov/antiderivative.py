"""F(y), the integral of phi from 0 to y.

On each piece of a profile phi is a polynomial of degree < 40 to rounding, so that 24 Gauss-Legendre nodes integrate it
to rounding, kinks included, as they are ends of pieces. Integrals over whole pieces are summed up once, outwards from
0; a query adds the part of one piece.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.rules.gauss_legendre import gauss_legendre
from fastsig.taxonomy.ranges import values_with_error

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

NODES = 24  # exact to degree 47
UNIT = 2.0**-53
MOST_PANELS = 20000  # of an oscillating phi beyond where its profile ends


class Antiderivative:
    """F of an activation, with absolute errors.

    Examples
    --------
    >>> import math
    >>> import numpy as np
    >>> import fastsig
    >>> value, error = Antiderivative(fastsig.activation("tanh"))(np.array([2.0]))
    >>> abs(float(value[0]) - math.log(math.cosh(2.0))) <= float(error[0]) < 1e-14
    True
    """

    def __init__(self, phi: Activation) -> None:
        self.phi = phi
        # The rule on (0, 1); Gauss-Legendre weights sum to 2.
        nodes, weights = gauss_legendre(NODES)
        self._nodes, self._weights = 0.5 * (1.0 + nodes), 0.5 * weights
        self._set_edges(phi.profile().edges)

    def _set_edges(self, edges: "FloatArray") -> None:
        self.edges = edges
        zero = int(np.searchsorted(edges, 0.0))
        values, errors = self._over(edges[:-1], edges[1:])
        right, left = values[zero:], values[:zero][::-1]
        self._at_edge = np.concatenate([-np.cumsum(left)[::-1], [0.0], np.cumsum(right)])
        below = np.cumsum(errors[:zero][::-1])[::-1]
        self._error_at_edge = np.concatenate([below, [0.0], np.cumsum(errors[zero:])])

    def _over(self, start: "FloatArray", end: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        """Integrals of phi from start to end, each within one piece, and their errors."""
        width = end - start
        x = start[:, None] + width[:, None] * self._nodes
        value, error = (part.reshape(x.shape) for part in values_with_error(self.phi, 0, x.ravel()))
        size = np.abs(value)
        # Roundings of the sum, of the nodes (phi is resolved: it changes by itself over the piece), of the rule.
        error = error + 8.0 * UNIT * size + 16.0 * UNIT * size.max(1, initial=0.0)[:, None]
        return width * (value @ self._weights), np.abs(width) * (error @ self._weights)

    def _reach(self, y: "FloatArray") -> None:
        """Add pieces like the last ones, if phi oscillates and y lies beyond."""
        low, high = float(y.min(initial=0.0)), float(y.max(initial=0.0))
        first, last = self.edges[0], self.edges[-1]
        if low >= first and high <= last:
            return
        if abs(first) >= 2.0**40 and abs(last) >= 2.0**40:
            raise ValueError(
                f"the energy is computed for abs(a x + b) <= 2^40 = {2.0**40:.4g}; got {max(-low, high):.6g}"
            )
        steps = self.edges[1] - first, last - self.edges[-2]
        more = [math.ceil(max(first - low, 0.0) / steps[0]), math.ceil(max(high - last, 0.0) / steps[1])]
        if max(more) > MOST_PANELS:
            raise ValueError(f"phi oscillates, and {max(-low, high):.6g} lies {max(more)} waves beyond its profile")
        before = first - steps[0] * np.arange(more[0], 0, -1)
        after = last + steps[1] * np.arange(1, more[1] + 1)
        self._set_edges(np.concatenate([before, self.edges, after]))

    def __call__(self, y: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        """Return F at a flat array and absolute errors.

        Raises
        ------
        ValueError
            Beyond abs(y) = 2^40.
        """
        self._reach(y)
        right = np.clip(np.searchsorted(self.edges, y), 1, self.edges.size - 1)
        at = np.where(y > 0.0, right - 1, right)  # the edge next to y on the side of 0
        rest, error = self._over(self.edges[at], y)
        return self._at_edge[at] + rest, self._error_at_edge[at] + error + UNIT * np.abs(self._at_edge[at])


def antiderivative(phi: Activation) -> Antiderivative:
    """Return F of an activation, made once."""
    if "antiderivative" not in phi._cache:
        phi._cache["antiderivative"] = Antiderivative(phi)
    found: Antiderivative = phi._cache["antiderivative"]
    return found
