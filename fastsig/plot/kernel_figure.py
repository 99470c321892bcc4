"""Kernels of wide networks by depth, and the decay of their eigenvalues by smoothness."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.integrals.estimate import Estimate
from fastsig.kernel.sphere import SphereEigenvalues
from fastsig.plot.canvas import GREY, MARKERS, line_style, new_figure

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw_kernel_by_depth(rho: FloatArray, kernels: Mapping[str, Estimate], layers: Sequence[int]) -> "Figure":
    """Draw the correlation of two inputs after some hidden layers against that of the inputs.

    Parameters
    ----------
    rho : ndarray, shape (m - 1,)
        Correlations of inputs 1, 2, ... with input 0.
    kernels : mapping of str to Estimate
        For each name an answer of `fastsig.kernel.nngp` or `ntk` for those m inputs; one panel each.
    layers : sequence of int
        Which layers to draw.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ImportError
        Without matplotlib.
    """
    figure = new_figure(3.4 * len(kernels) + 0.6, 3.6)
    axes = figure.subplots(1, len(kernels), sharey=True, squeeze=False)[0]
    for place, (name, kernel) in zip(axes, kernels.items(), strict=True):
        place.plot([-1, 1], [-1, 1], color=GREY, linewidth=0.8)
        for index, layer in enumerate(layers):
            k = kernel.value[layer]
            correlation = k[0, 1:] / np.sqrt(k[0, 0] * np.diagonal(k)[1:])
            label = f"{layer} hidden layer{'' if layer == 1 else 's'}"
            place.plot(rho, correlation, label=label, **line_style(index))
        place.set(xlim=(-1, 1), ylim=(-1.05, 1.05), title=name, xlabel="correlation of the inputs")
        place.grid(visible=True, color="0.92")
    axes[0].set_ylabel("correlation of the kernel")
    axes[-1].legend(loc="lower right", fontsize=8, framealpha=1.0)
    return figure


def draw_eigenvalues(spectra: Mapping[str, SphereEigenvalues]) -> "Figure":
    """Draw eigenvalues on the sphere against their degree, those that are more than their error.

    Parameters
    ----------
    spectra : mapping of str to SphereEigenvalues
        Answers of `fastsig.kernel.sphere_eigenvalues` by label, all of one dimension.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ImportError
        Without matplotlib.
    """
    figure = new_figure(6.4, 4.4)
    axes = figure.subplots()
    _eigenvalue_curves(axes, spectra)
    return figure


def draw_kernels(
    rho: FloatArray, kernels: Mapping[str, Estimate], spectra: Mapping[str, SphereEigenvalues]
) -> "Figure":
    """Draw dual kernels against the correlation of the inputs, and their eigenvalues on the sphere beside.

    Parameters
    ----------
    rho : ndarray, shape (m,)
        Correlations, the last one 1.
    kernels : mapping of str to Estimate
        For each label an answer of `fastsig.kernel.dual` there, for inputs of one variance.
    spectra : mapping of str to SphereEigenvalues
        As in `draw_eigenvalues`, with the same labels.

    Returns
    -------
    matplotlib.figure.Figure

    Raises
    ------
    ImportError
        Without matplotlib.

    Examples
    --------
    >>> import fastsig
    >>> import numpy as np
    >>> rho = np.linspace(-1.0, 1.0, 5)
    >>> kernels = {"relu": fastsig.kernel.dual("relu", 1.0, 1.0, rho)}
    >>> spectra = {"relu": fastsig.kernel.sphere_eigenvalues("relu", 8, dimension=3)}
    >>> len(draw_kernels(rho, kernels, spectra).axes)
    2
    """
    figure = new_figure(10.4, 4.4)
    left, right = figure.subplots(1, 2)
    left.plot([-1, 1], [-1, 1], color=GREY, linewidth=0.8)
    for index, (label, kernel) in enumerate(kernels.items()):
        with np.errstate(invalid="ignore"):
            left.plot(rho, kernel.value / kernel.value[-1], label=label, **line_style(index))
    left.set(xlim=(-1, 1), ylim=(-1.05, 1.05), xlabel="correlation of the inputs", ylabel="K(rho)/K(1)")
    left.set_title("dual kernel K(rho) = E phi(X) phi(Y);\nK of the identity in grey", fontsize=9, color="0.35")
    left.grid(visible=True, color="0.92")
    left.legend(fontsize=9, framealpha=1.0)
    _eigenvalue_curves(right, spectra)
    return figure


def _eigenvalue_curves(axes: Any, spectra: Mapping[str, SphereEigenvalues]) -> None:
    dimension = 0
    for index, (label, spectrum) in enumerate(spectra.items()):
        degree = np.arange(spectrum.value.size)
        seen = (spectrum.value > 3.0 * spectrum.error) & (degree > 0)
        style = line_style(index) | {"marker": MARKERS[index % len(MARKERS)], "markersize": 4, "linewidth": 1.0}
        for parity in (1, 0):  # each falls smoothly; one may vanish
            mine = seen & (degree % 2 == parity)
            axes.plot(degree[mine], spectrum.value[mine], label=label if parity else None, **style)
        dimension = spectrum.dimension
    axes.set(xscale="log", yscale="log", xlabel="degree of the spherical harmonics", ylabel="eigenvalue of the kernel")
    axes.set_title(
        f"unit sphere of R^{dimension}:\neven and odd degrees joined apart, eigenvalues 0 left out",
        fontsize=9,
        color="0.35",
    )
    axes.grid(visible=True, which="major", color="0.92")
    axes.legend(fontsize=9, framealpha=1.0)
