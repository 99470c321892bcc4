"""Executors for sweeps: processes of this machine, and Dask (extra `distributed`)."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import NamedTuple

from fastsig.errors import SweepError

MISSING = "a Dask scheduler needs the package distributed: pip install 'fastsig[distributed]'"


class Workers(NamedTuple):
    """An executor, and how many tasks it can do at a time."""

    executor: Executor
    number: int


@contextmanager
def processes(number: int) -> Iterator[Workers]:
    """Yield an executor of processes; they end with this one, however it ends."""
    # spawn: a fork of a process with threads (numba's, pyarrow's) may hang.
    pool = ProcessPoolExecutor(number, mp_context=multiprocessing.get_context("spawn"), initializer=_end_with_parent)
    try:
        with _interrupts_ignored():  # children inherit that: Ctrl-C is for this process to deal with
            for _ in range(number):
                pool.submit(os.getpid)  # starts one, as the others are not idle yet
        yield Workers(pool, number)
    except KeyboardInterrupt:  # at once: do not wait for what they are doing
        for child in multiprocessing.active_children():
            child.terminate()
        raise
    finally:
        pool.shutdown(cancel_futures=True)


@contextmanager
def _interrupts_ignored() -> Iterator[None]:
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


def _end_with_parent() -> None:
    """End this worker when its parent does: one that was killed leaves pipes open, which would wait for ever."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of one that started later, too
    parent = multiprocessing.parent_process()
    assert parent is not None, "an initializer runs in a child"

    def watch() -> None:
        wait([parent.sentinel])
        os._exit(1)

    threading.Thread(target=watch, daemon=True).start()


@contextmanager
def dask(address: str) -> Iterator[Workers]:
    """Yield an executor of the workers of a Dask scheduler.

    Raises
    ------
    SweepError
        If no scheduler answers there, or it has no workers.
    ImportError
        Without distributed.
    """
    try:
        from distributed import Client
    except ImportError:
        raise ImportError(MISSING) from None
    try:
        client = Client(address, timeout=10)
    except (OSError, ValueError) as error:
        raise SweepError(f"no Dask scheduler answers at {address}: {error}") from None
    with client:
        number = sum(client.nthreads().values())
        if not number:
            raise SweepError(f"the Dask scheduler at {address} has no workers; start some: dask worker {address}")
        yield Workers(client.get_executor(pure=False), number)
