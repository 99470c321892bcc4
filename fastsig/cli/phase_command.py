"""``fastsig phase``: what wide networks do, as numbers or a picture."""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastsig.cli.names import Named, read_activations
from fastsig.cli.tables import aligned, number_text, plain
from fastsig.cli.usage import Outcome, UsageError

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.mean_field.phases import PhaseDiagram

DESCRIPTION = """\
Phases of wide random networks with weights of variance sigma_w^2/width and biases of
variance sigma_b^2: the variance q* that preactivations go to from q = 1, V'(q*), chi =
sigma_w^2 E phi'^2, and the phase: ordered (chi < 1), critical, chaotic (chi > 1), vanishing
(q* = 0) or diverging (q* = inf)."""
EPILOG = """\
examples:
  fastsig phase gelu -o phase.png
  fastsig phase tanh --sigma-w 0.5 3 --sigma-b 0 1 --points 11 --format csv
  fastsig phase gelu --at 1.5 0.1
  fastsig phase gelu --at 1.5 0.1 -o map.png
  fastsig phase relu tanh gelu swish --stability -o stability.png

--at shows all fixed points of one map, and draws it. --stability is the plane of m2' = dm2/dq
and g2 = E phi'^2, for any number of activations. Pictures (.png, .svg, .pdf) need the extra
plot. JSON has the schema fastsig.phase/1; "inf" stands for infinity, "nan"
for correlations where variances vanish or diverge."""
SCHEMA = "fastsig.phase/1"
MOST_POINTS = 2048
POINTS_OF_TABLE, POINTS_OF_PICTURE = 6, 256
FIELDS = ("q", "v_slope", "chi")
CORRELATIONS = ("c", "c_slope")
OF_POINT = ("q", "error", "slope", "chi", "correlation_slope")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument(
        "names",
        metavar="NAME",
        nargs="+",
        help="an activation ('fastsig list'), with its parameter as in leaky_relu:slope=0.2",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="draw into this file: .png, .svg or .pdf")
    parser.add_argument(
        "--sigma-w", nargs=2, default=["0", "3"], metavar=("LOW", "HIGH"), help="range of sigma_w (default 0 3)"
    )
    parser.add_argument(
        "--sigma-b", nargs=2, default=["0", "1.5"], metavar=("LOW", "HIGH"), help="range of sigma_b (default 0 1.5)"
    )
    parser.add_argument(
        "--points",
        metavar="N",
        help=f"points on each axis, 2 to {MOST_POINTS} (default {POINTS_OF_TABLE}, {POINTS_OF_PICTURE} in a picture)",
    )
    parser.add_argument(
        "--correlations", action="store_true", help="also c*, the stable correlation of two inputs, and the slope there"
    )
    parser.add_argument("--at", nargs=2, metavar=("W", "B"), help="one sigma_w and sigma_b: all fixed points")
    parser.add_argument("--stability", action="store_true", help="the (m2', g2) plane, sigma from 0.1 to 30")
    parser.add_argument("--format", choices=("table", "json", "csv"), help="default: table, unless -o is given")


def run(options: argparse.Namespace) -> Outcome:
    """Return phases as text, and draw them."""
    named = read_activations(options.names)
    if options.at and options.stability:
        raise UsageError("--at and --stability are different pictures; give one of them")
    if options.at and (options.correlations or options.points):
        raise UsageError("--correlations and --points are for a grid; --at is a single point")
    if options.stability and options.correlations:
        raise UsageError("--correlations is for a grid of (sigma_w, sigma_b), not for --stability")
    if len(named) > 1 and not options.stability:
        raise UsageError(f"one activation at a time, unless with --stability; got {len(named)}")
    if options.output is not None:
        _check_file(options.output)
    shown = options.format or (None if options.output else "table")
    task = _stability if options.stability else _at if options.at else _diagram
    return task(options, named, shown)


def _diagram(options: argparse.Namespace, named: list[Named], shown: str | None) -> Outcome:
    import numpy as np

    from fastsig.mean_field.phases import phase_diagram

    count = _points(options.points, POINTS_OF_PICTURE if options.output else POINTS_OF_TABLE)
    axes = [np.linspace(*_range(name, getattr(options, name)), count) for name in ("sigma_w", "sigma_b")]
    found = phase_diagram(named[0].activation, *axes)
    if options.output:
        from fastsig.plot.phase_diagram import phase_diagram as draw

        _save(draw(found), options.output)
    fields = (*FIELDS, *CORRELATIONS) if options.correlations else FIELDS
    head = ["sigma_w", "sigma_b", *fields, "phase"]
    return _written(options, shown, named, "grid", head, _grid(found, fields) if shown else [])


def _grid(found: "PhaseDiagram", fields: tuple[str, ...]) -> list[dict[str, Any]]:
    phases, values = found.phase, {name: getattr(found, name) for name in fields}
    return [
        {
            "sigma_w": float(found.sigma_w[i]),
            "sigma_b": float(found.sigma_b[j]),
            **{name: float(value[i, j]) for name, value in values.items()},
            "phase": str(phases[i, j]),
        }
        for i in range(found.sigma_w.size)
        for j in range(found.sigma_b.size)
    ]


