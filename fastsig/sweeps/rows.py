"""The rows of a finished sweep: every number beside its reference, and whether its error was honest."""

import math
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import NamedTuple

from fastsig.activations.labels import read_label
from fastsig.sweeps.effective import kurtoses
from fastsig.sweeps.measured import Measured, exact
from fastsig.sweeps.methods import METHODS, read_method
from fastsig.sweeps.plan import Plan
from fastsig.sweeps.tasks import Done, Task, Versions

# Standard errors contain 2^-49 of E abs(integrand) for roundings; below this part of the value they count.
ROUNDING = 2.0**-42


# A z-score rests on that many samples that count (`fastsig.sweeps.effective`), or there is none.
LEAST_EFFECTIVE = 100


class Row(NamedTuple):
    """One number of a sweep.

    Attributes
    ----------
    task : int
        Its task; rows are sorted by it.
    activation, sigma, mean, component, method
        What was computed, and how.
    value, text : float, str
        The number; `text` has what does not fit into a double (see `fastsig.sweeps.measured`).
    error, error_kind : float, str
        What the method says of its error: "bound", "estimate", "standard_error", or "none".
    reference, reference_error : float
        The value of the plan's reference, and the bound of its error. Comparisons use all of its digits.
    true_error, ulp : float
        abs(value - reference), and the same in units in the last place of the reference (None where that may be 0).
    z : float
        (value - reference)/standard error, where there is one; where that comes from few replications (sobol), the
        normal number that is as improbable as the ratio by Student's law.
    verdict : str
        See `fastsig.sweeps.verdict`.
    message : str
        Why a method refused.
    fastsig, python, numpy, cpu_level
        What computed it.
    """

    task: int
    activation: str
    sigma: float
    mean: float
    component: str
    method: str
    value: float | None
    text: str | None
    error: float | None
    error_kind: str
    reference: float | None
    reference_error: float | None
    true_error: float | None
    ulp: float | None
    z: float | None
    verdict: str
    message: str | None
    fastsig: str
    python: str
    numpy: str
    cpu_level: str


def rows_of(plan: Plan, tasks: Iterable[Task], finished: Iterable[Done]) -> Iterator[Row]:
    """Join tasks with the reference, activation by activation (tasks are in that order)."""
    group: list[tuple[Task, Done]] = []
    for task, done in zip(tasks, finished, strict=True):
        if group and group[0][0].activation != task.activation:
            yield from _of_one_activation(plan, group)
            group = []
        group.append((task, done))
    yield from _of_one_activation(plan, group)


Cell = tuple[float, float, str]


def _cells(task: Task) -> Iterator[Cell]:
    for sigma, mean in task.points:
        for component in task.components:
            yield sigma, mean, component


def _of_one_activation(plan: Plan, group: list[tuple[Task, Done]]) -> Iterator[Row]:
    truth: dict[Cell, Measured] = {}
    for task, done in group:
        if task.method == plan.reference:
            truth.update(zip(_cells(task), done.measured, strict=True))
    sampled = any(METHODS[read_method(task.method)[0]].sampled for task, _ in group)
    tails = _kurtoses(plan, group[0][0].activation) if sampled else {}
    for task, done in group:
        name, samples = read_method(task.method)
        for cell, number in zip(_cells(task), done.measured, strict=True):
            few = METHODS[name].sampled and samples < LEAST_EFFECTIVE * tails[cell]
            judged = task.method != plan.reference
            yield _row(task, cell, number, truth[cell], done.versions, judged=judged, few=few)


def _kurtoses(plan: Plan, activation: str) -> dict[Cell, float]:
    phi = read_label(activation)
    return {
        (sigma, mean, component): kurtosis
        for mean in plan.mean
        for component in plan.components
        for sigma, kurtosis in zip(plan.sigma, kurtoses(phi, component, plan.sigma, mean), strict=True)
    }


def _row(
    task: Task, cell: Cell, number: Measured, truth: Measured, versions: Versions, *, judged: bool, few: bool
) -> Row:
    difference = _difference(number, truth)
    true_error = None if difference is None else abs(float(difference))
    at = truth.value
    sure = at is not None and truth.error is not None and truth.error < abs(at) < math.inf  # not 0, for one thing
    ulp = true_error / math.ulp(at) if sure and at is not None and true_error is not None else None
    z = None
    if number.kind == "standard_error" and difference is not None and number.error is not None and at is not None:
        z = _score(task.method, float(difference) / number.error) if number.error > ROUNDING * abs(at) else None
    verdict = _verdict(task.method, number, truth, difference, z) if judged else "reference"
    if verdict == "within" and few:
        verdict, z = "too few", None
    sigma, mean, component = cell
    return Row(
        task.number, task.activation, sigma, mean, component, task.method,
        number.value, number.text, number.error, number.kind,
        at, truth.error, true_error, ulp, z, verdict, number.message, *versions,
    )  # fmt: skip


def _score(method: str, ratio: float) -> float:
    """Return the normal number that is as improbable as a ratio to a standard error."""
    replications = METHODS[read_method(method)[0]].replications
    if not replications:
        return ratio
    from scipy.special import ndtri, stdtr

    # Student's law, as the standard error comes from few replications; from the lower tail, which does not round to 1.
    return math.copysign(float(ndtri(stdtr(replications - 1, -abs(ratio)))), ratio)


def _difference(number: Measured, truth: Measured) -> Fraction | float | None:
    """Return value - reference, rounded nowhere; infinite or NaN where one of them is."""
    if number.value is None or truth.value is None:
        return None
    if not (math.isfinite(number.value) and math.isfinite(truth.value)):
        return 0.0 if number.value == truth.value else number.value - truth.value
    return exact(number) - exact(truth)


def _verdict(
    method: str, number: Measured, truth: Measured, difference: Fraction | float | None, z: float | None
) -> str:
    """Judge one number; that of a z-score needs them all, and comes later."""
    if number.value is None:
        return "refused"
    if difference is None or truth.error is None:
        return "no reference"
    if not METHODS[read_method(method)[0]].states_errors or number.error is None:
        return "not judged"
    allowed = _sum(number.error, truth.error)
    if number.kind == "standard_error":
        if z is not None:
            return "within"
        rounding = max(allowed, ROUNDING * abs(truth.value or 0.0))
        return "no variance" if -rounding <= difference <= rounding else "unseen"
    if number.error < truth.error and number.error > 0.0:
        return "undecided"
    return "held" if -allowed <= difference <= allowed else "violated"  # NaN is violated


def _sum(one: float, other: float) -> Fraction | float:
    """Return the sum of two errors, exactly."""
    return Fraction(one) + Fraction(other) if math.isfinite(one + other) else one + other
