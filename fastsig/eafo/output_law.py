"""The law of phi(X): atoms where phi is flat, and a density q summed over preimages.

On the branch i of x, v = phi(x), ln q(v) = ln sum_j p(x_j)/abs(phi'(x_j)) over the
preimages x_j of v, x itself among them. Integrals over v become integrals over x,
with p(x) dx: no branch has to be inverted for its own sake, and what is singular
in q (inverse square roots at extrema, v^(-2/3) for x^3) is a logarithm in x.
Panels end where a branch ends, where another branch begins to take part, and
where p or phi bend.
"""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.scaled import Scaled
from fastsig.eafo.branches import Branches
from fastsig.eafo.density import Density
from fastsig.eafo.quadrature import Integral, integrate

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastsig.arrays import FloatArray

LEAST_LOG = -745.2  # of a positive double
LEAST = 1e-300  # below, doubles lose their digits
NEGLIGIBLE = 1e-25  # of a mass


class OutputLaw:
    """The law of phi(X) for X with any of several densities.

    Parameters
    ----------
    phi : Activation
        The activation.
    densities : sequence of Density
        The densities; their sum decides where to look.
    """

    def __init__(self, phi: Activation, densities: "Sequence[Density]") -> None:
        self.phi = phi
        self.densities = tuple(densities)
        marks = np.unique(np.concatenate([one.landmarks() for one in densities]))
        places = np.unique(np.concatenate([np.array(one.breaks, dtype=np.float64) for one in densities]))
        self.low, self.high = float(marks[0]), float(marks[-1])
        self.places = places[(places > self.low) & (places < self.high)]
        self.branches = Branches(phi, self.low, self.high, np.append(marks, self.places))
        self.cut = self.low, self.high  # where integrals end: before an end at which p is unbounded
        # A mass m changes the entropy by m times a logarithm: which branches need not be looked for.
        self.negligible = [self._mass(one.low, one.high) < NEGLIGIBLE for one in self.branches.branches]
        self.marks = np.unique(np.concatenate([marks, self.places, self.branches.landmarks]))

    def _mass(self, low: float, high: float) -> float:
        ends = np.array([low, high])
        pairs = [(one.cdf(ends), one.sf(ends)) for one in self.densities]
        return max(float(min(below[1] - below[0], above[0] - above[1])) for below, above in pairs)

    def probabilities(self, density: Density) -> dict[float, float]:
        """Return the atoms: value and probability, for one of the densities."""
        atoms: dict[float, float] = {}
        for flat in self.branches.flats:
            low = -math.inf if flat.low == self.low else flat.low
            high = math.inf if flat.high == self.high else flat.high
            ends = np.array([low, high])
            below, above = density.cdf(ends), density.sf(ends)
            share = float(below[1] - below[0] if below[0] <= above[1] else above[0] - above[1])
            if share > 0.0:
                atoms[flat.value] = atoms.get(flat.value, 0.0) + share
        return dict(sorted(atoms.items()))

    def _values(self) -> "FloatArray":
        """Values at which the number of preimages, or q on one of them, changes."""
        found = [end for one in self.branches.branches for end in (one.at_low, one.at_high)]
        found += [flat.value for flat in self.branches.flats]
        profile = self.phi.profile()
        found += [end.offset for end in (profile.minus, profile.plus) if end.slope == 0.0 and math.isfinite(end.offset)]
        if self.places.size:
            found += self.phi.batch(0, self.places).tolist()
        result: FloatArray = np.unique(found)
        return result

    def edges(self, number: int) -> "FloatArray":
        """Return where to cut a branch into panels."""
        branch = self.branches.branches[number]
        cuts = [self.marks[(self.marks >= branch.low) & (self.marks <= branch.high)]]
        if len(self.branches.branches) > 1 or self.branches.flats:
            values = self._values()
            values = values[(values > branch.bottom) & (values < branch.top)]
            cuts.append(self.branches.inverse(branch, values))
        edges = np.unique(np.clip(np.concatenate(cuts), *self.cut))
        apart = np.append(True, np.diff(edges) > 4.0 * np.spacing(np.abs(edges[1:])))
        apart[-1] = True
        result: FloatArray = edges[apart]
        return result

    def log_densities(self, number: int, x: "FloatArray") -> "tuple[FloatArray, FloatArray, FloatArray]":
        """Return ln q of each density at v = phi(x), x on a branch, ln p of each at x, and where phi' was not seen.

        The first two have the shape (densities, places).
        """
        own = [one.log_pdf(x) for one in self.densities]
        slope = self.phi.log_slope(x)
        lost = ~np.isfinite(slope)
        slope = np.where(lost, LEAST_LOG, slope)
        total = [log_p - slope for log_p in own]
        if not all(self.negligible) and not self.negligible[number]:
            for taken, y in self.branches.preimages(number, x, self.phi.batch(0, x), self.negligible):
                there = y[taken]
                steep = self.phi.log_slope(there)
                steep = np.where(np.isfinite(steep), steep, LEAST_LOG)
                for k, one in enumerate(self.densities):
                    total[k][taken] = np.logaddexp(total[k][taken], one.log_pdf(there) - steep)
        return np.stack(total), np.stack(own), lost

    def merged(self, x: "FloatArray") -> Any:
        """Return where phi is so near a limit that both of its ends have that values do not tell the ends apart."""
        profile = self.phi.profile()
        limit = profile.minus.offset
        if profile.minus.slope or profile.plus.slope or limit != profile.plus.offset:
            return np.zeros(x.shape, dtype=bool)
        return np.abs(self.phi.batch(0, x) - limit) <= max(16.0 * float(np.spacing(abs(limit))), LEAST)

    def slope_error(self, x: "FloatArray") -> "FloatArray":
        """Return what the error of phi' does to its logarithm, at most 1."""
        phi: Activation = self.phi
        while isinstance(phi, Scaled):
            x, phi = phi.a * x + phi.b, phi.base
        if phi.exact_derivatives:
            return np.zeros(x.shape)
        slope, error = phi.batch_with_error(1, x)
        with np.errstate(all="ignore"):
            result: FloatArray = np.nan_to_num(np.minimum(np.abs(error / slope), 1.0), nan=1.0)
        return result

    def integrate(self, integrand: "Callable[[int, FloatArray], FloatArray]", rows: int, goal: float) -> list[Integral]:
        """Integrate rows of functions of (branch, x) over each branch."""
        return [
            integrate(lambda x, n=number: integrand(n, x), self.edges(number), rows, goal)  # type: ignore[misc]
            for number in range(len(self.branches.branches))
        ]
