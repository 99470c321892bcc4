"""Figures: drawn for everything, labelled, nothing beside the canvas."""

import numpy as np
import pytest

import fastsig
from fastsig import lyapunov
from fastsig.plot.activation_figure import activation_figure
from fastsig.plot.canvas import STYLES, line_style
from fastsig.plot.lyapunov_figure import lyapunov_figure
from fastsig.plot.signature_figure import signature_figure
from tests.theory_problems import MADE


def labels_are_inside(figure):
    """Every text of the figure lies on the canvas."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    width, height = canvas.get_width_height()
    for axes in figure.axes:
        box = axes.get_tightbbox(canvas.get_renderer())
        assert box.x0 >= -1
        assert box.y0 >= -1
        assert box.x1 <= width + 1
        assert box.y1 <= height + 1


@pytest.mark.parametrize("name", [*fastsig.activation_names(), "hat", "cube", "sine", "signed power 1.5"])
def test_activation(name):
    phi = MADE[name]() if name in MADE else fastsig.activation(name)
    figure = activation_figure(phi)
    assert [axes.get_ylabel() != "" for axes in figure.axes] == [True] * 3
    assert figure.axes[2].get_xlabel() == "x"
    labels_are_inside(figure)


def test_a_line_is_not_drawn_across_a_kink():
    figure = activation_figure("relu", span=(-1.0, 1.0))
    slopes = [line.get_ydata() for line in figure.axes[1].lines if len(line.get_ydata()) > 10]
    assert [sorted(set(np.round(y, 12))) for y in slopes] == [[0.0], [1.0]]


def test_the_kept_numbers():
    figure = activation_figure("gelu")
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert "1.51562" in titles[1]
    assert "0.775761" in titles[2]


def test_signatures():
    figure = signature_figure(["relu", "gelu", "snake"], sigma=2.0)
    assert len(figure.axes) == 9
    assert [label.get_text() for label in figure.axes[0].get_yticklabels()] == ["relu", "gelu", "snake"]
    widths = [bar.get_width() for bar in figure.axes[3].patches]
    assert widths == [fastsig.signature(name, 2.0).m2 for name in ("relu", "gelu", "snake")]
    said = [text.get_text() for axes in figure.axes for text in axes.texts]
    assert said == ["none", "none", "infinite", "infinite", "infinite"]
    labels_are_inside(figure)


@pytest.mark.parametrize(
    "certificate",
    [
        lyapunov.primitive("tanh", 3),
        lyapunov.primitive("relu", 1),
        lyapunov.primitive("identity", 2),
        lyapunov.contraction("relu", -0.5, 1),
        lyapunov.contraction("sigmoid", 5, -10),
        lyapunov.contraction("hardtanh", 1, 0.5),
    ],
    ids=str,
)
def test_energies(certificate):
    figure = lyapunov_figure(certificate)
    above, below = figure.axes
    assert above.get_ylabel() == "T(x)"
    assert below.get_xlabel() == "x"
    paths = [line for line in below.lines if line.get_label().startswith("from")]
    assert paths
    for path in paths:  # energies fall along trajectories
        energy = path.get_ydata()
        assert (np.diff(energy) <= 1e-14 * (1.0 + np.abs(energy[1:]))).all()
    labels_are_inside(figure)


def test_styles_differ_in_grey():
    """Neighbours differ in dashes, and no two in both lightness and dashes."""
    assert len({str(dashes) for _, dashes in STYLES}) == len(STYLES)
    assert line_style(0) != line_style(1)
