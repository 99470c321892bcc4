"""The variance map with its fixed points and orbits."""

import math
from typing import Any

import numpy as np

from fastsig.mean_field.variance_map import VarianceMap
from fastsig.plot.canvas import COLOURS, new_figure

SHOWN = {
    "stable": ("o", COLOURS[0], COLOURS[0]),
    "unstable": ("o", COLOURS[0], "white"),
    "undecided": ("D", "0.3", "0.8"),
}
STEPS = 60


def variance_map(found: VarianceMap, *, starts: tuple[float, ...] = (1.0,), high: float | None = None) -> Any:
    """Draw V(q), the diagonal, the fixed points, and the steps of some orbits.

    Parameters
    ----------
    found : VarianceMap
        Of one sigma_w and sigma_b.
    starts : tuple of float
        Where orbits begin.
    high : float, optional
        End of the axes; by default a bit beyond the starts and the finite fixed points.

    Returns
    -------
    matplotlib.figure.Figure
        Fixed points are full where stable, hollow where unstable, diamonds where undecided.

    Raises
    ------
    ValueError
        If sigma_w or sigma_b is an array.
    ImportError
        Without matplotlib.

    Examples
    --------
    >>> import fastsig
    >>> from fastsig.plot.variance_map import variance_map
    >>> figure = variance_map(fastsig.mean_field.VarianceMap("gelu", 1.5, 0.1))
    >>> figure.axes[0].get_xlabel()
    'q'
    """
    if found.shape:
        raise ValueError(f"a picture shows one sigma_w and sigma_b; got a map of shape {found.shape}")
    points = [point for point in found.fixed_points() if point.q < math.inf]
    top = high or 1.25 * max([*starts, *(point.q for point in points)], default=1.0)
    figure = new_figure(5.4, 5.0)
    axes = figure.subplots()
    q = np.linspace(0.0, top, 400)
    axes.plot(q, q, color="0.5", linewidth=0.9, linestyle="--", label="V = q")
    axes.plot(q, found(q), color=COLOURS[0], linewidth=1.8, label="V(q)")
    for k, start in enumerate(starts):
        orbit = found.orbit(start, STEPS)
        corners = np.repeat(orbit, 2)
        axes.plot(
            corners[:-1], np.concatenate([[0.0], corners[2:]]), color=COLOURS[1], linewidth=0.9,
            label="orbits" if k == 0 else None,
        )  # fmt: skip
    named = set()
    for point in points:
        marker, edge, face = SHOWN[point.stability]
        label = None if point.stability in named else f"{point.stability} fixed point"
        named.add(point.stability)
        axes.plot(point.q, point.q, marker, color=edge, markerfacecolor=face, markersize=8, linestyle="", label=label,
                  zorder=5, clip_on=False)  # fmt: skip
    axes.set(xlabel="q", ylabel="V(q)", xlim=(0.0, top), ylim=(0.0, top))
    axes.set_title(f"{found.phi}, sigma_w = {found.sigma_w:g}, sigma_b = {found.sigma_b:g}", fontsize=10)
    axes.legend(fontsize=8, frameon=False, loc="upper left")
    return figure
