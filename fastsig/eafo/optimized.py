"""What `optimize` returns: an activation that knows how it came about."""

import json
import math
from dataclasses import asdict, dataclass
from typing import Any

from fastsig.eafo.table import TableActivation

_TOLD = ("history", "objective", "stopping_reason", "message", "data_mean", "data_sd")


@dataclass(frozen=True, slots=True)
class Step:
    """The state of an optimisation.

    Attributes
    ----------
    entropy : float
        Of phi(X), by the kernel estimate that was optimised; in nats.
    variance : float
        Of phi(X).
    negentropy : float
        ln(2 pi e variance)/2 - entropy, of the smoothed outputs.
    length : float
        Root mean square of the step that led here, in standard deviations of phi(X) at the start.
    distance : float
        Of phi from the start, likewise.
    signature : dict of str
        The nine components, at the mean and standard deviation of the data.
    """

    entropy: float
    variance: float
    negentropy: float
    length: float
    distance: float
    signature: dict[str, float]


class OptimizedActivation(TableActivation):
    """The result of `optimize`: an activation, with its history.

    Attributes
    ----------
    history : tuple of Step
        The start, and the state after each step that was taken.
    objective : {"entropy", "negentropy"}
        What was optimised.
    stopping_reason : {"steps", "stationary", "no_descent", "distance"}
        All steps were taken; the largest decrease within the trust region is below the
        tolerance; no step decreases the objective; the distance allowed is reached.
    message : str
        The reason in words.
    data_mean, data_sd : float
        Of the data, or of the quantiles that stood for them.
    """

    __slots__ = ("data_mean", "data_sd", "history", "message", "objective", "stopping_reason")

    history: tuple[Step, ...]
    objective: str
    stopping_reason: str
    message: str
    data_mean: float
    data_sd: float

    def _tell(
        self, history: tuple[Step, ...], objective: str, reason: str, message: str, mean: float, sd: float
    ) -> "OptimizedActivation":
        for name, value in zip(_TOLD, (history, objective, reason, message, mean, sd), strict=True):
            object.__setattr__(self, name, value)
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _remade, (self._key, self.name, tuple(getattr(self, name) for name in _TOLD))

    def _content(self) -> dict[str, Any]:
        told = {name: getattr(self, name) for name in _TOLD[1:]}
        steps = [asdict(step) for step in self.history]
        for step in steps:  # JSON has no infinity
            step["signature"] = {k: v if math.isfinite(v) else str(v) for k, v in step["signature"].items()}
        return {**super()._content(), **told, "history": steps}

    def to_json(self) -> str:
        """Return it as JSON text with its history, from which `eafo.from_json` makes exactly the same."""
        return json.dumps(self._content())


def _remade(key: Any, name: str, told: Any) -> OptimizedActivation:
    places, values, breaks, interpolation = key
    return OptimizedActivation(places, values, breaks, name, interpolation)._tell(*told)


def restored(content: dict[str, Any]) -> OptimizedActivation:
    """Return what `to_json` wrote, read as JSON."""
    steps = []
    for one in content["history"]:
        signature = {str(k): float(v) for k, v in one["signature"].items()}
        numbers = {name: float(value) for name, value in one.items() if name != "signature"}
        steps.append(Step(signature=signature, **numbers))
    words = [str(content[key]) for key in _TOLD[1:4]]
    mean, sd = (float(content[key]) for key in _TOLD[4:])
    table = content["places"], content["values"], content["breaks"]
    made = OptimizedActivation(*table, str(content["name"]), content.get("interpolation", "natural"))
    return made._tell(tuple(steps), words[0], words[1], words[2], mean, sd)
