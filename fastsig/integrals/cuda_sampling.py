"""Means over samples on the GPU: normals are written once for some chunks, then summed at each point."""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.scalar_sources import parameter_of
from fastsig.arrays import FloatArray
from fastsig.integrals.cuda_moments import parts_of
from fastsig.integrals.sampled_means import Pilot
from fastsig.integrals.sampling_kernel import SUMS, sampling_kernel
from fastsig.sampling.normals_kernel import TILE, normals_kernel
from fastsig.sampling.plan import CHUNK, Chunk, Plan, SumsOfChunks
from fastsig.sampling.samples import Samples
from fastsig.targets.cuda import empty, free_memory, kernel, on_device

MOST_TOGETHER = 1 << 26  # samples whose normals are kept: half a gigabyte


def constants_of_points(sigma: FloatArray, mean: FloatArray, known: Sequence[Pilot], controls: int) -> FloatArray:
    """Return what the kernel has to know of each point, in the order of `sampling_kernel`."""
    rows = []
    for s, m, one in zip(sigma, mean, known, strict=True):
        control = np.zeros((one.pivot.size, 4))
        control[:, :controls] = one.control
        of_components = np.column_stack([one.pivot, np.broadcast_to(one.scale, one.pivot.shape), control])
        rows.append([*of_components.ravel(), s, m])
    return np.array(rows).ravel()


def added(tiles: FloatArray) -> FloatArray:
    """Add arrays of shape (..., tiles, sums) over the tiles, as a tree whose order is fixed."""
    while (count := tiles.shape[-2]) > 1:
        half = (count + 1) // 2
        upper = tiles[..., half:, :]
        tiles = tiles[..., :half, :].copy()
        tiles[..., : count - half, :] += upper
    return tiles[..., 0, :]


def sums_on_cuda(
    phi: Activation, sigma: FloatArray, mean: FloatArray, known: Sequence[Pilot], plan: Plan
) -> SumsOfChunks:
    """Return what sums the five components, less pivots, over chunks of samples: arrays of shape (2, points, 5)."""
    per_chunk = -(-min(CHUNK, plan.length) // TILE)
    points = sigma.size
    constants = on_device(constants_of_points(sigma, mean, known, plan.controls))
    p, normals, compiled = parameter_of(phi), kernel(normals_kernel, {}), kernel(sampling_kernel, parts_of(phi))

    def groups(chunks: Sequence[Chunk]) -> Iterator[Sequence[Chunk]]:
        room = min(MOST_TOGETHER, free_memory() // 32)
        together = max(1, room // (per_chunk * TILE))
        for low in range(0, len(chunks), together):
            yield chunks[low : low + together]

    def sums_of_chunks(samples: Samples, chunks: Sequence[Chunk]) -> list[FloatArray]:
        found: list[FloatArray] = []
        key = on_device(np.array(samples.key, np.int64))
        for group in groups(chunks):
            tiles = len(group) * per_chunk
            firsts = np.array([chunk.first for chunk in group], np.int64)
            before = firsts - samples.strata * np.array([chunk.replication for chunk in group], np.int64)
            counts = on_device(np.array([chunk.length for chunk in group], np.int64))
            z, out = empty(tiles * TILE), empty(points * tiles * SUMS)
            places: list[Any] = [on_device(firsts), on_device(before)]
            normals.launch(tiles, (tiles, per_chunk, *places, counts, key, samples.strata, z))
            for point in range(points):
                arguments = (tiles, per_chunk, counts, z, plan.antithetic, plan.controls, p, point, constants, out)
                compiled.launch(tiles, arguments)
            sums = added(out.copy_to_host().reshape(points, len(group), per_chunk, SUMS))
            found.extend(np.moveaxis(sums.reshape(points, len(group), 2, -1), 0, 2))
        return found

    return sums_of_chunks
