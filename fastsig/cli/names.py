"""Activations on the command line: NAME, NAME:PARAMETER=VALUE, or all."""

from typing import TYPE_CHECKING, NamedTuple

from fastsig.cli.usage import UsageError

if TYPE_CHECKING:
    from fastsig.activations.definition import Activation


class Named(NamedTuple):
    """A built-in activation and what the user called it."""

    label: str
    activation: "Activation"
    formula: str
    parameters: dict[str, float]


def read_activations(names: list[str]) -> list[Named]:
    """Return what the names stand for."""
    from fastsig.activations.registry import activation_names

    found = []
    for name in names:
        if name == "all":
            found += [_named(one, one, {}) for one in activation_names()]
        else:
            found.append(_read_one(name.strip()))
    return found


def _named(label: str, name: str, parameters: dict[str, str]) -> Named:
    from fastsig.activations.registry import activation

    phi = activation(name, **parameters)
    return Named(label, phi, phi.formula, {key: float(value) for key, value in phi.parameters.items()})


def _read_one(text: str) -> Named:
    name, colon, given = text.partition(":")
    parameters: dict[str, str] = {}
    for part in given.split(",") if colon else ():
        key, equals, value = part.partition("=")
        if not (key and equals and value) or key in parameters:
            raise UsageError(f"parameters are written as in leaky_relu:slope=0.2; got {text!r}")
        parameters[key] = value
    try:
        return _named(text, name, parameters)
    except (TypeError, ValueError) as error:
        said = str(error)
        said += "" if said.endswith("?") else ";"
        raise UsageError(f"{said} 'fastsig list' shows names, parameters and ranges") from None
