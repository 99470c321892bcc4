"""Errors over activation and sigma, one panel a method."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from fastsig.plot.canvas import new_figure

Errors = Mapping[tuple[str, float], float]  # by (activation, sigma)
COLUMNS = 3
LEAST = 1e-40  # what is drawn for an error of 0, unless smaller ones are there


def error_heat_map(methods: Mapping[str, Errors], activations: Sequence[str], sigmas: Sequence[float]) -> Any:
    """Draw the decimal logarithm of errors.

    Parameters
    ----------
    methods : mapping
        By the name of a method: errors by (activation, sigma). What is missing or NaN stays blank.
    activations, sigmas : sequence
        The axes.

    Returns
    -------
    matplotlib.figure.Figure
        Each panel has its own scale, which its bar shows: bright is a large error; errors of 0 are
        drawn as the smallest one.

    Examples
    --------
    >>> from fastsig.plot.error_heat_map import error_heat_map
    >>> figure = error_heat_map({"double": {("relu", 1.0): 1e-16}}, ["relu"], [1.0])
    >>> figure.axes[0].get_title()
    'double'
    """
    columns = min(COLUMNS, max(len(methods), 1))
    lines = math.ceil(max(len(methods), 1) / columns)
    figure = new_figure(1.4 + 3.6 * columns, lines * (1.6 + 0.17 * len(activations)))
    panels = figure.subplots(lines, columns, squeeze=False, sharey=True)
    order = sorted(sigmas)
    for (name, errors), axes in zip(methods.items(), panels.flat, strict=False):
        _panel(figure, axes, name, errors, activations, order)
    for axes in list(panels.flat)[len(methods) :]:
        axes.set_visible(False)
    for line in panels:
        line[0].set_yticks(range(len(activations)), activations, fontsize=8)
    return figure


def _panel(figure: Any, axes: Any, name: str, errors: Errors, activations: Sequence[str], sigmas: list[float]) -> None:
    import numpy as np

    found = np.array([[errors.get((phi, sigma), math.nan) for sigma in sigmas] for phi in activations], dtype=float)
    positive = found[np.isfinite(found) & (found > 0.0)]
    low, high = (positive.min(), positive.max()) if positive.size else (LEAST, 10.0 * LEAST)
    with np.errstate(divide="ignore"):
        logarithms = np.log10(np.where(found == 0.0, low, found))
    ends = math.floor(math.log10(low)), max(math.ceil(math.log10(high)), math.floor(math.log10(low)) + 1)
    # One column a sigma: they need not be in equal ratios.
    image = axes.imshow(logarithms, aspect="auto", cmap="cividis", vmin=ends[0], vmax=ends[1], interpolation="nearest")
    shown = np.unique(np.linspace(0, len(sigmas) - 1, min(len(sigmas), 7)).round().astype(int))
    axes.set_xticks(shown, [f"{sigmas[i]:.4g}" for i in shown], fontsize=8)
    axes.set_xlabel("sigma")
    axes.set_title(name, fontsize=10)
    figure.colorbar(image, ax=axes, location="bottom", label="log10 of the worst error", shrink=0.9, aspect=35)
