"""A sweep as one HTML page: tables, and figures as data in it; it loads nothing."""

from base64 import b64encode
from collections import defaultdict
from collections.abc import Mapping, Sequence
from html import escape
from statistics import quantiles
from typing import Any

from fastsig.plot.canvas import as_png
from fastsig.plot.error_against_nodes import error_against_nodes
from fastsig.plot.error_heat_map import error_heat_map
from fastsig.plot.z_scores import z_scores
from fastsig.sweeps.methods import METHODS, read_method
from fastsig.sweeps.parquet import Sweep
from fastsig.sweeps.rows import Row
from fastsig.sweeps.verdict import Verdict, relative_error

RULES = {"gauss_hermite": "Gauss-Hermite", "gauss_legendre": "Gauss-Legendre"}
SHOWN_SIGMA = (0.1, 1.0, 10.0, 100.0)  # the nearest ones of a sweep
NAMED = ("relu", "tanh", "sigmoid", "gelu", "swish", "mish", "telu")  # the others are grey
MOST_FAILURES = 200

CAPTIONS = {
    "error_heat_map": "Worst error over components and means, relative to the reference (absolute where it may be 0). "
    "Each method has a scale of its own; bright is a large error.",
    "error_against_nodes": "Worst error over components and means against the number of nodes.",
    "z_scores": "z-scores of methods of sampling, all components together. Each component is tested by itself: "
    "components of one point share a stream of random numbers.",
}


def figures_of(rows: Sequence[Row]) -> dict[str, bytes]:
    """Draw what there is to draw; PNG files by name."""
    figures = {"error_heat_map": _heat_map(rows)}
    figures |= {f"error_against_nodes_{rule}": figure for rule in RULES if (figure := _nodes(rows, rule))}
    scores: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if row.z is not None:
            scores[row.method].append(row.z)
    if scores:
        figures["z_scores"] = z_scores(scores)
    return {name: as_png(figure) for name, figure in figures.items() if figure is not None}


def _worst(rows: Sequence[Row], *key: str) -> dict[Any, float]:
    worst: dict[Any, float] = {}
    for row in rows:
        error = relative_error(row)
        if error is not None and row.verdict != "reference":
            at = tuple(getattr(row, name) for name in key)
            worst[at] = max(worst.get(at, 0.0), error)
    return worst


def _heat_map(rows: Sequence[Row]) -> Any:
    methods: dict[str, dict[tuple[str, float], float]] = defaultdict(dict)
    for (method, activation, sigma), error in _worst(rows, "method", "activation", "sigma").items():
        methods[method][activation, sigma] = error
    if not methods:
        return None
    activations = list(dict.fromkeys(row.activation for row in rows))
    return error_heat_map(methods, activations, list(dict.fromkeys(row.sigma for row in rows)))


def _nodes(rows: Sequence[Row], rule: str) -> Any:
    ours = [row for row in rows if row.method.startswith(f"{rule}:")]
    if len({row.method for row in ours}) < 2:  # a line needs two
        return None
    sigmas = {row.sigma for row in ours if row.sigma}
    shown = (
        sorted({min(sigmas, key=lambda sigma: abs(sigma / wanted - 1.0)) for wanted in SHOWN_SIGMA}) if sigmas else []
    )
    panels: dict[float, dict[tuple[str, int], float]] = {sigma: {} for sigma in shown}
    for (method, activation, sigma), error in _worst(ours, "method", "activation", "sigma").items():
        if sigma in panels:
            panels[sigma][activation, read_method(method)[1]] = error
    return error_against_nodes(panels, named=NAMED, rule=RULES[rule]) if panels else None


def page(sweep: Sweep, verdict: Verdict, figures: Mapping[str, bytes], seconds: Mapping[str, float]) -> str:
    """Return the page.

    Parameters
    ----------
    sweep, verdict
        What is shown.
    figures : mapping
        PNG files by name, from `figures_of`.
    seconds : mapping
        Times by method, empty if they are not known.
    """
    plan = sweep.plan
    facts = [
        ("activations", ", ".join(plan.activations)),
        ("sigma", _range(plan.sigma)),
        ("mean", _range(plan.mean)),
        ("components", ", ".join(plan.components)),
        ("methods", ", ".join(plan.methods)),
        ("reference", plan.reference),
        ("seed", str(plan.seed)),
        ("hash of the plan", plan.hash),
        *_versions(sweep.rows),
    ]
    word = verdict.in_words
    parts = [
        f'<p class="{word.split()[0].lower()}">Verdict: <strong>{word}</strong></p>',
        "<h2>What was computed</h2>", _table([], [[name, value] for name, value in facts]),
        "<h2>Methods</h2>", _methods(verdict, sweep.rows, seconds),
    ]  # fmt: skip
    if verdict.normality:
        parts += ["<h2>Are z-scores standard normal?</h2>", _normality(verdict)]
    if verdict.failures:
        parts += [f"<h2>{len(verdict.failures)} failures, the worst first</h2>", _failures(verdict.failures)]
    for name, png in figures.items():
        parts.append(_figure(name, png))
    return _PAGE.format(title=f"fastsig sweep {plan.hash[:12]}", body="\n".join(parts))


