"""Measure the error of Gauss-Hermite rules, and what Monte Carlo can confirm of them.

    python docs/measure_gauss_hermite.py

Writes docs/figures/gauss_hermite.png and prints the tables of docs/gauss_hermite.md. The truth is that of
method="auto", whose errors are bounded (1e-15); an error is relative to it, and the worst of the five components
that are not 0.
"""

import sys
from pathlib import Path

import numpy as np

import fastsig

ROOT = Path(__file__).resolve().parent
ACTIVATIONS = ("relu", "leaky_relu", "crrelu", "tanh", "sigmoid", "swish", "gelu", "mish", "telu")
NODES = (4, 6, 10, 16, 26, 40, 64, 100, 160, 250, 400, 640, 1000)
SIGMAS = (0.1, 1.0, 3.0, 10.0, 100.0)
TABLE_NODES = (10, 30, 100, 101, 300, 1000)
CONFIRMED_SIGMAS = (0.5, 1.0, 2.0, 5.0)
SAMPLES = 1 << 24
# Okabe and Ito's colours, from light to dark in grey too; each sigma has its dashes and marker besides.
STYLES = (
    ("#E69F00", "o", "-"),
    ("#56B4E9", "s", "--"),
    ("#009E73", "^", "-."),
    ("#D55E00", "D", ":"),
    ("#000000", "v", "-"),
)


def worst(got: "fastsig.Moments", truth: "fastsig.Moments", index: "tuple[int, ...] | int" = ()) -> float:
    """Largest error, relative to components that are not 0."""
    errors = []
    for name in truth.values:
        value, exact = (np.asarray(result[name])[index] for result in (got, truth))
        if exact != 0.0:
            errors.append(float(abs(value - exact) / abs(exact)))
    return max(errors)


def errors(nodes: tuple[int, ...], sigmas: tuple[float, ...]) -> "dict[tuple[str, int, float], float]":
    """Errors by activation, nodes and sigma."""
    result = {}
    for name in ACTIVATIONS:
        truth = fastsig.moments(name, np.array(sigmas))
        for n in nodes:
            rule = fastsig.moments(name, np.array(sigmas), method="gauss_hermite", nodes=n)
            result |= {(name, n, sigma): worst(rule, truth, i) for i, sigma in enumerate(sigmas)}
    return result


def draw(found: "dict[tuple[str, int, float], float]", path: Path) -> None:
    """Write the figure."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(9.0, 8.0), layout="constrained")
    FigureCanvasAgg(figure)
    panels = figure.subplots(3, 3, sharex=True, sharey=True)
    for axes, name in zip(panels.flat, ACTIVATIONS, strict=True):
        for sigma, (colour, marker, dashes) in zip(SIGMAS, STYLES, strict=True):
            heights = [max(found[name, n, sigma], 1e-17) for n in NODES]
            axes.plot(
                NODES, heights, dashes, color=colour, marker=marker, markersize=4, linewidth=1.2, label=f"{sigma:g}"
            )
        axes.set(xscale="log", yscale="log", ylim=(1e-17, 1e2), title=name)
        axes.axhline(1e-6, color="0.6", linewidth=0.8)
        axes.grid(visible=True, color="0.93")
    figure.supxlabel("nodes of the Gauss-Hermite rule (even numbers)")
    figure.supylabel("worst relative error of m1, g1, g2, m2, eta (grey line: six digits)")
    handles, labels = panels[0, 0].get_legend_handles_labels()
    figure.legend(handles, labels, title="sigma", loc="outside right upper")
    figure.savefig(path, dpi=110)


def print_table(head: "list[str]", rows: "list[list[str]]") -> None:
    """Print a table in Markdown."""
    for row in (head, ["---"] * len(head), *rows):
        print("| " + " | ".join(row) + " |")
    print()


def confirm() -> "list[list[str]]":
    """Gauss-Hermite with 100 nodes beside Sobol points and plain samples."""
    rows = []
    for i, name in enumerate(ACTIVATIONS):
        row = [name]
        for j, sigma in enumerate(CONFIRMED_SIGMAS):
            truth = fastsig.moments(name, sigma)
            rule = worst(fastsig.moments(name, sigma, method="gauss_hermite", nodes=100), truth)
            seed = 100 * i + j
            sobol = worst(fastsig.moments(name, sigma, method="sobol", samples=SAMPLES, rng=seed), truth)
            plain = worst(fastsig.moments(name, sigma, method="monte_carlo", samples=SAMPLES, rng=seed), truth)
            row.append(f"{rule:.0e} / {sobol:.0e} / {plain:.0e}")
        rows.append(row)
    return rows


def main() -> int:
    """Measure, draw and print."""
    found = errors(NODES, SIGMAS)
    draw(found, ROOT / "figures" / "gauss_hermite.png")
    at = errors(TABLE_NODES, (1.0,))
    rows = [[name, *(f"{at[name, n, 1.0]:.0e}" for n in TABLE_NODES)] for name in ACTIVATIONS]
    print_table(["sigma = 1", *map(str, TABLE_NODES)], rows)
    at = errors((100,), SIGMAS)
    rows = [[name, *(f"{at[name, 100, sigma]:.0e}" for sigma in SIGMAS)] for name in ACTIVATIONS]
    print_table(["100 nodes", *(f"sigma {sigma:g}" for sigma in SIGMAS)], rows)
    print_table(["", *(f"sigma {sigma:g}" for sigma in CONFIRMED_SIGMAS)], confirm())
    return 0


if __name__ == "__main__":
    sys.exit(main())
