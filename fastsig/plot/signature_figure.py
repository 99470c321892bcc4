"""Signatures of several activations side by side."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from fastsig.activations.registry import ActivationLike
from fastsig.plot.canvas import new_figure
from fastsig.signatures.compute import signature
from fastsig.signatures.definition import NINE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TITLES = {
    "m1": r"$m_1 = E\varphi$",
    "g1": r"$g_1 = E\varphi'$",
    "g2": r"$g_2 = E\varphi'^2$",
    "m2": r"$m_2 = E\varphi^2$",
    "eta": r"$\eta = E\,x\varphi\varphi'$",
    "alpha_plus": r"$\alpha_+$",
    "alpha_minus": r"$\alpha_-$",
    "tv": r"TV$(\varphi')$",
    "curvature": r"curvature $\int\varphi''^2$",
}
INFINITE, NONE = "infinite", "none"


def signature_figure(
    phi: Sequence[ActivationLike], *, sigma: float = 1.0, mean: float = 0.0, labels: Sequence[str] | None = None
) -> "Figure":
    """Draw the nine components of several activations, one panel a component, one bar an activation.

    Parameters
    ----------
    phi : sequence of Activation or str
        The activations.
    sigma, mean : float
        Of the Gaussian input.
    labels : sequence of str, optional
        What to call them.

    Returns
    -------
    matplotlib.figure.Figure
        Infinite components reach the edge and say so; a slope that does not exist is marked "none".

    Raises
    ------
    ImportError
        Without matplotlib (extra `plot`).
    """
    found = [signature(one, sigma, mean=mean) for one in phi]
    names = list(labels or (str(one.activation) for one in found))
    height = 1.4 + 0.19 * len(names)
    figure = new_figure(9.2, 3.0 * height)
    axes = figure.subplots(3, 3)
    rows = list(range(len(names)))
    for k, (component, panel) in enumerate(zip(NINE, axes.flat, strict=True)):
        values = [float(getattr(one, component)) for one in found]
        finite = [value for value in values if math.isfinite(value)]
        low, high = min([0.0, *finite]), max([0.0, *finite])
        room = 0.12 * ((high - low) or 1.0)
        ends = low - (room if low < 0.0 else 0.0), high + room
        for row, value in zip(rows, values, strict=True):
            infinite = math.isinf(value)
            length = ends[1] if infinite else 0.0 if math.isnan(value) else value
            colour = "0.8" if infinite else "0.25" if row % 2 == 0 else "0.55"
            panel.barh(
                row,
                length,
                height=0.7,
                color=colour,
                hatch="////" if infinite else None,
                edgecolor="0.5",
                linewidth=0.3,
            )
            if infinite or math.isnan(value):
                panel.annotate(
                    INFINITE if infinite else NONE, (0.0, row), xytext=(4, 0), textcoords="offset points",
                    va="center", ha="left", fontsize=7,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
                )  # fmt: skip
        panel.set_xlim(*ends)
        panel.set_title(TITLES[component], fontsize=10)
        panel.set_yticks(rows, names if k % 3 == 0 else [""] * len(names), fontsize=8)
        panel.set_ylim(len(names) - 0.4, -0.6)
        panel.axvline(0.0, color="0.5", linewidth=0.8)
        panel.tick_params(axis="x", labelsize=8)
        panel.grid(visible=True, axis="x", color="0.9")
        panel.set_axisbelow(True)
    scaled = "Z" if sigma == 1.0 else f"{sigma:g} Z"
    figure.suptitle(f"Integral signatures at x = {f'{mean:g} + ' if mean else ''}{scaled}", fontsize=12)
    return figure
