"""snake on the GPU: a closed form, with a sine of its own; in plain Python, and in numba's simulator."""

import math

import numpy as np
import pytest

import fastsig
from fastsig.integrals import snake_kernel as module
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.errors_kernel import ROUNDINGS
from fastsig.integrals.snake_kernel import LARGEST_ANGLE, sine_and_cosine, snake_kernel
from fastsig.targets.scalar import compile_source
from fastsig.targets.warp import lane, warp
from tests.cuda_extra import needs_cuda_extra
from tests.subprocesses import output
from tests.targets.cuda.simulator import SIMULATOR


def test_sine_and_cosine_are_right_to_an_ulp():
    """Also where angles are large, and next to multiples of pi/2, where all digits of pi/2 count."""
    generator = np.random.default_rng(0)
    angles = [*np.linspace(-20.0, 20.0, 2001), *10.0 ** generator.uniform(0.0, math.log10(LARGEST_ANGLE), 2000)]
    angles += [k * (math.pi / 2) for k in (1, 2, 3, 1000, 10**6 + 1, 6 * 10**8)]
    for y in map(float, angles):
        sine, cosine = sine_and_cosine(y, 0.0)
        assert abs(sine - math.sin(y)) <= 2.0**-52 * abs(math.sin(y)), y
        assert abs(cosine - math.cos(y)) <= 2.0**-52 * abs(math.cos(y)), y


def test_the_low_part_of_an_angle_counts():
    sine, _ = sine_and_cosine(math.pi, 1.2246467991473532e-16)  # pi as a pair
    assert abs(sine) < 1e-31
    assert sine_and_cosine(1.0, 1e-17)[0] == pytest.approx(math.sin(1.0), rel=2.0**-52)


def by_kernel(sigma, mean, a, sizes=False):
    """The kernel in plain Python, with the exact errors of products that a GPU has (and the simulator has not)."""
    now = [0]
    done = {lane: lambda: now[0] % 32, warp: lambda: now[0] // 32}
    source = compile_source(snake_kernel, lambda function: function, done)
    out = [math.nan] * (6 * len(sigma))
    for now[0] in range(len(sigma)):
        source(len(sigma), sigma, mean, a, sizes, out)
    return np.array(out).reshape(6, -1)[:5]


def worst():
    """In units of the errors stated."""
    generator, largest = np.random.default_rng(3), 0.0
    sigma = [*(10.0 ** generator.uniform(-3.0, 3.0, 100)).tolist(), 0.0, 1e-9, 1e150]
    mean = [5.0 * s * float(generator.uniform(-1.0, 1.0)) for s in sigma[:100]] + [0.7, 1e3, 1.0]
    for a in ("1", "0.1", "50"):
        found, size = (by_kernel(sigma, mean, float(a), sizes) for sizes in (False, True))
        expected = fastsig.moments(fastsig.activation("snake", a=a), sigma, mean=mean)
        for k, c in enumerate(COMPONENTS):
            error = ROUNDINGS * size[k] + expected.error[c] + 1e-290
            largest = max(largest, float(np.max(np.abs(found[k] - expected[c]) / error)))
    return largest


def test_moments_are_those_of_the_cpu():
    assert worst() <= 1.0


def test_a_reduction_with_fewer_digits_is_convicted(monkeypatch):
    """Without the second part of pi/2."""
    monkeypatch.setattr(module, "HALF_PI_LOW", 0.0)
    assert worst() > 1.0


@needs_cuda_extra
def test_it_runs_in_the_simulator():
    code = """
import numpy as np
import fastsig
sigma, mean = np.array([0.5, 1.0, 2.0, 0.0, 0.25]), np.array([0.25, 0.0, -1.0, 0.75, 0.5])
found, expected = fastsig.moments("snake", sigma, mean=mean, target="cuda", copy=True), fastsig.moments(
    "snake", sigma, mean=mean
)
for c in expected.values:
    assert np.all(np.abs(found.values[c] - expected.values[c]) <= found.error[c] + expected.error[c]), c
assert (found.method, found.nfev, found.error_kind) == ("closed_form", 5, "estimate")
both = fastsig.moments(["snake", "relu"], 1.0, target="cuda", copy=True)
assert both.method == "closed_form+gauss_legendre"
assert fastsig.signature("snake", 1.0, target="cuda").m1 == float(both.m1[0])
far = fastsig.moments("snake", 1e-3, mean=1e12, target="cuda")
print(np.isinf(far.error.g1), far.m1)
"""
    assert output(code, env=SIMULATOR, timeout=400) == "True 1000000000000.0\n"


def test_what_has_no_closed_form_is_refused():
    for options in ({"method": "monte_carlo", "samples": 10}, {"which": "m3"}):
        with pytest.raises(ValueError, match=r"oscillates for ever|has the components"):
            fastsig.moments("snake", 1.0, target="cuda", **options)
    with pytest.raises(ValueError, match="oscillates for ever"):
        fastsig.kernel.dual("snake", 1.0, 1.0, 0.5, target="cuda")
