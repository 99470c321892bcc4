"""Threads, only where `workers=` asks for them."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from fastsig.arguments import whole_number

MOST_WORKERS = 1024


def read_workers(workers: Any) -> int:
    """Check a number of threads."""
    if type(workers) is int and workers == 1:
        return 1
    return whole_number("workers", workers, 1, MOST_WORKERS)


def pieces(count: int, longest: int, workers: int) -> list[tuple[int, int]]:
    """Cut range(count) into pieces of at most `longest`, and enough of them for all workers."""
    if 0 < count <= longest:
        return [(0, count)]
    number = max(1, -(-count // longest))
    if workers > 1 and number > 1:
        number = -(-number // workers) * workers
    length = -(-count // number) if count else 1
    return [(low, min(low + length, count)) for low in range(0, count, length)]


def for_each(task: Callable[[int, int], None], ranges: Sequence[tuple[int, int]], workers: int) -> None:
    """Call task(low, high) for each range, in this thread and workers - 1 further ones.

    The first exception, KeyboardInterrupt included, stops all of them after the
    piece that they are at, and is raised again.
    """
    if workers == 1 or len(ranges) < 2:
        for low, high in ranges:
            task(low, high)
        return
    import threading

    left: Iterator[tuple[int, int]] = iter(ranges)
    lock = threading.Lock()
    raised: list[BaseException] = []

    def work() -> None:
        try:
            while not raised:
                with lock:
                    piece = next(left, None)
                if piece is None:
                    return
                task(*piece)
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=work, daemon=True) for _ in range(min(workers, len(ranges)) - 1)]
    for thread in threads:
        thread.start()
    work()
    try:
        for thread in threads:
            thread.join()
    except BaseException as error:
        raised.append(error)
        for thread in threads:
            thread.join()
    if raised:
        raise raised[0]
