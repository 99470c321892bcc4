"""Ctrl-C and SIGTERM in work that can be resumed: the first ends it in order, the second at once."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class Interruption:
    """Whether someone asked to stop; call it."""

    def __init__(self) -> None:
        self.asked = False

    def __call__(self) -> bool:
        """Return whether someone asked."""
        return self.asked

    def handle(self, *_: Any) -> None:
        """Take note; at the second time, interrupt."""
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True


@contextmanager
def interruptions() -> Iterator[Interruption]:
    """Yield an `Interruption` that both signals set while the block runs."""
    asked = Interruption()
    if threading.current_thread() is not threading.main_thread():  # signals belong to the main thread
        yield asked
        return
    before = {number: signal.signal(number, asked.handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
