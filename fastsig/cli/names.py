"""Activations on the command line: NAME, NAME:PARAMETER=VALUE, or all."""

from typing import TYPE_CHECKING, NamedTuple

from fastsig.cli.usage import UsageError

if TYPE_CHECKING:
    import argparse

    from fastsig.activations.definition import Activation


class Named(NamedTuple):
    """A built-in activation and what the user called it."""

    label: str
    activation: "Activation"
    formula: str
    parameters: dict[str, float]


def add_names(parser: "argparse.ArgumentParser") -> None:
    """Add NAME..., which `read_activations` reads."""
    parser.add_argument(
        "names",
        metavar="NAME",
        nargs="+",
        help="an activation ('fastsig list'), with its parameter as in leaky_relu:slope=0.2; or all",
    )


def read_activations(names: list[str]) -> list[Named]:
    """Return what the names stand for."""
    from fastsig.activations.registry import activation_names

    found = []
    for name in names:
        if name == "all":
            found += [_read_one(one) for one in activation_names()]
        else:
            found.append(_read_one(name.strip()))
    return found


def _read_one(label: str) -> Named:
    from fastsig.activations.labels import read_label

    try:
        phi = read_label(label)
    except (TypeError, ValueError) as error:
        said = str(error)
        said += "" if said.endswith("?") else ";"
        raise UsageError(f"{said} 'fastsig list' shows names, parameters and ranges") from None
    return Named(label, phi, phi.formula, {key: float(value) for key, value in phi.parameters.items()})
