"""Gaussian functionals by Monte Carlo, and by scrambled Sobol points: methods under test.

All points and activations of a call see the same normals: curves are smooth and differences precise, and a
number does not depend on what else is asked for. Numbers that shall be independent need calls with
other `rng=`.
"""

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, cast

import numpy as np

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.activations.shape import shape
from fastsig.arrays import FloatArray
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.dispatch import find
from fastsig.integrals.found import Found, Stored
from fastsig.integrals.functionals import FUNCTIONALS, LOG_SLOPE, jumps_at_kinks
from fastsig.integrals.log_slope import is_flat_somewhere
from fastsig.integrals.methods import CODES
from fastsig.integrals.points import Points
from fastsig.integrals.sampled_means import ROUNDING, Pilot, Rows, pilot, sampled_means
from fastsig.integrals.unseen import edges_of_cells, errors_of_unseen
from fastsig.integrals.workers import for_each
from fastsig.sampling.plan import ForEach, Plan, Sums, one_by_one
from fastsig.sampling.samples import Samples
from fastsig.targets.cpu import check, ffi, lib

_DOUBLES = ffi.typeof("double[]")
_POINTS = ffi.typeof("fastsig_sampled_points *")


def find_by_sampling(
    activations: Sequence[Activation],
    several: bool,
    names: Sequence[str],
    points: Points,
    plan: Plan,
    workers: int,
    *,
    on_gpu: bool = False,
) -> Found:
    """Compute functionals at validated points by a plan; on the GPU only components."""
    sigma, mean = np.atleast_1d(points.sigma), np.atleast_1d(points.mean)
    shape_of_one = (len(names), sigma.size)
    value = np.empty((len(activations), *shape_of_one))
    error, codes, status = np.empty_like(value), np.full(value.shape, CODES[plan.method], np.int32), 0
    spread = sigma > 0.0
    for i, phi in enumerate(activations):
        threads = partial(_in_threads, workers if isinstance(phi, BuiltIn) else 1)
        found = _means(phi, names, sigma[spread], mean[spread], plan, threads, on_gpu)
        value[i][:, spread], error[i][:, spread] = found
        if np.any(np.isinf(found[1])):
            status = lib.FASTSIG_ERROR_NOT_CONVERGED
    if not spread.all():
        at = Points(sigma[~spread], mean[~spread], (int((~spread).sum()),))
        exact = find(activations, True, names, at, "auto", 0, errors=True)
        fields = [exact.by_name(field) for field in ("value", "error", "method")]
        targets: list[Any] = [value, error, codes]
        for target, by_name in zip(targets, fields, strict=True):
            target[:, :, ~spread] = np.stack([by_name[name] for name in names], axis=1)
    nfev = plan.evaluations * int(spread.sum()) * len(activations)

    def arranged(results: Any) -> dict[str, Any]:
        if points.shape is not None:
            shaped = results.reshape(*results.shape[:2], *points.shape)
            return {name: shaped[:, k] if several else shaped[0, k] for k, name in enumerate(names)}
        if several:
            return {name: results[:, k, 0] for k, name in enumerate(names)}
        return {name: results[0, k, 0].item() for k, name in enumerate(names)}

    fields_of_all = {"value": arranged(value), "error": arranged(error), "method": arranged(codes)}
    return Stored(fields_of_all, plan.method, "standard_error", nfev, status)


def _in_threads(workers: int, task: Callable[[int], None], count: int) -> None:
    for_each(lambda low, high: task(low), [(i, i + 1) for i in range(count)], workers)


def _means(
    phi: Activation,
    names: Sequence[str],
    sigma: FloatArray,
    mean: FloatArray,
    plan: Plan,
    threads: ForEach,
    on_gpu: bool,
) -> tuple[FloatArray, FloatArray]:
    """Return values and standard errors, arrays of shape (names, points)."""
    value = np.empty((len(names), sigma.size))
    error = np.empty_like(value)
    compiled = on_gpu or isinstance(phi, BuiltIn)
    together = [k for k, name in enumerate(names) if name in COMPONENTS and compiled]
    others = [k for k in range(len(names)) if k not in together]
    if together:
        rows = [COMPONENTS.index(names[k]) for k in together]
        for low in range(0, sigma.size, lib.FASTSIG_MAX_SAMPLED_POINTS):
            part = slice(low, low + lib.FASTSIG_MAX_SAMPLED_POINTS)
            found = _components(phi, sigma[part], mean[part], plan, threads, on_gpu)
            value[together, part], error[together, part] = (field.T[rows] for field in found)
    if others:
        for j in range(sigma.size):
            one = _at_point(phi, [names[k] for k in others], float(sigma[j]), float(mean[j]), plan, threads)
            value[others, j], error[others, j] = one
    return value, error


