"""`Moments`: what `fastsig.moments` returns, and what it shares with a signature."""

from typing import Any, final

from fastsig.integrals.components import Components
from fastsig.integrals.found import Found, Stored
from fastsig.integrals.methods import method_names


class Result:
    """Numbers that were found, with their errors and how they came about; read-only.

    One attribute for each number. Errors and methods may be computed only when they
    are first asked for.
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
        """The numbers by name."""
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
        return self._found.message

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # copy and pickle look here before there is anything
            raise AttributeError(name)
        values = self._field("value")
        try:
            return values[name]
        except KeyError:
            raise AttributeError(f"no component {name!r}; there are {', '.join(values)}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        from dataclasses import FrozenInstanceError  # brings much that a scalar answer does without

        raise FrozenInstanceError(f"a {type(self).__name__} is read-only; {name} cannot be set")

    def _stored(self) -> Stored:
        """Return the same numbers as they are now, for pickles."""
        found = self._found
        fields = {field: dict(found.by_name(field)) for field in ("value", "error", "method")}
        return Stored(fields, found.method, found.error_kind, found.nfev, found.status, found.message)


@final
class Moments(Result):
    """Gaussian moments with their errors; one attribute for each name in `which`.

    Errors and methods may be computed only when they are first asked for.

    Attributes
    ----------
    values : Components
        The moments: floats, or arrays in the shape of the broadcast inputs,
        with a first axis for the activations if a list of them was given.
    error : Components
        Absolute errors, same names and shapes.
    error_kind : {"bound", "estimate", "standard_error"}
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

    __slots__ = ()

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

    def __getitem__(self, name: str) -> Any:
        return self._field("value")[name]

    def __reduce__(self) -> tuple[Any, ...]:
        return Moments, (self._stored(),)

    def __repr__(self) -> str:
        lines = [f"Moments ({self.method}; errors: {self.error_kind})"]
        lines += [f"  {name:>4} = {self.values[name]!r}  +- {self.error[name]!r}" for name in self.values]
        return "\n".join(lines)
