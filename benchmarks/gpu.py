"""What can only be learnt on a GPU: parity, equal bits from run to run, zero copy, and times by events, as JSON.

Times are those of moments in float64 and float32; zero copy also of signatures and dual activations, on a stream.

Beside the times of the kernels stand the rate of float64 multiply-adds and of memory that this card reaches, and the
moments of tanh written with CuPy and torch, where these are installed (128 nodes for all points; fastsig adapts them).

    python benchmarks/gpu.py > gpu.json
    compute-sanitizer --tool memcheck python benchmarks/gpu.py --points 1000 --rounds 1
    compute-sanitizer --tool racecheck python benchmarks/gpu.py --points 1000 --rounds 1

NUMBA_ENABLE_CUDASIM=1 with --points 3 --rounds 1 --warps 2 --moments-only tries the script itself, without a GPU.
"""

import argparse
import importlib
import json
from collections.abc import MutableSequence
from importlib.util import find_spec
from statistics import median
from typing import Any

import numpy as np

import fastsig
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.cuda_moments import columns, on_host
from fastsig.rules.gauss_legendre import gauss_legendre
from fastsig.targets.cuda import Kernel, device_name, empty, free_memory, milliseconds, on_device, require
from fastsig.targets.warp import LANES, lane, warp
from fastsig.version import __version__

NAMES = ("relu", "tanh", "gelu", "mish", "telu")
PARITY = 1e-13  # of E abs(integrand)
PARITY_OF_SINGLE = 1e-4  # below 2e-5 in emulation
SINGLE = {"single": True}


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


def single_difference(name: str, points: int) -> float:
    """Worst difference of precision="single" from double, relative to E abs(integrand), where float32 has it."""
    phi = fastsig.activation(name)
    found, expected, size = (on_host(phi, *problem(points), **given)[:5] for given in (SINGLE, {}, {"sizes": True}))
    seen = np.abs(size) > 1e-30
    return float(np.max((np.abs(found - expected) / np.abs(size))[seen]))


def times(name: str, points: int, rounds: int, **given: bool) -> dict[str, Any]:
    """Times of the kernel alone, points and results on the GPU; the first run, which compiles, does not count."""
    phi = fastsig.activation(name)
    sigma, mean = (on_device(array.astype(np.float32 if given else np.float64)) for array in problem(points))
    evaluations = int(columns(phi, points, sigma, mean, **given)[5].copy_to_host().sum())
    taken = [milliseconds(lambda: columns(phi, points, sigma, mean, **given)) for _ in range(rounds)]
    middle = median(taken) or float("nan")
    return {"milliseconds": taken, "points_per_second": 1e3 * points / middle, "evaluations": evaluations}


def sampling_parity(name: str) -> float:
    """Worst relative difference of Monte Carlo from the CPU, whose samples are the same."""
    given = {"method": "monte_carlo", "samples": 300_001, "rng": 1}
    found, expected = (
        fastsig.moments(name, 1.5, mean=0.5, target="cuda", **given),
        fastsig.moments(name, 1.5, mean=0.5, **given),
    )
    return max(abs(found[c] / expected[c] - 1.0) for c in COMPONENTS)


def dual_parity(name: str) -> float:
    """Worst difference of dual activations from the CPU, relative to sqrt(K(x, x) K(y, y))."""
    q, rho = np.array([0.01, 1.0, 100.0]), np.array([-0.9, 0.3, 1.0])
    found = fastsig.kernel.dual(name, q, q, rho, target="cuda", copy=True).value
    size = fastsig.kernel.dual(name, q, q, 1.0).value
    return float(np.max(np.abs(found - fastsig.kernel.dual(name, q, q, rho).value) / size))


class DlpackOnly:
    """An array without the CUDA array interface."""

    def __init__(self, array: Any) -> None:
        self.__dlpack__, self.__dlpack_device__ = array.__dlpack__, array.__dlpack_device__


def zero_copy(library: str, points: int) -> bool:
    """Whether points of a library are read in place, and results are its arrays in the memory that was written."""
    module = importlib.import_module(library)
    sigma = module.ones(points, dtype=module.float64, **({"device": "cuda"} if library == "torch" else {}))
    found = fastsig.moments("gelu", sigma, target="auto")
    expected = fastsig.moments("gelu", 1.0).m2
    numbers = [float(found.m2[-1])]  # waits
    stream = module.cuda.Stream()
    at = [array.__cuda_array_interface__["data"][0] for array in (found.m2, found.values.m2)]
    signature = fastsig.signature("gelu", sigma, target="auto", stream=stream)
    dual = fastsig.kernel.dual("gelu", sigma[:3], 1.0, 1.0, target="auto", stream=stream)
    by_dlpack = fastsig.moments("gelu", DlpackOnly(sigma), target="auto").m2.copy_to_host()
    in_single = fastsig.moments("gelu", module.asarray(sigma, dtype=module.float32), target="auto", precision="single")
    stream.synchronize()
    results = (signature.m2, dual.value, in_single.m2)
    numbers += [*(float(array[-1]) for array in results), float(by_dlpack[-1])]
    tolerance = [PARITY, PARITY, PARITY, 1e-6, PARITY]
    near = all(abs(one - expected) < allowed for one, allowed in zip(numbers, tolerance, strict=True))
    return {type(array) for array in (found.m2, *results)} == {type(sigma)} and at[0] == at[1] and near


