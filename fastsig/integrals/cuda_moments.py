"""Moments on the GPU: which activations can go there, their panels, and batches in chunks."""

import math
from typing import TYPE_CHECKING, Any, NamedTuple

from fastsig.activations import exponentials
from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.activations.scalar_sources import parameter_of, scalar_sources
from fastsig.activations.shape import shape
from fastsig.integrals import panel_sums
from fastsig.integrals.moments_kernel import moments_kernel
from fastsig.integrals.snake_kernel import snake_kernel
from fastsig.targets import warp
from fastsig.targets.cuda import Source, empty, free_memory, kernel, on_device, why_not_compiled

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

# Edges of panels in units of the scale on which phi bends: poles are at a distance of 1 or more, and between the edges
# exp(-4 x) changes by a factor that 32 nodes take. Beyond the last of them no decay is left; then powers of x,
# whose branch points stay outside of the ellipses that 32 nodes ask for.
_BENDS = (0.0, 3.0, 12.0, 48.0)
_GROWTH = 8.0
_LARGEST_SIGMA = 1e6
ROWS = 6  # m1, g1, g2, m2, eta, evaluations
_BYTES_PER_POINT = 8 * (2 + ROWS)
MOST_EDGES = panel_sums.MOST_PANELS // 2 - 2 * panel_sums.STOPS - 1  # halved panels have room, too


class Layout(NamedTuple):
    """Where phi does something: arrays for the kernel, whose last elements are infinite."""

    scale: float
    breaks: "FloatArray"
    edges: "FloatArray"


def layout(phi: Activation) -> Layout:
    """Return the edges of panels of an activation.

    Raises
    ------
    ValueError
        If there would be more than MOST_EDGES.
    """
    cache = phi._cache
    if "cuda_layout" not in cache:
        cache["cuda_layout"] = _of_built_in(phi) if isinstance(phi, BuiltIn) else _of_user(phi)
    found: Layout = cache["cuda_layout"]
    return found


def _of_user(phi: Activation) -> Layout:
    import numpy as np

    from fastsig.integrals.user_panels import user_panels

    scale, breaks, edges = user_panels(phi, MOST_EDGES)
    return Layout(scale, np.array([*breaks, math.inf]), np.array([*edges, math.inf]))


def _of_built_in(phi: BuiltIn) -> Layout:
    import numpy as np

    known = shape(phi)
    scale = max(known.landmarks) / 60.0
    bends = {*_BENDS}
    while max(bends) * scale < 40.0 * _LARGEST_SIGMA:
        bends.add(_GROWTH * max(bends))
    edges = {*known.breaks, *(scale * x for x in bends), *(-scale * x for x in bends)}
    return Layout(scale, np.array([*known.breaks, math.inf]), np.array([*sorted(edges), math.inf]))


def parts_of(phi: Activation) -> dict[Source, Source]:
    """Return what goes into the kernel for an activation.

    Raises
    ------
    ValueError
        If there is no scalar source for it, or its Gaussian means have no end.
    """
    try:
        sources = scalar_sources(phi)
    except ValueError as error:
        raise ValueError(f'target="cuda" needs functions of one number: {error}') from None
    if math.isnan(phi.slopes[0]) or math.isnan(phi.slopes[1]):
        raise ValueError(
            f'target="cuda" takes no activation that oscillates for ever, as {phi.name} does: give target="cpu"'
        )
    return {
        exponentials.product_error: warp.product_error,
        panel_sums.phi: sources.value,
        panel_sums.phi_slope: sources.derivative,
    }


def parts_in_single(phi: Activation) -> dict[Source, Source]:
    """Return what goes into the kernel of 32-bit floats."""
    others = {panel_sums.is_resolved: panel_sums.is_resolved_in_single, panel_sums.limits: panel_sums.limits_in_single}
    return parts_of(phi) | others


def check_activation(phi: Activation) -> None:
    """Check that a GPU, which must be there, can do what the scalar sources of an activation say, and that this is phi.

    Raises
    ------
    ValueError
        Too many panels, or sources that cannot be compiled or are other functions in plain float64.
    """
    if isinstance(phi, BuiltIn) or "cuda_checked" in phi._cache:
        return
    parts = parts_of(phi)
    floors(phi)
    for place in (panel_sums.phi, panel_sums.phi_slope):
        if reason := why_not_compiled(parts[place], {exponentials.product_error: warp.product_error}):
            raise ValueError(
                f'target="cuda" cannot compile {phi!r}: {reason}; use numbers and math in it, or give target="cpu"'
            )
    phi._cache["cuda_checked"] = True


