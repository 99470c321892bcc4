"""Dual activations on the GPU: batches in pieces that fit into its memory."""

from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.scalar_sources import parameter_of
from fastsig.integrals import panel_sums
from fastsig.integrals.cuda_moments import ROWS, columns, layout, parts_of, rule
from fastsig.kernel.dual_kernel import dot_kernel, outer_kernel
from fastsig.targets.cuda import Source, empty, free_memory, kernel, on_device
from fastsig.targets.warp import LANES

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

_BYTES_PER_NODE = 8 * (3 + ROWS)
MOST_NODES = (1 << 31) // LANES  # of one launch: a warp each


def parts_of_order(phi: Activation, order: int) -> dict[Source, Source]:
    """Return what goes into `outer_kernel`: phi or phi'."""
    parts = parts_of(phi)
    return parts if order == 0 else parts | {panel_sums.phi: parts[panel_sums.phi_slope]}


def dual_on_cuda(
    phi: Activation, order: int, s1: "FloatArray", s2: "FloatArray", rho: "FloatArray", *, parts: int = 1
) -> "tuple[FloatArray, int]":
    """Return E f(X) f(Y) at points of the host, f = phi (order 0) or phi' (1), and the number of evaluations.

    Parameters
    ----------
    phi, order
        The activation and the order of the derivative.
    s1, s2, rho
        Standard deviations, s1 >= s2, and correlations.
    parts
        How many parts each panel is cut into, the outer and the inner ones.
    """
    outer, dot = kernel(outer_kernel, parts_of_order(phi, order)), kernel(dot_kernel, {})
    known, (stops, nodes, weights) = layout(phi), rule()
    constants = [on_device(array) for array in (stops, known.breaks, known.edges, nodes, weights)]
    p = parameter_of(phi)
    values, evaluations = np.empty(rho.size), 0
    most = min(free_memory() // 2 // _BYTES_PER_NODE, MOST_NODES)
    piece = max(1, most // (LANES * panel_sums.MOST_PANELS))
    for low in range(0, rho.size, piece):
        count = min(piece, rho.size - low)
        at = [on_device(np.ascontiguousarray(array[low : low + count])) for array in (s1, s2, rho)]

        def lay(room: int, count: int = count, at: "list[Any]" = at) -> list[Any]:
            arrays = [empty(size) for size in (count, *(max(1, count * room * LANES),) * 3)]
            outer.launch(count, (count, *at, p, known.scale, parts, *constants, room, *arrays))
            return arrays

        room = int(lay(0)[0].copy_to_host().max())
        _, sigma, mean, weight = lay(room)
        found = columns(phi, count * room * LANES, sigma, mean, parts=parts)
        sums = empty(count)
        dot.launch(count, (count, room * LANES, weight, found[order], sums))
        values[low : low + count] = sums.copy_to_host()
        evaluations += int(found[ROWS - 1].copy_to_host().sum())
    return values, evaluations
