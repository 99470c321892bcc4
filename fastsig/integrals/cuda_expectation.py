"""Expectations of users' functions of an activation on the GPU: what may go there, launches, errors."""

import math
from collections.abc import Callable, Sequence
from functools import lru_cache
from types import FunctionType
from typing import Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.scalar_sources import parameter_of, scalar_sources
from fastsig.arrays import FloatArray
from fastsig.integrals import expectation_kernel as kernels
from fastsig.integrals.cuda_moments import MOST_EDGES, layout, parts_of, rule
from fastsig.integrals.errors_kernel import ROUNDINGS
from fastsig.integrals.estimate import Estimate
from fastsig.integrals.points import Points
from fastsig.integrals.source_check import floors_of
from fastsig.targets.cuda import Source, empty, free_memory, kernel, on_device, why_not_compiled
from fastsig.targets.scalar import compile_for_cpu

ACCURACY = 1e-12  # of E abs(F), beyond which a result is not a success
AGREEMENT = 1e-9  # of F of arrays and F of numbers, relative
_PROBE = (-1.7, -0.4, 0.3, 1.1)
_BYTES_PER_POINT = 8 * (2 + kernels.ROWS)


def expectation_on_cuda(function: Any, phi: Activation, points: Points, breaks: Sequence[float]) -> Estimate:
    """Return E F(Z, phi, phi', phi'') at validated points of the host.

    Parameters
    ----------
    function
        F, of four numbers.
    phi
        An activation that the GPU can do, which is checked before.
    points
        Standard deviations and means.
    breaks
        Places in x where F is not smooth although phi is.

    Raises
    ------
    ValueError
        If F cannot be compiled, is another function of numbers than of arrays, or is not finite somewhere.
    """
    sources, known = scalar_sources(phi), layout(phi)
    outer = _of_four_arguments(_python_function(function))
    _check(function, outer, phi)
    edges, all_breaks = ([*sorted({*array, *breaks})] for array in (known.edges, known.breaks))
    if len(edges) > MOST_EDGES + 1:
        raise ValueError(f'target="cuda" has room for {MOST_EDGES - known.edges.size + 1} breaks; got {len(breaks)}')
    lost = floors_of(phi, known.edges, 3) if not phi.exact_derivatives else (0.0, 0.0, 0.0)
    floors = [0.0 if math.isnan(one) else one for one in lost]
    bend = sources.second_derivative
    parts = parts_of(phi) | {
        kernels.phi_bend: _unknown if bend is None else bend,
        kernels.integrand: outer,
        kernels.change: kernels.change if any(floors) else kernels.no_change,
    }
    at = points.as_arrays()
    sigma, mean = (np.ascontiguousarray(array, np.float64).ravel() for array in (at.sigma, at.mean))
    constants = [np.array(all_breaks), np.array(edges)]
    whole, found = (_rows(parts, parameter_of(phi), sigma, mean, cut, floors, constants) for cut in (1, 2))
    if not np.isfinite(found[:3]).all():
        j = int(np.argmin(np.isfinite(found[:3]).all(axis=0)))
        hint = "; it may need phi'': give second_derivative= with the activation" if bend is None else ""
        raise ValueError(f"the function must be finite; its mean at sigma = {sigma[j]}, mean = {mean[j]} is not{hint}")
    # That of the whole panels, doubled: where F is not smooth, those of both are as chance has it.
    error = 2.0 * np.abs(found[0] - whole[0]) + ROUNDINGS * found[1] + found[2]
    bad = ~(error <= ACCURACY * found[1])
    missed, by_phi = int(bad.sum()), bool(np.all(found[2][bad] > 0.5 * error[bad]))
    why = "phi itself loses so many digits in float64" if by_phi else "give breaks= where F is not smooth"
    message = f"{missed} of {error.size} numbers missed the goal of {ACCURACY:g}: {why}"
    value, errors = (row.reshape(at.shape) for row in (found[0], error))
    scalar = points.shape is None
    return Estimate(
        float(value.item()) if scalar else value,
        float(errors.item()) if scalar else errors,
        "estimate",
        "gauss_legendre",
        int(found[3].sum() + whole[3].sum()),
        int(missed > 0),
        message if missed else "ok",
    )


def _rows(
    parts: dict[Source, Source],
    p: float,
    sigma: FloatArray,
    mean: FloatArray,
    cut: int,
    floors: Sequence[float],
    constants: Sequence[FloatArray],
) -> FloatArray:
    """Return the rows of the kernel, in pieces that fit into the memory of the GPU."""
    compiled, (stops, nodes, weights) = kernel(kernels.expectation_kernel, parts), rule()
    there = [on_device(array) for array in (stops, *constants, nodes, weights)]
    rows = np.empty((kernels.ROWS, sigma.size))
    piece = min(max(1, free_memory() // (2 * _BYTES_PER_POINT)), 2**31 - 1)
    for low in range(0, sigma.size, piece):
        part = slice(low, min(low + piece, sigma.size))
        count = part.stop - low
        inputs, out = [on_device(array[part]) for array in (sigma, mean)], empty(kernels.ROWS * count)
        compiled.launch(count, (count, 0, *inputs, p, cut, *floors, *there, out))
        rows[:, part] = out.copy_to_host().reshape(kernels.ROWS, count)
    return rows


def _python_function(function: Any) -> FunctionType:
    kind = type(function)
    if kind.__module__.startswith("numba.") and kind.__name__ == "CPUDispatcher":
        function = function.py_func
    if not isinstance(function, FunctionType):
        raise ValueError(
            f'target="cuda" takes a Python function of four numbers, or numba\'s njit of one; got a '
            f"{kind.__module__}.{kind.__name__}"
        )
    return function


def _check(function: Callable[..., Any], outer: Source, phi: Activation) -> None:
    """Check that F can be compiled, and is the same function of numbers and of arrays, if it takes these."""
    z = np.array(_PROBE)
    given = [z, *(phi.batch(order, z + 0.25) for order in range(3))]
    compiled = compile_for_cpu(outer)
    try:
        found = np.array([compiled(*numbers) for numbers in zip(*(row.tolist() for row in given), strict=True)])
    except ValueError as error:
        raise ValueError(
            f'target="cuda" cannot compile the function: {error}; it is called with four numbers'
        ) from None
    if reason := why_not_compiled(outer, {}):
        raise ValueError(f'target="cuda" cannot compile the function: {reason}; use numbers and math in it')
    try:
        with np.errstate(all="ignore"):
            expected = np.asarray(function(*(row.copy() for row in given)), dtype=np.float64)
    except Exception:  # a function of numbers only
        return
    if not np.allclose(found, expected, rtol=AGREEMENT, atol=0.0, equal_nan=True):
        raise ValueError(
            f'target="cuda" calls the function with numbers, for which it gives {found.tolist()}; of arrays it gives '
            f"{expected.tolist()}: write it for numbers"
        )


@lru_cache(maxsize=64)
def _of_four_arguments(function: Any) -> Source:
    def source(z: float, f: float, d: float, s: float) -> float:
        return 1.0 * function(z, f, d, s)  # type: ignore[no-any-return]  # an int would be another type

    return source


def _unknown(x: float, p: float) -> float:
    """Phi'' where it is not known: a function that needs it has no mean."""
    return math.nan
