"""One activation with its slopes and its curvature."""

import math
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.activations.shape import Shape, shape
from fastsig.plot.canvas import GREY, line_style, new_figure
from fastsig.taxonomy.compute import classify

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from fastsig.arrays import FloatArray

POINTS = 800
SETTLED = 0.02  # of TV: where phi' is within this of its end slopes, the picture may end
WIDEST = 40.0
MONOTONE = {"neither": "not monotone", "undecided": "monotone or not: undecided"}


def activation_figure(phi: ActivationLike, *, span: tuple[float, float] | None = None) -> "Figure":
    """Draw phi, phi' and phi''^2, with kinks, inflections, end slopes and verdicts.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    span : (low, high), optional
        Where x goes; by default as far as phi' still changes much.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ImportError
        Without matplotlib (extra `plot`).
    """
    activation = resolve(phi)
    found, known = shape(activation), classify(activation)
    low, high = span or _span(activation)
    figure = new_figure(6.4, 7.6)
    axes = figure.subplots(3, 1, sharex=True)
    pieces = _pieces(found.breaks, low, high)
    for x in pieces:
        axes[0].plot(x, activation.batch(0, x), **line_style(0))
        axes[1].plot(x, activation.batch(1, x), **line_style(0))
        bend = activation.batch(2, x) ** 2
        axes[2].plot(x, bend, **line_style(0))
        axes[2].fill_between(x, bend, color="0.88")
    for left, right in pairwise(pieces):
        ends = activation.batch(1, np.array([left[-1], right[0]]))
        axes[1].plot([left[-1], right[0]], ends, color="black", linewidth=1.0, linestyle=":")
    for slope, side in ((found.alpha_plus, 1.0), (found.alpha_minus, 0.0)):
        if math.isfinite(slope):
            axes[1].axhline(slope, xmin=0.5 * side, xmax=0.5 + 0.5 * side, color=GREY, linewidth=0.9, linestyle="--")
    bends = np.array([x for x in found.inflections if low < x < high])
    axes[0].plot(bends, activation.batch(0, bends), "o", color="#0072B2", markersize=5, label="inflection")
    axes[1].plot(bends, activation.batch(1, bends), "o", color="#0072B2", markersize=5)
    kinks = np.array([x for x in found.kinks if low < x < high])
    axes[0].plot(kinks, activation.batch(0, kinks), "s", color="#D55E00", markersize=6, label="kink")
    if bends.size or kinks.size:
        handles, labels = axes[0].get_legend_handles_labels()
        shown = [(h, s) for h, s, places in zip(handles, labels, (bends, kinks), strict=True) if places.size]
        axes[0].legend(*zip(*shown, strict=True), frameon=False, fontsize=8, loc="best")
    axes[0].set_ylabel(r"$\varphi$")
    axes[1].set_ylabel(r"$\varphi'$")
    axes[2].set_ylabel(r"$(\varphi'')^2$")
    axes[2].set_xlabel("x")
    top = max((float((activation.batch(2, x) ** 2).max()) for x in pieces), default=0.0) or 1.0
    axes[2].set_ylim(0.0, 1.12 * top)
    for x in kinks:  # a spike: phi'' is a point mass there
        axes[2].annotate(
            "", (x, 1.1 * top), (x, 0.0), arrowprops={"arrowstyle": "->", "color": "#D55E00", "linewidth": 1.6}
        )
    axes[1].set_title(_slope_title(found), fontsize=9, loc="left")
    inf = ", infinite because $\\varphi'$ jumps" if found.kinks else ""
    axes[2].set_title(f"curvature = area = {_number(found.curvature)}{inf}", fontsize=9, loc="left")
    monotone = MONOTONE.get(known.monotonicity.verdict, known.monotonicity.verdict)
    verdicts = f"{known.growth} growth, {known.saturation}; {monotone}; {known.regularity}"
    axes[0].set_title(verdicts, fontsize=9, loc="left")
    figure.suptitle(_title(activation), fontsize=12)
    for one in axes:
        one.axhline(0.0, color="0.85", linewidth=0.8, zorder=0)
        one.grid(visible=True, color="0.93", zorder=0)
        one.margins(x=0.0)
    return figure


def _slope_title(found: Shape) -> str:
    """Write TV and the end slopes."""
    ends = [
        f"$\\alpha_{sign}$ " + (f"= {slope:.4g}" if math.isfinite(slope) else "none")
        for sign, slope in (("-", found.alpha_minus), ("+", found.alpha_plus))
    ]
    return f"total variation of $\\varphi'$ = {_number(found.tv)}; {', '.join(ends)}"


def _number(value: float) -> str:
    return "∞" if math.isinf(value) else f"{value:.6g}"


def _title(phi: Activation) -> str:
    parameters = ", ".join(f"{name} = {float(value):g}" for name, value in phi.parameters.items())
    return f"{phi.name} ({parameters})" if parameters else phi.name


def _span(phi: Activation) -> tuple[float, float]:
    """Return how far phi' is not yet within some per cent of TV of its end slopes."""
    found = shape(phi)
    x = np.concatenate([-np.logspace(-1, np.log10(WIDEST), 200)[::-1], np.logspace(-1, np.log10(WIDEST), 200)])
    slopes = phi.batch(1, x)
    ends = np.where(x > 0.0, found.alpha_plus, found.alpha_minus)
    size = SETTLED * (found.tv if 0.0 < found.tv < math.inf else 1.0)
    moving = x[~(np.abs(slopes - ends) <= size)] if np.isfinite(ends).all() else np.array([-8.0, 8.0])
    places = np.concatenate([moving, found.breaks, found.inflections]) if found.tv < math.inf else moving
    if not places.size:
        return -3.0, 3.0
    far = min(max(1.25 * float(np.abs(places).max()), 2.0), WIDEST)
    return -far, far


def _pieces(breaks: tuple[float, ...], low: float, high: float) -> "list[FloatArray]":
    """Return points between breaks, the ends just beside these."""
    edges = [low, *(x for x in breaks if low < x < high), high]
    parts: list[Any] = []
    for left, right in pairwise(edges):
        hair = 1e-9 * (right - left)
        parts.append(np.linspace(left + hair, right - hair, max(int(POINTS * (right - left) / (high - low)), 20)))
    return parts
