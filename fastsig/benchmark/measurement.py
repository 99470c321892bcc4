"""What was measured of one method: errors once, times in rounds."""

from dataclasses import dataclass, field
from statistics import median, quantiles
from typing import NamedTuple

from fastsig.benchmark.problem import Worst


class Spread(NamedTuple):
    """The least value, the quartiles and how many values there were."""

    least: float
    lower: float
    median: float
    upper: float
    number: int


def spread_of(values: list[float]) -> Spread:
    """Return minimum and quartiles; of a single value, that value."""
    lower, _, upper = quantiles(values, n=4, method="inclusive") if len(values) > 1 else values * 3
    return Spread(min(values), lower, median(values), upper, len(values))


@dataclass
class Measurement:
    """One method's errors and times.

    Attributes
    ----------
    worst : Worst
        Over `judged` integrals with certified values.
    seconds, wall_seconds : list of float
        For the whole batch, one a round: measured at `timed` of its `integrals`, and scaled.
        CPU time of the process, and time of the clock.
    rounds : list of int
        The rounds that the times belong to: ratios are taken within a round.
    calls : int
        How often the method ran for one time.
    """

    name: str
    title: str
    version: str
    remark: str
    components: tuple[str, ...]
    integrals: int
    timed: int
    judged: int
    worst: Worst
    calls: int = 1
    seconds: list[float] = field(default_factory=list)
    wall_seconds: list[float] = field(default_factory=list)
    rounds: list[int] = field(default_factory=list)

    @property
    def extrapolated(self) -> bool:
        """Whether the time is that of a part of the batch, scaled up."""
        return self.timed < self.integrals

    def ratios(self, base: "Measurement") -> list[float]:
        """Return the times divided by those of another method in the same rounds."""
        of_base = dict(zip(base.rounds, base.seconds, strict=True))
        return [
            s / of_base[r] for r, s in zip(self.rounds, self.seconds, strict=True) if r in of_base and of_base[r] > 0
        ]
