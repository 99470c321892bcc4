"""A plan cut into tasks, and how one of them is done; a task needs nothing but itself, on any machine."""

import os
import platform
import socket
import time
from functools import cache
from typing import NamedTuple

from fastsig.activations.labels import read_label
from fastsig.sweeps.measured import Measured
from fastsig.sweeps.methods import compute, points_of_a_task
from fastsig.sweeps.plan import Plan


class Task(NamedTuple):
    """One activation, one method, a block of points (sigma, mean)."""

    number: int
    activation: str
    method: str
    points: tuple[tuple[float, float], ...]
    components: tuple[str, ...]
    seed: int


class Versions(NamedTuple):
    """What computed a row."""

    fastsig: str
    python: str
    numpy: str
    cpu_level: str


class Done(NamedTuple):
    """A task's numbers: component after component, point after point."""

    number: int
    measured: list[Measured]
    versions: Versions
    seconds: float
    worker: str


def tasks_of(plan: Plan) -> list[Task]:
    """Return all tasks of a plan, in the order of the exported rows.

    Examples
    --------
    >>> from fastsig.sweeps.plan import Plan
    >>> from fastsig.sweeps.tasks import tasks_of
    >>> tasks = tasks_of(Plan.of("relu,tanh", sigma="0.1:10:100", methods="double,certified"))
    >>> len(tasks), {len(task.points) for task in tasks if task.method == "double"}
    (22, {64, 36})
    """
    tasks: list[Task] = []
    points = plan.points
    for activation in plan.activations:
        for method in plan.computed:
            size = points_of_a_task(method)
            for first in range(0, len(points), size):
                block = tuple(points[first : first + size])
                tasks.append(Task(len(tasks), activation, method, block, plan.components, plan.seed))
    return tasks


def work(task: Task) -> Done:
    """Do one task."""
    started = time.perf_counter()
    phi = read_label(task.activation)
    measured = compute(phi, task.activation, task.method, task.points, task.components, task.seed)
    return Done(
        task.number, measured, versions(), time.perf_counter() - started, f"{socket.gethostname()}:{os.getpid()}"
    )


@cache
def versions() -> Versions:
    """Return what computes here."""
    import numpy

    from fastsig.targets.cpu import cpu_level
    from fastsig.version import __version__

    return Versions(__version__, platform.python_version(), numpy.__version__, cpu_level())
