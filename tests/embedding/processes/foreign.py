"""The same work in threads and in child processes while this process is at work, too."""

import json
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numba
import numpy as np

import fastsig
from fastsig.jit import gelu, moments_mish

SIGMA = np.logspace(-3, 3, 300)
soft = fastsig.Activation(lambda x: np.sqrt(1 + x * x), name="soft abs")


@numba.njit(parallel=True, cache=True, nogil=True)
def second_moments(sigma):
    result = np.empty_like(sigma)
    for i in numba.prange(sigma.size):
        result[i] = moments_mish(sigma[i]).m2 + gelu(sigma[i])
    return result


def work(kind):
    """Bytes, so that equal means equal to the bit."""
    if kind == "table":
        return fastsig.signature("mish", SIGMA).to_array().tobytes()
    if kind == "adaptive":
        return fastsig.moments("telu", SIGMA[100:140], mean=0.5).eta.tobytes()
    if kind == "callback":  # C calls a Python function back
        return fastsig.moments(soft, SIGMA[100:104], mean=0.5).m2.tobytes()
    return np.array([moments_mish(s).m2 + gelu(s) for s in SIGMA]).tobytes()


KINDS = ["table", "adaptive", "callback", "compiled"] * 3


def fork_by_hand():
    """os.fork after use, without multiprocessing; the child answers through a pipe."""
    reading, writing = os.pipe()
    if os.fork() == 0:
        os.close(reading)
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(b"".join(map(work, KINDS)))
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        answer = pipe.read()
    os.wait()
    return answer


if __name__ == "__main__":
    here = [work(kind) for kind in KINDS]
    same = {}
    if sys.argv[1] == "threads":
        with ThreadPoolExecutor(6) as pool:
            same["threads"] = list(pool.map(work, KINDS)) == here
            parallel = [pool.submit(second_moments, SIGMA) for _ in range(2)]
            same["numba threads"] = {one.result().tobytes() for one in parallel} == {work("compiled")}
    elif sys.argv[1] == "os.fork":
        with ThreadPoolExecutor(1) as pool:  # at work in C, most likely, at the moment of the fork
            meanwhile = [pool.submit(work, kind) for kind in KINDS]
            same["os.fork"] = fork_by_hand() == b"".join(here)
            same["meanwhile"] = [one.result() for one in meanwhile] == here
    else:
        context = multiprocessing.get_context(sys.argv[1])
        with ProcessPoolExecutor(2, mp_context=context) as pool:
            there = pool.map(work, KINDS)
            same["meanwhile"] = [work(kind) for kind in KINDS] == here
            same[sys.argv[1]] = list(there) == here
    print(json.dumps(same))
