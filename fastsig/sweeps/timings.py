"""Times of tasks, in a file of their own: rows are the same whenever they are computed, times are not."""

import csv
import os
from collections.abc import Iterable
from io import StringIO
from pathlib import Path

from fastsig.sweeps.tasks import Done, Task

FIELDS = ("task", "activation", "method", "points", "seconds", "worker")


def timings_path(path: str | os.PathLike[str]) -> Path:
    """Return where the times of a sweep are: beside its rows."""
    return Path(f"{os.fspath(path)}.timings.csv")


def write_timings(tasks: Iterable[Task], finished: Iterable[Done], path: str | os.PathLike[str]) -> None:
    """Write one line a task."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(FIELDS)
    for task, done in zip(tasks, finished, strict=True):
        seconds = f"{done.seconds:.6f}"
        writer.writerow([task.number, task.activation, task.method, len(task.points), seconds, done.worker])
    timings_path(path).write_text(text.getvalue())


def seconds_by_method(path: str | os.PathLike[str]) -> dict[str, float]:
    """Return the time of each method, summed over workers; empty if the file is not there."""
    found: dict[str, float] = {}
    if timings_path(path).is_file():
        with timings_path(path).open(newline="") as file:
            for row in csv.DictReader(file):
                found[row["method"]] = found.get(row["method"], 0.0) + float(row["seconds"])
    return found
