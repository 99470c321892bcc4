"""An activation and the law of its output before and after a change, and the entropy by step (matplotlib)."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.eafo.density import Density
from fastsig.eafo.kernel_density import KernelDensity
from fastsig.plot.canvas import new_figure

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.eafo.optimized import Step

# Okabe and Ito's colours, which the colour-blind can tell apart; light and dark, dashed and solid in grey.
BEFORE, AFTER, DATA = "#56B4E9", "#D55E00", "0.55"
QUANTILES, BINS = 2**16, 120
MOST_OF_IT = (0.002, 0.998)  # of the data: the range that is shown
# Below the axes: inside, it would hide a spike or a line.
LEGEND = {"fontsize": 8, "frameon": False, "loc": "upper center", "bbox_to_anchor": (0.5, -0.17)}
HIGHEST = 12.0  # times the median bar: singular densities are cut off there


def draw(
    activations: Sequence[Activation], density: Density, *, history: "Sequence[Step]" = (), title: str = ""
) -> Any:
    """Return a figure of one or two activations, their outputs' densities, and the entropy by step.

    Parameters
    ----------
    activations : sequence of Activation
        One, or the one before and the one after.
    density : Density
        The law of the data.
    history : sequence of Step, optional
        Of an optimisation.
    title : str, optional
        Above it all.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ImportError
        Without matplotlib.
    """
    panels = 3 if history else 2
    figure = new_figure(4.2 * panels, 3.9)
    axes = figure.subplots(1, panels)
    x = density.samples if isinstance(density, KernelDensity) else density.quantile(_levels())
    x = np.sort(x)
    low, high = np.quantile(x, MOST_OF_IT)
    styles = [(BEFORE, "--", "before"), (AFTER, "-", "after")] if len(activations) > 1 else [(AFTER, "-", "phi")]
    _activations(axes[0], activations, density, (float(low), float(high)), styles)
    _densities(axes[1], activations, x, styles)
    if history:
        _entropies(axes[2], history)
    if title:
        figure.suptitle(title, fontsize=10)
    return figure


def _levels() -> "FloatArray":
    result: FloatArray = (np.arange(QUANTILES) + 0.5) / QUANTILES
    return result


def _activations(
    axes: Any, activations: Sequence[Activation], density: Density, ends: tuple[float, float], styles: Any
) -> None:
    x = np.linspace(*ends, 801)
    p = density.pdf(x)
    shown = axes.twinx()
    shown.fill_between(x, p, color=DATA, alpha=0.25, linewidth=0)
    shown.set(ylim=(0.0, 3.0 * float(p[np.isfinite(p)].max())), yticks=[])
    axes.set_zorder(shown.get_zorder() + 1)
    axes.patch.set_visible(False)
    for phi, (colour, line, label) in zip(activations, styles, strict=True):
        axes.plot(x, phi.batch(0, x), line, color=colour, linewidth=1.8, label=label)
    axes.fill_between([], [], color=DATA, alpha=0.25, label="density of x")
    axes.set(xlabel="x", ylabel="phi(x)", title="activation")
    axes.legend(**LEGEND, ncols=3)
    axes.grid(visible=True, color="0.92")


def _densities(axes: Any, activations: Sequence[Activation], x: "FloatArray", styles: Any) -> None:
    """Histograms of the outputs; what is on one value is an atom, with its probability."""
    outputs = [phi.batch(0, x) for phi in activations]
    low = min(float(np.quantile(v, MOST_OF_IT[0])) for v in outputs)
    high = max(float(np.quantile(v, MOST_OF_IT[1])) for v in outputs)
    edges = np.linspace(low - 0.02 * (high - low), high + 0.02 * (high - low), BINS + 1)
    tops: list[float] = []
    tags: list[str] = []
    for v, (colour, line, label) in zip(outputs, styles, strict=True):
        values, counts = np.unique(v, return_counts=True)
        heavy = counts > 0.002 * v.size
        spread = v[~np.isin(v, values[heavy])]
        bars = np.histogram(spread, edges)[0] / (v.size * np.diff(edges))
        axes.step(edges, np.append(bars, bars[-1]), line, where="post", color=colour, linewidth=1.5, label=label)
        tops.append(HIGHEST * float(np.median(bars[bars > 0.0])) if (bars > 0.0).any() else 1.0)
        tops[-1] = min(tops[-1], 1.1 * float(bars.max())) or 1.0
        atoms = zip(values[heavy].tolist(), counts[heavy].tolist(), strict=True)
        said = ", ".join(f"P({value:.3g}) = {count / v.size:.3g}" for value, count in atoms)
        tags.append(f"{label}: {said}" if said else label)
        axes.lines[-1].set_label(tags[-1])
    axes.set(xlabel="v = phi(x)", ylabel="density", title="output", ylim=(0.0, max(tops)))
    axes.legend(**LEGEND, ncols=len(styles) if len(max(tags, key=len)) < 20 else 1)
    axes.grid(visible=True, color="0.92")


def _entropies(axes: Any, history: "Sequence[Step]") -> None:
    steps = range(len(history))
    axes.plot(steps, [one.entropy for one in history], "-", color=AFTER, linewidth=1.8, label="entropy")
    axes.plot(steps, [one.negentropy for one in history], ":", color=BEFORE, linewidth=2.2, label="negentropy")
    axes.plot(steps, [one.variance for one in history], "--", color="0.3", linewidth=1.2, label="variance")
    axes.set(xlabel="step", ylabel="nats; variance in units of v^2", title="by step")
    axes.legend(**LEGEND, ncols=3)
    axes.grid(visible=True, color="0.92")
