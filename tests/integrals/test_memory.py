"""Memory that is used again must never be in use."""

import gc
import threading

import numpy as np

import fastsig
from fastsig.integrals import memory

SIGMA = np.logspace(-2, 2, 2000)


def test_what_is_referred_to_is_not_given_away() -> None:
    kept = [fastsig.moments("tanh", SIGMA * (1 + i)).g2 for i in range(10)]  # views alone, results are gone
    for i, values in enumerate(kept):
        np.testing.assert_array_equal(values, fastsig.moments("tanh", SIGMA * (1 + i)).g2)
    slices = [fastsig.moments("gelu", SIGMA).m2[::7][3:] for _ in range(6)]
    fastsig.moments("relu", SIGMA)
    for values in slices:
        np.testing.assert_array_equal(values, slices[0])
    exported = np.from_dlpack(fastsig.moments("mish", SIGMA).m1)
    again = exported.copy()
    for _ in range(6):
        fastsig.moments("relu", SIGMA)
    np.testing.assert_array_equal(exported, again)


def test_what_is_gone_is_used_again_and_little_is_kept() -> None:
    shape = (5, 2000)
    first = memory.empty(shape)
    address = first.ctypes.data
    del first
    gc.collect()
    assert any(memory.empty(shape).ctypes.data == address for _ in range(memory.MOST_KEPT + 1))
    for size in range(memory.SMALLEST, memory.SMALLEST + 20):
        memory.empty((size,))
    assert len(memory._kept) <= memory.MOST_KEPT
    for size in (memory.SMALLEST - 1, memory.LARGEST + 1):
        assert memory.empty((size,)).base is None


def test_threads_never_share() -> None:
    wrong = []

    def fill(mark: float) -> None:
        for _ in range(300):
            mine = memory.empty((3, 4000))
            mine[...] = mark
            if not np.all(mine == mark):
                wrong.append(mark)

    threads = [threading.Thread(target=fill, args=(float(k),)) for k in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not wrong
