"""target="cuda" and "auto": what may go there, and the moments of points of the host."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from fastsig.activations.definition import Activation
from fastsig.arguments import in_range, is_number, number
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.errors_kernel import ROUNDINGS, SMALLEST, UPWARDS
from fastsig.integrals.found import Field, Found, OfKind, status_message
from fastsig.integrals.methods import CODES
from fastsig.integrals.points import read_points
from fastsig.targets.dlpack import is_on_gpu

if TYPE_CHECKING:
    from fastsig.integrals.device_inputs import DeviceInputs
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


def check_inputs(
    activations: Sequence[Activation],
    copy: bool,
    read_on_host: str = "",
    *,
    of_moments: bool = False,
    **inputs: Any,
) -> bool:
    """Check that the GPU can do these activations, that it is there, and that inputs may go where they are read.

    Parameters
    ----------
    activations
        What it shall do.
    copy
        Whether arrays may be copied between host and GPU.
    read_on_host
        What reads inputs on the host, if something does.
    of_moments
        Whether all that is asked for is moments by method="auto", which may have a closed form.
    **inputs
        Numbers and arrays by name.

    Returns
    -------
    bool
        Whether some of them are on the GPU.

    Raises
    ------
    ValueError
        Activations that it does not do; arrays that would have to be copied without `copy`.
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
    there = [name for name, value in inputs.items() if is_on_gpu(value)]
    if there and read_on_host and not copy:
        raise ValueError(f"{there[0]} is on the GPU, but {read_on_host} on the host; give copy=True to copy it there")
    if there or copy:
        return bool(there)
    if any(getattr(value, "ndim", 0) or isinstance(value, (list, tuple)) for value in inputs.values()):
        raise ValueError(
            'target="cuda" copies nothing between host and GPU by itself; give copy=True to copy points and results'
        )
    return False


def copied_to_host(name: str, value: Any) -> Any:
    """Return an argument, arrays on the GPU as NumPy's."""
    from fastsig.integrals.device_inputs import DeviceInputs

    return DeviceInputs(None, **{name: value}).on_host()[0] if is_on_gpu(value) else value


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
    single: bool = False,
) -> "tuple[Found, DeviceInputs | None]":
    """Compute components on the GPU, with a plan as means over samples.

    Points of the host, and with a plan any points, are copied if `copy` allows it. `single`: in 32 bits.

    Returns
    -------
    tuple
        What was found, and the points if they are on the GPU: then results are, too.

    Raises
    ------
    ValueError
        What the GPU does not do; arrays that would have to be copied without `copy`.
    CudaUnavailableError
        Where there is no GPU.
    """
    further = [name for name in names if name not in COMPONENTS]
    if further:
        raise ValueError(f'target="cuda" has the components {", ".join(COMPONENTS)}; got {further[0]!r} in which')
    if single and plan:
        raise ValueError('precision="single" goes with method="auto"; Monte Carlo has precision="double"')
    pilots = "the pilots of Monte Carlo look at points" if plan else ""
    there = None
    of_moments = plan is None and not single
    if check_inputs(activations, copy, pilots, of_moments=of_moments, sigma=sigma, mean=mean):
        from fastsig.integrals.device_inputs import DeviceInputs

        dtypes = ("float32", "float64") if single else ("float64",)
        there = DeviceInputs(stream, dtypes, **as_floats(sigma=sigma, mean=mean))
        if plan is None:
            from fastsig.integrals.device_moments import OnDevice

            return OnDevice(activations, several, names, there, single), there
        sigma, mean = there.on_host()
    elif stream is not None:
        raise ValueError("stream= goes with points that are on the GPU, for which nothing is waited")
    points = read_points(sigma, mean, rows=len(activations))
    if plan is None:
        return FromCuda(activations, several, names, points.as_arrays(), single), None
    from fastsig.integrals.monte_carlo import find_by_sampling

    found = find_by_sampling(activations, several, names, points, plan, 1, on_gpu=True)
    return (OfKind(found, there) if there else found), there


def as_floats(**inputs: Any) -> dict[str, Any]:
    """Return sigma and mean, checked and as floats where they are numbers."""
    return {name: in_range(name, number(name, x)) if is_number(x) else x for name, x in inputs.items()}


class FromCuda:
    """Results from the GPU; errors are computed when they are first asked for."""

    error_kind = "estimate"
    status = 0

    def __init__(
        self, activations: Sequence[Any], several: bool, names: Sequence[str], points: Any, single: bool
    ) -> None:
        self._activations, self._names, self._points, self._single = activations, names, points, single
        self._shape = (len(activations), *points.shape) if several else points.shape
        self._value = self._run(single=single)
        self._fields: dict[str, dict[str, Any]] = {}

    def _run(self, **options: Any) -> Any:
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

    def _named(self, rows: Any) -> dict[str, Any]:
        return {name: rows[:, COMPONENTS.index(name)].reshape(self._shape) for name in self._names}

    def _value_rows(self) -> Any:
        return self._value

    def _error_rows(self) -> Any:
        """By halving the panels, roundings and what users' functions lose; in 32 bits also what 64 bits find."""
        import numpy as np

        from fastsig.integrals.cuda_moments import floors
        from fastsig.integrals.source_check import floor_errors

        value, sizes = self._run() if self._single else self._value, np.abs(self._run(sizes=True))
        rows = np.abs(self._run(parts=2) - value) + ROUNDINGS * sizes
        for phi, row, size in zip(self._activations, rows, sizes, strict=True):
            row[: len(COMPONENTS)] += floor_errors(floors(phi), self._points.sigma, size)
        if not self._single:
            return rows
        rows += np.abs(self._value - value)
        return np.where(rows > 0.0, rows * UPWARDS + SMALLEST, rows).astype(np.float32)

    def _method_rows(self) -> Any:
        import numpy as np

        from fastsig.integrals.cuda_moments import method_of

        rows = np.empty(self._value.shape, np.int32)
        for row, phi in zip(rows, self._activations, strict=True):
            row[:] = CODES[method_of(phi)]
        return rows
