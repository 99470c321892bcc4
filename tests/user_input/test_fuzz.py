"""Hostile arguments end in documented exceptions, never in a crash."""

import ctypes
import gc
import math
import sys
import warnings
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

import fastsig
from tests.subprocesses import output
from tests.user_input.given import INF, LOW_LEVEL, NAN, ROOT, OwnError, c_ffi, libm, relu, tanh_cfunc


class Hostile:
    """Says yes to everything, and means none of it."""

    def __float__(self) -> float:
        raise OwnError("float")

    def __array__(self, *args: object, **kwargs: object) -> np.ndarray:
        raise OwnError("array")

    def __len__(self) -> int:
        return 2**31

    def __repr__(self) -> str:
        return "Hostile"


class Liar(float):
    """A float that is nobody's double."""

    def __float__(self) -> float:
        return NAN

    def __index__(self) -> int:
        return -1


class Endless:
    def __getitem__(self, i: object) -> float:
        if isinstance(i, int) and i < 50:
            return 1.0
        raise IndexError

    def __len__(self) -> int:
        return 3


def hostile_values() -> list[Any]:
    """About 130 arguments of every kind, the harmless among them."""
    itself: list[Any] = [1.0]
    itself.append(itself)
    nested: Any = 1.0
    for _ in range(200):
        nested = [nested]
    arrays = [
        np.array([]),
        np.array(1.5),
        np.array([0.5, 2.0]),
        np.array([[0.1], [1.0]]),
        np.array([1.0, NAN]),
        np.array([INF, 1.0]),
        np.array([-1.0]),
        np.arange(6.0)[::-2],
        np.arange(4, dtype=">f8"),
        np.arange(3, dtype="f4"),
        np.arange(3, dtype="f2"),
        np.arange(3, dtype=np.longdouble),
        np.arange(3, dtype="i1"),
        np.array([2**64 - 1], dtype="u8"),
        np.array([True, False]),
        np.array([1j]),
        np.array(["1/2", "3"]),
        np.array(["x"]),
        np.array([b"1"]),
        np.array([None, 1.0]),
        np.array([Fraction(1, 3), 2], dtype=object),
        np.array([[], []]),
        np.zeros((0, 3)),
        np.zeros((2, 0, 1)),
        np.ones((1,) * 32),
        np.ma.array([1.0, 2.0], mask=[0, 1]),
        np.array(["2020"], dtype="M8[Y]"),
        np.zeros(2, dtype=[("a", "f8")]),
        np.broadcast_to(1.0, (10**14,)),
        np.broadcast_to(np.float32(1), (10**7, 10**7)),
        np.array([5e-324, 1e150, 1e151]),
    ]
    scalars = [
        *(0, 1, 2, 3, -1, 10, 100, 10**400, -(2**63), 2**63, 0.0, -0.0, 0.5, 1.0, 2.0, 1e-300, 5e-324, 1e150, 1e151),
        *(1e308, -1e308, -2.5, NAN, INF, -INF, True, False, None, 1j, Ellipsis, NotImplemented),
        *("1", "1/3", "nan", "inf", "-1", "", " ", "x", "1e400", "1_0", "٣", "\x00", "relu", "swish", "GELU", "tanhh"),
        *(
            "auto",
            "table",
            "adaptive",
            "closed_form",
            "tanh_sinh",
            "gauss_hermite",
            "m1",
            "g1_mean",
            "log_slope",
            "sigma",
            b"gelu",
        ),
        *(Fraction(1, 3), Fraction(-7), Decimal("0.5"), Decimal("NaN"), Decimal("sNaN"), Decimal("Infinity")),
        *(np.float64(2), np.float32(0.5), np.int8(-3), np.uint64(2**63), np.bool_(True), np.complex128(1j)),
        *(np.datetime64("2020"), np.str_("1.5"), np.longdouble(2), np.float16(6e4)),
    ]
    containers = [
        *([], (), [1.0, 2.0], (0.5,), [[1.0], [2.0, 3.0]], ["gelu", "relu"], ["gelu", 3], ("m1", "g2"), ["1", 2.0]),
        *({}, {"a": 1}, {1.0, 2.0}, frozenset(), range(3), itself, nested, [None], [NAN], [[]], [True], bytearray(8)),
        *(memoryview(b"12345678"), iter([1.0]), (x for x in (1.0, 2.0)), [np.array([1.0, 2.0]), 3.0]),
    ]
    objects = [
        *(Hostile(), Liar(1.0), Endless(), object(), object, type, math, len, math.tanh, np.tanh, lambda: 1),
        *(lambda *a: a[0], lambda *a: None, lambda *a: 1 / 0, lambda *a: NAN, lambda *a: a[0][:1], OwnError()),
        *(fastsig, fastsig.moments, fastsig.Activation, ctypes.c_double(1.0), libm.tanh, c_ffi.new("double *")),
    ]
    phis = [
        fastsig.activation("gelu"),
        fastsig.activation("crrelu", eps="1/7"),
        fastsig.activation("tanh").scaled(-2.0, 1.0, 3.0, -1.0),
        fastsig.Activation(np.arctan),
        fastsig.Activation(relu, kinks=(0.0,)),
        fastsig.Components({"m1": 1.0}),
    ]
    return [*arrays, *scalars, *containers, *objects, *phis]


