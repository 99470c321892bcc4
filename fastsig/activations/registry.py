"""Built-in activations by name."""

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.arguments import is_number
from fastsig.targets.cpu import check, ffi, lib, text

if TYPE_CHECKING:
    from fractions import Fraction


@lru_cache(maxsize=1)
def _known() -> dict[str, Any]:
    """Descriptions by name, in the order of the names."""
    known = {}
    for number in range(lib.fastsig_activation_count()):
        info = ffi.new("fastsig_activation_info *")
        check(lib.fastsig_activation_describe(number, info))
        known[text(info.name)] = info
    return dict(sorted(known.items()))


@lru_cache(maxsize=1)
def aliases() -> dict[str, str]:
    """Return the built-in that each second name stands for."""
    return {text(info.alias): name for name, info in _known().items() if info.alias != ffi.NULL}


def activation_names() -> tuple[str, ...]:
    """Return the names of the built-in activations.

    Returns
    -------
    tuple of str
        In alphabetical order.

    Examples
    --------
    >>> import fastsig
    >>> "gelu" in fastsig.activation_names()
    True
    """
    return tuple(_known())


def _canonical(name: str) -> str:
    if name in _known():
        return name
    if name in aliases():
        return aliases()[name]
    from difflib import get_close_matches

    everything = [*_known(), *aliases()]
    close = get_close_matches(name.lower(), everything, n=3)
    hint = f"did you mean {' or '.join(map(repr, close))}?" if close else f"there are {', '.join(everything)}"
    raise ValueError(f"no built-in activation is called {name!r}; {hint}")


def _exact(name: str, value: Any) -> "Fraction":
    from decimal import Decimal
    from fractions import Fraction

    kind = type(value)
    try:
        if isinstance(value, (str, Fraction, Decimal, int, float)) and kind is not bool:
            return Fraction(value)
        if is_number(value) and kind is not bool:  # NumPy's
            return Fraction(float(value))
    except (ValueError, OverflowError, ZeroDivisionError):
        raise ValueError(f"{name} must be a finite number; got {value!r}") from None
    raise TypeError(f"{name} must be a real number; got {value!r}")


def activation(name: str, **parameters: Any) -> BuiltIn:
    """Return a built-in activation.

    Parameters
    ----------
    name : str
        One of `activation_names()`, or "silu" for swish.
    **parameters : float, int, str, Fraction or Decimal
        The parameter, by its name: `slope` of leaky_relu in [-10, 10] (default
        1/100), `beta` of swish in (0, 100] (default 1), `eps` of crrelu in
        [-10, 10] (default 1/100), `a` of snake in (0, 100] (default 1), ...;
        ``fastsig list`` shows all. Strings and Fractions are exact, a float is the
        exact double.

    Returns
    -------
    BuiltIn
        An `Activation`.

    Raises
    ------
    ValueError
        Unknown name (with the close matches); parameter out of range.
    TypeError
        Unknown parameter, or one that is no number.

    Examples
    --------
    >>> import fastsig
    >>> round(fastsig.activation("swish", beta=1.702)(1.0), 12)
    0.845795765933
    """
    if not isinstance(name, str):
        raise TypeError(f"the name of an activation must be a str; got {name!r}")
    return _activation(_canonical(name), tuple(sorted(parameters.items())))


def _activation(name: str, given: tuple[tuple[str, Any], ...]) -> BuiltIn:
    info = _known()[name]
    allowed = None if info.parameter_name == ffi.NULL else text(info.parameter_name)
    for key, _ in given:
        if key != allowed:
            takes = f"the parameter {allowed!r}" if allowed else "no parameter"
            raise TypeError(f"{name} takes {takes}; got {key!r}")
    if allowed is None:
        return BuiltIn(name)
    if not given:
        # The shortest decimal of the default is the default (1/100, not its double).
        return BuiltIn(name, _exact(allowed, repr(info.parameter_default)))
    value = _exact(allowed, given[0][1])
    low, high = info.parameter_low, info.parameter_high
    # Compared as the double that C will get: 1e-400 is 0 there.
    if not low <= value <= high or (info.parameter_low_open and float(value) == low):
        bracket = "(" if info.parameter_low_open else "["
        raise ValueError(f"{allowed} of {name} must be in {bracket}{low:g}, {high:g}]; got {given[0][1]!r}")
    return BuiltIn(name, value)


_default = lru_cache(maxsize=256)(activation)

ActivationLike = Activation | str


def resolve(phi: ActivationLike) -> Activation:
    """Return the activation that a name, or an Activation itself, stands for."""
    if isinstance(phi, Activation):
        return phi
    if isinstance(phi, str):
        return _default(phi)
    raise TypeError(
        f"an activation must be an Activation or the name of one (activation_names() lists them); got {phi!r}"
    )


@lru_cache(maxsize=64)
def _defaults(*names: ActivationLike) -> tuple[Activation, ...]:
    """Resolve the same list again and again."""
    return tuple(resolve(name) for name in names)


def resolve_all(phi: ActivationLike | Sequence[ActivationLike]) -> tuple[tuple[Activation, ...], bool]:
    """Return activations as a tuple, and whether a sequence of them was given."""
    if isinstance(phi, (list, tuple)):
        try:
            return _defaults(*phi), True
        except TypeError:  # one of them cannot be hashed, or is nothing like an activation
            return tuple(resolve(one) for one in phi), True
    return (resolve(phi),), False  # type: ignore[arg-type]
