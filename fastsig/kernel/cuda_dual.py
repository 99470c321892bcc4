"""Dual activations on the GPU: batches in pieces that fit into its memory."""

from typing import Any, NamedTuple

from fastsig.activations.definition import Activation
from fastsig.activations.scalar_sources import parameter_of
from fastsig.integrals import panel_sums
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.cuda_moments import ROWS, columns, floors, layout, parts_of, rule
from fastsig.integrals.device_arrays import largest_and_total
from fastsig.integrals.device_inputs import DeviceInputs
from fastsig.kernel.dual_kernel import dot_kernel, errors_kernel, outer_kernel, scales_kernel
from fastsig.targets.cuda import Source, empty, free_memory, kernel, on_device
from fastsig.targets.warp import LANES

_BYTES_PER_NODE = 8 * (3 + ROWS)
MOST_NODES = (1 << 31) // LANES  # of one launch: a warp each
ROUNDINGS = 128 * 2.0**-53  # of sums over sums: 64 each


def parts_of_order(phi: Activation, order: int) -> dict[Source, Source]:
    """Return what goes into `outer_kernel`: phi or phi'."""
    parts = parts_of(phi)
    return parts if order == 0 else parts | {panel_sums.phi: parts[panel_sums.phi_slope]}


class Means(NamedTuple):
    """Means of f(X) f(Y): flat arrays on the GPU, how many missed a goal, and the number of evaluations."""

    value: Any
    error: Any
    missed: int
    nfev: int


def means_on_cuda(phi: Activation, order: int, at: DeviceInputs, accuracy: float) -> Means:
    """Return E f(X) f(Y), f = phi (order 0) or phi' (1), at variances qx, qy and correlations rho.

    Errors are what halving all panels changes, roundings of size = sqrt(E f(X)^2 E f(Y)^2), and what a user's function
    loses; the goal is `accuracy` of size. The host waits for the number of panels and reads a few kilobytes, whatever
    the number of points.
    """
    size, stream = at.size, at.stream
    s1, s2, rho = scales = [empty(size) for _ in range(3)]
    _each(scales_kernel, size, (at.flat["qx"], at.flat["qy"], at.flat["rho"], *scales), stream)
    value, nfev = _dual(phi, order, s1, s2, rho, 1, stream)
    halved, further = _dual(phi, order, s1, s2, rho, 2, stream)
    row, zero = COMPONENTS.index(("m2", "g2")[order]), at.number(0.0)
    squares = [columns(phi, size, s, zero, stream=stream)[row] for s in (s1, s2)]
    error, missed = empty(size), empty(size)
    arguments = (value, halved, *squares, ROUNDINGS, floors(phi)[order], accuracy, error, missed)
    _each(errors_kernel, size, arguments, stream)
    return Means(value, error, int(largest_and_total(missed, stream)[1]), nfev + further)


def _each(source: Source, size: int, arguments: tuple[Any, ...], stream: Any) -> None:
    """Launch a kernel of a lane a point."""
    kernel(source, {}).launch(-(-size // LANES), (size, *arguments), stream)


def _dual(phi: Activation, order: int, s1: Any, s2: Any, rho: Any, parts: int, stream: Any) -> tuple[Any, int]:
    """Return E f(X) f(Y), and the number of evaluations, for s1 >= s2; each panel is cut into `parts`."""
    outer, dot = kernel(outer_kernel, parts_of_order(phi, order)), kernel(dot_kernel, {})
    known, (stops, nodes, weights) = layout(phi), rule()
    constants = [on_device(array, stream) for array in (stops, known.breaks, known.edges, nodes, weights)]
    p = parameter_of(phi)
    values, evaluations, size = empty(s1.size), empty(s1.size), s1.size
    most = min(free_memory() // 2 // _BYTES_PER_NODE, MOST_NODES)
    piece = max(1, most // (LANES * panel_sums.MOST_PANELS))
    for low in range(0, size, piece):
        count = min(piece, size - low)
        at = [array[low : low + count] for array in (s1, s2, rho)]

        def lay(room: int, count: int = count, at: "list[Any]" = at) -> list[Any]:
            arrays = [empty(n) for n in (count, *(max(1, count * room * LANES),) * 3)]
            outer.launch(count, (count, *at, p, known.scale, parts, *constants, room, *arrays), stream)
            return arrays

        room = int(largest_and_total(lay(0)[0], stream)[0])
        _, sigma, mean, weight = lay(room)
        found = columns(phi, count * room * LANES, sigma, mean, parts=parts, stream=stream)
        to = [array[low : low + count] for array in (values, evaluations)]
        dot.launch(count, (count, room * LANES, weight, found[order], found[ROWS - 1], *to), stream)
    return values, int(largest_and_total(evaluations, stream)[1])