# Each function with what its arguments may be called, and how often it is taken; those that work long on good
# arguments seldom.
TARGETS: tuple[tuple[str, tuple[str, ...], tuple[str, ...], int], ...] = (
    ("moments", ("phi", "sigma"), ("mean", "which", "method", "nodes", "sigm"), 30),
    ("signature", ("phi", "sigma"), ("mean", "method", "nodes"), 15),
    ("activation", ("name",), ("slope", "beta", "eps", "alpha", "x"), 20),
    ("activation_names", (), (), 1),
    ("total_variation", ("phi",), (), 8),
    ("curvature", ("phi",), (), 8),
    ("slopes", ("phi",), (), 8),
    ("affine_law", ("phi", "sigma", "a", "b", "c", "d"), ("mean",), 10),
    ("gauss_hermite", ("n",), (), 8),
    ("gauss_legendre", ("n",), (), 8),
    ("expectation", ("function", "phi", "sigma"), ("mean", "breaks", "method", "nodes"), 6),
    ("total_variation_of_samples", ("x", "y"), (), 10),
    ("sigma_for", ("phi",), ("m1", "g1", "m2", "tv", "mean"), 2),
    ("Activation", ("value", "derivative", "second_derivative"), ("kinks", "slopes", "name"), 4),
    ("Components", ("values",), (), 2),
    ("Estimate", ("value", "error", "error_kind", "method"), (), 1),
    ("evaluate", ("phi", "x"), (), 20),
    ("scaled", ("phi", "a", "b", "c", "d"), (), 10),
)


DOCUMENTED = (ValueError, TypeError, MemoryError, fastsig.FastsigError, OwnError)


# Whatever a user's own function or object raises comes out, as promised; the ones above raise these.
FROM_THE_ARGUMENTS = (ZeroDivisionError, OwnError, ctypes.ArgumentError)


def _targets() -> dict[str, Callable]:
    def evaluate(phi: Any, x: Any) -> Any:
        return [phi(x), phi.derivative(x), phi.second_derivative(x)]

    def scaled(phi: Any, *given: Any) -> Any:
        psi = phi.scaled(*given)
        return [hash(psi), psi == phi, psi(0.5), repr(psi), psi.slopes, psi.kinks]

    own = {"evaluate": evaluate, "scaled": scaled}
    return {name: own.get(name) or getattr(fastsig, name) for name, *_ in TARGETS}


GOOD_PHI = ("relu", "gelu", "tanh", "swish")
PLAIN = (0.0, 0.5, 1.0, 3.0, [0.5, 2.0])


