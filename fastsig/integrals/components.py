"""Named numbers: one value for each component that was asked for."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, final

# The Gaussian components of a signature, in the order of the C library.
COMPONENTS = ("m1", "g1", "g2", "m2", "eta")


@final
class Components:
    """A read-only set of values by component name, as attributes and items.

    Parameters
    ----------
    values : mapping of str
        The values by name.
    decode : callable, optional
        What turns a stored value into the one that is shown, when it is asked for.

    Examples
    --------
    >>> from fastsig.integrals.components import Components
    >>> c = Components({"m1": 0.5, "g1": 0.25})
    >>> c.m1, c["g1"], list(c)
    (0.5, 0.25, ['m1', 'g1'])
    """

    __slots__ = ("_decode", "_values")

    def __init__(self, values: Mapping[str, Any], decode: Callable[[Any], Any] | None = None) -> None:
        object.__setattr__(self, "_values", dict(values))
        object.__setattr__(self, "_decode", decode)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):  # copy and pickle look here before _values exists
            raise AttributeError(name)
        try:
            return self[name]
        except KeyError:
            raise AttributeError(f"no component {name!r}; there are {', '.join(self._values)}") from None

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError("components are read-only")

    def __getitem__(self, name: str) -> Any:
        value = self._values[name]
        return value if self._decode is None else self._decode(value)

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def __reduce__(self) -> tuple[Any, ...]:
        return Components, (self._values, self._decode)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Components) and self._values == other._values

    __hash__ = None  # type: ignore[assignment]

    def __repr__(self) -> str:
        return "Components(" + ", ".join(f"{name}={value!r}" for name, value in self.as_dict().items()) + ")"

    def raw(self) -> dict[str, Any]:
        """Return the stored values by name, not decoded, in a new dict."""
        return dict(self._values)

    def as_dict(self) -> dict[str, Any]:
        """Return the values by name, in a new dict."""
        return {name: self[name] for name in self._values}
