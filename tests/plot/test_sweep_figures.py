"""Figures of sweeps: every number at its place, nothing invented where there is none."""

import math

import numpy as np
import pytest

from fastsig.plot.canvas import as_png
from fastsig.plot.error_against_nodes import FLOOR, error_against_nodes
from fastsig.plot.error_heat_map import error_heat_map
from fastsig.plot.z_scores import z_scores

SIGMA = [10.0, 0.1, 1.0]  # in any order


def test_heat_map():
    errors = {("relu", 0.1): 1e-16, ("relu", 1.0): 0.0, ("relu", 10.0): 1e-12, ("tanh", 0.1): 1e-14}
    figure = error_heat_map({"double": errors, "other": {}}, ["relu", "tanh"], SIGMA)
    panels = {axes.get_title(): axes for axes in figure.axes if axes.get_title()}
    assert list(panels) == ["double", "other"]
    (image,) = panels["double"].images
    low, high = image.get_clim()
    assert (low, high) == (-16, -12)
    shown = np.ma.filled(image.get_array(), math.nan)
    np.testing.assert_allclose(shown, [[-16, low, -12], [-14, math.nan, math.nan]])  # sigma ascending; 0 at the end
    assert [label.get_text() for label in panels["double"].get_xticklabels()] == ["0.1", "1", "10"]
    assert [label.get_text() for label in panels["double"].get_yticklabels()] == ["relu", "tanh"]
    assert as_png(figure).startswith(b"\x89PNG")


def test_heat_map_scale_is_that_of_most_errors():
    """A few accidents (1e-50) do not stretch it."""
    errors = {("relu", float(i)): 10.0 ** -(30 + i % 2) for i in range(1, 100)} | {("relu", 100.0): 1e-50}
    figure = error_heat_map({"double_double": errors}, ["relu"], [float(i) for i in range(1, 101)])
    assert figure.axes[0].images[0].get_clim() == (-31, -30)


def test_errors_against_nodes():
    errors = {("relu", 100): 1e-3, ("relu", 10): 1e-2, ("elu", 10): 1e-1, ("tanh", 10): 0.0, ("erf", 10): 1.0}
    figure = error_against_nodes({1.0: errors, 10.0: errors}, named=("relu", "tanh"), rule="Gauss-Hermite")
    axes = figure.axes[0]
    lines = {line.get_label(): line for line in axes.lines}
    assert lines["relu"].get_xydata().tolist() == [[10, 1e-2], [100, 1e-3]]
    assert lines["tanh"].get_xydata().tolist() == [[10, FLOOR]]
    assert [text.get_text() for text in figure.legends[0].get_texts()] == ["others", "relu", "tanh"]
    assert {line.get_color() for line in axes.lines if line.get_label() not in ("relu", "tanh")} == {"0.75"}
    assert lines["relu"].get_color() != lines["tanh"].get_color()
    assert lines["relu"].get_marker() != lines["tanh"].get_marker()  # in grey, too
    assert [a.get_title() for a in figure.axes] == ["sigma = 1", "sigma = 10"]


def test_z_scores():
    figure = z_scores({"a": [0.1, 0.1, 100.0, -math.inf], "b": [0.0], "c": [1.0]})
    axes = figure.axes[0]
    heights = np.array([patch.get_height() for patch in axes.patches])
    assert heights.sum() * 0.25 == pytest.approx(1.0)  # what is beyond is counted at the ends
    assert heights[0] > 0
    assert heights[-1] > 0
    x, y = axes.lines[0].get_data()
    np.testing.assert_allclose(y, np.exp(-(x**2) / 2) / math.sqrt(2 * math.pi))
    assert [a.get_visible() for a in figure.axes] == [True, True, True, False]


def test_nothing_at_all():
    for figure in (error_heat_map({}, [], []), error_against_nodes({}, named=(), rule="x"), z_scores({})):
        assert as_png(figure)
