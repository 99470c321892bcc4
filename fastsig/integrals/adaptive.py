"""Integration against a Gaussian, by the C library (csrc/src/expectation.c)."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.targets.cpu import check, ffi, lib

# Rows of integrands at (z, x = mean + sigma z), shape (rows, len(z)).
Integrand = Callable[[FloatArray, FloatArray], FloatArray]

GOAL = 2e-14  # of the pessimistic error, relative to E abs(integrand)


class Expectation(NamedTuple):
    """Results by row, and how they came about."""

    value: FloatArray
    error: FloatArray
    size: FloatArray  # E abs(integrand)
    nfev: int
    status: int


class _Call:
    """An integrand on its way through C: what it raised is kept."""

    def __init__(self, integrand: Integrand, rows: int) -> None:
        self.integrand = integrand
        self.rows = rows
        self.raised: BaseException | None = None


def _array(pointer: Any, count: int) -> FloatArray:
    return np.frombuffer(ffi.buffer(pointer, 8 * count), dtype=np.float64)


@ffi.def_extern()  # type: ignore[untyped-decorator]
def fastsig_python_integrand(n: int, z: Any, x: Any, values: Any, context: Any) -> int:
    """Evaluate an integrand for C; 1 if it raised."""
    call: _Call = ffi.from_handle(context)
    try:
        # Copies: what C lends is gone after the call.
        result = call.integrand(_array(z, n).copy(), _array(x, n).copy())
        _array(values, n * call.rows)[:] = np.asarray(result, dtype=np.float64).reshape(-1)
    except BaseException as error:  # raised again by integrate()
        call.raised = error
        return 1
    return 0


def integrate(
    integrand: Integrand,
    rows: int,
    sigma: float,
    mean: float,
    *,
    breaks: Sequence[float] = (),
    landmarks: Sequence[float] = (),
    errors_follow: bool = False,
    goal: float = GOAL,
    max_evaluations: int = 0,
    rule: int = lib.FASTSIG_RULE_ADAPTIVE,
    nodes: int = 0,
) -> Expectation:
    """Integrate rows of functions of (Z, mean + sigma Z) together.

    Parameters
    ----------
    integrand
        Maps arrays z, x to an array of shape (rows, len(z)).
    rows
        Number of integrands.
    sigma, mean
        sigma > 0.
    breaks
        Places in x where an integrand is not smooth.
    landmarks
        Places in x near which integrands vary fast.
    errors_follow
        Whether the second half of the rows are absolute errors of the first: they are integrated
        along and added to the errors; results are those of the first half.
    goal
        Error to stop at, relative to E abs(integrand).
    max_evaluations
        Give up after so many points; 0 means the default of the C library.
    rule, nodes
        A code of fastsig_rule, and the number of nodes of one that has it.

    Returns
    -------
    Expectation
        Its status is 0, or the code for "not converged" with the errors that
        were reached.

    Raises
    ------
    Exception
        Whatever the integrand raised; ValueError where it is not finite.
    """
    call = _Call(integrand, rows)
    handle = ffi.new_handle(call)
    places, marks = ffi.new("double[]", list(breaks)), ffi.new("double[]", list(landmarks))
    problem = ffi.new("fastsig_expectation_problem *")
    problem.integrand, problem.context, problem.rows = lib.fastsig_python_integrand, handle, rows
    problem.errors_follow, problem.sigma, problem.mean = errors_follow, sigma, mean
    problem.breaks, problem.place = len(breaks), places
    problem.landmarks, problem.landmark = len(landmarks), marks
    problem.goal, problem.max_evaluations = goal, max_evaluations
    problem.rule, problem.nodes = rule, nodes
    value, error, size, evaluations = np.empty(rows), np.empty(rows), np.empty(rows), ffi.new("int64_t *")
    outputs = (ffi.from_buffer("double[]", a, require_writable=True) for a in (value, error, size))
    status = lib.fastsig_expectation(problem, *outputs, evaluations)
    if call.raised is not None:
        raise call.raised
    if status != lib.FASTSIG_ERROR_NOT_CONVERGED:
        check(status, sigma=sigma, mean=mean)
    if errors_follow:
        half = rows // 2
        error = error[:half] + value[half:] + error[half:]
        value, size = value[:half], size[:half]
    return Expectation(value, error, size, evaluations[0], status)
