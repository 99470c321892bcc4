"""`moments` with target="cuda" or "auto": what may go there, and its results."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from fastsig.activations.definition import Activation
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.errors_kernel import ROUNDINGS
from fastsig.integrals.found import Field, Found, status_message
from fastsig.integrals.methods import CODES
from fastsig.integrals.points import read_points

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.sampling.plan import Plan

Target = Literal["cpu", "cuda", "auto"]
TARGETS = ("cpu", "cuda", "auto")


def chosen(target: str, **inputs: Any) -> str:
    """Return "cpu" or "cuda"; "auto" follows the data."""
    if target not in TARGETS:
        raise ValueError(f"target must be one of {', '.join(map(repr, TARGETS))}; got {target!r}")
    if target != "auto":
        return target
    return "cuda" if any(is_on_gpu(value) for value in inputs.values()) else "cpu"


def check_host_inputs(
    activations: Sequence[Activation], copy: bool, *, of_moments: bool = False, **inputs: Any
) -> None:
    """Check that the GPU can do these activations, that it is there, and that inputs may be copied to it.

    Moments by method="auto" (`of_moments`) can do with a closed form.

    Raises
    ------
    ValueError
        Activations that it does not do; inputs on a GPU; arrays of the host without `copy`.
    CudaUnavailableError
        Where there is no GPU.
    """
    from fastsig.integrals.cuda_moments import check_activation, has_closed_form, parts_of
    from fastsig.targets.cuda import require

    by_rules = [phi for phi in activations if not (of_moments and has_closed_form(phi))]
    for phi in by_rules:
        parts_of(phi)
    require()
    for phi in by_rules:
        check_activation(phi)
    for name, value in inputs.items():
        if is_on_gpu(value):
            raise ValueError(
                f'{name} is on a GPU, from where only moments by method="auto" read it; give {name} on the host'
            )
    if not copy and any(getattr(value, "ndim", 0) or isinstance(value, (list, tuple)) for value in inputs.values()):
        raise ValueError(
            'target="cuda" copies nothing between host and GPU by itself; give copy=True to copy points and results'
        )


def goes_to_cuda(
    target: str, method: object, precision: object = "double", digits: object = None, out: object = None, **inputs: Any
) -> bool:
    """Whether a call goes to the GPU.

    Raises
    ------
    ValueError
        If it does, and asks for what is not done there.
    """
    if chosen(target, **inputs) == "cpu":
        return False
    if method == "sobol":
        raise ValueError(
            'target="cuda" does not take method="sobol", whose samples have weights: its kernel would need more '
            'registers than 64. Use method="monte_carlo", or target="cpu"'
        )
    if method not in ("auto", "monte_carlo") or precision != "double" or digits is not None or out is not None:
        raise ValueError(
            'target="cuda" takes method="auto" or "monte_carlo" and precision="double", and no digits or out'
        )
    return True


def is_on_gpu(value: Any) -> bool:
    """Whether an array is in the memory of an NVIDIA GPU."""
    return hasattr(value, "__cuda_array_interface__")


def find_on_cuda(
    activations: Sequence[Activation],
    several: bool,
    names: Sequence[str],
    sigma: Any,
    mean: Any,
    plan: "Plan | None" = None,
    *,
    copy: bool,
    stream: Any = None,
) -> Found:
    """Compute components on the GPU at points there, or at points of the host, which `copy` allows to be copied.

    With a plan, as means over samples.

    Raises
    ------
    ValueError
        What the GPU does not do; points of the host without `copy`.
    CudaUnavailableError
        Where there is no GPU.
    """
    further = [name for name in names if name not in COMPONENTS]
    if further:
        raise ValueError(f'target="cuda" has the components {", ".join(COMPONENTS)}; got {further[0]!r} in which')
    if plan is None and (is_on_gpu(sigma) or is_on_gpu(mean)):
        check_host_inputs(activations, copy, of_moments=True)
        if several:
            raise ValueError("points on a GPU take one activation at a time; call moments for each of the list")
        from fastsig.integrals.device_moments import OnDevice

        return OnDevice(activations[0], names, sigma, mean, stream)
    if stream is not None:
        raise ValueError("stream= goes with points that are on the GPU, for which nothing is waited")
    check_host_inputs(activations, copy, of_moments=plan is None, sigma=sigma, mean=mean)
    points = read_points(sigma, mean, rows=len(activations))
    if plan is not None:
        from fastsig.integrals.monte_carlo import find_by_sampling

        return find_by_sampling(activations, several, names, points, plan, 1, on_gpu=True)
    return FromCuda(activations, several, names, points.as_arrays())


class FromCuda:
    """Results from the GPU; errors are computed when they are first asked for."""

    error_kind = "estimate"
    status = 0

    def __init__(self, activations: Sequence[Any], several: bool, names: Sequence[str], points: Any) -> None:
        self._activations, self._names, self._points = activations, names, points
        self._shape = (len(activations), *points.shape) if several else points.shape
        self._value = self._run()
        self._fields: dict[str, dict[str, Any]] = {}

    def _run(self, **options: Any) -> "FloatArray":
        import numpy as np

        from fastsig.integrals.cuda_moments import on_host

        sigma, mean = (np.ascontiguousarray(values, np.float64) for values in (self._points.sigma, self._points.mean))
        return np.array([on_host(phi, sigma, mean, **options) for phi in self._activations])

    @property
    def method(self) -> str:
        """The methods of the activations."""
        from fastsig.integrals.cuda_moments import method_of

        return "+".join(sorted({method_of(phi) for phi in self._activations}))

    @property
    def nfev(self) -> int:
        """Number of points at which phi was evaluated."""
        return int(self._value[:, len(COMPONENTS)].sum())

    @property
    def message(self) -> str:
        """What the status means, in one line."""
        return status_message(self.status)

    def by_name(self, field: Field) -> dict[str, Any]:
        """Return values, errors or method codes by name."""
        if field not in self._fields:
            self._fields[field] = self._named(getattr(self, f"_{field}_rows")())
        return self._fields[field]

    def _named(self, rows: "FloatArray") -> dict[str, Any]:
        return {name: rows[:, COMPONENTS.index(name)].reshape(self._shape) for name in self._names}

    def _value_rows(self) -> "FloatArray":
        return self._value

    def _error_rows(self) -> "FloatArray":
        """By halving the panels, the roundings of sums, and what users' functions lose."""
        import numpy as np

        from fastsig.integrals.cuda_moments import floors
        from fastsig.integrals.source_check import floor_errors

        halved, size = self._run(parts=2), self._run(sizes=True)
        rows: FloatArray = np.abs(halved - self._value) + ROUNDINGS * np.abs(size)
        for phi, row, sizes in zip(self._activations, rows, size, strict=True):
            row[: len(COMPONENTS)] += floor_errors(floors(phi), self._points.sigma, sizes)
        return rows

    def _method_rows(self) -> Any:
        import numpy as np

        from fastsig.integrals.cuda_moments import method_of

        rows = np.empty(self._value.shape, np.int32)
        for row, phi in zip(rows, self._activations, strict=True):
            row[:] = CODES[method_of(phi)]
        return rows