def _at(options: argparse.Namespace, named: list[Named], shown: str | None) -> Outcome:
    from fastsig.mean_field.variance_map import VarianceMap

    w, b = (_scale(f"--at ({name})", text) for name, text in zip(("sigma_w", "sigma_b"), options.at, strict=True))
    found = VarianceMap(named[0].activation, w, b)
    points = found.fixed_points()
    if options.output:
        from fastsig.plot.variance_map import variance_map

        _save(variance_map(found), options.output)
    rows = [
        {
            **{name: float(getattr(point, name)) for name in OF_POINT},
            "stability": point.stability,
            "reached": "from 1" if point.reached else "",
        }
        for point in points
    ]
    return _written(options, shown, named, "fixed points", [*OF_POINT, "stability", "reached"], rows)


def _stability(options: argparse.Namespace, named: list[Named], shown: str | None) -> Outcome:
    import numpy as np

    from fastsig.mean_field.stability_map import SIGMA, stability_curve

    curves = [stability_curve(phi.activation) for phi in named]
    if options.output:
        from fastsig.plot.stability_map import stability_map

        _save(stability_map(curves), options.output)
    sigma: FloatArray = np.geomspace(*SIGMA[:2], _points(options.points, POINTS_OF_TABLE))
    rows = []
    for phi in named:
        curve = stability_curve(phi.activation, sigma)
        rows += [
            {"activation": phi.label, "sigma": s, "m2_slope": m, "g2": g, "attracts": "yes" if a else "no"}
            for s, m, g, a in zip(
                sigma.tolist(), curve.m2_slope.tolist(), curve.g2.tolist(), curve.attracts.tolist(), strict=True
            )
        ]
    return _written(options, shown, named, "stability", ["activation", "sigma", "m2_slope", "g2", "attracts"], rows)


def _written(
    options: argparse.Namespace, shown: str | None, named: list[Named], what: str, head: list[str], rows: list[Any]
) -> Outcome:
    if shown is None:
        return Outcome(f"wrote {options.output}\n")
    if shown == "json":
        return Outcome(_json(named, what, rows))
    text = [[plain(cell) if isinstance(cell, float) else cell for cell in row.values()] for row in rows]
    if shown == "csv":
        from fastsig.cli.csv_text import csv_text

        return Outcome(csv_text(head, text))
    text = [[number_text(cell, 6) if isinstance(cell, float) else cell for cell in row.values()] for row in rows]
    words = [k for k, cell in enumerate(rows[0].values()) if isinstance(cell, str)] if rows else ()
    return Outcome(
        f"{', '.join(f'{phi.label}: {phi.formula}' for phi in named)}\n\n{aligned(head, text, left=words)}\n"
    )


def _json(named: list[Named], what: str, rows: list[Any]) -> str:
    import json

    from fastsig.cli.plain_numbers import json_number
    from fastsig.version import __version__

    results = [
        {key: json_number(cell) if isinstance(cell, float) else cell for key, cell in row.items()} for row in rows
    ]
    activations = [{"activation": phi.activation.name, "parameters": phi.parameters} for phi in named]
    whole = {"schema": SCHEMA, "version": __version__, "activations": activations, "what": what, "results": results}
    return json.dumps(whole, indent=1, allow_nan=False) + "\n"


def _save(figure: Any, name: str) -> None:
    from fastsig.plot.canvas import save

    save(figure, name)


def _check_file(name: str) -> None:
    """Refuse before the work what would fail after it."""
    from importlib.util import find_spec

    if Path(name).suffix not in (".png", ".svg", ".pdf"):
        raise UsageError(f"-o must end in .png, .svg or .pdf; got {name!r}")
    if not Path(name).absolute().parent.is_dir():
        raise UsageError(f"-o: the folder of {name!r} does not exist; make it first")
    if find_spec("matplotlib") is None:
        from fastsig.plot.canvas import MISSING

        raise UsageError(f"-o: {MISSING}")


def _points(text: str | None, default: int) -> int:
    if text is None:
        return default
    if not (text.isascii() and text.isdigit() and len(text) < 10 and 2 <= int(text) <= MOST_POINTS):
        raise UsageError(f"--points must be a whole number from 2 to {MOST_POINTS}; got {text.strip()!r}")
    return int(text)


def _range(name: str, texts: list[str]) -> tuple[float, float]:
    option = f"--{name.replace('_', '-')}"
    low, high = (_scale(option, text) for text in texts)
    if not low < high:
        raise UsageError(f"{option} must go from a smaller to a larger number; got {' '.join(texts)}")
    return low, high


def _scale(option: str, text: str) -> float:
    from fastsig.arguments import number

    try:
        value = number(option, text)
    except ValueError:
        value = -1.0
    if not 0.0 <= value <= 1e75:
        raise UsageError(f"{option} must be a number in [0, 1e75]; got {text.strip()!r}")
    return value
