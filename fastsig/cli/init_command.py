"""``fastsig init``: gains and critical initialisation."""

import argparse
import warnings
from typing import TYPE_CHECKING, Any, NamedTuple

from fastsig.cli.names import Named, add_names, read_activations
from fastsig.cli.tables import aligned, number_text, plain
from fastsig.cli.usage import Outcome, UsageError

if TYPE_CHECKING:
    from fastsig.mean_field.critical import Initialisation

DESCRIPTION = """\
How to initialise a network with an activation: weights of variance sigma_w^2/fan_in,
biases of variance sigma_b^2.

  forward    sqrt(q/m2)            keeps the mean square of activations (He)
  backward   1/sqrt(g2)            keeps the mean square of gradients
  variance   sqrt(q/(m2 - m1^2))   keeps the variance of activations
  sigma_w, sigma_b                 the edge of chaos with the fixed point q: gradients and
                                   correlations neither grow nor fade; V' > 1: q repels

with m1 = E phi(x), m2 = E phi(x)^2, g2 = E phi'(x)^2, x = sqrt(q) Z."""
EPILOG = """\
examples:
  fastsig init gelu
  fastsig init all
  fastsig init swish --q 20 --format json

JSON has the schema fastsig.init/1; "nan" stands for what does not exist. That there is
no critical point is an answer, with exit status 0."""
SCHEMA = "fastsig.init/1"
DIGITS = 15
GAINS = ("forward", "backward", "variance")
POINT = ("sigma_w", "sigma_b", "v_slope")


class Found(NamedTuple):
    """What is known of one activation."""

    phi: Named
    gains: dict[str, float]
    point: "Initialisation"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_names(parser)
    parser.add_argument("--q", default="1", metavar="Q", help="variance of preactivations, in (0, 1e100] (default 1)")
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table", help="default: table")


def run(options: argparse.Namespace) -> Outcome:
    """Return gains and critical points as text."""
    from fastsig.arguments import number
    from fastsig.mean_field.critical import critical_init
    from fastsig.mean_field.gains import gain

    found = []
    for phi in read_activations(options.names):
        try:
            q = number("--q", options.q)
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the message is printed
                point = critical_init(phi.activation, q)
            gains = {kind: float(gain(phi.activation, kind, q=q)) for kind in GAINS}
        except ValueError as error:
            raise UsageError(str(error).replace("q must", "--q must", 1).replace("----", "--")) from None
        found.append(Found(phi, gains, point))
    if options.format == "json":
        return Outcome(_json(found, q))
    if options.format == "csv":
        return Outcome(_csv(found))
    return Outcome(_one(found[0]) if len(found) == 1 else _table(found))


def _numbers(one: Found) -> list[float]:
    return [*one.gains.values(), *(getattr(one.point, name) for name in POINT)]


def _one(one: Found) -> str:
    rows = [[name, number_text(value, DIGITS)] for name, value in zip((*GAINS, *POINT), _numbers(one), strict=True)]
    remark = "" if one.point.message == "ok" else f"\n{one.point.message}\n"
    return f"{one.phi.label}: {one.phi.formula}, q = {plain(one.point.q)}\n\n{aligned(['', 'value'], rows)}\n{remark}"


def _table(found: list[Found]) -> str:
    rows = [[one.phi.label, *(number_text(value, 9) for value in _numbers(one))] for one in found]
    remarks = [f"{one.phi.label}: {one.point.message}" for one in found if one.point.message != "ok"]
    text = aligned(["activation", *GAINS, *POINT], rows)
    return "\n".join([text, "", *remarks, ""] if remarks else [text, ""])


def _json(found: list[Found], q: float) -> str:
    import json

    from fastsig.cli.plain_numbers import json_number
    from fastsig.version import __version__

    results: list[dict[str, Any]] = [
        {
            "activation": one.phi.activation.name,
            "parameters": one.phi.parameters,
            "gain": {kind: json_number(value) for kind, value in one.gains.items()},
            **{name: json_number(getattr(one.point, name)) for name in POINT},
            "sigma_b_error": json_number(one.point.error),
            "exists": one.point.exists,
            "message": one.point.message,
        }
        for one in found
    ]
    return json.dumps({"schema": SCHEMA, "version": __version__, "q": q, "results": results}, indent=1) + "\n"


def _csv(found: list[Found]) -> str:
    from fastsig.cli.csv_text import csv_text

    head = ["activation", "parameters", "q", *GAINS, *POINT, "exists", "message"]
    rows = [
        [
            one.phi.activation.name,
            ";".join(f"{name}={plain(value)}" for name, value in one.phi.parameters.items()),
            plain(one.point.q),
            *(plain(value) for value in _numbers(one)),
            str(one.point.exists).lower(),
            one.point.message,
        ]
        for one in found
    ]
    return csv_text(head, rows)
