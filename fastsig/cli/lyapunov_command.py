"""``fastsig lyapunov``: stability certificates of x -> phi(a x + b)."""

import argparse
import json
import math
from typing import TYPE_CHECKING, Any

from fastsig.cli.figures import add_output, check_output, write_figure
from fastsig.cli.names import read_activations
from fastsig.cli.tables import aligned, error_text
from fastsig.cli.usage import Outcome, UsageError

if TYPE_CHECKING:
    from fastsig.lyapunov.contraction_certificate import Contraction
    from fastsig.lyapunov.fixed_point import FixedPoints
    from fastsig.lyapunov.primitive_certificate import PrimitiveDescent

SCHEMA = "fastsig.lyapunov/1"
MOST_ROWS = 20  # of fixed points in a table
# What of a certificate is shown in JSON, the statement and the domain apart.
CONTRACTION = ("rate", "rate_error", "fixed_point", "fixed_point_error", "entry_steps", "excess")
DESCENT = ("smoothness", "smoothness_error", "descent", "converges", "reason", "excess")
DESCRIPTION = """\
Certify the stability of the recursion x -> phi(a x + b): a contraction with its rate, the descent of the energy
E(x) = x^2/2 - F(a x + b)/a, and all fixed points with their multipliers."""
EPILOG = """\
examples:
  fastsig lyapunov tanh --a 3
  fastsig lyapunov gelu --a 0.8 --b 0.1 -o energy.png
  fastsig lyapunov tanh --a 0.5 --prove --format json

A certificate that is refused is shown with the hypothesis that fails and the margin. --prove proves the
hypotheses in ball arithmetic (extra 'certified'). Exit status 1 means that neither certificate exists."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("name", metavar="NAME", help="an activation, as in leaky_relu:slope=0.2")
    parser.add_argument("--a", default="1", metavar="A", help="weight, not 0 (default 1)")
    parser.add_argument("--b", default="0", metavar="B", help="bias (default 0)")
    parser.add_argument("--prove", action="store_true", help="prove the hypotheses")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    add_output(parser, "the energy with trajectories")


def run(options: argparse.Namespace) -> Outcome:
    """Look for both certificates and return text."""
    check_output(options.output)
    named = read_activations([options.name])
    if len(named) != 1:
        raise UsageError("lyapunov takes one activation; got all")
    from fastsig.lyapunov import contraction, fixed_points, primitive
    from fastsig.lyapunov.hypothesis import HypothesisError

    phi, found, refused = named[0].activation, {}, {}
    try:
        points = fixed_points(phi, options.a.strip(), options.b.strip())
    except ValueError as error:
        raise UsageError(str(error)) from None
    for name, search in (("contraction", contraction), ("primitive", primitive)):
        try:
            found[name] = search(phi, options.a.strip(), options.b.strip())
        except HypothesisError as error:
            refused[name] = error
    proofs = {name: _proof(one) for name, one in found.items()} if options.prove else {}
    if options.output is not None and found:
        from fastsig.plot.lyapunov_figure import lyapunov_figure

        shown = found.get("primitive") or found["contraction"]
        write_figure(lambda: lyapunov_figure(shown), options.output)
    if options.format == "json":
        text = _json(named[0].label, *_weights(options.a, options.b), points, found, refused, proofs)
    else:
        text = _table(named[0].label, points, found, refused, proofs)
    if found:
        return Outcome(text)
    return Outcome(text, "neither certificate exists" + (", and no figure was written" if options.output else ""))


def _proof(certificate: "Contraction | PrimitiveDescent") -> str:
    """Say what is proved, or why it is not."""
    from fastsig.errors import DigitsNotReachedError

    try:
        return f"proved: {certificate.prove().statement}"
    except (ValueError, DigitsNotReachedError) as error:
        return f"not proved: {error}"


def _table(
    label: str,
    points: "FixedPoints",
    found: "dict[str, Contraction | PrimitiveDescent]",
    refused: dict[str, Any],
    proofs: dict[str, str],
) -> str:
    lines = []
    for name in ("contraction", "primitive"):
        lines.append(f"{name}: {found[name].statement if name in found else f'refused, {refused[name]}'}")
        if name in proofs:
            lines.append(f"  {proofs[name]}")
    rows = [
        [f"{p.x:.15g}", error_text(p.error), f"{p.multiplier_left:.10g}", f"{p.multiplier_right:.10g}", p.stability]
        for p in points
    ]
    lines.append("")
    more = len(rows) - MOST_ROWS
    if more > 0:
        rows = rows[: MOST_ROWS // 2] + rows[-(MOST_ROWS // 2) :]
    if rows:
        lines.append(aligned(("fixed point", "error", "slope left", "slope right", ""), rows, left=(1, 4)))
    if more > 0:
        lines.append(f"and {more} more between these; --format json has all")
    lines += [f"fixed points fill [{one.low:g}, {one.high:g}]" for one in points.intervals]
    if not rows and not points.intervals:
        lines.append("no fixed points")
    if points.message != "ok":
        lines.append(points.message)
    return f"{label}\n" + "\n".join(lines) + "\n"


def _weights(a: str, b: str) -> tuple[float, float]:
    """Return the doubles that are used."""
    from fastsig.lyapunov.recursion import read_recursion

    recursion = read_recursion("identity", a.strip(), b.strip())
    return recursion.a, recursion.b


def _json(
    label: str,
    a: float,
    b: float,
    points: "FixedPoints",
    found: "dict[str, Contraction | PrimitiveDescent]",
    refused: dict[str, Any],
    proofs: dict[str, str],
) -> str:
    from fastsig.lyapunov.contraction_certificate import Contraction
    from fastsig.version import __version__

    certificates: dict[str, Any] = {}
    for name, one in found.items():
        shown = ("domain", *CONTRACTION) if isinstance(one, Contraction) else ("domain", *DESCENT)
        certificates[name] = {"statement": one.statement, **{key: _plain(getattr(one, key)) for key in shown}}
        if name in proofs:
            certificates[name]["proof"] = proofs[name]
    for name, error in refused.items():
        certificates[name] = {
            "refused": error.hypothesis,
            "margin": _plain(error.margin),
            "margin_error": _plain(error.margin_error),
            "message": str(error),
        }
    fixed = [
        {
            "x": p.x,
            "error": p.error,
            "multiplier_left": p.multiplier_left,
            "multiplier_right": p.multiplier_right,
            "multiplier_error": p.multiplier_error,
            "stability": p.stability,
        }
        for p in points
    ]
    whole = {
        "schema": SCHEMA,
        "version": __version__,
        "activation": label,
        "a": a,
        "b": b,
        **certificates,
        "fixed_points": fixed,
        "fixed_intervals": [_plain((one.low, one.high)) for one in points.intervals],
        "undecided": _plain(points.undecided),
        "complete": points.complete,
        "message": points.message,
    }
    return json.dumps(whole, indent=1, allow_nan=False) + "\n"


def _plain(value: Any) -> Any:
    """Return what JSON can write: infinities and NaN as words, tuples as lists."""
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, float) and not math.isfinite(value) else value
