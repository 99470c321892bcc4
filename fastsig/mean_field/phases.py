"""Phase diagrams: what a wide network does at every (sigma_w, sigma_b) of a grid.

With D(q) = q - sigma_w^2 m2(sqrt(q)), fixed points solve D(q) = sigma_b^2: all points of a grid share m2, m2'
and g2 as functions of q. For each sigma_w the turns of D are found first; between them D is
monotone, and the fixed point that an orbit reaches is the first crossing in the direction of its first step.
"""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import check_memory
from fastsig.arrays import FloatArray
from fastsig.integrals.on_cuda import check_inputs, chosen, copied_to_host
from fastsig.mean_field.convexity import convexity
from fastsig.mean_field.fixed_points import FixedPoint, fixed_points
from fastsig.mean_field.grid_correlations import Correlations, correlations
from fastsig.mean_field.grid_limits import grid_limits
from fastsig.mean_field.scales import SMALLEST_SCALE, read_scales
from fastsig.mean_field.variance_functions import VarianceFunctions, variance_functions
from fastsig.mean_field.variance_table import at_many

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastsig.integrals.on_cuda import Target

PHASES = ("ordered", "critical", "chaotic", "vanishing", "diverging")
ORDERED, CRITICAL, CHAOTIC, VANISHING, DIVERGING = range(5)
CRITICAL_WIDTH = 1e-12  # chi is 1 within this


@dataclass(frozen=True, slots=True, eq=False)
class PhaseDiagram:
    """Phases on a grid; arrays of shape (len(sigma_w), len(sigma_b)).

    Attributes
    ----------
    activation : Activation
        The activation.
    sigma_w, sigma_b : ndarray
        The axes.
    q : ndarray
        q*, the fixed point reached from q = 1: 0 where variances vanish, inf where they diverge.
    v_slope, chi : ndarray
        V'(q*) and chi(q*); at infinity limits of V/q and chi.
    code : ndarray of int
        Index of the phase in `PHASES`.
    """

    activation: Activation
    sigma_w: FloatArray
    sigma_b: FloatArray
    q: FloatArray
    v_slope: FloatArray
    chi: FloatArray
    code: NDArray[np.uint8]
    _correlations: list[Correlations] = field(default_factory=list, repr=False, compare=False)

    def __repr__(self) -> str:
        w, b = (
            f"{axis.min():g} to {axis.max():g}" if axis.size else "nothing" for axis in (self.sigma_w, self.sigma_b)
        )
        return f"PhaseDiagram({self.activation.name!r}, sigma_w {w}, sigma_b {b}, shape {self.q.shape})"

    @property
    def phase(self) -> NDArray[np.str_]:
        """The phases by name.

        "ordered" (chi < 1: correlations go to 1), "critical" (chi = 1 within 1e-12), "chaotic" (chi > 1), "vanishing"
        (q* = 0), "diverging" (q* = inf).
        """
        return np.array(PHASES)[self.code]

    @property
    def c(self) -> FloatArray:
        """The stable correlation c* at q*, computed when first asked for; NaN where variances vanish or diverge."""
        return self._correlation().c

    @property
    def c_error(self) -> FloatArray:
        """Absolute error of `c`, at most 1; NaN where c is."""
        return self._correlation().c_error

    @property
    def c_slope(self) -> FloatArray:
        """The slope of the correlation map at c*."""
        return self._correlation().slope

    @property
    def c_slope_error(self) -> FloatArray:
        """Absolute error of `c_slope`; NaN where that is."""
        return self._correlation().slope_error

    def _correlation(self) -> Correlations:
        if not self._correlations:
            found = correlations(self.activation, self.sigma_w, self.sigma_b, self.q, self.v_slope, self.chi)
            self._correlations.append(found)
        return self._correlations[0]

    def fixed_points(self, i: int, j: int) -> tuple[FixedPoint, ...]:
        """Return all fixed points at sigma_w[i], sigma_b[j], as `VarianceMap.fixed_points` does.

        Raises
        ------
        IndexError
            If there is no such point of the grid.

        Examples
        --------
        >>> import fastsig
        >>> found = fastsig.mean_field.phase_diagram("gelu", [1.5, 2.0], [0.1])
        >>> [point.stability for point in found.fixed_points(1, 0)]
        ['stable']
        """
        functions = variance_functions(self.activation)
        return fixed_points(functions, float(self.sigma_w[i]), float(self.sigma_b[j]))


