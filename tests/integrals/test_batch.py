"""Batches: every number is that of a single call, to the bit, however the batch is cut, threaded or stored."""

import array
import copy
import pickle
import tracemalloc

import numpy as np
import pytest

import fastsig
from fastsig.integrals.batch import PIECE
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.workers import for_each, pieces
from fastsig.low_level import moments_into

EVERY = fastsig.activation_names()
PARAMETERS = [
    fastsig.activation("swish", beta=0.03),
    fastsig.activation("swish", beta=77),
    fastsig.activation("leaky_relu", slope=-2.5),
    fastsig.activation("crrelu", eps=-1.25),
    fastsig.activation("softplus", beta=3),
]
RNG = np.random.default_rng(20260303)
# All regimes of the table (borders included), the point mass, both ends of the range.
SIGMA = np.concatenate(
    [10 ** RNG.uniform(-6, 6, 60), 2.0 ** np.arange(-6, 3), [0.0, 18.0, np.nextafter(18.0, 0), 1e-300, 1e150, 5e-324]]
)
RNG.shuffle(SIGMA)
USER = fastsig.Activation(lambda x: np.tanh(x) + 0.25 * x, lambda x: 1.25 - np.tanh(x) ** 2, name="tanh_plus")


def same(a: np.ndarray, b: np.ndarray) -> bool:
    return a.shape == b.shape and np.ascontiguousarray(a).tobytes() == np.ascontiguousarray(b).tobytes()


@pytest.mark.parametrize("mean", [0.0, -0.75])
def test_a_batch_equals_single_calls(mean: float) -> None:
    sigma = SIGMA if mean == 0.0 else SIGMA[:12]
    activations = [*EVERY, *PARAMETERS]
    together = fastsig.moments(activations, sigma, mean=mean)
    for i, phi in enumerate(activations):
        for j, s in enumerate(sigma.tolist()):
            alone = fastsig.moments(phi, s, mean=mean)
            for name in COMPONENTS:
                where = f"{name} of {phi} at {s!r}"
                assert together[name][i, j].hex() == alone[name].hex(), where
                assert together.error[name][i, j] == alone.error[name], where
                assert together.methods[name][i, j] == alone.methods[name], where


def test_methods_and_kind_are_those_of_the_numbers() -> None:
    result = fastsig.moments(["tanh", "relu", "gelu"], [0.01, 1.0, 30.0], which=["m1", "g2"])
    used = {str(m) for name in ("m1", "g2") for m in result.methods[name].ravel()}
    assert set(result.method.split("+")) == used
    assert (result.error_kind, result.status, result.success, result.message, result.nfev) == (
        "bound",
        0,
        True,
        "ok",
        0,
    )
    assert fastsig.moments(["tanh", "softsign"], [1.0]).error_kind == "estimate"


@pytest.mark.parametrize("workers", [2, 3, 7])
@pytest.mark.parametrize("mean", [0.0, 0.5])
def test_threads_change_no_bit(workers: int, mean: float) -> None:
    sigma = 10 ** RNG.uniform(-4, 4, 3 * PIECE + 11 if mean == 0.0 else 700)
    names = ["tanh", "gelu", "swish", "relu"] if mean == 0.0 else ["tanh"]
    serial = fastsig.moments(names, sigma, mean=mean)
    threaded = fastsig.moments(names, sigma, mean=mean, workers=workers)
    for name in COMPONENTS:
        assert same(serial[name], threaded[name])
        assert same(serial.error[name], threaded.error[name])
    signatures = [fastsig.signature("mish", sigma[:999], workers=w) for w in (1, workers)]
    assert signatures[0] == signatures[1]


@pytest.mark.parametrize("bad", [0, -1, 2000])
def test_bad_workers(bad: int) -> None:
    with pytest.raises(ValueError, match="workers must be from 1 to 1024"):
        fastsig.moments("tanh", 1.0, workers=bad)
    for wrong in (True, 1.0, "2", None):
        with pytest.raises(TypeError, match="workers must be an integer"):
            fastsig.signature("tanh", 1.0, workers=wrong)  # type: ignore[arg-type]


