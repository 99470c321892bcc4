"""Gaussian functionals that were found, in the three forms in which they come.

All three answer the same questions: the values, errors and method codes by name,
in their final shape, and how they came about. What was not kept is computed when it is
first asked for.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from struct import Struct
from typing import Any, Literal, Protocol

from fastsig.integrals.methods import METHOD_NAMES
from fastsig.targets.cpu import ffi, lib, text

Field = Literal["value", "error", "method"]


class Found(Protocol):
    """Results by name."""

    @property
    def nfev(self) -> int:
        """Number of points at which phi was evaluated."""

    @property
    def status(self) -> int:
        """0, or why the accuracy was missed."""

    @property
    def method(self) -> str:
        """The methods behind the values, joined by "+"."""

    @property
    def error_kind(self) -> str:
        """Whether errors are a "bound" or an "estimate"."""

    @property
    def message(self) -> str:
        """What the status means, in one line."""

    def by_name(self, field: Field) -> dict[str, Any]:
        """Return values, errors or method codes by name."""


class Stored:
    """Numbers or arrays that are there already."""

    __slots__ = ("_fields", "error_kind", "message", "method", "nfev", "status")

    def __init__(
        self,
        fields: Mapping[str, dict[str, Any]],
        method: str,
        error_kind: str,
        nfev: int,
        status: int,
        message: str | None = None,
    ) -> None:
        self._fields = fields
        self.method = method
        self.error_kind = error_kind
        self.nfev = nfev
        self.status = status
        self.message = status_message(status) if message is None else message

    def by_name(self, field: Field) -> dict[str, Any]:
        """Return values, errors or method codes by name."""
        return self._fields[field]


class Built:
    """What is made from something else that was found: it came about in the same way."""

    __slots__ = ("_found", "error_kind", "message", "method", "status")

    def __init__(self, found: Found) -> None:
        self._found = found
        self.method, self.error_kind = found.method, found.error_kind
        self.status, self.message = found.status, found.message

    @property
    def nfev(self) -> int:
        """Number of points at which phi was evaluated."""
        return self._found.nfev


class Kind(Protocol):
    """What makes arrays of another library."""

    def results(self, values: Mapping[str, Any], errors: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return values and errors by name as its arrays."""


class OfKind(Built):
    """What was found, values and errors as arrays of another library."""

    __slots__ = ("_kind",)

    def __init__(self, found: Found, kind: Kind) -> None:
        super().__init__(found)
        self._kind = kind

    def by_name(self, field: Field) -> dict[str, Any]:
        """Return values, errors or method codes by name."""
        if field == "method":
            return self._found.by_name(field)
        values, errors = self._kind.results(self._found.by_name("value"), self._found.by_name("error"))
        return values if field == "value" else errors


class AtPoint:
    """One built-in at one point: a `fastsig_point` of the C library."""

    __slots__ = ("_codes", "_names", "_numbers")

    def __init__(self, names: Sequence[tuple[str, int]], point: Any) -> None:
        self._names = names  # with their places among the components
        self._numbers = numbers = _POINT.unpack(ffi.buffer(point))
        self._codes = numbers[10:15] if len(names) == 5 else tuple(numbers[10 + place] for _, place in names)

    @property
    def nfev(self) -> int:
        """Number of points at which phi was evaluated."""
        result: int = self._numbers[16]
        return result

    @property
    def status(self) -> int:
        """0, or why the accuracy was missed."""
        result: int = self._numbers[15]
        return result

    @property
    def message(self) -> str:
        """What the status means, in one line."""
        return status_message(self.status)

    @property
    def method(self) -> str:
        """The methods behind the values, joined by "+"."""
        return _by_codes(self._codes)[0]

    @property
    def error_kind(self) -> str:
        """Whether errors are a "bound" or an "estimate"."""
        return _by_codes(self._codes)[1]

    def by_name(self, field: Field) -> dict[str, Any]:
        """Return values, errors or method codes by name."""
        numbers, first = self._numbers, _FIRST[field]
        return {name: numbers[first + place] for name, place in self._names}


# fastsig_point: 5 values, 5 errors, 5 method codes, status, evaluations.
_POINT = Struct("10d6iq")
_FIRST = {"value": 0, "error": 5, "method": 10}


def status_message(status: int) -> str:
    """Return one line in English for a status code."""
    return "ok" if status == 0 else text(lib.fastsig_status_message(status))


# Bit m is set for method m.
_BOUNDS = sum(1 << code for code in range(lib.FASTSIG_METHOD_GAUSS_TRAPEZOID + 1) if lib.fastsig_method_has_bound(code))


def kind(mask: int) -> str:
    """Return the kind of the errors of built-ins by a set of methods."""
    return "estimate" if mask & ~_BOUNDS else "bound"


@lru_cache(maxsize=256)
def joined(mask: int) -> str:
    """Return the names of a set of methods, joined by "+"."""
    return "+".join(name for code, name in enumerate(METHOD_NAMES) if mask >> code & 1)


@lru_cache(maxsize=256)
def _by_codes(codes: tuple[int, ...]) -> tuple[str, str]:
    """Return the names of methods, joined, and the kind of their errors."""
    mask = 0
    for code in codes:
        mask |= 1 << code
    return joined(mask), kind(mask)
