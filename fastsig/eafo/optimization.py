"""Numerical EAFO: repeat the forward correction on a table of the activation.

Each step goes along psi, the steepest descent of the objective in the mean square over the data: the score
s(phi(x)) for the entropy, s(v) + (v - mean)/variance for the entropy less the logarithm of the standard deviation,
averaged over the data near each place of the table. A trust region bounds the change of phi: it grows where the
decrease is what the slope promised, and shrinks where it is not. The entropy is unbounded below, so that a limit of
the distance from the start, or the number of steps, ends what nothing else does.
"""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import brief, number, whole_number
from fastsig.eafo.branches import Branches
from fastsig.eafo.constraints import Constraints, read_constraints
from fastsig.eafo.density import Density
from fastsig.eafo.optimized import OptimizedActivation, Step
from fastsig.eafo.output_kernel import LEAST_WEIGHT, Kernel, Outputs
from fastsig.eafo.reading import as_density
from fastsig.eafo.sampled_law import sampled
from fastsig.eafo.table_places import is_monotone, table_places
from fastsig.eafo.table_signature import table_signature

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.eafo.reading import DensityLike

OBJECTIVES = ("entropy", "negentropy")
FIRST_RADIUS, LARGEST_RADIUS, SMALLEST_RADIUS = 0.02, 0.1, 1e-7
_ARRIVED = 0.99  # of the distance allowed
REASONS = {
    "steps": "all {steps} steps were taken",
    "stationary": "stationary: a step within the trust region would change the objective by less than {tolerance:g}; "
    "a maximum is stationary, too: nudge= leaves it",
    "no_descent": "no step along the direction lowers the objective",
    "distance": "the distance from the start has reached {reached:.4g} standard deviations, of {farthest:g} allowed",
}


def optimize(
    phi: ActivationLike,
    density: "DensityLike",
    *,
    objective: Literal["entropy", "negentropy"] = "entropy",
    steps: int = 200,
    constraints: Sequence[Literal["mean", "variance", "monotone", "range"]] = (),
    farthest: float = 1.0,
    knots: int = 65,
    nudge: float = 0.0,
    tolerance: float = 5e-4,
    bandwidth: float | None = None,
) -> OptimizedActivation:
    """Lower the entropy of phi(X), or raise its negentropy, step by step.

    Parameters
    ----------
    phi : Activation or str
        Where to start. Flat pieces stay.
    density : Density, frozen scipy.stats distribution, "normal" or array_like
        The law of X: samples, or a density, for which 2^17 of its quantiles stand.
    objective : {"entropy", "negentropy"}, optional
        Lower the entropy, or raise the negentropy ln(2 pi e variance)/2 - entropy, which
        no scaling changes.
    steps : int, optional
        The most steps, 1 to 100000.
    constraints : sequence of {"mean", "variance", "monotone", "range"}, optional
        What of phi(X) stays as it is at the start: mean, variance, the monotony of phi, its
        lowest and highest values on the data. The last two hold on the whole line: the table is then made of monotone
        cubics, and for "range" constant beyond the data.
    farthest : float, optional
        The largest root mean square change of phi over the data, in standard deviations of phi(X) at
        the start.
    knots : int, optional
        Places of the table, 5 to 500; the kinks of phi come on top.
    nudge : float, optional
        Start from phi + nudge sd(phi(X)) sin(3 (phi - mean)/sd): leaves a stationary
        maximum, such as the identity for normal data under "negentropy".
    tolerance : float, optional
        Stop where the decrease within reach is less, in nats.
    bandwidth : float, optional
        Of the kernel, for the outputs; Silverman's at each step if not given.

    Returns
    -------
    OptimizedActivation
        An `Activation`, with `history`, `stopping_reason` and `message`.

    Raises
    ------
    ValueError
        Options out of range; samples that are too few, all equal, NaN or infinite; an activation that
        is constant on the data.

    Examples
    --------
    >>> import numpy as np
    >>> from fastsig import eafo
    >>> data = np.random.default_rng(0).normal(size=20_000)
    >>> found = eafo.optimize("gelu", data, steps=10, constraints=("mean", "variance"))
    >>> found.history[-1].entropy < found.history[0].entropy, found.stopping_reason
    (True, 'steps')
    """
    activation, law = resolve(phi), as_density(density)
    limits = read_constraints(constraints)
    if not isinstance(objective, str) or objective not in OBJECTIVES:
        raise ValueError(f"objective must be 'entropy' or 'negentropy'; got {brief(objective)}")
    most = whole_number("steps", steps, 1, 100_000)
    reach, push, least = number("farthest", farthest), number("nudge", nudge), number("tolerance", tolerance)
    if not 0.0 < reach < math.inf or not abs(push) < 0.3 or not 0.0 <= least < math.inf:
        raise ValueError(
            f"farthest must be > 0, nudge in (-0.3, 0.3), tolerance >= 0; got {farthest!r}, {nudge!r}, {tolerance!r}"
        )
    width = None if bandwidth is None else number("bandwidth", bandwidth)
    if width is not None and not 0.0 < width < math.inf:
        raise ValueError(f"bandwidth must be a finite number > 0; got {bandwidth!r}")
    search = _Search(activation, law, whole_number("knots", knots, 5, 500), objective, limits, width)
    if push:
        search.nudge(push)
    reason = search.run(most, reach, least)
    reached = search.history[-1].distance
    message = REASONS[reason].format(steps=most, tolerance=least, farthest=reach, reached=reached)
    name = f"{activation.name} optimized for {objective}"
    table = search.places.tolist(), search.y.tolist(), search.breaks
    made = OptimizedActivation(*table, name, search.constraints.kind)
    return made._tell(tuple(search.history), objective, reason, message, search.kernel.mean, search.kernel.sd)


