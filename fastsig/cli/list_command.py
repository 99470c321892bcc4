"""``fastsig list``: the built-in activations."""

import argparse
from typing import Any, NamedTuple

from fastsig.cli.tables import aligned, plain
from fastsig.cli.usage import Outcome

DESCRIPTION = "List the built-in activations: names, second names, formulas, parameters with default and range."
EPILOG = "A parameter is given after a colon: fastsig signature leaky_relu:slope=0.2"
SCHEMA = "fastsig.list/1"


class Parameter(NamedTuple):
    """A parameter of an activation: its default and its range."""

    name: str
    default: float
    low: float
    high: float
    low_included: bool

    def __str__(self) -> str:
        bracket = "[" if self.low_included else "("
        return f"{self.name} = {plain(self.default)} in {bracket}{plain(self.low)}, {plain(self.high)}]"


class Entry(NamedTuple):
    """One built-in."""

    name: str
    alias: str
    formula: str
    parameter: Parameter | None


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table", help="default: table")


def entries() -> list[Entry]:
    """Return what the library knows of its activations, by name."""
    from fastsig.targets.cpu import check, ffi, lib, text

    def optional(pointer: Any) -> str:
        return "" if pointer == ffi.NULL else text(pointer)

    found = []
    for number in range(lib.fastsig_activation_count()):
        info = ffi.new("fastsig_activation_info *")
        check(lib.fastsig_activation_describe(number, info))
        parameter = None
        if info.parameter_name != ffi.NULL:
            parameter = Parameter(
                text(info.parameter_name),
                info.parameter_default,
                info.parameter_low,
                info.parameter_high,
                not info.parameter_low_open,
            )
        found.append(Entry(text(info.name), optional(info.alias), text(info.formula), parameter))
    return sorted(found)


def run(options: argparse.Namespace) -> Outcome:
    """Return the list as text."""
    known = entries()
    if options.format == "json":
        return Outcome(_json(known))
    rows = [(e.name, e.alias, e.formula, str(e.parameter) if e.parameter else "") for e in known]
    head = ("activation", "alias", "formula", "parameter")
    if options.format == "csv":
        from fastsig.cli.csv_text import csv_text

        return Outcome(csv_text(head, rows))
    return Outcome(aligned(head, rows, left=range(4)) + "\n")


def _json(known: list[Entry]) -> str:
    import json

    from fastsig.version import __version__

    activations = [
        {
            "activation": e.name,
            "aliases": [e.alias] if e.alias else [],
            "formula": e.formula,
            "parameters": [e.parameter._asdict()] if e.parameter else [],
        }
        for e in known
    ]
    return json.dumps({"schema": SCHEMA, "version": __version__, "activations": activations}, indent=1) + "\n"
