"""What a classification says: verdicts, each with the numbers that it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from types import MappingProxyType
from typing import Any, NamedTuple

UNDECIDED = "undecided"


class Measured(NamedTuple):
    """A number and its absolute error."""

    value: float
    error: float = 0.0

    def __str__(self) -> str:
        return f"{self.value:.6g}" if self.error == 0.0 else f"{self.value:.6g} +- {self.error:.1e}"


class Verdict(str):
    """An answer, why it is so, and the numbers that it rests on. It is the str of the answer.

    Attributes
    ----------
    verdict : str
        The answer as a plain str, or "undecided".
    reason : str
        Why.
    numbers : mapping of str to Measured
        The numbers behind it, with absolute errors.

    Examples
    --------
    >>> import fastsig
    >>> growth = fastsig.classify("tanh").growth
    >>> growth == "bounded", growth.reason
    (True, 'phi -> -1 +- 4.4e-16 at -inf; phi -> 1 +- 4.4e-16 at +inf')
    """

    reason: str
    numbers: Mapping[str, Measured]

    def __new__(cls, verdict: str, reason: str, numbers: Mapping[str, Measured] | None = None) -> "Verdict":
        """Make one."""
        made = super().__new__(cls, verdict)
        object.__setattr__(made, "reason", reason)
        object.__setattr__(made, "numbers", MappingProxyType(dict(numbers or {})))
        return made

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"verdicts are immutable; got a new {name}")

    def __reduce__(self) -> tuple[Any, ...]:
        return Verdict, (self.verdict, self.reason, dict(self.numbers))

    def __repr__(self) -> str:
        return f"Verdict({self.verdict!r}, reason={self.reason!r})"

    @property
    def verdict(self) -> str:
        """The answer."""
        return str.__str__(self)

    @property
    def decided(self) -> bool:
        """Whether there is an answer."""
        return self.verdict != UNDECIDED

    def as_dict(self) -> dict[str, Any]:
        """Return the verdict as plain objects."""
        numbers = {name: {"value": n.value, "error": n.error} for name, n in self.numbers.items()}
        return {"verdict": self.verdict, "reason": self.reason, "numbers": numbers}


VERDICTS = ("growth", "saturation", "regularity", "monotonicity", "parity")


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """The classes that an activation belongs to; made by `fastsig.classify`.

    Attributes
    ----------
    name : str
        What the activation is called; nothing rests on it.
    growth : Verdict
        "bounded", "sublinear" (unbounded, slopes 0 at the ends), "linear" or "superlinear": the larger growth
        of the two ends. A superlinear phi is outside of the class of fastsig.
    saturation : Verdict
        "saturating" (phi has finite limits at both ends), "half-saturating" (at one), "not saturating".
    regularity : Verdict
        "kinked" (phi' jumps), else C^1: "C1, infinite curvature", "C1, phi'' jumps" or "C1, finite curvature".
    monotonicity : Verdict
        "increasing", "decreasing", "constant" or "neither", by essential inf and sup of phi'.
    parity : Verdict
        "odd", "even", "zero" or "neither".
    lipschitz : Measured
        Lipschitz constant of phi: sup abs(phi').
    well_posedness : mapping of str to Verdict
        By component of the signature: "finite", "infinite" or "no limit", with the reason.
    kinks, bends : tuple of float
        Where phi' jumps; where phi' does not but phi'' does.
    message : str
        "ok", or what the numbers leave open.
    """

    name: str
    growth: Verdict
    saturation: Verdict
    regularity: Verdict
    monotonicity: Verdict
    parity: Verdict
    lipschitz: Measured
    well_posedness: Mapping[str, Verdict] = field(hash=False)
    kinks: tuple[float, ...]
    bends: tuple[float, ...]
    message: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "well_posedness", MappingProxyType(dict(self.well_posedness)))

    def __reduce__(self) -> tuple[Any, ...]:
        values = {one.name: getattr(self, one.name) for one in fields(self)}
        return Taxonomy, tuple((values | {"well_posedness": dict(self.well_posedness)}).values())

    @property
    def decided(self) -> bool:
        """Whether every verdict is decided."""
        return all(getattr(self, name).decided for name in VERDICTS) and all(
            one.decided for one in self.well_posedness.values()
        )

    def as_dict(self) -> dict[str, Any]:
        """Return everything as plain objects, for JSON (infinities are floats)."""
        return {
            "name": self.name,
            **{name: getattr(self, name).as_dict() for name in VERDICTS},
            "lipschitz": {"value": self.lipschitz.value, "error": self.lipschitz.error},
            "well_posedness": {name: one.as_dict() for name, one in self.well_posedness.items()},
            "kinks": list(self.kinks),
            "bends": list(self.bends),
            "message": self.message,
        }

    def __repr__(self) -> str:
        lines = [f"Taxonomy of {self.name}"]
        for name in VERDICTS:
            one: Verdict = getattr(self, name)
            lines.append(f"  {name:<13} {one.verdict:<22} {one.reason}")
        lines.append(f"  {'Lipschitz':<13} {self.lipschitz}")
        groups: dict[tuple[str, str], list[str]] = {}
        for name, one in self.well_posedness.items():
            groups.setdefault((one.verdict, one.reason), []).append(name)
        lines += [f"  {verdict:<13} {', '.join(names)}: {reason}" for (verdict, reason), names in groups.items()]
        if self.message != "ok":
            lines.append(f"  {self.message}")
        return "\n".join(lines)
