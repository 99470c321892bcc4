"""``fastsig validate``: methods against the truth at many points."""

import argparse
import sys
import time
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from fastsig.cli.usage import Outcome, UsageError

if TYPE_CHECKING:
    from fastsig.sweeps.executors import Workers
    from fastsig.sweeps.journal import Journal
    from fastsig.sweeps.plan import Plan
    from fastsig.sweeps.progress import Pace

DESCRIPTION = """\
Compute Gaussian functionals by several methods at many points, compare each number with
a reference, and say whether the errors that the methods state are honest. Finished work
is journalled beside the output: after Ctrl-C, kill -9 or a full disk the same command
goes on where it was."""
EPILOG = """\
examples:
  fastsig validate --out sweep.parquet
  fastsig validate --activations gelu,leaky_relu:slope=0.2 --sigma 0.1:10:21 --mean -1,0,1 --out sweep.parquet
  fastsig validate --methods double,certified:50,gauss_hermite:50,gauss_hermite:100 --workers 2 --out sweep.parquet
  fastsig validate --methods double,monte_carlo:1e7 --seed 1 --out sweep.parquet
  fastsig validate --scheduler tcp://host:8786 --out sweep.parquet
  fastsig report sweep.parquet

A grid a:b:n is n points in equal ratios. Methods: double (the default of fastsig), table,
closed_form, adaptive, gauss_legendre:NODES, tanh_sinh, gauss_hermite:NODES, monte_carlo:SAMPLES,
sobol:SAMPLES, double_double, certified:DIGITS. The reference is certified if that is among the
methods, else double_double; it is not judged itself. gauss_hermite states no error: it is
reported, not judged. Exit status 0: every stated error held; 1: one did not (or the work
could not go on); 130: interrupted, nothing is lost."""
MOST_WORKERS = 1024
REDRAW = 0.2  # seconds between two states of the progress bar
WIDTH = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--out", required=True, metavar="FILE", help="the Parquet file of the rows")
    parser.add_argument("--activations", default="all", metavar="NAMES", help="separated by commas (default all)")
    parser.add_argument("--sigma", default="1e-3:1e3:61", metavar="GRID", help="a:b:n or a,b,c (default 1e-3:1e3:61)")
    parser.add_argument("--mean", default="0", metavar="GRID", help="the same (default 0)")
    parser.add_argument("--components", default="m1,g1,g2,m2,eta", metavar="NAMES", help="default m1,g1,g2,m2,eta")
    parser.add_argument("--methods", metavar="NAMES", help="default double,double_double,certified,gauss_hermite:100")
    parser.add_argument("--reference", metavar="NAME", help="certified:DIGITS or double_double: what judges")
    parser.add_argument("--seed", default="0", metavar="N", help="of all random numbers (default 0)")
    parser.add_argument("--workers", metavar="N", help="processes (default: this one alone)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="a Dask scheduler, such as tcp://host:8786")


def run(options: argparse.Namespace) -> Outcome:
    """Run the sweep, or what is left of it, and say what it found."""
    from fastsig.cli.interruption import interruptions
    from fastsig.cli.sweep_text import as_text
    from fastsig.errors import SweepError
    from fastsig.sweeps.parquet import read
    from fastsig.sweeps.parquet import require as require_parquet
    from fastsig.sweeps.runner import run as run_sweep
    from fastsig.sweeps.verdict import judge

    plan = _plan(options)
    workers = None if options.workers is None else _whole("--workers", options.workers, 1, MOST_WORKERS)
    if workers is not None and options.scheduler:
        raise UsageError("--workers and --scheduler exclude each other: a scheduler has workers of its own")
    if not Path(options.out).absolute().parent.is_dir() or Path(options.out).is_dir():
        raise UsageError(f"--out: {options.out!r} is a folder, or lies in one that does not exist")
    require_parquet()
    bar = Bar()
    try:
        with interruptions() as asked, _workers(workers, options.scheduler) as pool:
            complete = run_sweep(
                plan,
                options.out,
                executor=pool.executor if pool else None,
                in_flight=4 * pool.number if pool else 1,
                progress=bar,
                stop=asked,
            )
    except SweepError as error:
        return Outcome("", str(error))
    finally:
        bar.clear()
    if not complete:
        return Outcome("", f"interrupted: {bar.done}; the same command goes on from there", interrupted=True)
    verdict = judge(read(options.out).rows)
    return Outcome(as_text(plan, verdict), None if verdict.passed else "stated errors did not hold; see above")


def _plan(options: argparse.Namespace) -> "Plan":
    from fastsig.sweeps.plan import DEFAULT_METHODS, LARGEST_SEED, Plan

    try:
        return Plan.of(
            options.activations,
            sigma=options.sigma,
            mean=options.mean,
            components=options.components,
            methods=options.methods or DEFAULT_METHODS,
            reference=options.reference,
            seed=_whole("--seed", options.seed, 0, LARGEST_SEED),
        )
    except (ValueError, TypeError) as error:
        raise UsageError(str(error)) from None


def _workers(number: int | None, scheduler: str | None) -> "AbstractContextManager[Workers | None]":
    from fastsig.sweeps.executors import dask, processes

    if scheduler:
        return dask(scheduler)
    return processes(number) if number is not None else nullcontext()


class Bar:
    """A progress bar with rate and remaining time, drawn on a terminal only."""

    def __init__(self) -> None:
        self.done = "nothing is done yet"
        self._pace: Pace | None = None
        self._drawn = 0.0

    def __call__(self, journal: "Journal") -> None:
        """Take note of what is done; draw it now and then."""
        from fastsig.sweeps.progress import Pace

        self.done = f"{len(journal)} of {len(journal.tasks)} tasks are done"
        if self._pace is None:
            self._pace = Pace(journal)
        now = time.monotonic()
        if sys.stderr.isatty() and now - self._drawn >= REDRAW:
            self._drawn = now
            self._draw(self._pace, journal)

    def _draw(self, pace: "Pace", journal: "Journal") -> None:
        from fastsig.sweeps.progress import as_time

        state = pace.state(journal)
        full = WIDTH * state.done // state.tasks
        text = f"[{'#' * full}{'.' * (WIDTH - full)}] {state.done}/{state.tasks} tasks"
        if state.tasks_a_second is not None and state.seconds_left is not None:
            text += f", {state.tasks_a_second:.3g} a second, {as_time(state.seconds_left)} left"
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()

    def clear(self) -> None:
        """Take the bar away."""
        if self._drawn:
            sys.stderr.write("\r\033[K")
            sys.stderr.flush()


def _whole(name: str, text: str, low: int, high: int) -> int:
    if not (text.isascii() and text.isdigit() and len(text) < 20 and low <= int(text) <= high):
        raise UsageError(f"{name} must be a whole number from {low} to {high}; got {text.strip()!r}")
    return int(text)
