"""``fastsig classify``: to which classes activations belong."""

import argparse
import json
import math
from typing import TYPE_CHECKING, Any

from fastsig.cli.figures import add_output, check_output, write_figure
from fastsig.cli.names import Named, add_names, read_activations
from fastsig.cli.tables import aligned
from fastsig.cli.usage import Outcome

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from fastsig.taxonomy.definition import Taxonomy

SCHEMA = "fastsig.classify/1"
DESCRIPTION = """\
Say to which classes activations belong, from limits and numbers: growth, saturation, regularity, monotonicity,
parity, Lipschitz constant, and which components of the signature are finite.

Several activations give one line each; a single one is shown with the reasons."""
EPILOG = """\
examples:
  fastsig classify all
  fastsig classify gelu -o gelu.png
  fastsig classify leaky_relu:slope=0.2 elu mish --format json

-o draws a single activation with its slopes and its curvature, several ones by their signatures at
sigma = 1. JSON has every number behind each verdict with its error; an infinite one is the string "inf",
one that does not exist is "nan"."""

HEAD = ("activation", "growth", "saturation", "regularity", "monotone", "parity", "Lipschitz", "infinite or none")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_names(parser)
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table", help="default: table")
    add_output(parser, "a figure")


def run(options: argparse.Namespace) -> Outcome:
    """Classify and return text; write the figure if one is asked for."""
    check_output(options.output)
    named = read_activations(options.names)
    from fastsig.taxonomy.compute import classify

    found = [classify(one.activation) for one in named]
    if options.output is not None:
        write_figure(lambda: _figure(named), options.output)
    if options.format == "json":
        return Outcome(_json(named, found))
    rows = [_row(one.label, taxonomy) for one, taxonomy in zip(named, found, strict=True)]
    if options.format == "csv":
        from fastsig.cli.csv_text import csv_text

        return Outcome(csv_text(HEAD, rows))
    if len(named) == 1:
        _, _, rest = repr(found[0]).partition("\n")
        return Outcome(f"{named[0].label}: {named[0].formula}\n{rest}\n")
    return Outcome(aligned(HEAD, rows, left=(0, 1, 2, 3, 4, 5, 7)) + "\n")


def _figure(named: list[Named]) -> "Figure":
    if len(named) == 1:
        from fastsig.plot.activation_figure import activation_figure

        return activation_figure(named[0].activation)
    from fastsig.plot.signature_figure import signature_figure

    return signature_figure([one.activation for one in named], labels=[one.label for one in named])


def _row(label: str, found: "Taxonomy") -> list[str]:
    missing = [name for name, one in found.well_posedness.items() if one.verdict != "finite"]
    verdicts = (found.growth, found.saturation, found.regularity, found.monotonicity, found.parity)
    return [label, *map(str, verdicts), f"{found.lipschitz.value:.6g}", ", ".join(missing) or "-"]


def _json(named: list[Named], found: "list[Taxonomy]") -> str:
    from fastsig.version import __version__

    results = [
        {"activation": one.activation.name, "parameters": one.parameters, **_finite(taxonomy.as_dict())}
        for one, taxonomy in zip(named, found, strict=True)
    ]
    for result in results:
        del result["name"]
    whole = {"schema": SCHEMA, "version": __version__, "results": results}
    return json.dumps(whole, indent=1, allow_nan=False) + "\n"


def _finite(value: Any) -> Any:
    """Replace numbers that JSON has not by text."""
    if isinstance(value, dict):
        return {name: _finite(one) for name, one in value.items()}
    if isinstance(value, list):
        return [_finite(one) for one in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