def test_pieces_cover_the_range() -> None:
    for count in (0, 1, 9, 10, 11, 1000, 4097):
        for longest in (1, 10, 4096):
            for workers in (1, 2, 5):
                ranges = pieces(count, longest, workers)
                assert [i for low, high in ranges for i in range(low, high)] == list(range(count))
                assert all(high - low <= longest for low, high in ranges)


@pytest.mark.parametrize("workers", [1, 4])
def test_an_interrupt_stops_between_pieces(workers: int) -> None:
    done = []

    def task(low: int, high: int) -> None:
        if low == 5:
            raise KeyboardInterrupt
        done.append(low)

    with pytest.raises(KeyboardInterrupt):
        for_each(task, [(i, i + 1) for i in range(100_000)], workers)
    assert len(done) < 100_000


def test_strided_and_broadcast_inputs() -> None:
    grid = np.asfortranarray(RNG.uniform(0.0, 30.0, (6, 8)))
    for view in (grid, grid[::2, ::-3], grid.T, np.broadcast_to(grid[0], (5, 8)), grid[:0], grid[2, 3]):
        got = fastsig.moments(["tanh", "gelu"], view)
        flat = fastsig.moments(["tanh", "gelu"], np.array(view).ravel())
        assert got.m2.shape == (2, *np.shape(view))
        assert same(got.m2.reshape(2, -1), flat.m2)
        assert same(got.error.eta.reshape(2, -1), flat.error.eta)
    outer = fastsig.moments("tanh", grid[:, :1], mean=[0.0, 1.0, -2.0])
    assert outer.g2.shape == (6, 3)
    assert outer.g2[4, 2] == fastsig.moments("tanh", grid[4, 0], mean=-2.0).g2


def test_errors_asked_for_later_belong_to_the_sigma_given() -> None:
    sigma = np.array([0.5, 2.0, 40.0])
    result, first = fastsig.moments("mish", sigma), fastsig.moments("mish", sigma)
    expected = first.error.m2.copy()
    sigma[:] = 7.0
    assert same(result.error.m2, expected)
    result.m2[:] = 0.0  # the values are the caller's
    assert np.all(result.m2 == 0.0)
    assert np.all(result.methods.m2 == ["table", "table", "series"])
    assert np.all(result.m2 == 0.0)


@pytest.mark.parametrize("phi", ["tanh", ["tanh", "gelu", "softsign"], USER, [USER, "relu"]], ids=str)
@pytest.mark.parametrize("kind", ["contiguous", "strided", "dict"])
def test_out(phi: object, kind: str) -> None:
    sigma, which = RNG.uniform(0.1, 5.0, (3, 4)), ["g2", "m1"]
    expected = fastsig.moments(phi, sigma, which=which)
    front = (len(phi),) if isinstance(phi, list) else ()
    if kind == "dict":
        out = {name: np.full((*front, 3, 4), np.nan) for name in which}
        views = out
    else:
        whole = np.full((*front, 2, 3, 4) if kind == "contiguous" else (*front, 2, 3, 8), np.nan)
        out = whole if kind == "contiguous" else whole[..., ::2]
        views = {name: out[..., i, :, :] for i, name in enumerate(which)}
    got = fastsig.moments(phi, sigma, which=which, out=out)
    for name in which:
        assert same(np.array(views[name]), expected[name])
        assert np.shares_memory(got[name], views[name])
        assert same(np.array(got[name]), expected[name])
        assert same(got.error[name], expected.error[name])
    if kind == "strided":
        assert np.all(np.isnan(whole[..., 1::2]))
    single = np.empty(2)
    fastsig.moments("tanh", 2.0, which=which, out=single)
    assert single.tolist() == [fastsig.moments("tanh", 2.0)[name] for name in which]


