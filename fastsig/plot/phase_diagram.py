"""The phase diagram of wide networks: q* and chi over (sigma_w, sigma_b), with the edge of chaos."""

from typing import Any

import numpy as np

from fastsig.mean_field.critical import Initialisation, edge_of_chaos
from fastsig.mean_field.phases import DIVERGING, PhaseDiagram
from fastsig.plot.canvas import new_figure

LEVELS_CHI = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 5.0)
DECADES = (-4, 3)  # of q* that the colours show
EDGE = np.geomspace(1e-6, 1e6, 600)
RED = "#D55E00"
EDGE_LABELS = {True: "edge of chaos", False: "edge of chaos (not in this range)"}


def phase_diagram(found: PhaseDiagram) -> Any:
    """Draw a phase diagram.

    Parameters
    ----------
    found : PhaseDiagram
        From `fastsig.mean_field.phase_diagram`.

    Returns
    -------
    matplotlib.figure.Figure
        Left q*, right chi; hatched where variances diverge. The line is the edge of chaos, dashed where
        V' > 1, so that its q repels.

    Raises
    ------
    ImportError
        Without matplotlib.

    Examples
    --------
    >>> import fastsig
    >>> from fastsig.plot.phase_diagram import phase_diagram
    >>> figure = phase_diagram(fastsig.mean_field.phase_diagram("tanh", [0.5, 1.0, 2.0], [0.0, 0.5, 1.0]))
    >>> [axes.get_xlabel() for axes in figure.axes[:2]]
    ['sigma_w', 'sigma_w']
    """
    figure = new_figure(10.0, 4.3)
    left, right = figure.subplots(1, 2, sharey=True)
    w, b = found.sigma_w, found.sigma_b
    diverging = (found.code == DIVERGING).T
    with np.errstate(divide="ignore"):
        size = np.clip(np.log10(found.q.T), *DECADES)
    shades = np.linspace(*DECADES, 4 * (DECADES[1] - DECADES[0]) + 1)
    drawn = left.contourf(w, b, np.ma.masked_where(diverging, size), levels=shades, cmap="viridis")
    bar = figure.colorbar(drawn, ax=left, ticks=range(DECADES[0], DECADES[1] + 1))
    bar.set_label("log10 q*")
    left.set_title(f"{found.activation}: variance q* reached from q = 1", fontsize=10)
    chi = np.ma.masked_where(diverging, found.chi.T)
    right.contourf(w, b, chi, levels=[0.0, *LEVELS_CHI, 1e9], cmap="Greys", vmin=0.0, vmax=6.0, alpha=0.85)
    others = [level for level in LEVELS_CHI if level != 1.0 and chi.min() < level < chi.max()]
    if others:
        lines = right.contour(w, b, chi, levels=others, colors="0.25", linewidths=0.7)
        right.clabel(lines, fmt="%g", fontsize=7)
    right.set_title("chi = sigma_w² E phi'²: ordered below 1, chaotic above", fontsize=10)
    for axes in (left, right):
        if diverging.any():
            axes.contourf(w, b, diverging.astype(float), levels=[0.5, 1.5], colors="white", hatches=["///"])
        _edge(axes, found)
        axes.set(xlabel="sigma_w", xlim=(w.min(), w.max()), ylim=(b.min(), b.max()))
    left.set_ylabel("sigma_b")
    edge = edge_of_chaos(found.activation, EDGE)
    shown = edge.exists & (edge.sigma_w >= w.min()) & (edge.sigma_w <= w.max()) & (edge.sigma_b <= b.max())
    _legend(
        figure,
        shown=bool(shown.any()),
        diverging=bool(diverging.any()),
        repels=bool((shown & _repels(edge)).any()),
        point=_is_point(edge),
    )
    return figure


def _edge(axes: Any, found: PhaseDiagram) -> None:
    edge = edge_of_chaos(found.activation, EDGE)
    repels = _repels(edge)
    for where, style in ((~repels, "-"), (repels, (0, (4, 2)))):
        # One step over the seam, so that the parts of the line meet.
        wide = where | np.roll(where, 1) if style != "-" else where
        shown = np.where(wide & edge.exists, edge.sigma_w, np.nan)
        axes.plot(shown, edge.sigma_b, color="white", linewidth=3.6, solid_capstyle="butt")
        axes.plot(shown, edge.sigma_b, color=RED, linewidth=1.8, linestyle=style)
    if _is_point(edge):
        axes.plot(edge.sigma_w[edge.exists][:1], [0.0], "o", color=RED, clip_on=False, zorder=5)


def _is_point(edge: Initialisation) -> bool:
    """Whether the edge is a single point, as that of relu."""
    return bool(np.nanmax(edge.sigma_b, initial=0.0) == 0.0 and np.any(edge.exists))


def _repels(edge: Initialisation) -> Any:
    return np.asarray(edge.exists) & (np.asarray(edge.v_slope) > 1.0 + 1e-9)


def _legend(figure: Any, *, shown: bool, diverging: bool, repels: bool, point: bool) -> None:
    from matplotlib.lines import Line2D
    from matplotlib.patches import Patch

    look: dict[str, Any] = {"marker": "o", "linestyle": "none"} if point else {"linewidth": 1.8}
    entries: list[Any] = [Line2D([], [], color=RED, label=EDGE_LABELS[shown], **look)]
    if repels:
        entries.append(
            Line2D([], [], color=RED, linewidth=1.8, linestyle=(0, (4, 2)), label="the same, where q repels (V' > 1)")
        )
    if diverging:
        entries.append(Patch(facecolor="white", edgecolor="0.2", hatch="///", label="variances diverge"))
    figure.legend(handles=entries, loc="outside lower center", ncols=3, fontsize=8, frameon=False)
