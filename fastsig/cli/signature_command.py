"""``fastsig signature``: the nine components of activations."""

import argparse
from typing import TYPE_CHECKING

from fastsig.cli.names import add_names, read_activations
from fastsig.cli.tables import plain
from fastsig.cli.usage import Outcome, UsageError

if TYPE_CHECKING:
    from fastsig.cli.signature_text import Point

DESCRIPTION = """\
Compute the integral signature of activations phi at x = mean + sigma Z, Z
standard normal:

  m1 = E phi(x)     g1 = E phi'(x)     eta = E (x - mean) phi(x) phi'(x)
  m2 = E phi(x)^2   g2 = E phi'(x)^2   tv = total variation of phi'
  alpha+, alpha- = phi' at +inf, -inf  curvature = integral of phi''^2

Several points give one line each; a single one is shown with the error and the
method of each number, and with curvature_sup = sup |phi''|."""
EPILOG = """\
examples:
  fastsig signature all
  fastsig signature gelu --sigma 0.5 1 2
  fastsig signature leaky_relu:slope=0.2 crrelu:eps=-1/100 --mean -1
  fastsig signature gelu --sigma 0.1 --digits 50
  fastsig signature relu --method gauss_hermite --nodes 64

JSON (schema fastsig.signature/1) and CSV hold every number as the shortest text
that reads back as the same double; --digits rounds values, not errors. Up to 15 digits are
double precision, up to 31 double-double, more are certified (extra certified): sigma, mean and
parameters are then read exactly, and all numbers are strings in JSON. JSON has no
infinity: an infinite curvature is the string "inf"; and a slope that does not
exist, as of snake, is "nan". Exit status 1 means that a
number missed the accuracy aimed at; it is printed all the same, with its error."""

DOUBLE_DIGITS, DOUBLE_DOUBLE_DIGITS, MAX_DIGITS = 15, 31, 1000
METHODS = ("auto", "table", "closed_form", "adaptive", "gauss_legendre", "tanh_sinh", "gauss_hermite")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_names(parser)
    parser.add_argument(
        "--sigma",
        nargs="+",
        default=["1"],
        metavar="S",
        help="scales of the input, each in [0, 1e150] (default 1); 0 is a point mass",
    )
    parser.add_argument("--mean", default="0", metavar="M", help="mean of the input (default 0)")
    parser.add_argument(
        "--digits",
        metavar="N",
        help=f"significant digits, 1 to {MAX_DIGITS} (default: 6 in a table, {DOUBLE_DIGITS} for a single point)",
    )
    parser.add_argument("--format", choices=("table", "json", "csv"), default="table", help="default: table")
    parser.add_argument(
        "--method",
        choices=METHODS,
        default="auto",
        help="how the Gaussian components are computed (default auto, the most accurate one)",
    )
    parser.add_argument("--nodes", metavar="N", help="nodes of --method gauss_hermite or gauss_legendre, 1 to 10000")


def run(options: argparse.Namespace) -> Outcome:
    """Compute the signatures and return them as text."""
    from fastsig.cli import signature_text

    digits = None if options.digits is None else _whole("--digits", options.digits, 1, MAX_DIGITS)
    nodes = None if options.nodes is None else _whole("--nodes", options.nodes, 1, 10000)
    if nodes is not None and options.method not in ("gauss_hermite", "gauss_legendre"):
        raise UsageError(
            f"--nodes goes with --method gauss_hermite or gauss_legendre only; got --method {options.method}"
        )
    if digits is not None and digits > DOUBLE_DIGITS and options.method != "auto":
        raise UsageError(f"--method goes with up to {DOUBLE_DIGITS} digits; got --digits {digits}")
    mean = _number("mean", options.mean)
    sigmas = [_number("sigma", sigma) for sigma in options.sigma]
    if digits is None or digits <= DOUBLE_DIGITS:
        points = _compute(options.names, sigmas, mean, options.method, nodes)
    else:
        points = _compute_many_digits(options.names, options.sigma, options.mean, digits)
    text = getattr(signature_text, f"as_{options.format}")(points, digits)
    missed = [point for point in points if not point.signature.success]
    if not missed:
        return Outcome(text)
    first = missed[0]
    where = f"{first.label} at sigma {first.sigma}, mean {first.mean}"
    more = f" and {len(missed) - 1} more" if len(missed) > 1 else ""
    return Outcome(text, f"{first.signature.message} ({where}{more})")


def _compute(names: list[str], sigmas: list[float], mean: float, method: str, nodes: int | None) -> "list[Point]":
    from fastsig.cli.signature_text import Point
    from fastsig.signatures.compute import signature

    points = []
    for phi in read_activations(names):
        for sigma in sigmas:
            try:
                found = signature(phi.activation, sigma, mean=mean, method=method, nodes=nodes)  # type: ignore[arg-type]
            except ValueError as error:
                if method not in ("table", "closed_form"):
                    raise UsageError(str(error)) from None
                raise UsageError(
                    f"--method {method} is not available for {phi.label} at mean {plain(mean)}; "
                    "use --method auto or adaptive"
                ) from None
            points.append(Point(phi, found, plain(sigma), plain(mean)))
    return points


def _compute_many_digits(names: list[str], sigmas: list[str], mean: str, digits: int) -> "list[Point]":
    """The cheapest precision that gives the digits; sigma and mean are read exactly."""
    from fastsig.cli.signature_text import Point
    from fastsig.signatures.compute import signature

    double_double = digits <= DOUBLE_DOUBLE_DIGITS
    points = []
    for phi in read_activations(names):
        for sigma in sigmas:
            try:
                found = signature(
                    phi.activation,
                    sigma,
                    mean=mean,
                    precision="double_double" if double_double else "certified",
                    digits=None if double_double else digits,
                )
            except ValueError as error:
                raise UsageError(str(error)) from None
            points.append(Point(phi, found, sigma.strip(), mean.strip()))
    return points


def _number(name: str, text: str) -> float:
    from fastsig.arguments import in_range, number

    hint = ""
    try:
        try:
            value = float(text)
        except ValueError:
            hint = "; names go before --sigma" if name == "sigma" else ""
            value = number(name, text)  # fractions such as 1/3
        return in_range(name, value)
    except ValueError:
        allowed = "a number in [0, 1e150]" if name == "sigma" else "a number in [-1e150, 1e150]"
        raise UsageError(f"--{name} must be {allowed}; got {text.strip()!r}{hint}") from None


def _whole(name: str, text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
        raise UsageError(f"{name} must be a whole number from {low} to {high}; got {text.strip()!r}")
    return int(text)