def test_what_out_refuses() -> None:
    sigma = np.ones(4)
    big = np.ones((5, 8))
    read_only = np.empty((5, 4))
    read_only.flags.writeable = False
    for out, error, words in [
        (np.empty((4, 5)), ValueError, r"out must have shape \(5, 4\); got \(4, 5\)"),
        (np.empty((5, 4), np.float32), TypeError, "float64 in native byte order; got float32"),
        (np.empty((5, 4), ">f8"), TypeError, "native byte order"),
        ([0.0] * 5, TypeError, "NumPy array of float64, or a dict of them by name; got list"),
        (read_only, ValueError, "read-only"),
        ({"m1": np.empty(4)}, ValueError, "keys m1, g1, g2, m2, eta; got m1"),
        ({name: np.empty(3) for name in COMPONENTS}, ValueError, r"out\['m1'\] must have shape \(4,\)"),
    ]:
        with pytest.raises(error, match=words):
            fastsig.moments("tanh", sigma, out=out)
    with pytest.raises(ValueError, match="overlaps sigma in memory"):
        fastsig.moments("tanh", big[0, :4], out=big[:, :4])


def test_memory_is_bounded_by_the_output() -> None:
    sigma = np.linspace(0.0, 50.0, 2_000_000)
    tracemalloc.start()
    try:
        result = fastsig.moments(["tanh", "relu"], sigma, which=["m2", "g2", "eta"])
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    output = 2 * 3 * sigma.nbytes
    assert result.m2.shape == (2, sigma.size)
    assert peak < 1.5 * output  # beside it a copy of sigma, and nothing that grows


def test_results_pickle_and_compare() -> None:
    for result in (
        fastsig.moments("gelu", 2.0),
        fastsig.moments(["gelu", "mish"], [2.0, 3.0]),
        fastsig.moments(USER, 0.5),
    ):
        for again in (pickle.loads(pickle.dumps(result)), copy.deepcopy(result)):
            assert again == result
            assert again.method == result.method
            assert again.error_kind == result.error_kind
            assert list(again.error) == list(result.error)
            assert np.array_equal(again.error.m2, result.error.m2)
            assert np.array_equal(again.methods.m2, result.methods.m2)
    assert fastsig.moments("gelu", 2.0) != fastsig.moments("gelu", 2.5)


@pytest.mark.parametrize("name", EVERY)
def test_moments_into_one_point(name: str) -> None:
    out, buffer = np.empty(5), array.array("d", [0.0] * 5)
    for sigma, mean in [(0.0, 0.5), (1e-3, 0.0), (2.0, 0.0), (0.7, -1.5)]:
        expected = [fastsig.moments(name, sigma, mean=mean)[c] for c in COMPONENTS]
        for phi in (name, fastsig.activation(name)):
            moments_into(phi, sigma, mean, out)
            moments_into(phi, sigma, mean, buffer)
            assert out.tolist() == buffer.tolist() == expected


def test_moments_into_many_points_and_refusals() -> None:
    sigma, out = RNG.uniform(0.0, 9.0, 33), np.empty((5, 33))
    moments_into("swish", sigma, 0.0, out)
    assert same(out, np.stack([fastsig.moments("swish", sigma)[c] for c in COMPONENTS]))
    moments_into("swish", sigma[:3], [1.0, 0.0, -1.0], out[:, :3].copy())
    five = np.empty(5)
    for bad, error, words in [
        (lambda: moments_into("tanh", -1.0, 0.0, five), ValueError, "sigma"),
        (lambda: moments_into("tanh", 1.0, float("nan"), five), ValueError, "mean"),
        (lambda: moments_into("tahn", 1.0, 0.0, five), ValueError, "did you mean 'tanh'"),
        (lambda: moments_into("tanh", 1.0, 0.0, np.empty(4)), ValueError, "too small"),
        (lambda: moments_into("tanh", sigma, 0.0, np.empty((5, 32))), ValueError, r"shape \(5, 33\)"),
        (lambda: moments_into("tanh", sigma, 0.0, np.empty((33, 5)).T), ValueError, "C-contiguous"),
        (lambda: moments_into(USER, 1.0, 0.0, five), TypeError, "built-in"),
    ]:
        with pytest.raises(error, match=words):
            bad()
    frozen = np.empty(5)
    frozen.flags.writeable = False
    with pytest.raises((BufferError, ValueError)):
        moments_into("tanh", 1.0, 0.0, frozen)
