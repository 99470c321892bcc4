"""Pictures of kernels: what is drawn is what was computed."""

from io import BytesIO

import numpy as np
import pytest

from fastsig.kernel import nngp, sphere_eigenvalues
from fastsig.plot.kernel_figure import draw_eigenvalues, draw_kernel_by_depth


def png(figure):
    memory = BytesIO()
    figure.savefig(memory, format="png")
    return memory.getvalue()


def test_kernel_by_depth():
    angle = np.linspace(0.0, np.pi, 7)
    inputs = np.stack([np.cos(angle), np.sin(angle)], axis=1)
    kernels = {name: nngp(name, 2, inputs, sigma_w=1.4) for name in ("relu", "tanh")}
    figure = draw_kernel_by_depth(np.cos(angle[1:]), kernels, (0, 2))
    assert [a.get_title() for a in figure.axes] == ["relu", "tanh"]
    lines = figure.axes[0].get_lines()
    assert len(lines) == 3  # the diagonal and two layers
    assert np.allclose(lines[1].get_ydata(), np.cos(angle[1:]))  # before any layer: the inputs' own
    k = kernels["relu"].value[2]
    assert lines[2].get_ydata()[3] == pytest.approx(k[0, 4] / np.sqrt(k[0, 0] * k[4, 4]))
    assert figure.axes[0].get_xlabel()
    assert len({(line.get_color(), line.get_linestyle()) for line in lines}) == 3
    assert png(figure).startswith(b"\x89PNG")


def test_eigenvalues():
    spectra = {name: sphere_eigenvalues(name, 20, dimension=3) for name in ("relu", "mish")}
    figure = draw_eigenvalues(spectra)
    (axes,) = figure.axes
    odd, even = axes.get_lines()[:2]
    assert odd.get_xdata().tolist() == [1]  # relu has no other odd ones
    assert even.get_ydata().tolist() == spectra["relu"].value[2::2].tolist()
    assert [text.get_text() for text in axes.get_legend().get_texts()] == ["relu", "mish"]
    assert png(figure).startswith(b"\x89PNG")
