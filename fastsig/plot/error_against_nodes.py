"""Errors of a fixed rule against its number of nodes, one panel a sigma."""

import math
from collections.abc import Mapping
from typing import Any

from fastsig.plot.canvas import COLOURS, MARKERS, new_figure

Errors = Mapping[tuple[str, int], float]  # by (activation, nodes)
FLOOR = 1e-18  # errors below are drawn here
COLUMNS = 2


def error_against_nodes(panels: Mapping[float, Errors], *, named: tuple[str, ...], rule: str) -> Any:
    """Draw errors against the number of nodes.

    Parameters
    ----------
    panels : mapping
        By sigma: errors by (activation, nodes).
    named : tuple of str
        Activations with a colour and an entry in the legend; the others are grey.
    rule : str
        The name of the rule, for the axis.

    Returns
    -------
    matplotlib.figure.Figure
        Errors below 1e-18 are drawn there.

    Examples
    --------
    >>> from fastsig.plot.error_against_nodes import error_against_nodes
    >>> errors = {("relu", 10): 4e-2, ("relu", 100): 4e-3}
    >>> figure = error_against_nodes({1.0: errors}, named=("relu",), rule="Gauss-Hermite")
    >>> len(figure.axes[0].lines)
    1
    """
    columns = min(COLUMNS, max(len(panels), 1))
    lines = math.ceil(max(len(panels), 1) / columns)
    figure = new_figure(1.0 + 4.0 * columns, 0.9 + 2.9 * lines)
    grid = figure.subplots(lines, columns, squeeze=False, sharex=True, sharey=True)
    for (sigma, errors), axes in zip(panels.items(), grid.flat, strict=False):
        _panel(axes, errors, named)
        axes.set_title(f"sigma = {sigma:.4g}", fontsize=10)
    for axes in list(grid.flat)[len(panels) :]:
        axes.set_visible(False)
    for axes in grid[-1]:
        axes.set_xlabel(f"nodes of {rule}")
    for line in grid:
        line[0].set_ylabel("worst error")
    handles, labels = grid[0][0].get_legend_handles_labels()
    if handles:
        figure.legend(handles, labels, loc="outside lower center", ncols=8, fontsize=8, frameon=False)
    return figure


def _panel(axes: Any, errors: Errors, named: tuple[str, ...]) -> None:
    axes.set(xscale="log", yscale="log")
    axes.grid(visible=True, which="major", color="0.92")
    activations = list(dict.fromkeys(activation for activation, _ in errors))
    for activation in sorted(activations, key=lambda name: name in named):  # grey ones below
        points = sorted((nodes, max(error, FLOOR)) for (phi, nodes), error in errors.items() if phi == activation)
        if activation in named:
            place = named.index(activation)
            style = {"color": COLOURS[place % len(COLOURS)], "marker": MARKERS[place % len(MARKERS)], "markersize": 4}
            axes.plot(*zip(*points, strict=True), linewidth=1.2, label=activation, **style)
        else:
            style = {"linewidth": 0.7, "marker": ".", "markersize": 3}
            label = "others" if "others" not in axes.get_legend_handles_labels()[1] else None
            axes.plot(*zip(*points, strict=True), color="0.75", label=label, **style)