def phase_diagram(
    phi: ActivationLike,
    sigma_w: "ArrayLike",
    sigma_b: "ArrayLike",
    *,
    target: "Target" = "cpu",
    copy: bool = False,
) -> PhaseDiagram:
    """Return the phases of wide networks over a grid of (sigma_w, sigma_b).

    Poole et al. (arXiv 1606.05340), Schoenholz et al. (arXiv 1611.01232); here for all fixed points.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    sigma_w, sigma_b : array_like, one-dimensional
        The axes, in [0, 1e75].
    target : {"cpu", "cuda", "auto"}
        Where the Gaussian moments of the grid are computed, as in `fastsig.moments`; the steps between them
        are those of the CPU.
    copy : bool, optional
        Let target="cuda" copy variances to the GPU and moments back. It does so for each step, of a thousand
        numbers and of as many as the grid has points; so axes that are on the GPU are read on the host, and
        results are NumPy's.

    Returns
    -------
    PhaseDiagram
        Arrays of shape (len(sigma_w), len(sigma_b)). q* is that of `VarianceMap` to about 1e-13 where V' is
        not 1, c* to about 1e-7 or better over 1 - its slope, that to 1e-5 or better; `c_error` and `c_slope_error`
        say more.

    Raises
    ------
    ValueError
        If an axis is not one-dimensional, or has values out of range.
    MemoryError
        If the result would not fit into memory.

    Examples
    --------
    >>> import fastsig
    >>> found = fastsig.mean_field.phase_diagram("tanh", [0.9, 1.5], [0.0, 0.1, 0.5])
    >>> found.phase.tolist()
    [['vanishing', 'ordered', 'ordered'], ['chaotic', 'chaotic', 'ordered']]
    >>> found.q.round(4).tolist()
    [[0.0, 0.0402, 0.4612], [0.7934, 0.8133, 1.2182]]
    """
    activation = resolve(phi)
    on_gpu = target != "cpu" and chosen(target, sigma_w=sigma_w, sigma_b=sigma_b) == "cuda"
    axes: dict[str, Any] = {"sigma_w": sigma_w, "sigma_b": sigma_b}
    if on_gpu and check_inputs([activation], copy, "the steps look at axes", **axes):
        sigma_w, sigma_b = (copied_to_host(name, axis) for name, axis in axes.items())
    w, b = (np.asarray(axis, dtype=np.float64) for axis in read_scales(sigma_w, np.asarray(sigma_b)[..., None])[:2])
    b = b[..., 0]
    for name, axis in (("sigma_w", w), ("sigma_b", b)):
        if axis.ndim != 1:
            raise ValueError(f"{name} must be one-dimensional: an axis of the grid; got shape {axis.shape}")
    check_memory((w.size, b.size), 20 * 8)
    functions = variance_functions(activation)
    convexity(functions)  # once an activation, on the CPU
    if on_gpu:
        functions = VarianceFunctions(activation, on_gpu=True)
    q = grid_limits(functions, *(np.where(axis < SMALLEST_SCALE, 0.0, axis * axis) for axis in (w, b)))
    shape = q.shape
    weights = (w * w)[:, None]
    finite = np.isfinite(q)
    _, slope, g2 = at_many(functions, np.where(finite, q, 1.0).ravel())
    far = functions.far_slope
    v_slope = weights * np.where(finite, slope.reshape(shape), far)
    chi = weights * np.where(finite, g2.reshape(shape), far)
    code = np.where(chi < 1.0 - CRITICAL_WIDTH, ORDERED, np.where(chi > 1.0 + CRITICAL_WIDTH, CHAOTIC, CRITICAL))
    code[q == 0.0] = VANISHING
    code[~finite] = DIVERGING
    return PhaseDiagram(activation, w, b, q, v_slope, chi, code.astype(np.uint8))
