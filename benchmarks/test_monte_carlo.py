"""Monte Carlo on one core: gelu's five sums over standard normals, beside NumPy with SciPy's erf.

Run on a quiet machine with

    pytest benchmarks/test_monte_carlo.py --benchmark-columns=min,median,iqr -s

NumPy draws standard normals and sums gelu, gelu', their squares and z gelu gelu'; fastsig does that, and the
sums of squares for standard errors besides. The third are the scalar sources of the generator, of the normals and of
gelu, compiled by numba: correct, not tuned (loops over coefficients are not unrolled, nothing is vectorised). Every
answer is asserted. Ratios are printed with their spread over interleaved runs; with FASTSIG_ASSERT_SPEED=1 they are
asserted, too.
"""

import os
import time

import numpy as np
import pytest
from numba import njit
from scipy.special import erf

import fastsig
from fastsig.activations import gelu
from fastsig.sampling.normal_quantile import normal_of_words
from fastsig.sampling.philox import words_of_sample
from fastsig.targets.cpu import cpu_level
from fastsig.targets.scalar import compile_source

SAMPLES = 1 << 22
BLOCK = 1 << 14  # of NumPy: what fits into the caches is fastest
TRUTH = fastsig.moments("gelu", 1.0)
ASSERTED = os.environ.get("FASTSIG_ASSERT_SPEED") == "1"
RNG = np.random.default_rng(0)


def numpy_sums():
    sums = np.zeros(5)
    for _ in range(SAMPLES // BLOCK):
        z = RNG.standard_normal(BLOCK)
        cdf = 0.5 * (1.0 + erf(z * 0.7071067811865476))
        value = z * cdf
        slope = cdf + z * (0.3989422804014327 * np.exp(-0.5 * z * z))
        # (Not slope @ slope: the BLAS would start threads.)
        sums += value.sum(), slope.sum(), (slope * slope).sum(), (value * value).sum(), (z * value * slope).sum()
    return sums / SAMPLES


def fastsig_sums(**options):
    return fastsig.moments("gelu", 1.0, method="monte_carlo", samples=SAMPLES, rng=1, **options)


def numba_sums():
    done = {}
    words, normal, value, slope = (
        compile_source(source, njit(error_model="numpy"), done)
        for source in (words_of_sample, normal_of_words, gelu.value, gelu.derivative)
    )

    @njit(error_model="numpy", nogil=True)
    def sums(count):
        m1 = g1 = g2 = m2 = eta = 0.0
        for sample in range(count):
            low, high, _, _ = words(sample, 1, 2, 3, 4)
            z = normal(low, high)
            f, d = value(z, 0.0), slope(z, 0.0)
            m1, g1, g2, m2, eta = m1 + f, g1 + d, g2 + d * d, m2 + f * f, eta + z * f * d
        return np.array([m1, g1, g2, m2, eta]) / count

    return sums


NUMBA = numba_sums()


def check(values):
    """Within five standard errors."""
    error = fastsig_sums().error
    for value, (name, truth) in zip(values, TRUTH.values.as_dict().items(), strict=True):
        assert abs(value - truth) < 5 * error[name]


def seconds(function, clock):
    start = clock()
    function()
    return clock() - start


def report(label, slow, fast, at_least, runs=15, clock=time.thread_time):
    """Of the time that this thread was given, so that what else runs on the machine counts less."""
    slow(), fast()
    found = [(seconds(slow, clock), seconds(fast, clock)) for _ in range(runs)]
    low, middle, high = np.quantile([a / b for a, b in found], [0.25, 0.5, 0.75])
    times = [1e9 * min(column) / SAMPLES for column in zip(*found, strict=True)]
    print(
        f"\n{label}: {middle:.2f} (quartiles {low:.2f} .. {high:.2f}), goal {at_least}, level {cpu_level()}; "
        f"best {times[0]:.2f} and {times[1]:.2f} ns a sample"
    )
    if ASSERTED and at_least:
        assert low >= at_least


def test_numpy(benchmark):
    check(benchmark.pedantic(numpy_sums, rounds=5, warmup_rounds=1))


def test_numba(benchmark):
    check(benchmark.pedantic(lambda: NUMBA(SAMPLES), rounds=3))


@pytest.mark.parametrize("options", [{}, {"antithetic": True}, {"control_variates": 4}], ids=str)
def test_fastsig(benchmark, options):
    result = benchmark.pedantic(lambda: fastsig_sums(**options), rounds=5, warmup_rounds=1)
    check(result.values.as_dict().values())


def test_sobol(benchmark):
    call = lambda: fastsig.moments("gelu", 1.0, method="sobol", samples=SAMPLES, rng=1)  # noqa: E731
    check(benchmark.pedantic(call, rounds=5, warmup_rounds=1).values.as_dict().values())


def test_ratios():
    report("NumPy over fastsig", numpy_sums, fastsig_sums, at_least=5)
    report("scalar sources by numba over fastsig", lambda: NUMBA(SAMPLES), fastsig_sums, at_least=None, runs=3)
    two = lambda: fastsig_sums(workers=2)  # noqa: E731
    assert two().values.as_dict() == fastsig_sums().values.as_dict()
    report("one worker over two", fastsig_sums, two, at_least=None, clock=time.perf_counter)
