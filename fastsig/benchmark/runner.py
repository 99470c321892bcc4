"""Runs methods: errors first, then rounds in which each is timed once, so that all see the same machine.

What peers raise is reported and never stops the run; an interruption keeps
what is done. Times are CPU times: on one core they are what the clock shows on a quiet
machine, and on a busy one they leave out what others computed meanwhile.
"""

import math
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from time import perf_counter, process_time

from fastsig.benchmark.measurement import Measurement
from fastsig.benchmark.method import Method, Run
from fastsig.benchmark.problem import BATCH_SIGMA, certified, relative_errors, spread, worst
from fastsig.version import __version__

LEAST_SECONDS = 0.02  # a shorter run is repeated within one time
SLOW_SECONDS = 0.5  # a run that takes longer is timed in the first rounds only
SLOW_ROUNDS = 3
QUICK_PART, QUICK_STEP = 50, 13  # --quick: a 50th of the sigma timed, every 13th certified one judged

Progress = Callable[[int, int, str], None]


@dataclass
class Results:
    """What a run found: measurements by name, and why other methods did not run."""

    measured: dict[str, Measurement] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    interrupted: bool = False


@contextmanager
def one_core() -> Iterator[None]:
    """Keep this process on one core, where the system lets it (Linux), so that all methods have the same."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def measure(methods: Sequence[Method], *, repeat: int, quick: bool, progress: Progress) -> Results:
    """Judge and time the methods."""
    results = Results()
    runs: dict[str, Run] = {}
    single: dict[str, float] = {}
    steps = len(methods) * (1 + repeat)
    try:
        with one_core():
            for step, method in enumerate(methods):
                progress(step, steps, f"{method.title}: errors")
                reason = method.missing()
                if reason is None:
                    try:
                        results.measured[method.name] = judge(method, quick)
                        runs[method.name], single[method.name] = warmed(method, quick)
                        continue
                    except Exception as error:
                        results.measured.pop(method.name, None)
                        reason = f"fails here: {type(error).__name__}: {' '.join(str(error).split())[:100]}"
                results.missing[method.name] = reason
            _rounds(results, runs, single, repeat, lambda done, what: progress(len(methods) + done, steps, what))
    except KeyboardInterrupt:
        results.interrupted = True
        for method in methods:
            if method.name not in results.measured:
                results.missing.setdefault(method.name, "interrupted before its turn")
    return results


def judge(method: Method, quick: bool) -> Measurement:
    """Compare a method with certified values."""
    step = max(method.certified_step, QUICK_STEP if quick else 1)
    truth = certified().every(step)
    errors = relative_errors(method.prepare(truth.sigma)(), truth, method.components)
    return Measurement(
        method.name,
        method.title,
        method.version(__version__),
        method.remark,
        method.components,
        integrals=method.integrals(BATCH_SIGMA.size),
        timed=method.integrals(_sigmas(method, quick)),
        judged=errors.size,
        worst=worst(errors, truth.sigma, method.components),
    )


def warmed(method: Method, quick: bool) -> tuple[Run, float]:
    """Return the method's run after one call, which compiles, and the seconds of a second."""
    run = method.prepare(spread(_sigmas(method, quick)))
    run()
    return run, _seconds(run, 1)[0]


def _rounds(
    results: Results, runs: dict[str, Run], single: dict[str, float], repeat: int, progress: Callable[[int, str], None]
) -> None:
    done = 0
    for number in range(repeat):
        for name, run in runs.items():
            found = results.measured[name]
            progress(done, f"{found.title}: round {number + 1} of {repeat}")
            done += 1
            if number >= SLOW_ROUNDS and single[name] > SLOW_SECONDS:
                continue
            found.calls = max(1, math.ceil(LEAST_SECONDS / max(single[name], 1e-9)))
            cpu, wall = _seconds(run, found.calls)
            found.seconds.append(cpu * found.integrals / found.timed)
            found.wall_seconds.append(wall * found.integrals / found.timed)
            found.rounds.append(number)


def _sigmas(method: Method, quick: bool) -> int:
    return max(1, method.sigmas // QUICK_PART) if quick else method.sigmas


def _seconds(run: Run, calls: int) -> tuple[float, float]:
    cpu, wall = process_time(), perf_counter()
    for _ in range(calls):
        run()
    return (process_time() - cpu) / calls, (perf_counter() - wall) / calls