def _components(
    phi: Activation, sigma: FloatArray, mean: FloatArray, plan: Plan, threads: ForEach, on_gpu: bool
) -> tuple[FloatArray, FloatArray]:
    """The five components at points that share samples, of a built-in if it is not on the GPU: shape (points, 5)."""
    rows = [_integrands(phi, COMPONENTS, s, m) for s, m in zip(sigma, mean, strict=True)]
    edges = [edges_of_cells(phi, s, m, plan) for s, m in zip(sigma, mean, strict=True)]
    known = [pilot(one, plan, between) for one, between in zip(rows, edges, strict=True)]
    if on_gpu:
        from fastsig.integrals.cuda_sampling import sums_on_cuda

        sums = sums_on_cuda(phi, sigma, mean, known, plan)
    else:
        sums = one_by_one(_sums_in_c(cast(BuiltIn, phi), sigma, mean, known, plan), threads)
    means, error = plan.run(sums, (sigma.size, len(COMPONENTS)))
    pivot, scale, size = (np.array([getattr(one, name) for one in known]) for name in ("pivot", "scale", "size"))
    unseen = [errors_of_unseen(*at_point, plan) for at_point in zip(rows, known, edges, strict=True)]
    error = np.maximum(error / scale, unseen) + ROUNDING * size
    if on_gpu:
        from fastsig.integrals.cuda_moments import floors
        from fastsig.integrals.source_check import floor_errors

        error += floor_errors(floors(phi), sigma, size.T).T
    return pivot + means / scale, error


def _sums_in_c(phi: BuiltIn, sigma: FloatArray, mean: FloatArray, known: Sequence[Pilot], plan: Plan) -> Sums:
    """What sums the components less their pivots, in C: arrays of shape (2, points, 5)."""
    count = sigma.size
    control = np.zeros((count, len(COMPONENTS), lib.FASTSIG_CONTROLS))
    control[:, :, : plan.controls] = [one.control for one in known]
    pivot, scale = np.array([one.pivot for one in known]), np.array([one.scale for one in known])
    inputs = [np.ascontiguousarray(array) for array in (sigma, mean, pivot, control, scale)]

    def sums(samples: Samples, first: int, length: int) -> FloatArray:
        result = np.empty((2, count, len(COMPONENTS)))
        buffers = [ffi.from_buffer(_DOUBLES, array) for array in (*inputs, result[0], result[1])]
        if not plan.controls:
            buffers[3] = ffi.NULL
        if np.all(scale == 1.0):
            buffers[4] = ffi.NULL
        at = ffi.new(_POINTS, [count, *buffers, plan.spread])
        check(lib.fastsig_sampled_moments(phi.native, samples.native(first, length), plan.antithetic, at))
        return result

    return sums


def _at_point(
    phi: Activation, names: Sequence[str], sigma: float, mean: float, plan: Plan, threads: ForEach
) -> tuple[FloatArray, FloatArray]:
    rows = _integrands(phi, names, sigma, mean)
    edges = edges_of_cells(phi, sigma, mean, plan)
    value, error, known = sampled_means(rows, len(names), plan, threads, edges)
    error = np.maximum(error, errors_of_unseen(rows, known, edges, plan))
    size = known.size
    kinks = shape(phi).kinks
    doubt = np.zeros(len(names)) if phi.exact_derivatives else _doubt(phi, names, sigma, mean, plan)
    for k, name in enumerate(names):
        if name == LOG_SLOPE:
            if is_flat_somewhere(phi):
                value[k], error[k], size[k] = -np.inf, 0.0, 0.0
            continue
        jumps, sizes = jumps_at_kinks(phi, FUNCTIONALS[name], kinks, sigma, mean)
        value[k] += jumps
        size[k] += sizes
    return value, error + ROUNDING * size + doubt


def _integrands(phi: Activation, names: Sequence[str], sigma: float, mean: float) -> Rows:
    """Return the integrands of functionals as functions of z; jumps at kinks are not in them."""
    terms = [FUNCTIONALS.get(name, ()) for name in names]
    orders = 3 if any(term.bends for row in terms for term in row) else 2

    def rows(z: FloatArray) -> FloatArray:
        x = mean + sigma * z
        found = [phi.batch(order, x) for order in range(orders)]
        f, d, s = (found[min(order, orders - 1)] for order in range(3))
        result = np.empty((len(names), z.size))
        for k, row in enumerate(terms):
            if names[k] == LOG_SLOPE:
                result[k] = np.maximum(phi.log_slope(x), -750.0)  # as in mean_log_slope
            else:
                result[k] = sum(sigma**t.sigma_power * z**t.z_power * t.value(f, d, s) for t in row)
        return result

    return rows


def _doubt(phi: Activation, names: Sequence[str], sigma: float, mean: float, plan: Plan) -> FloatArray:
    """Return what the errors of phi, phi' and phi'' do to the means, about, from the pilot's samples."""
    z = plan.pilot()
    found = [phi.batch_with_error(order, mean + sigma * z) for order in range(3)]
    values, errors = zip(*found, strict=True)
    result = np.zeros(len(names))
    for k, name in enumerate(names):
        for term in FUNCTIONALS.get(name, ()):
            change = np.abs(sigma**term.sigma_power * z**term.z_power) * term.change(*values, *errors)
            result[k] += np.nan_to_num(change, nan=np.inf).mean()
    return result
