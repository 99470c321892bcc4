"""Monte Carlo with target="cuda" in numba's simulator: the samples of the CPU, and nearly its sums."""

import json

import pytest

from tests.cuda_extra import needs_cuda_extra
from tests.subprocesses import output, run
from tests.targets.cuda.simulator import SIMULATOR

pytestmark = needs_cuda_extra

# More than a tile of 2048 samples a chunk, the last one ragged.
PLANS = [
    {"method": "monte_carlo", "samples": 2051},
    {"method": "monte_carlo", "samples": 4098, "antithetic": True, "control_variates": 3},
    {"method": "monte_carlo", "samples": 999, "control_variates": 4},
]
COMPARE = """
import json, sys
import numpy as np
import fastsig
{mutation}
phi, plan = json.loads(sys.argv[1])
at = dict(sigma=np.array([0.7, 2.0, 0.0]), mean=np.array([0.3, -1.0, 0.5]), rng=7)
found, expected = fastsig.moments(phi, **at, **plan, target="cuda", copy=True), fastsig.moments(phi, **at, **plan)
assert (found.method, found.error_kind, found.nfev) == (plan["method"], "standard_error", expected.nfev)
difference = lambda field: max(
    float(np.max(np.abs(getattr(found, field)[c] - getattr(expected, field)[c]) / (1e-3 + np.abs(expected[c]))))
    for c in expected.values
)
print(json.dumps([difference("values"), difference("error")]))
"""


def differences(phi, plan, mutation=""):
    return json.loads(output(COMPARE.format(mutation=mutation), json.dumps([phi, plan]), env=SIMULATOR))


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: f"{plan['method']} of {plan['samples']}")
def test_samples_and_sums_are_those_of_the_cpu(plan):
    """Terms are added less their pivots: roundings stay at those of a few terms, 1e-15 of what is summed."""
    values, errors = differences("gelu", plan)
    assert values < 2e-15
    assert errors < 1e-14  # of numbers, which are larger than their errors


def test_normals_are_those_of_the_cpu():
    """Words are equal bit for bit, so normals are to the rounding of the quantile."""
    code = """
        import numpy as np
        from fastsig.sampling.normals_kernel import TILE, normals_kernel
        from fastsig.sampling.samples import Samples
        from fastsig.targets.cuda import Kernel, empty, on_device
        key, kernel = (0xdeadbeef, 0xffffffff, 3, 0x80000001), Kernel(normals_kernel, {})
        for strata, first in ((0, 2**33 + 5), (100, 250)):
            z = empty(2 * TILE)
            arrays = [on_device(np.array(list, np.int64)) for list in ([first, 3], [first % 100, 0], [40, 0], key)]
            kernel.launch(2, (2, 1, *arrays, strata, z))
            z = z.copy_to_host()
            expected = Samples(key, strata).normals(first, 40)
            assert np.all(np.abs(z[:40] - expected) <= 4e-15 * np.abs(expected)), (z[:40] - expected)
        print(np.array_equal(z[:40] < 0, expected < 0))
    """
    assert output(code, env=SIMULATOR).strip() == "True"


def test_groups_of_chunks_do_not_show():
    """Sums of a chunk are the same bits whatever is launched with it."""
    code = """
        import numpy as np
        import fastsig
        from fastsig.integrals import cuda_sampling
        from fastsig.sampling import plan
        plan.CHUNK = cuda_sampling.CHUNK = 20
        given = dict(method="monte_carlo", samples=95, rng=3, target="cuda")
        whole = fastsig.moments("relu", 1.0, **given)
        cuda_sampling.free_memory = lambda: 2 * 2048 * 32
        parts = fastsig.moments("relu", 1.0, **given)
        print(whole == parts)
    """
    assert output(code, env=SIMULATOR).strip() == "True"


@pytest.mark.parametrize(
    "mutation",
    [
        # tiles that begin one sample late
        "from fastsig.sampling import normals_kernel as n; from fastsig.integrals import sampling_kernel as s\n"
        "def late(tile, per_chunk, counts): return 0, tile * 2048 + 1, min(counts[0], (tile + 1) * 2048 + 1)\n"
        "s.tile_of_chunk = late",
        # another sequence of words
        "from fastsig.sampling import normals_kernel as n\n"
        "from fastsig.sampling.philox import philox4x32\n"
        "def other(sample, a, b, c, d): return philox4x32(sample, 0, c, d, a, b ^ 1)\n"
        "n.words_of_sample = other",
    ],
    ids=["off_by_one_sample", "other_words"],
)
def test_a_mutated_kernel_is_convicted(mutation):
    result = run(COMPARE.format(mutation=mutation), json.dumps(["relu", PLANS[0] | {"samples": 60}]), env=SIMULATOR)
    assert result.returncode != 0 or json.loads(result.stdout)[0] > 2e-15


SLOW = """
import time
from fastsig.integrals import sampling_kernel
from fastsig.sampling.normals_kernel import tile_of_chunk
from fastsig.targets.warp import lane
def slow(tile, per_chunk, counts):
    if lane() == 0:
        time.sleep(0.05)
    return tile_of_chunk(tile, per_chunk, counts)
sampling_kernel.tile_of_chunk = slow
"""
WITHOUT_BARRIER = """
from fastsig.targets import cuda
from fastsig.targets.warp import barrier
def no_barrier(): pass
cuda._PLACES[barrier] = no_barrier
"""


def test_a_dropped_barrier_is_convicted():
    """Lanes that do not wait for the constants of the point; lane 0 is slow, so that they surely come too early."""
    given = json.dumps(["relu", PLANS[0] | {"samples": 60}])
    assert json.loads(output(COMPARE.format(mutation=SLOW), given, env=SIMULATOR))[0] < 2e-15
    result = run(COMPARE.format(mutation=SLOW + WITHOUT_BARRIER), given, env=SIMULATOR)
    assert result.returncode != 0 or not json.loads(result.stdout)[0] < 2e-15
