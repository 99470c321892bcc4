"""Pictures of wide networks: what they show is what was computed, and files come out."""

import numpy as np
import pytest

import fastsig
from fastsig.mean_field import VarianceMap, phase_diagram, stability_curve

pytest.importorskip("matplotlib")


def test_phase_diagram(tmp_path):
    from fastsig.plot.phase_diagram import phase_diagram as draw

    for name, entries in (("tanh", 1), ("gelu", 3), ("relu", 2), ("sigmoid", 1)):
        found = phase_diagram(name, np.linspace(0.1, 3.0, 24), np.linspace(0.0, 1.5, 24))
        figure = draw(found)
        figure.savefig(tmp_path / "phase.png")
        assert (tmp_path / "phase.png").read_bytes().startswith(b"\x89PNG")
        left, right = figure.axes[:2]
        assert name in left.get_title()
        assert (left.get_ylabel(), right.get_xlabel()) == ("sigma_b", "sigma_w")
        assert len(figure.legends[0].get_texts()) == entries  # no dashes, no hatches where there are none
    assert "not in this range" in figure.legends[0].get_texts()[0].get_text()  # sigmoid
    edge = fastsig.mean_field.edge_of_chaos("tanh", 1.0)
    line = draw(phase_diagram("tanh", [0.5, 2.0], [0.0, 1.0])).axes[0].lines[1]
    near = np.nanargmin(np.hypot(line.get_xdata() - edge.sigma_w, line.get_ydata() - edge.sigma_b))
    assert line.get_xdata()[near] == pytest.approx(edge.sigma_w, rel=0.02)


def test_stability_map(tmp_path):
    from fastsig.plot.stability_map import stability_map

    curves = [stability_curve(name) for name in ("relu", "tanh", "gaussian")]
    figure = stability_map(curves)
    figure.savefig(tmp_path / "map.svg")
    assert [text.get_text() for text in figure.axes[0].get_legend().get_texts()] == ["relu", "tanh", "gaussian"]
    drawn = figure.axes[0].lines[2]
    assert np.array_equal(drawn.get_xdata(), curves[1].m2_slope)
    assert np.array_equal(drawn.get_ydata(), curves[1].g2)


def test_variance_map():
    from fastsig.plot.variance_map import variance_map

    figure = variance_map(VarianceMap("gelu", 1.5, 0.1), starts=(1.0, 1.6))
    labels = [text.get_text() for text in figure.axes[0].get_legend().get_texts()]
    assert labels == ["V = q", "V(q)", "orbits", "stable fixed point", "unstable fixed point"]
    with pytest.raises(ValueError, match="one sigma_w and sigma_b"):
        variance_map(VarianceMap("gelu", [1.0, 2.0], 0.1))


def test_without_matplotlib(monkeypatch):
    import sys

    from fastsig.plot.stability_map import stability_map

    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(ImportError, match=r"pip install 'fastsig\[plot\]'"):
        stability_map([stability_curve("tanh", [1.0, 2.0])])
