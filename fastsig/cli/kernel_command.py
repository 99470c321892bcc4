"""``fastsig kernel``: dual kernels and their eigenvalues, as numbers or a picture."""

import argparse
from typing import TYPE_CHECKING, Any

from fastsig.cli.figures import add_output, check_output, write_figure
from fastsig.cli.names import Named, add_names, read_activations
from fastsig.cli.tables import aligned, error_text, number_text, plain
from fastsig.cli.usage import Outcome, UsageError

if TYPE_CHECKING:
    from fastsig.integrals.estimate import Estimate
    from fastsig.kernel.sphere import SphereEigenvalues

DESCRIPTION = """\
Kernels of infinitely wide layers: K(rho) = E phi(X) phi(Y) and E phi'(X) phi'(Y) for Gaussian X and Y of standard
deviation sigma and correlation rho, and the eigenvalues of K on the unit sphere of R^d, each number with an error."""
EPILOG = """\
examples:
  fastsig kernel relu gelu tanh -o kernel.png
  fastsig kernel mish --sigma 2 --points 9
  fastsig kernel relu --eigenvalues --degrees 12 --dimension 3 --format csv

The picture has both, K(rho)/K(1) on the left. JSON has the schema fastsig.kernel/1 and both lists."""
SCHEMA = "fastsig.kernel/1"
POINTS_OF_TABLE, POINTS_OF_PICTURE, MOST_POINTS = 5, 201, 2001
DEGREES_OF_TABLE, DEGREES_OF_PICTURE = 10, 60
DUAL = ("activation", "rho", "kernel", "kernel_error", "slope_kernel", "slope_kernel_error")
SPHERE = ("activation", "degree", "multiplicity", "eigenvalue", "error")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    add_names(parser)
    add_output(parser, "kernel and eigenvalue curves")
    parser.add_argument("--sigma", default="1", metavar="SIGMA", help="standard deviation of X and Y (default 1)")
    parser.add_argument(
        "--points",
        metavar="N",
        help=f"correlations from -1 to 1, 2 to {MOST_POINTS} (default {POINTS_OF_TABLE}, {POINTS_OF_PICTURE} drawn)",
    )
    parser.add_argument("--eigenvalues", action="store_true", help="eigenvalues in the table or CSV, not the kernel")
    parser.add_argument(
        "--degrees", metavar="N", help=f"1 to 1000 (default {DEGREES_OF_TABLE}, {DEGREES_OF_PICTURE} in a picture)"
    )
    parser.add_argument("--dimension", default="10", metavar="D", help="of the inputs, 2 to 10000 (default 10)")
    parser.add_argument("--format", choices=("table", "json", "csv"), help="default: table, unless -o is given")


def run(options: argparse.Namespace) -> Outcome:
    """Return kernels as text, and draw them."""
    named = read_activations(options.names)
    check_output(options.output)
    shown = options.format or (None if options.output else "table")
    drawn = options.output is not None
    sigma = _sigma(options.sigma)
    points = _whole("--points", options.points, 2, MOST_POINTS, POINTS_OF_PICTURE if drawn else POINTS_OF_TABLE)
    degrees = _whole("--degrees", options.degrees, 1, 1000, DEGREES_OF_PICTURE if drawn else DEGREES_OF_TABLE)
    dimension = _whole("--dimension", options.dimension, 2, 10_000, 10)

    import numpy as np

    from fastsig.kernel import dual, dual_derivative, sphere_eigenvalues

    rho = np.linspace(-1.0, 1.0, points)
    kernels, slopes, spectra = {}, {}, {}
    for phi in named:
        if drawn or shown == "json" or not options.eigenvalues:
            kernels[phi.label] = dual(phi.activation, sigma**2, sigma**2, rho)
            slopes[phi.label] = dual_derivative(phi.activation, sigma**2, sigma**2, rho)
        if drawn or shown == "json" or options.eigenvalues:
            spectra[phi.label] = sphere_eigenvalues(phi.activation, degrees, dimension=dimension, sigma=sigma)
    if drawn:
        from fastsig.plot.kernel_figure import draw_kernels

        write_figure(lambda: draw_kernels(rho, kernels, spectra), options.output)
    if shown is None:
        return Outcome(f"wrote {options.output}\n")
    dual_rows = [row for label in kernels for row in _dual_rows(label, rho, kernels[label], slopes[label])]
    sphere_rows = [row for label, spectrum in spectra.items() for row in _sphere_rows(label, spectrum)]
    if shown == "json":
        return Outcome(_json(named, sigma, dimension, dual_rows, sphere_rows))
    head, rows = (SPHERE, sphere_rows) if options.eigenvalues else (DUAL, dual_rows)
    return Outcome(_csv(head, rows) if shown == "csv" else _table(named, head, rows))


def _dual_rows(label: str, rho: Any, kernel: "Estimate", slope: "Estimate") -> list[tuple[Any, ...]]:
    columns = (rho, kernel.value, kernel.error, slope.value, slope.error)
    return [(label, *row) for row in zip(*(column.tolist() for column in columns), strict=True)]


def _sphere_rows(label: str, spectrum: "SphereEigenvalues") -> list[tuple[Any, ...]]:
    values = zip(spectrum.multiplicity, spectrum.value.tolist(), spectrum.error.tolist(), strict=True)
    return [(label, degree, *row) for degree, row in enumerate(values)]


def _table(named: list[Named], head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    formulas = ", ".join(f"{phi.label}: {phi.formula}" for phi in named)
    errors = [k for k, name in enumerate(head) if name.endswith("error")]
    text = [
        [
            cell if isinstance(cell, str) else error_text(cell) if k in errors else number_text(float(cell), 12)
            for k, cell in enumerate(row)
        ]
        for row in rows
    ]
    return f"{formulas}\n\n{aligned(head, text, left=(0,))}\n"


def _csv(head: tuple[str, ...], rows: list[tuple[Any, ...]]) -> str:
    from fastsig.cli.csv_text import csv_text

    text = [[plain(cell) if isinstance(cell, float) else str(cell) for cell in row] for row in rows]
    return csv_text(list(head), text)


def _json(named: list[Named], sigma: float, dimension: int, dual_rows: list[Any], sphere_rows: list[Any]) -> str:
    import json

    from fastsig.cli.plain_numbers import json_number
    from fastsig.version import __version__

    def listed(head: tuple[str, ...], rows: list[Any]) -> list[dict[str, Any]]:
        return [
            {key: json_number(cell) if isinstance(cell, float) else cell for key, cell in zip(head, row, strict=True)}
            for row in rows
        ]

    whole = {
        "schema": SCHEMA,
        "version": __version__,
        "activations": [{"activation": phi.activation.name, "parameters": phi.parameters} for phi in named],
        "sigma": sigma,
        "dimension": dimension,
        "kernel": listed(DUAL, dual_rows),
        "eigenvalues": listed(SPHERE, sphere_rows),
    }
    return json.dumps(whole, indent=1, allow_nan=False) + "\n"


def _whole(option: str, text: str | None, low: int, high: int, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and low <= int(text) <= high):
        raise UsageError(f"{option} must be a whole number from {low} to {high}; got {text.strip()!r}")
    return int(text)


def _sigma(text: str) -> float:
    from fastsig.arguments import number

    try:
        value = number("--sigma", text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1e75:
        raise UsageError(f"--sigma must be a number in [0, 1e75]; got {text.strip()!r}")
    return value