def _range(points: Sequence[float]) -> str:
    if len(points) <= 7:
        return ", ".join(f"{point:.6g}" for point in points)
    return f"{len(points)} from {min(points):.6g} to {max(points):.6g}"


def _versions(rows: Sequence[Row]) -> list[tuple[str, str]]:
    found = {(row.fastsig, row.python, row.numpy, row.cpu_level) for row in rows}
    return [
        ("computed by", f"fastsig {one[0]}, Python {one[1]}, NumPy {one[2]}, CPU level {one[3]}")
        for one in sorted(found)
    ]


def _methods(verdict: Verdict, rows: Sequence[Row], seconds: Mapping[str, float]) -> str:
    errors: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        if (error := relative_error(row)) is not None:
            errors[row.method].append(error)
    table = []
    for one in verdict.methods:
        median = quantiles(errors[one.method], n=2)[0] if len(errors[one.method]) > 1 else None
        worst = one.worst
        place = (
            ""
            if worst is None
            else f"{worst.activation} {worst.component}, sigma {worst.sigma:.6g}, mean {worst.mean:g}"
        )
        judged = "" if METHODS[read_method(one.method)[0]].states_errors else "states no error: reported, not judged"
        table.append([
            one.method, str(one.rows), ", ".join(f"{n} {name}" for name, n in one.verdicts.items()),
            "" if one.worst_error is None or median is None else f"{median:.1e}",
            "" if one.worst_error is None else f"{one.worst_error:.1e}", place,
            f"{seconds[one.method]:.1f} s" if one.method in seconds else "", judged,
        ])  # fmt: skip
    return _table(
        ["method", "rows", "verdicts", "median error", "worst error", "worst at", "time of one core", ""], table
    )


def _normality(verdict: Verdict) -> str:
    head = ["method", "component", "scores", "distance", "p", "test"]
    return _table(head, [
        [one.method, one.component, str(one.scores), f"{one.distance:.4f}", f"{one.probability:.3g}",
         "passed" if one.passed else "FAILED"] for one in verdict.normality
    ])  # fmt: skip


def _failures(failures: Sequence[Row]) -> str:
    names = ("method", "activation", "component", "sigma", "mean", "value", "error", "true_error", "z", "verdict")
    shown = failures[:MOST_FAILURES]
    more = "" if len(shown) == len(failures) else f"<p>{len(failures) - len(shown)} more are in the file.</p>"
    return _table([name.replace("_", " ") for name in names], [
        [_cell(getattr(row, name), name) for name in names] for row in shown
    ]) + more  # fmt: skip


def _cell(value: object, name: str) -> str:
    if isinstance(value, float) and name != "value":
        return f"{value:.6g}"
    return "" if value is None else str(value)


def _figure(name: str, png: bytes) -> str:
    caption = next(text for begin, text in CAPTIONS.items() if name.startswith(begin))
    data = b64encode(png).decode()
    return (
        f'<figure><img id="{name}" alt="{escape(caption)}" src="data:image/png;base64,{data}">'
        f"<figcaption>{escape(caption)}</figcaption></figure>"
    )


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    top = "<tr>" + "".join(f"<th>{escape(cell)}</th>" for cell in head) + "</tr>" if head else ""
    body = "".join("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row) + "</tr>" for row in rows)
    return f'<div class="wide"><table>{top}{body}</table></div>'


_PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; img-src data:; style-src 'unsafe-inline'">
<title>{title}</title>
<style>
body {{ font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 2rem auto; padding: 0 1rem; color: #222; }}
h1 {{ font-size: 1.4rem; }} h2 {{ font-size: 1.1rem; margin-top: 2rem; }}
.wide {{ overflow-x: auto; }}
table {{ border-collapse: collapse; font-size: 0.87rem; }}
td:first-child {{ white-space: nowrap; }}
th, td {{ text-align: left; vertical-align: top; padding: 0.2rem 0.8rem 0.2rem 0; border-bottom: 1px solid #ddd; }}
.passed {{ border-left: 6px solid #0072B2; padding-left: 0.6rem; }}
.failed {{ border-left: 6px solid #D55E00; padding-left: 0.6rem; }}
figure {{ margin: 2rem 0; }} img {{ max-width: 100%; }} figcaption {{ font-size: 0.87rem; color: #555; }}
</style>
</head>
<body>
<h1>{title}</h1>
{body}
</body>
</html>
"""
