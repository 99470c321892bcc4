"""Error against time, one point a method (matplotlib)."""

import math
from itertools import product
from pathlib import Path
from typing import Any

from fastsig.benchmark.report import Document

LEAST_ERROR, WORST_ERROR = 1e-17, 1e4  # the ends of the axis; what is beyond is drawn at the end
MISSING = "the figure needs matplotlib, which is not installed: pip install 'fastsig[plot]'"
COLOURS = {  # by the first word of the name; Okabe and Ito's colours, which the colour-blind can tell apart
    "fastsig": "#D55E00",
    "numpy": "#0072B2",
    "scipy": "#009E73",
    "jax": "#CC79A7",
    "quadax": "#CC79A7",
}
OTHER = "#555555"
HALF_ULP = 2.0**-53
# Where a name may stand: points away from its method's point, and in which direction.
DISTANCES = (9, 16, 26, 38, 52)
DIRECTIONS = ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7, 0.7), (0.7, -0.7), (-0.7, 0.7), (-0.7, -0.7))
Box = tuple[float, float, float, float]


def draw(document: Document, path: str | Path) -> None:
    """Write the figure; the ending of the path says in which format.

    Raises
    ------
    ImportError
        Without matplotlib.
    """
    try:
        from matplotlib.backends.backend_agg import FigureCanvasAgg
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError(MISSING) from None
    timed = [method for method in document["methods"] if method["time"]]
    figure = Figure(figsize=(8.0, 5.2), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.set(xscale="log", yscale="log", ylim=(LEAST_ERROR, WORST_ERROR))
    axes.axhline(HALF_ULP, color="0.6", linewidth=0.8, linestyle="--", zorder=1)
    axes.grid(visible=True, which="major", color="0.92", zorder=0)
    points = [(method["time"]["median"], _height(method["worst_error"])) for method in timed]
    for method, (time, error) in zip(timed, points, strict=True):
        colour = _colour(method)
        low, high = time - method["time"]["lower"], method["time"]["upper"] - time
        axes.errorbar(time, error, xerr=[[low], [high]], color=colour, linewidth=1, capsize=2, zorder=2)
        fill = "white" if method["extrapolated"] else colour
        axes.plot(time, error, "o", color=colour, markerfacecolor=fill, markersize=7, zorder=3)
    if points:
        times = [time for time, _ in points]
        axes.set_xlim(min(times) / 4, max(times) * 8)
    axes.set_xlabel(
        f"CPU time for {document['batch']['integrals']} integrals, seconds (hollow: extrapolated from a part)"
    )
    axes.set_ylabel("worst relative error")
    machine = document["machine"]
    cores = ", one core" if machine["cores_used"] == 1 else ""
    axes.set_title(f"{machine['cpu']}, {document['cpu_level']}{cores}", fontsize=9, color="0.35")
    axes.annotate(
        "half an ulp of a double", (0, HALF_ULP), xycoords=("axes fraction", "data"), xytext=(4, -4),
        textcoords="offset points", ha="left", va="top", fontsize=7.5, color="0.5",
    )  # fmt: skip
    _label(figure, axes, timed, points)
    figure.savefig(path, dpi=120)


def _height(error: float | str) -> float:
    return min(max(float(error), LEAST_ERROR), WORST_ERROR)


def _colour(method: Document) -> str:
    return COLOURS.get(method["name"].partition("_")[0], OTHER)


def _label(figure: Any, axes: Any, methods: list[Document], points: list[tuple[float, float]]) -> None:
    """Write each name at the nearest place around its point where it hides neither a point nor another name."""
    figure.canvas.draw()
    renderer = figure.canvas.get_renderer()
    taken = [_around(axes.transData.transform(point)) for point in points]
    frame = _box(axes, renderer)
    ulp = axes.transData.transform((1.0, HALF_ULP))[1]
    taken.append((frame[0], ulp - 1, frame[2], ulp + 1))

    def cost(text: Any) -> float:
        box = _box(text, renderer)
        return sum(_overlap(box, other) for other in taken) + 1e6 * (_overlap(box, frame) < 0.999 * _area(box))

    for method, point in zip(methods, points, strict=True):
        best: Any = None
        for away, direction in product(DISTANCES, DIRECTIONS):
            text = _name(axes, method, point, away, direction)
            if best is None or cost(text) < cost(best):
                best, text = text, best
            if text is not None:
                text.remove()
            if not cost(best):
                break
        taken.append(_box(best, renderer))


def _name(axes: Any, method: Document, point: tuple[float, float], away: int, direction: tuple[float, float]) -> Any:
    x, y = direction
    line = {"arrowstyle": "-", "color": "0.7", "linewidth": 0.6, "shrinkA": 0, "shrinkB": 4}
    return axes.annotate(
        method["title"],
        point,
        xytext=(away * x, away * y),
        textcoords="offset points",
        fontsize=8,
        color=_colour(method),
        ha=("center", "left", "right")[_sign(x)],
        va=("center", "bottom", "top")[_sign(y)],
        arrowprops=line if away > DISTANCES[1] else None,
    )


def _box(artist: Any, renderer: Any) -> Box:
    """Return the box of the axes, or of a name without its line."""
    from matplotlib.text import Annotation, Text

    if isinstance(artist, Annotation):
        artist.update_positions(renderer)
        extent = Text.get_window_extent(artist, renderer)
    else:
        extent = artist.get_window_extent(renderer)
    return extent.x0, extent.y0, extent.x1, extent.y1


def _area(box: Box) -> float:
    return (box[2] - box[0]) * (box[3] - box[1])


def _around(point: Any) -> Box:
    x, y = point
    return x - 7, y - 7, x + 7, y + 7


def _overlap(a: Box, b: Box) -> float:
    return max(0.0, min(a[2], b[2]) - max(a[0], b[0])) * max(0.0, min(a[3], b[3]) - max(a[1], b[1]))


def _sign(x: float) -> int:
    return 0 if x == 0 else int(math.copysign(1, x))
