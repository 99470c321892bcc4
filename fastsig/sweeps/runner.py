"""Running a sweep: here or on an executor, journalled, resumed, exported."""

import os
from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from itertools import islice
from pathlib import Path

from fastsig.errors import SweepError
from fastsig.sweeps.journal import Journal
from fastsig.sweeps.parquet import require, require_sweep, write
from fastsig.sweeps.plan import Plan
from fastsig.sweeps.rows import rows_of
from fastsig.sweeps.tasks import Done, Task, work
from fastsig.sweeps.timings import write_timings
from fastsig.sweeps.verdict import with_scores_judged

IN_FLIGHT = 32

Progress = Callable[[Journal], None]


def run(
    plan: Plan,
    path: str | os.PathLike[str],
    *,
    executor: Executor | None = None,
    in_flight: int = IN_FLIGHT,
    progress: Progress | None = None,
    stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Run a sweep, or what is left of it, and write its rows.

    Finished tasks go to the journal beside the file (``PATH.journal``) at once; the same call resumes
    after whatever ended it. The journal stays: a further call writes the same file again.

    Parameters
    ----------
    plan : Plan
        What to compute.
    path : path
        The Parquet file to write when all is done; times go to ``PATH.timings.csv``.
    executor : concurrent.futures.Executor, optional
        Threads, processes, or ``distributed.Client(...).get_executor()``; in this thread if not given.
        Rows do not depend on it, as long as all workers have the same versions and CPU level.
    in_flight : int, optional
        How many tasks the executor has at a time; twice the number of its workers or more.
    progress : callable, optional
        Called with the journal after each task.
    stop : callable, optional
        Asked before each task; True ends the run when the tasks in flight are done.

    Returns
    -------
    bool
        Whether all is done and written.

    Raises
    ------
    SweepError
        A full disk, a damaged journal or that of another plan, a lost worker. What is in the journal stays.
        Also if the file exists and is something else.
    OSError
        If the file cannot be written.
    ImportError
        Without pyarrow.

    Examples
    --------
    >>> import tempfile
    >>> from concurrent.futures import ThreadPoolExecutor
    >>> from fastsig.sweeps import Plan, read, run
    >>> plan = Plan.of("relu,tanh", sigma="0.1:10:5", methods="double,gauss_hermite:100")
    >>> with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(2) as executor:
    ...     run(plan, f"{folder}/sweep.parquet", executor=executor)
    ...     rows = read(f"{folder}/sweep.parquet").rows
    True
    >>> len(rows), rows[0].method, rows[0].verdict
    (150, 'double', 'held')
    """
    require()
    if Path(path).exists():
        require_sweep(path)
    with Journal(Path(f"{os.fspath(path)}.journal"), plan) as journal:
        if progress:
            progress(journal)
        if executor is None:
            for task in journal.left:
                if stop():
                    break
                _keep(journal, work(task), progress)
        else:
            _spread(journal, executor, in_flight, progress, stop)
        if journal.left:
            return False
        write(plan, with_scores_judged(list(rows_of(plan, journal.tasks, journal.finished()))), path)
        write_timings(journal.tasks, journal.finished(), path)
        return True


def _keep(journal: Journal, done: Done, progress: Progress | None) -> None:
    journal.add(done)
    if progress:
        progress(journal)


def _spread(
    journal: Journal, executor: Executor, in_flight: int, progress: Progress | None, stop: Callable[[], bool]
) -> None:
    """Keep a number of tasks in flight; journal each as it comes. Only this process writes."""
    left = iter(journal.left)
    flying: dict[Future[Done], Task] = {}
    stopping = False
    try:
        while True:
            stopping = stopping or stop()
            if not stopping:
                for task in islice(left, in_flight - len(flying)):
                    flying[executor.submit(work, task)] = task
            else:
                for future in [future for future in flying if future.cancel()]:
                    del flying[future]
            if not flying:
                return
            for future in wait(flying, timeout=0.2, return_when=FIRST_COMPLETED).done:
                _keep(journal, _result(future, flying.pop(future), journal), progress)
    finally:
        for future in flying:
            future.cancel()


def _result(future: Future[Done], task: Task, journal: Journal) -> Done:
    try:
        return future.result()
    except Exception as error:  # whatever an executor of any kind says of a worker that died
        raise SweepError(
            f"task {task.number} ({task.activation}, {task.method}) was lost: {type(error).__name__}: {error}. "
            f"{len(journal)} of {len(journal.tasks)} tasks are in the journal; the same command resumes"
        ) from error