def calls(seed: int, count: int) -> Iterator[tuple[str, tuple, dict]]:
    """Calls with arguments of which most are hostile."""
    rng = np.random.default_rng(seed)
    values = hostile_values()
    phis = [v for v in values if isinstance(v, fastsig.Activation)]
    small = [v for v in values if not isinstance(v, np.ndarray) or v.size < 100]
    weights = np.array([weight for *_, weight in TARGETS], dtype=float)
    which = rng.choice(len(TARGETS), size=count, p=weights / weights.sum())
    uniform = rng.random((count, 12))
    picks = rng.integers(0, 2**31, size=(count, 12))

    for row in range(count):
        name, positional, keywords, _ = TARGETS[which[row]]

        def argument(key: str, j: int, row: int = row) -> Any:
            u, pick = uniform[row, j], int(picks[row, j])
            if key == "phi" and u < 0.75:
                pool: Any = (*GOOD_PHI, *phis) if u < 0.1 else GOOD_PHI
            elif key in ("sigma", "mean", "a", "b", "c", "d", "x") and u < 0.35:
                pool = PLAIN
            elif key == "n" and u < 0.3:
                pool = range(-2, 60)
            elif key == "function" and u < 0.1:
                pool = (lambda z, f, d, s: f * d,)
            elif key == "value" and u < 0.06:
                pool = (np.tanh, math.erf, relu, tanh_cfunc, LOW_LEVEL["double (int, double *)"], lambda x: x * x)
            elif key in ("which", "kinks", "breaks", "slopes"):
                pool = small  # huge ones are read one by one there
            else:
                pool = values
            return pool[pick % len(pool)]

        args = tuple(argument(key, j) for j, key in enumerate(positional))
        given = {key: argument(key, 6 + j) for j, key in enumerate(keywords) if uniform[row, 11 - j] < 0.2}
        if name in ("evaluate", "scaled") and not isinstance(args[0], fastsig.Activation):
            args = (phis[int(picks[row, 0]) % len(phis)], *args[1:])
        yield name, args, given


def look_at(result: Any) -> None:
    """Results of bad calls must be usable, too."""
    if isinstance(result, (fastsig.Moments, fastsig.Signature)):
        repr(result)
    if isinstance(result, fastsig.Signature):
        result.as_dict()


def fuzz(seed: int, count: int) -> dict[str, int]:
    """How the calls ended, by exception; any undocumented one is raised again with the call."""
    warnings.simplefilter("ignore")
    ends: dict[str, int] = {}
    targets = _targets()
    with np.errstate(all="ignore"):
        for number, (name, args, given) in enumerate(calls(seed, count)):
            try:
                look_at(targets[name](*args, **given))
                end = "fine"
            except (*DOCUMENTED, *FROM_THE_ARGUMENTS) as error:
                end = type(error).__name__
                if isinstance(error, (ValueError, TypeError)) and not str(error):
                    raise AssertionError(f"call {number}: {name}{args!r:.200} {given!r:.200}: no message") from error
            except BaseException as error:
                raise AssertionError(
                    f"call {number}: fastsig.{name}{args!r:.300} {given!r:.300} raised {type(error).__name__}: {error}"
                ) from error
            ends[end] = ends.get(end, 0) + 1
            if number % 5000 == 0:
                gc.collect()
    return ends


FUZZ = """
import faulthandler, sys
faulthandler.enable()
sys.path.append(sys.argv[1])
from tests.user_input.test_fuzz import fuzz
for end, count in fuzz(int(sys.argv[2]), int(sys.argv[3])).items():
    print(end, count)
"""


@pytest.mark.parametrize("seed", range(2))
def test_hostile_calls_end_in_documented_exceptions(seed: int) -> None:
    """2 x 50,000 calls, in other processes: none crashes the interpreter, none raises what is not documented."""
    printed = output(FUZZ, str(ROOT), str(seed), "50000")
    ends = {name: int(count) for name, count in (line.split() for line in printed.splitlines())}
    assert sum(ends.values()) == 50_000
    assert ends["fine"] > 500
    assert ends["TypeError"] > 3000
    assert ends["ValueError"] > 3000


if __name__ == "__main__":
    print(fuzz(int(sys.argv[1]), int(sys.argv[2])))
