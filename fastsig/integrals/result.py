"""`Moments`: what `fastsig.moments` returns."""

from dataclasses import FrozenInstanceError
from typing import Any, final

from fastsig.integrals.components import Components
from fastsig.integrals.found import Found, Stored, status_message
from fastsig.integrals.methods import method_names


@final
class Moments:
    """Gaussian moments with their errors; one attribute for each name in `which`.

    Errors and methods may be computed only when they are first asked for.

    Attributes
    ----------
    values : Components
        The moments: floats, or arrays in the shape of the broadcast inputs,
        with a first axis for the activations if a list of them was given.
    error : Components
        Absolute errors, same names and shapes.
    error_kind : {"bound", "estimate"}
        A bound is never exceeded by the true error.
    method : str
        The methods behind the numbers, joined by "+".
    methods : Components
        The method of each number, same names and shapes.
    nfev : int
        Number of points at which phi and phi' were evaluated (0 for tables and
        closed forms).
    status : int
        0, or the status code of a point that missed its accuracy.
    success : bool
        Whether status is 0.
    message : str
        "ok", or what went wrong.
    """

    __slots__ = ("_components", "_found")

    _found: Found
    _components: dict[str, Components]

    def __init__(self, found: Found) -> None:
        object.__setattr__(self, "_found", found)
        object.__setattr__(self, "_components", {})

    def _field(self, field: Any) -> Components:
        kept = self._components
        if field not in kept:
            kept[field] = Components(self._found.by_name(field), method_names if field == "method" else None)
        return kept[field]

    @property
    def values(self) -> Components:
        """The moments by name."""
        return self._field("value")

    @property
    def error(self) -> Components:
        """Absolute errors by name."""
        return self._field("error")

    @property
    def methods(self) -> Components:
        """The method of each number."""
        return self._field("method")

    @property
    def method(self) -> str:
        """The methods behind the numbers, joined by "+"."""
        return self._found.method

    @property
    def error_kind(self) -> str:
        """Whether errors are a "bound" or an "estimate"."""
        return self._found.error_kind

    @property
    def nfev(self) -> int:
        """Number of points at which phi and phi' were evaluated."""
        return self._found.nfev

    @property
    def status(self) -> int:
        """0, or the status code of a point that missed its accuracy."""
        return self._found.status

    @property
    def success(self) -> bool:
        """Whether every number reached the accuracy aimed at."""
        return self._found.status == 0

    @property
    def message(self) -> str:
        """What `status` means."""
        return status_message(self._found.status)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):
            raise AttributeError(name)
        return getattr(self._field("value"), name)

    def __getitem__(self, name: str) -> Any:
        return self._field("value")[name]

    def __setattr__(self, name: str, value: Any) -> None:
        raise FrozenInstanceError(f"moments are read-only; {name} cannot be set")

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Moments):
            return NotImplemented
        mine, others = self.values.raw(), other.values.raw()
        if list(mine) != list(others):
            return False
        if all(isinstance(value, float) for value in (*mine.values(), *others.values())):
            return mine == others
        import numpy as np

        return all(np.array_equal(mine[name], others[name]) for name in mine)

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        found = self._found
        fields = {field: dict(found.by_name(field)) for field in ("value", "error", "method")}
        return _restore, (fields, found.method, found.error_kind, found.nfev, found.status)

    def __repr__(self) -> str:
        lines = [f"Moments ({self.method}; errors: {self.error_kind})"]
        lines += [f"  {name:>4} = {self.values[name]!r}  +- {self.error[name]!r}" for name in self.values]
        return "\n".join(lines)


def _restore(fields: dict[str, Any], method: str, error_kind: str, nfev: int, status: int) -> Moments:
    return Moments(Stored(fields, method, error_kind, nfev, status))
