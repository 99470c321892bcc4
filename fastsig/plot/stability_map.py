"""The (m2', g2) plane with the curves of several activations."""

from collections.abc import Sequence
from typing import Any

import numpy as np

from fastsig.mean_field.stability_map import StabilityCurve
from fastsig.plot.canvas import COLOURS, MARKERS, new_figure

MARKED = (0.5, 1.0, 2.0, 4.0)  # sigma at which a curve has a mark
POINT = 1e-9  # of the plane: a shorter curve is drawn as a point
STYLES = ("-", "--", "-.", ":")


def stability_map(curves: Sequence[StabilityCurve]) -> Any:
    """Draw curves sigma -> (m2', g2).

    Parameters
    ----------
    curves : sequence of StabilityCurve
        From `fastsig.mean_field.stability_curve`.

    Returns
    -------
    matplotlib.figure.Figure
        With sigma_w = 1 the grey square is where variances are stable and gradients do not grow; for another
        sigma_w its side is 1/sigma_w^2. Below the diagonal q repels on the edge of chaos.

    Raises
    ------
    ImportError
        Without matplotlib.

    Examples
    --------
    >>> import fastsig
    >>> from fastsig.plot.stability_map import stability_map
    >>> figure = stability_map([fastsig.mean_field.stability_curve(name) for name in ("tanh", "gelu")])
    >>> len(figure.axes[0].get_legend().get_texts())
    2
    """
    figure = new_figure(6.4, 5.2)
    axes = figure.subplots()
    top = max(
        1.1, *(1.05 * float(np.nanmax(c.g2)) for c in curves), *(1.05 * float(np.nanmax(c.m2_slope)) for c in curves)
    )
    left = min(-0.05, *(1.05 * float(np.nanmin(c.m2_slope)) for c in curves))
    left = max(left, -top)
    axes.fill_between([max(left, -1.0), 1.0], 0.0, 1.0, color="0.92", zorder=0)
    axes.text(0.99, 0.015, "stable for sigma_w = 1", ha="right", va="bottom", fontsize=8, color="0.3")
    axes.plot([0.0, top], [0.0, top], color="0.5", linewidth=0.8)
    axes.annotate("m2' = g2", (0.93 * top, 0.93 * top), xytext=(-4, 6), textcoords="offset points", fontsize=8,
                  color="0.3", ha="right")  # fmt: skip
    axes.text(0.78 * top, 0.66 * top, "below: q repels\non the edge of chaos", fontsize=8, color="0.3", va="top")
    for k, curve in enumerate(curves):
        colour, marker = COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)]
        style = STYLES[k // len(COLOURS) % len(STYLES)]
        if np.ptp(curve.m2_slope) + np.ptp(curve.g2) < POINT:  # relu: all scales are one point
            axes.plot(curve.m2_slope[:1], curve.g2[:1], marker, color=colour, markerfacecolor="none", markersize=10,
                      markeredgewidth=1.8, zorder=6, label=str(curve.activation))  # fmt: skip
            continue
        marks = [int(np.abs(curve.sigma - s).argmin()) for s in MARKED if curve.sigma.min() <= s <= curve.sigma.max()]
        axes.plot(
            curve.m2_slope,
            curve.g2,
            color=colour,
            linewidth=1.6,
            linestyle=style,
            marker=marker,
            markevery=marks,
            markersize=5,
            label=str(curve.activation),
        )
    axes.set(xlabel="m2' = d E phi(sqrt(q) Z)²/dq at q = sigma²", ylabel="g2 = E phi'(sigma Z)²")
    axes.set(xlim=(left, top), ylim=(0.0, top))
    marked = ", ".join(f"{s:g}" for s in MARKED)
    axes.set_title(f"(m2', g2) for sigma from 0.1 to 30; marks at sigma = {marked}", fontsize=9)
    axes.legend(fontsize=8, frameon=False, loc="upper left", ncols=2 if len(curves) > 6 else 1)
    return figure
