"""What can only be learnt on a GPU: parity, equal bits from run to run, and times by events, as JSON.

    python benchmarks/gpu.py > gpu.json
    compute-sanitizer --tool memcheck python benchmarks/gpu.py --points 1000 --rounds 1
    compute-sanitizer --tool racecheck python benchmarks/gpu.py --points 1000 --rounds 1

NUMBA_ENABLE_CUDASIM=1 with --points 5 --rounds 1 tries the script itself, without a GPU.
"""

import argparse
import json
from statistics import median
from typing import Any

import numpy as np

import fastsig
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.cuda_moments import columns, on_host
from fastsig.targets.cuda import device_name, free_memory, milliseconds, on_device, require
from fastsig.version import __version__

NAMES = ("relu", "tanh", "gelu", "mish", "telu")
PARITY = 1e-13  # of E abs(integrand)


def problem(points: int) -> tuple[Any, Any]:
    """Sigma from 1e-3 to 1e3, means within 3 sigma and 0."""
    draw = np.random.default_rng(20261122)
    sigma = 10.0 ** draw.uniform(-3.0, 3.0, points)
    return sigma, np.where(draw.random(points) < 0.3, 0.0, draw.uniform(-3.0, 3.0, points) * sigma)


def parity(name: str, points: int) -> float:
    """Worst difference from the CPU, relative to E abs(integrand)."""
    phi = fastsig.activation(name)
    sigma, mean = problem(points)
    found, size = on_host(phi, sigma, mean), on_host(phi, sigma, mean, sizes=True)
    expected = fastsig.moments(phi, sigma, mean=mean)
    return max(
        float(np.max(np.abs(found[k] - expected.values[c]) / np.maximum(np.abs(size[k]), 1e-290)))
        for k, c in enumerate(COMPONENTS)
    )


def same_bits(name: str, points: int) -> bool:
    """Whether two runs, and a run in uneven launches, give equal bits."""
    phi, inputs = fastsig.activation(name), problem(points)
    runs = [on_host(phi, *inputs), on_host(phi, *inputs), on_host(phi, *inputs, chunk=max(1, points // 3))]
    return all(np.array_equal(runs[0], other) for other in runs[1:])


def times(name: str, points: int, rounds: int) -> dict[str, Any]:
    """Times of the kernel alone, points and results on the GPU; the first run, which compiles, does not count."""
    phi = fastsig.activation(name)
    sigma, mean = map(on_device, problem(points))
    evaluations = int(columns(phi, points, sigma, mean)[5].copy_to_host().sum())
    taken = [milliseconds(lambda: columns(phi, points, sigma, mean)) for _ in range(rounds)]
    middle = median(taken) or float("nan")
    return {"milliseconds": taken, "points_per_second": 1e3 * points / middle, "evaluations": evaluations}


def main() -> None:
    """Measure, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    given = parser.parse_args()
    require()
    activations = {}
    for name in NAMES:
        row = {"parity": parity(name, min(given.points, 10_000)), "same_bits": same_bits(name, given.points)}
        assert row["parity"] < PARITY, (name, row)
        assert row["same_bits"], name
        activations[name] = row | times(name, given.points, given.rounds)
    machine = {"device": device_name(), "free_memory": free_memory(), "fastsig": __version__}
    print(
        json.dumps({"schema": "fastsig.gpu/1", **machine, "points": given.points, "activations": activations}, indent=1)
    )


if __name__ == "__main__":
    main()