def same_sums(library: str, points: int, rounds: int) -> list[float]:
    """Milliseconds for m1, g1, g2, m2, eta of tanh on 128 nodes, written with a library, in pieces of 10,000 points."""
    module = importlib.import_module(library)
    place = {"device": "cuda"} if library == "torch" else {}
    node, weight = (module.asarray(array, **place) for array in gauss_legendre(128))
    z, w = 9.4 * node, 9.4 * weight * module.exp(-0.5 * (9.4 * node) ** 2) * (2.0 * np.pi) ** -0.5
    sigma, mean = (module.asarray(array, **place) for array in problem(points))

    def work() -> None:
        for low in range(0, points, 10_000):
            spread = sigma[low : low + 10_000, None] * z
            f = module.tanh(mean[low : low + 10_000, None] + spread)
            d = 1.0 - f * f
            for integrand in (f, d, d * d, f * f, spread * f * d):
                integrand @ w

    work()
    return [milliseconds(work) for _ in range(rounds)]


CHAINS, STEPS = 8, 4096


def fma_kernel(warps: int, out: MutableSequence[float]) -> None:
    """Eight independent chains of multiply-adds a lane."""
    i = warp() * LANES + lane()
    if warp() >= warps:
        return
    b = 1.0 - 1e-9 * i
    x0, x1, x2, x3, x4, x5, x6, x7 = 0.0, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0
    for _ in range(STEPS):
        x0, x1, x2, x3 = x0 * b + 1.0, x1 * b + 1.0, x2 * b + 1.0, x3 * b + 1.0
        x4, x5, x6, x7 = x4 * b + 1.0, x5 * b + 1.0, x6 * b + 1.0, x7 * b + 1.0
    out[i] = x0 + x1 + x2 + x3 + x4 + x5 + x6 + x7


def add_kernel(warps: int, x: MutableSequence[float], out: MutableSequence[float]) -> None:
    """Read and write 8 bytes a lane."""
    if warp() < warps:
        out[warp() * LANES + lane()] = x[warp() * LANES + lane()] + 1.0


def ceiling(rounds: int, warps: int) -> dict[str, float]:
    """Multiply-adds a second, and bytes a second, that simple kernels reach."""
    x, out = empty(warps * LANES), empty(warps * LANES)
    fma, add = Kernel(fma_kernel, {}), Kernel(add_kernel, {})
    fma.launch(warps, (warps, out))
    add.launch(warps, (warps, x, out))
    adds = min(milliseconds(lambda: fma.launch(warps, (warps, out))) for _ in range(rounds)) or float("nan")
    moves = min(milliseconds(lambda: add.launch(warps, (warps, x, out))) for _ in range(rounds)) or float("nan")
    return {
        "multiply_adds_per_second": 1e3 * warps * LANES * CHAINS * STEPS / adds,
        "bytes_per_second": 1e3 * warps * LANES * 16 / moves,
    }


def main() -> None:
    """Measure, and print JSON."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--points", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--moments-only", action="store_true", help="no Monte Carlo and dual activations")
    parser.add_argument("--warps", type=int, default=1 << 20, help="of the kernels that measure the card")
    given = parser.parse_args()
    require()
    activations = {}
    for name in NAMES:
        row = {"parity": parity(name, min(given.points, 10_000)), "same_bits": same_bits(name, given.points)}
        assert row["parity"] < PARITY, (name, row)
        assert row["same_bits"], name
        activations[name] = row | times(name, given.points, given.rounds)
        single = {"difference": single_difference(name, min(given.points, 10_000))}
        assert single["difference"] < PARITY_OF_SINGLE, (name, single)
        activations[name]["single"] = single | times(name, given.points, given.rounds, **SINGLE)
        if not given.moments_only:
            row = {"monte_carlo": sampling_parity(name), "dual": dual_parity(name)}
            assert max(row.values()) < PARITY, (name, row)
            activations[name] |= row
    libraries = {
        library: {
            "zero_copy": zero_copy(library, given.points),
            "tanh_milliseconds": same_sums(library, given.points, given.rounds),
        }
        for library in ("cupy", "torch")
        if find_spec(library)
    }
    card = ceiling(given.rounds, given.warps)
    machine = {"device": device_name(), "free_memory": free_memory(), "fastsig": __version__}
    print(
        json.dumps(
            {"schema": "fastsig.gpu/1", **machine, "points": given.points, "activations": activations}
            | {"card": card, "libraries": libraries},
            indent=1,
        )
    )


if __name__ == "__main__":
    main()