def floors(phi: Activation) -> tuple[float, float]:
    """Return absolute errors of phi and phi' on the GPU beyond roundings; of built-ins there are none."""
    if isinstance(phi, BuiltIn):
        return 0.0, 0.0
    cache = phi._cache
    if "cuda_floors" not in cache:
        from fastsig.integrals.source_check import floors_of

        cache["cuda_floors"] = floors_of(phi, layout(phi).edges)
    found: tuple[float, float] = cache["cuda_floors"]
    return found


def has_closed_form(phi: Activation) -> bool:
    """Whether moments on the GPU come from a closed form: those of snake, for which panels have no end."""
    return isinstance(phi, BuiltIn) and phi.name == "snake"


def method_of(phi: Activation) -> str:
    """Return the name of the method of moments on the GPU."""
    return "closed_form" if has_closed_form(phi) else "gauss_legendre"


def rule() -> "tuple[FloatArray, FloatArray, FloatArray]":
    """Return the places where the Gaussian ends panels, and nodes and weights on one panel."""
    import numpy as np

    from fastsig.rules.gauss_legendre import gauss_legendre

    steps = np.arange(-panel_sums.STOPS, panel_sums.STOPS + 1.0)
    stops = np.copysign(np.sqrt(panel_sums.REACH_SQUARED * np.abs(steps)), steps)
    return stops, *gauss_legendre(warp.LANES)


def columns(
    phi: Activation,
    points: int,
    sigma: Any,
    mean: Any,
    *,
    parts: int = 1,
    sizes: bool = False,
    single: bool = False,
    chunk: int = 2**31 - 1,
    stream: Any = 0,
) -> list[Any]:
    """Return arrays on the GPU with the five components at each point, and the numbers of evaluations.

    Parameters
    ----------
    phi
        The activation.
    points
        How many points there are.
    sigma, mean
        Arrays on the GPU, of that length or of length 1.
    parts
        How many parts each panel is cut into; 2 tells the error of the rule.
    sizes
        Whether integrands are replaced by their absolute values.
    single
        Whether to compute in 32 bits, also from points of 64 bits.
    chunk
        Most points in one launch.
    stream
        What launches are queued on.
    """
    import numpy as np

    if has_closed_form(phi):
        out = empty(ROWS * points)
        compiled = kernel(snake_kernel, {exponentials.product_error: warp.product_error})
        compiled.launch(-(-points // warp.LANES), (points, sigma, mean, parameter_of(phi), sizes, out), stream)
        return [out[points * c : points * (c + 1)] for c in range(ROWS)]
    real, parts_for = (np.float32, parts_in_single) if single else (np.float64, parts_of)
    compiled, known = kernel(moments_kernel, parts_for(phi), single), layout(phi)
    stops, nodes, weights = rule()
    constants = [on_device(array.astype(real), stream) for array in (stops, known.breaks, known.edges, nodes, weights)]
    p, scale = real(parameter_of(phi)), real(known.scale)
    out = empty(ROWS * points, single)
    for first in range(0, points, chunk):
        arguments = (points, first, sigma, mean, p, scale, parts, sizes, *constants, out)
        compiled.launch(min(chunk, points - first), arguments, stream)
    return [out[points * c : points * (c + 1)] for c in range(ROWS)]


def on_host(
    phi: Activation, sigma: "FloatArray", mean: "FloatArray", *, single: bool = False, **options: Any
) -> Any:  # fmt: skip
    """Return the rows of `columns` for points of the host, which are copied to the GPU in pieces that fit, and back."""
    import numpy as np

    points, real = max(sigma.size, mean.size), np.float32 if single else np.float64
    rows = np.empty((ROWS, points), real)
    piece = max(1, free_memory() // (2 * _BYTES_PER_POINT))
    for low in range(0, points, piece):
        part = slice(low, min(low + piece, points))
        with np.errstate(over="ignore"):  # the kernel knows the range of its numbers
            inputs = [on_device((array[part] if array.size > 1 else array).astype(real)) for array in (sigma, mean)]
        for row, column in zip(rows, columns(phi, part.stop - low, *inputs, single=single, **options), strict=True):
            row[part] = column.copy_to_host()
    return rows