class _Search:
    """The table, and where the search stands."""

    def __init__(
        self,
        phi: Activation,
        law: Density,
        knots: int,
        objective: str,
        limits: frozenset[str],
        width: float | None = None,
    ) -> None:
        x = sampled(law)
        self.objective, self.width = objective, width
        low, high = float(x.min()), float(x.max())
        room = 1e-6 * (high - low)
        marks = np.linspace(low - room, high + room, 65)
        flats = Branches(phi, float(marks[0]), float(marks[-1]), marks).flats
        self.breaks = tuple(float(b) for b in phi.kinks if low < b < high)
        self.places = table_places(x, knots, self.breaks)
        self.y = phi.batch(0, self.places)
        ends = np.concatenate([[-math.inf], self.places, [math.inf]])
        flat = np.zeros(self.places.size + 1, dtype=bool)
        for piece in flats:
            left = -math.inf if piece.low == marks[0] else piece.low
            right = math.inf if piece.high == marks[-1] else piece.high
            flat |= (ends[:-1] >= left) & (ends[1:] <= right)
        # Beyond an end place that begins a flat cell the table is flat.
        self.fixed = flat[:-1] | flat[1:]
        if self.fixed.all():
            raise ValueError(f"{phi.name} is constant on the data: its entropy is 0 and stays so")
        self.kernel = Kernel(x, self.places, flat)
        if not self.kernel.v.size:
            raise ValueError(f"{phi.name} is flat wherever there are data: nothing can be optimised")
        rising = float(np.sign(self.y[-1] - self.y[0])) if is_monotone(self.y) else 0.0
        if "monotone" in limits and not rising:
            raise ValueError(f"{phi.name} is not monotone where the data are: leave out the constraint 'monotone'")
        self.constraints = Constraints(limits, self.kernel, self.places, self.y, self.breaks, self.fixed, rising)
        self.start = self.y.copy()
        self.state = self._outputs(self.y)
        self.sd = math.sqrt(self.state.variance)
        if not self.sd > 0.0:
            raise ValueError(f"{phi.name} is constant on the data: its entropy is 0 and stays so")
        self.history: list[Step] = []
        self._record(0.0)

    def _outputs(self, y: "FloatArray", bandwidth: float | None = None) -> Outputs:
        return self.kernel.outputs(self.constraints.coefficients(y), bandwidth or self.width)

    def _record(self, length: float) -> None:
        c = self.constraints.coefficients(self.y)
        signature = table_signature(self.places, c, self.breaks, self.kernel.mean, self.kernel.sd)
        one = self.state
        self.history.append(Step(one.entropy, one.variance, one.negentropy, length, self.distance(self.y), signature))

    def distance(self, y: "FloatArray") -> float:
        """Root mean square change since the start, in standard deviations of the output then."""
        return math.sqrt(float(self.kernel.weights @ (y - self.start) ** 2)) / self.sd

    def nudge(self, size: float) -> None:
        """Leave a stationary start."""
        z = (self.y - self.state.mean) / self.sd
        moved = self.constraints.held(self.y + size * self.sd * np.sin(3.0 * z))
        if moved is None:
            raise ValueError(f"a nudge of {size:g} leaves what the constraints allow: take a smaller one")
        self.y = moved
        self.state = self._outputs(self.y)
        self.history = []
        self._record(0.0)

    def value(self, one: Outputs) -> float:
        """What is to become smaller."""
        return -one.negentropy if self.objective == "negentropy" else one.entropy

    def steepest(self) -> "FloatArray":
        """The steepest descent at the places, constraints left aside."""
        return self.kernel.descent(
            self.state, self.constraints.by_value(self.y), scaled=self.objective == "negentropy"
        )  # fmt: skip

    def run(self, steps: int, farthest: float, tolerance: float) -> str:
        """Take steps; return why it ended."""
        radius, taken = FIRST_RADIUS, 0
        w, least = self.kernel.weights, np.maximum(self.kernel.weights, LEAST_WEIGHT)
        while taken < steps:
            steepest = self.steepest()
            psi = self.constraints.along(self.y, steepest)
            size = math.sqrt(float(w @ (psi * psi)))
            if size * LARGEST_RADIUS * self.sd <= tolerance:
                return "stationary"
            while True:
                e = radius * self.sd / size
                trial = self.constraints.held(self.y + e * psi)
                ratio, promised, beyond = -math.inf, math.inf, False
                if trial is not None:
                    promised = float((least * steepest) @ (trial - self.y))
                    beyond = self.distance(trial) > farthest
                    if not beyond:
                        found = self._outputs(trial, self.state.bandwidth)
                        gain = self.value(self.state) - self.value(found)
                        ratio = gain / promised if promised > 0.0 and math.isfinite(gain) else -math.inf
                if trial is not None and ratio >= 0.1:
                    break
                radius *= 0.4
                if beyond and (radius < SMALLEST_RADIUS or self.distance(self.y) >= _ARRIVED * farthest):
                    return "distance"
                if radius < SMALLEST_RADIUS:
                    return "no_descent"
                if promised < 1e-3 * tolerance:
                    return "stationary"
            length = math.sqrt(float(w @ (trial - self.y) ** 2)) / self.sd
            self.y, taken = trial, taken + 1
            self.state = self._outputs(self.y)
            self._record(length)
            if ratio > 0.7:
                radius = min(1.6 * radius, LARGEST_RADIUS)
            elif ratio < 0.3:
                radius *= 0.5
        return "steps"
