"""Errors over activation and sigma, one panel a method."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

from fastsig.plot.canvas import new_figure

Errors = Mapping[tuple[str, float], float]  # by (activation, sigma)
COLUMNS = 3
SMALLEST = 10.0  # per cent of the errors that may be below the scale: exact results, and happy accidents


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
        Each panel has its own scale, which its bar shows: bright is a large error; the smallest tenth,
        and errors of 0, are drawn as its lower end.

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
    from matplotlib.ticker import MaxNLocator

    found = np.array([[errors.get((phi, sigma), math.nan) for sigma in sigmas] for phi in activations], dtype=float)
    positive = found[np.isfinite(found) & (found > 0.0)]
    low, high = np.percentile(np.log10(positive), (SMALLEST, 100.0)) if positive.size else (-1.0, 0.0)
    ends = math.floor(low), max(math.ceil(high), math.floor(low) + 1)
    logarithms = np.log10(np.where(found == 0.0, 10.0 ** ends[0], found))
    # One column a sigma: they need not be in equal ratios.
    image = axes.imshow(logarithms, aspect="auto", cmap="cividis", vmin=ends[0], vmax=ends[1], interpolation="nearest")
    shown = np.unique(np.linspace(0, len(sigmas) - 1, min(len(sigmas), 7)).round().astype(int))
    axes.set_xticks(shown, [f"{sigmas[i]:.4g}" for i in shown], fontsize=8)
    axes.set_xlabel("sigma")
    axes.set_title(name, fontsize=10)
    label = "log10 of the worst error"
    bar = figure.colorbar(image, ax=axes, location="bottom", label=label, shrink=0.9, aspect=35, extend="min")
    bar.locator = MaxNLocator(nbins=6, integer=True)
    bar.update_ticks()
