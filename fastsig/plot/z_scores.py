"""A histogram of z-scores beside the standard normal density."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from fastsig.plot.canvas import COLOURS, new_figure

REACH = 5.0  # scores beyond are counted in the last bins
BINS = 40
COLUMNS = 2


def z_scores(methods: Mapping[str, Sequence[float]]) -> Any:
    """Draw histograms of z-scores, one panel a method.

    Parameters
    ----------
    methods : mapping
        Scores by the name of a method.

    Returns
    -------
    matplotlib.figure.Figure
        Densities; scores beyond +-5 are in the last bins.

    Examples
    --------
    >>> from fastsig.plot.z_scores import z_scores
    >>> figure = z_scores({"monte_carlo:1000000": [-1.0, 0.2, 0.9]})
    >>> figure.axes[0].get_title()
    'monte_carlo:1000000, 3 scores'
    """
    columns = min(COLUMNS, max(len(methods), 1))
    lines = math.ceil(max(len(methods), 1) / columns)
    figure = new_figure(1.0 + 4.4 * columns, 0.6 + 3.0 * lines)
    panels = figure.subplots(lines, columns, squeeze=False)
    for (name, scores), axes in zip(methods.items(), panels.flat, strict=False):
        _panel(axes, scores)
        axes.set_title(f"{name}, {len(scores)} scores", fontsize=10)
    for axes in list(panels.flat)[len(methods) :]:
        axes.set_visible(False)
    return figure


def _panel(axes: Any, scores: Sequence[float]) -> None:
    import numpy as np

    x = np.linspace(-REACH, REACH, 201)
    inside = np.clip(np.asarray(scores, dtype=float), -REACH, REACH)
    edges = np.linspace(-REACH, REACH, BINS + 1)
    axes.hist(inside, bins=edges, density=True, color="0.8", edgecolor="0.55", linewidth=0.5, label="scores")
    density = np.exp(-(x**2) / 2.0) / math.sqrt(2.0 * math.pi)
    axes.plot(x, density, color=COLOURS[0], linewidth=1.6, label="standard normal")
    axes.set_xlabel("z = (value - reference)/standard error")
    axes.set_ylabel("density")
    axes.legend(fontsize=8, frameon=False, loc="upper right")
