"""The Lyapunov energy of x -> phi(a x + b), with trajectories."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.lyapunov.contraction_certificate import Contraction
from fastsig.lyapunov.fixed_point import FixedPoints
from fastsig.lyapunov.fixed_point_search import search
from fastsig.lyapunov.primitive_certificate import PrimitiveDescent
from fastsig.plot.canvas import GREY, line_style, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MARKS = ("o", "s", "^", "D", "v", "P")
LONGEST = 60
NEAR = 1e-4  # of the width: a trajectory is drawn until its steps are shorter


def lyapunov_figure(
    certificate: Contraction | PrimitiveDescent,
    *,
    starts: Sequence[float] | None = None,
    span: tuple[float, float] | None = None,
) -> "Figure":
    """Draw the map T and the energy of a certificate, with trajectories that descend on it.

    Parameters
    ----------
    certificate : Contraction or PrimitiveDescent
        What `fastsig.lyapunov.contraction` or `primitive` returns.
    starts : sequence of float, optional
        Where trajectories start; by default at both ends of the picture and beside the repelling fixed points.
    span : (low, high), optional
        Where x goes; by default around the fixed points, within the domain if
        that is not just a point.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ImportError
        Without matplotlib (extra `plot`).
    """
    recursion = certificate.recursion
    fixed = search(recursion)
    low, high = span or _span(certificate, fixed)
    figure = new_figure(6.8, 8.0)
    above, below = figure.subplots(2, 1, sharex=True)
    x = np.linspace(low, high, 1001)
    above.plot(x, recursion(x), **line_style(0), label="T(x)")
    above.plot([low, high], [low, high], color=GREY, linewidth=0.9, linestyle="--", label="x")
    below.plot(x, certificate.energy(x), **line_style(0), label=_energy_name(certificate))
    starts = starts if starts is not None else _starts(fixed, low, high)
    for k, start in enumerate(starts):
        path = _trajectory(recursion, float(start), low, high)
        style = line_style(k + 1)
        color = style["color"]
        above.plot(path[:-1], path[1:], MARKS[k % len(MARKS)], color=color, markersize=4.5, alpha=0.9)
        below.plot(
            path, certificate.energy(path), marker=MARKS[k % len(MARKS)], markersize=4.5, linewidth=0.9,
            color=color, linestyle=style["linestyle"], label=f"from {start:.3g}",
        )  # fmt: skip
    _mark_fixed_points(above, below, certificate, fixed, low, high)
    above.set_ylabel("T(x)")
    below.set_ylabel("energy")
    below.set_xlabel("x")
    above.set_title(f"{recursion} on {_domain(certificate)}", fontsize=11)
    below.set_title(_claim(certificate), fontsize=9, loc="left")
    for axes in (above, below):
        axes.grid(visible=True, color="0.93", zorder=0)
        axes.margins(x=0.0)
        axes.legend(frameon=False, fontsize=8, loc="best")
    return figure


def _energy_name(certificate: Contraction | PrimitiveDescent) -> str:
    if isinstance(certificate, Contraction):
        return r"$V(x) = (x - x^*)^2$"
    return r"$E(x) = x^2/2 - F(ax + b)/a$"


def _claim(certificate: Contraction | PrimitiveDescent) -> str:
    if isinstance(certificate, Contraction):
        k = certificate.rate + certificate.rate_error
        return f"V(Tx) ≤ {k * k:.6g} V(x): every orbit of the domain converges"
    orbits = "every orbit converges" if certificate.converges else "convergence is not claimed"
    return f"E(Tx) ≤ E(x) − {certificate.descent:.6g} (Tx − x)²; {orbits}"


def _domain(certificate: Contraction | PrimitiveDescent) -> str:
    low, high = certificate.domain
    return "R" if not np.isfinite(low) else f"[{low:.4g}, {high:.4g}]"


def _span(certificate: Contraction | PrimitiveDescent, fixed: FixedPoints) -> tuple[float, float]:
    """Return the fixed points with room around them, within the domain."""
    places = [point.x for point in fixed]
    places += [end for one in fixed.intervals for end in (one.low, one.high) if np.isfinite(end)]
    places = [x for x in places if certificate.domain[0] <= x <= certificate.domain[1]] or [0.0]
    room = max(0.6 * (max(places) - min(places)), 1.5)
    low, high = min(places) - room, max(places) + room
    inside = max(low, certificate.domain[0]), min(high, certificate.domain[1])
    return inside if inside[1] - inside[0] > 1e-3 * (high - low) else (low, high)


def _starts(fixed: FixedPoints, low: float, high: float) -> list[float]:
    width = high - low
    beside = [p.x + side * 0.02 * width for p in fixed if p.stability == "repelling" for side in (-1.0, 1.0)]
    return [low + 0.03 * width, *(x for x in beside[:4] if low < x < high), high - 0.03 * width]


def _trajectory(recursion: Any, start: float, low: float, high: float) -> Any:
    """Return the orbit until it hardly moves or leaves the picture."""
    path = [start]
    for _ in range(LONGEST):
        following = float(recursion(np.array([path[-1]]))[0])
        if not low <= following <= high:
            break
        path.append(following)
        if abs(path[-1] - path[-2]) <= NEAR * (high - low):
            break
    return np.array(path)


def _mark_fixed_points(
    above: Any, below: Any, certificate: Contraction | PrimitiveDescent, fixed: FixedPoints, low: float, high: float
) -> None:
    """Fixed points as filled (attracting) or hollow circles on the map, as vertical lines on the energy."""
    labels = {"attracting": ("black", "attracting"), "repelling": ("white", "repelling")}
    told: set[str] = set()
    for point in fixed:
        if not low <= point.x <= high:
            continue
        fill, name = labels.get(point.stability, ("0.7", point.stability))
        above.plot(
            point.x, point.x, "o", markersize=9, color="black", markerfacecolor=fill, zorder=4,
            label=None if name in told else f"fixed point, {name}",
        )  # fmt: skip
        told.add(name)
        below.axvline(point.x, color=GREY, linewidth=0.8, linestyle=":", zorder=0)
    for one in fixed.intervals:
        ends = np.clip([one.low, one.high], low, high)
        above.plot(
            ends, ends, color="0.5", linewidth=6, alpha=0.5, solid_capstyle="butt", label="fixed points", zorder=1
        )
