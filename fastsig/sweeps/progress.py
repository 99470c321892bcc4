"""How far a sweep is, how fast it goes, and how long the rest may take."""

import time
from collections import Counter, defaultdict
from typing import NamedTuple

from fastsig.sweeps.journal import Journal


class State(NamedTuple):
    """What a progress bar shows; seconds are None while nothing is known."""

    done: int
    tasks: int
    tasks_a_second: float | None
    seconds_left: float | None


class Pace:
    """Estimates from the tasks of this run: methods differ in cost by factors of a thousand, so each by itself."""

    def __init__(self, journal: Journal) -> None:
        self._before = len(journal)
        self._working = sum(journal.seconds.values())
        self._started = time.monotonic()
        self._method = {task.number: task.method for task in journal.tasks}

    def state(self, journal: Journal) -> State:
        """Return how things stand."""
        done, tasks = len(journal), len(journal.tasks)
        elapsed = time.monotonic() - self._started
        if done == self._before or elapsed <= 0.0:
            return State(done, tasks, None, None)
        # How much work is done in a second of time: the number of busy workers.
        workers = max((sum(journal.seconds.values()) - self._working) / elapsed, 1e-9)
        return State(done, tasks, (done - self._before) / elapsed, self._work_left(journal) / workers)

    def _work_left(self, journal: Journal) -> float:
        spent: dict[str, list[float]] = defaultdict(list)
        for number, seconds in journal.seconds.items():
            spent[self._method[number]].append(seconds)
        left = Counter(self._method[task.number] for task in journal.left)
        mean = sum(journal.seconds.values()) / len(journal)
        return sum(n * (sum(spent[m]) / len(spent[m]) if spent[m] else mean) for m, n in left.items())


def as_time(seconds: float) -> str:
    """Return a time as people say it.

    Examples
    --------
    >>> from fastsig.sweeps.progress import as_time
    >>> as_time(7.4), as_time(75), as_time(7400)
    ('7 s', '1 min 15 s', '2 h 03 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60:02d} s"
    return f"{whole // 3600} h {whole % 3600 // 60:02d} min"
