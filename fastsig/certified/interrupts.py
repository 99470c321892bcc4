"""Ctrl-C while python-flint works, which may swallow a KeyboardInterrupt that is raised in the midst of it.

So every public function of this package is `interruptible`: the signal only leaves a mark, which is
looked at between two evaluations of an integrand and between two intervals that may hold a zero.
The exception comes from there, or at the end.

One thread at a time: the working precision of python-flint belongs to the whole process, and a thread
that changed it would change the digits that another one reaches.
"""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_marks: list[bool] = []
_working = threading.RLock()


def interrupted() -> bool:
    """Whether Ctrl-C was pressed within `interruptible`."""
    return bool(_marks)


def stop_if_interrupted() -> None:
    """Raise KeyboardInterrupt where nothing swallows it."""
    if interrupted():
        raise KeyboardInterrupt


@contextmanager
def interruptible() -> Iterator[None]:
    """Let Ctrl-C through (in the main thread, where it would raise KeyboardInterrupt), and one thread at a time."""
    with _working, _interruptible():
        yield


@contextmanager
def _interruptible() -> Iterator[None]:
    here = threading.current_thread() is threading.main_thread()
    if not here or signal.getsignal(signal.SIGINT) is not signal.default_int_handler:
        yield
        return

    def mark(_: int, __: Any) -> None:
        _marks.append(True)

    _marks.clear()
    signal.signal(signal.SIGINT, mark)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, signal.default_int_handler)
        pressed = interrupted()
        _marks.clear()
        if pressed:
            raise KeyboardInterrupt
