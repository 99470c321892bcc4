"""Moments of users' activations: the errors are honest, and they are small; each against certified values.

Honesty (the true error is never larger than the stated one) and convergence (the stated one is small, or the result
says that it is not) are separate: a method that reports what it did not reach is right, one that hides it is not.
"""

import functools
import math
import re
import warnings
from fractions import Fraction
from itertools import pairwise
from typing import Any

import mpmath
import numpy as np
import pytest

import fastsig
from tests.problems import INF, PROBLEMS, Problem, cubic, size
from tests.reference_values import SUBNORMAL_SLACK, exact, where

COMPONENTS = ("m1", "g1", "g2", "m2", "eta")
FURTHER = ("m3", "m4", "g2z2", "abs_g1")
PROMISE = Fraction(1, 10**13)  # of E abs(integrand)
TENFOLD = 10
# A record whose integrand is nowhere above 1e-200 is about underflow, not about quadrature.
NOTHING = Fraction(1, 10**200)
# Where an integrand is smaller than this everywhere, a result may say that it knows only that.
DEEP = Fraction(1, 10**9)

EACH = pytest.mark.parametrize("problem", PROBLEMS, ids=str)
METHODS = pytest.mark.parametrize("method", ["auto", "adaptive"])
# Where not being sure is an answer: success may be False, but then it must be.
MAY_FAIL = frozenset({"oscillating", "superlinear", "far"})


def with_tag(*tags: str) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("problem", [p for p in PROBLEMS if p.tags >= set(tags)], ids=str)


@functools.cache
def computed(problem: Problem, method: str, names: tuple[str, ...], further: bool = False) -> list[Any]:
    """Results at every record that has the components, one call a point."""
    phi = problem.activation()
    rows = [r for r in problem.records() if names[0] in r] if further else problem.records()
    if method == "adaptive":  # elsewhere "auto" is the same
        rows = [r for r in rows if float(r["mean"]) == 0.0]
    return [
        (r, fastsig.moments(phi, float(r["sigma"]), mean=float(r["mean"]), which=names, method=method)) for r in rows
    ]


def dishonest(results: list[Any], names: tuple[str, ...]) -> list[str]:
    """Where the stated error is smaller than the true one."""
    found = []
    for record, got in results:
        for name in names:
            value, stated = got[name], got.error[name]
            if not math.isfinite(value):
                found.append(f"{name} is {value} at {where(record)}")
                continue
            off = abs(Fraction(value) - exact(record[name]))
            if not (stated >= 0.0) or (stated < INF and off > Fraction(stated) + SUBNORMAL_SLACK):
                ratio = float(off / Fraction(stated)) if stated > 0.0 else INF
                relative = float(off / size(record, name)) if size(record, name) else INF
                found.append(
                    f"{name} at {where(record)} by {got.method}: off by {float(off):.2e} ({relative:.1e} of the size), "
                    f"stated {stated:.2e} ({ratio:.1f} times too small)"
                )
    return found


def not_converged(results: list[Any], names: tuple[str, ...]) -> list[str]:
    """Where errors, true or stated, are too large and the result says success."""
    found = []
    for record, got in results:
        if not got.success:
            if not got.message or got.message == "ok":
                found.append(f"no message at {where(record)}")
            continue
        for name in names:
            if size(record, name) < NOTHING:
                continue
            unit = PROMISE * size(record, name)
            off = abs(Fraction(got[name]) - exact(record[name]))
            if off > unit or not got.error[name] <= float(TENFOLD * unit):
                found.append(
                    f"{name} at {where(record)} by {got.method}: true {float(off / unit):.2g}, stated "
                    f"{got.error[name] / float(unit):.2g} times the promise of 1e-13"
                )
    return found


def report(problem: Problem, found: list[str]) -> str:
    return f"{problem}: {len(found)} of them\n  " + "\n  ".join(found[:40])


# --- The table itself --------------------------------------------------------------------------------


def test_the_table_is_large_and_varied() -> None:
    assert len({p.name for p in PROBLEMS}) == len(PROBLEMS) >= 40
    assert len({p.oracle for p in PROBLEMS}) >= 40
    for tag in ("smooth", "kinked", "bent", "scalar", "derivatives", "oscillating", "superlinear", "narrow", "far"):
        assert sum(tag in p.tags for p in PROBLEMS) >= 2, tag
    assert sum(bool(p.found) for p in PROBLEMS) >= 10


@EACH
def test_the_function_is_the_certified_one(problem: Problem) -> None:
    """At a point mass m1 is phi: records at sigma 1e-3 pin the code of the table to the definition."""
    assert problem.tags & {"smooth", "kinked", "bent"}
    kinks = tuple(sorted((*problem.declared, *problem.found)))
    assert tuple(float(k) for k in problem.shape()["kinks"]) == kinks
    assert ("kinked" in problem.tags) == bool(kinks)
    for record in problem.records():
        sigma, mean = float(record["sigma"]), float(record["mean"])
        if sigma == 1e-3:
            # E phi - phi(mean) is at most sup abs(phi'') sigma^2 or, at a kink, sup abs(phi') sigma.
            assert abs(float(problem.value(mean)) - float(exact(record["m1"]))) <= 0.2 + 1e-3 * float(
                exact(record["abs_g1"])
            )


# --- Honesty -------------------------------------------------------------------------------------------


@METHODS
@EACH
def test_errors_are_honest(problem: Problem, method: str) -> None:
    found = dishonest(computed(problem, method, COMPONENTS), COMPONENTS)
    assert not found, report(problem, found)


@EACH
def test_errors_of_further_moments_are_honest(problem: Problem) -> None:
    found = dishonest(computed(problem, "auto", FURTHER, further=True), FURTHER)
    assert not found, report(problem, found)


@pytest.mark.parametrize("nodes", [101])
@EACH
def test_errors_of_gauss_hermite_are_honest(problem: Problem, nodes: int) -> None:
    phi, rows = problem.activation(), [r for r in problem.records() if float(r["sigma"]) in (0.5, 3.0)]
    results = [
        (r, fastsig.moments(phi, float(r["sigma"]), mean=float(r["mean"]), method="gauss_hermite", nodes=nodes))
        for r in rows
    ]
    found = dishonest(results, COMPONENTS)
    assert not found, report(problem, found)


@EACH
def test_errors_of_the_table_are_honest(problem: Problem) -> None:
    """Asked for by name it gives numbers within their errors, or says that there is none."""
    phi, results = problem.activation(), []
    for record in problem.records():
        if float(record["mean"]) == 0.0:
            try:
                results.append((record, fastsig.moments(phi, float(record["sigma"]), method="table")))
            except ValueError as error:
                assert "method" in str(error)  # noqa: PT017
                assert "table" in str(error)  # noqa: PT017
    found = dishonest(results, COMPONENTS)
    assert not found, report(problem, found)


@pytest.mark.parametrize("problem", [p for p in PROBLEMS if any("log_slope" in r for r in p.records())], ids=str)
def test_mean_log_slope(problem: Problem) -> None:
    results = computed(problem, "auto", ("log_slope",), further=True)
    found = dishonest(results, ("log_slope",))
    assert not found, report(problem, found)
    for record, got in results:
        assert not got.success or got.error.log_slope <= 1e-11 * (1 + abs(float(record["log_slope"])))


@with_tag("kinked")
def test_mean_log_slope_of_flat_ones(problem: Problem) -> None:
    if any(name in problem.oracle for name in ("relu", "hard", "soft_threshold", "ramp")):
        got = fastsig.moments(problem.activation(), 1.0, which="log_slope")
        assert (got.log_slope, got.error.log_slope) == (-INF, 0.0)


# --- Convergence ---------------------------------------------------------------------------------------


@METHODS
@EACH
def test_errors_are_small_or_said_to_be_large(problem: Problem, method: str) -> None:
    found = not_converged(computed(problem, method, COMPONENTS), COMPONENTS)
    assert not found, report(problem, found)


@EACH
def test_errors_of_further_moments_are_small_or_said_to_be_large(problem: Problem) -> None:
    found = not_converged(computed(problem, "auto", FURTHER, further=True), FURTHER)
    assert not found, report(problem, found)


@pytest.mark.parametrize("problem", [p for p in PROBLEMS if not p.tags & MAY_FAIL], ids=str)
def test_ordinary_activations_succeed_everywhere(problem: Problem) -> None:
    failed = [
        f"{where(r)}: {got.message}"
        for r, got in computed(problem, "auto", COMPONENTS)
        if not got.success and all(size(r, name) > DEEP for name in COMPONENTS)
    ]
    assert not failed, report(problem, failed)


@with_tag("smooth")
def test_arrays_agree_with_single_points(problem: Problem) -> None:
    rows = [r for r in problem.records() if 0.1 < float(r["sigma"]) <= 3.0][1::2]
    got = fastsig.moments(
        problem.activation(), [float(r["sigma"]) for r in rows], mean=[float(r["mean"]) for r in rows]
    )
    for i, record in enumerate(rows):
        single = fastsig.moments(problem.activation(), float(record["sigma"]), mean=float(record["mean"]))
        for name in COMPONENTS:
            assert abs(got[name][i] - single[name]) <= got.error[name][i] + single.error[name]


# --- What does not depend on sigma -------------------------------------------------------------------------


SHAPES = {"tv": "total_variation", "curvature": "curvature", "curvature_sup": None}


@pytest.mark.parametrize("name", SHAPES)
@EACH
def test_shape(problem: Problem, name: str) -> None:
    """Total variation and curvatures: infinite where they are, else within the stated error, and that small."""
    signature = fastsig.signature(problem.activation(), 1.0)
    got, stated, record = getattr(signature, name), signature.error[name], problem.shape()
    if SHAPES[name]:
        estimate = getattr(fastsig, SHAPES[name])(problem.activation())
        assert (estimate.value, estimate.error) == (got, stated)
    if record[name] == "inf":
        assert got == INF or (not signature.success)
        return
    off = abs(Fraction(got) - exact(record[name]))
    scale = max(exact(record[name]), Fraction(1, 10**300))
    assert off <= Fraction(stated) + SUBNORMAL_SLACK, f"off by {float(off):.2e}, stated {stated:.2e}"
    assert stated <= 1e-11 * float(max(scale, 1)), f"stated {stated:.2e} of {float(scale):.3g}"
    assert off <= Fraction(1, 10**12) * max(scale, 1), f"off by {float(off):.2e} of {float(scale):.3g}"


@EACH
def test_end_slopes(problem: Problem) -> None:
    record = problem.shape()
    got, given = fastsig.slopes(problem.activation()), (record["alpha_plus"], record["alpha_minus"])
    for value, text in zip(got.value, given, strict=True):
        if text == "none":
            assert math.isnan(value)
        elif text.endswith("inf"):
            assert value == float(text)
        else:
            assert abs(Fraction(value) - exact(text)) <= Fraction(got.error) + SUBNORMAL_SLACK
            assert got.error <= 1e-11
            assert abs(value - float(text)) <= 1e-12


# --- Kinks -----------------------------------------------------------------------------------------------


def _kink_warnings(problem: Problem) -> list[str]:
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        problem.make()
    return [str(w.message) for w in caught if w.category.__name__ == "KinkWarning"]


@EACH
def test_undeclared_kinks_are_reported_with_their_place(problem: Problem) -> None:
    said = _kink_warnings(problem)
    assert len(said) == len(problem.found), said
    for place, message in zip(problem.found, sorted(said, key=_place), strict=True):
        assert problem.name in message
        assert "kinks=" in message
        assert abs(_place(message) - place) <= 1e-12 * max(abs(place), 1.0)
    kinks = problem.activation().kinks
    assert len(kinks) == len(problem.declared) + len(problem.found)
    for got, place in zip(kinks, sorted((*problem.declared, *problem.found)), strict=True):
        assert abs(got - place) <= (0.0 if place in problem.declared else 1e-12 * max(abs(place), 1.0))


def _place(message: str) -> float:
    found = re.search(r"x = ([-+.0-9e]+)", message)
    assert found, message
    return float(found.group(1))


def _raised(x: float, low: float = 0.0, high: float = 1.0, at: float = 0.0) -> float:
    return high if x > at else low


JUMPS = {
    "sign": (lambda x: math.copysign(1.0, x), 0.0),
    "step": (lambda x: 1.0 if x > 0.3 else 0.0, 0.3),
    "step at 0": (lambda x: 1.0 if x >= 0 else 0.0, 0.0),
    "far": (lambda x: 1.0 if x > 1e3 else 0.0, 1e3),
    "pi": (lambda x: x + (0.5 if x > math.pi else 0.0), math.pi),
    "low": (lambda x: math.tanh(x) + (1e-6 if x > -0.7 else 0.0), -0.7),
    "with a kink": (lambda x: x - 1.0 if x > 0 else 0.0, 0.0),
    "two": (lambda x: x + (0.1 if 0.5 < x < 0.6 else 0.0), 0.55),
    "inverse": (lambda x: math.copysign(1.0, x) / (1.0 + abs(x)), 0.0),
}


@pytest.mark.parametrize("function", JUMPS.values(), ids=JUMPS)
def test_jumps_of_phi_are_refused(function: Any) -> None:
    value, place = function
    for kinks in ((), (place,)):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with pytest.raises(ValueError, match=r"jump|class|finite|resolved") as caught:
                fastsig.Activation(value, kinks=kinks, name="torn")
        assert "torn" in str(caught.value)
        assert abs(_number_near(str(caught.value), place) - place) <= 0.06 + 1e-9 * abs(place)


def _number_near(message: str, place: float) -> float:
    numbers = [float(text) for text in re.findall(r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?", message)]
    return min(numbers, key=lambda value: abs(value - place))


@pytest.mark.parametrize(
    "function",
    [
        lambda x: math.sqrt(abs(x)),
        lambda x: math.copysign(abs(x) ** 0.5, x),
        lambda x: x * math.log(abs(x)) if x else 0.0,
        lambda x: abs(x) ** (1 / 3),
    ],
    ids=["sqrt", "signed sqrt", "x ln x", "cube root"],
)
def test_unbounded_derivatives_are_refused(function: Any) -> None:
    with pytest.raises(ValueError, match="derivative"):
        fastsig.Activation(function, name="steep")


# --- Growth faster than linear ------------------------------------------------------------------------------


@with_tag("superlinear")
def test_faster_growth_leaves_the_class_with_a_note(problem: Problem) -> None:
    phi = problem.activation()
    assert "class" in phi.profile().message
    signature = fastsig.signature(phi, 1.0)
    assert math.isinf(signature.alpha_plus)
    assert signature.tv == INF
    for record in problem.records():
        sigma, mean = float(record["sigma"]), float(record["mean"])
        got = fastsig.moments(phi, sigma, mean=mean, which=("m1", "m2"))
        for name in ("m1", "m2"):
            off = abs(Fraction(got[name]) - exact(record[name]))
            assert off <= Fraction(got.error[name])
            assert got.error[name] <= float(TENFOLD * PROMISE * size(record, name))


def test_square_has_its_closed_form() -> None:
    phi = fastsig.Activation(lambda x: x * x, name="square")
    got = fastsig.moments(phi, [0.5, 2.0], mean=[1.0, -3.0], which=("m1", "m2"))
    assert got.m1 == pytest.approx([1.25, 13.0], rel=1e-14)
    assert got.m2 == pytest.approx([1 + 6 * 0.25 + 3 * 0.0625, 81 + 6 * 9 * 4 + 3 * 16], rel=1e-14)


def test_cubes_are_treated_alike() -> None:
    phi = fastsig.Activation(cubic)
    assert "class" in phi.profile().message
    assert fastsig.moments(phi, 2.0, which="m2").m2 == pytest.approx(15.0 * 64.0, rel=1e-13)


@pytest.mark.parametrize(
    "function",
    [lambda x: math.exp(x * x), math.exp, lambda x: math.sinh(x), lambda x: 1 / x, lambda x: math.exp(0.01 * x)],
    ids=["exp(x^2)", "exp", "sinh", "1/x", "slow exp"],
)
def test_what_is_not_finite_is_refused(function: Any) -> None:
    with pytest.raises((ValueError, OverflowError, ZeroDivisionError)):
        fastsig.Activation(function)


@pytest.mark.parametrize("power", [2, 3])
def test_overflow_to_infinity_is_refused(power: int) -> None:
    import numpy as np

    def grows(x: Any) -> Any:
        with np.errstate(over="ignore"):
            return np.exp(np.abs(x) ** power)

    with pytest.raises(ValueError, match=r"finite.*class|class.*finite"):
        fastsig.Activation(grows)


# --- The same functions as built-ins ------------------------------------------------------------------------

BUILT_IN: dict[str, tuple[str, dict[str, float]]] = {
    **{name: (name, {}) for name in ("softplus", "elu", "selu", "erf", "arctan", "softsign", "asinh", "hardtanh")},
    **{name: (name, {}) for name in ("relu6", "hardswish", "hardsigmoid", "gaussian", "identity")},
    **{f"{name}_box": (name, {}) for name in ("mish", "telu", "gelu", "swish")},
    "softplus_50": ("softplus", {"beta": 50}),
    "elu_2": ("elu", {"alpha": 2}),
    "celu_half": ("celu", {"alpha": 0.5}),
    "swish_10": ("swish", {"beta": 10}),
    "leaky_negative": ("leaky_relu", {"slope": -0.3}),
    "tanh_shrink": ("tanhshrink", {}),
    "log_sigmoid": ("logsigmoid", {}),
}
BUILT_IN_PROMISE = Fraction(4, 10**15)  # of E abs(integrand), at any mean


@pytest.mark.parametrize("oracle", BUILT_IN)
def test_built_ins_at_the_same_points(oracle: str) -> None:
    name, parameters = BUILT_IN[oracle]
    phi = fastsig.activation(name, **parameters)
    records = next(p for p in PROBLEMS if p.oracle == oracle).records()
    results = [(r, fastsig.moments(phi, float(r["sigma"]), mean=float(r["mean"]))) for r in records]
    found = dishonest(results, COMPONENTS)
    for record, got in results:
        for component in COMPONENTS:
            off = abs(Fraction(got[component]) - exact(record[component]))
            unit = BUILT_IN_PROMISE * size(record, component)
            if size(record, component) > NOTHING and (off > unit or got.error[component] > float(TENFOLD * unit)):
                found.append(
                    f"{component} at {where(record)} by {got.method}: true {float(off / unit):.2g}, stated "
                    f"{got.error[component] / float(unit):.2g} times the promise of 4e-15"
                )
    assert not found, f"{oracle}: {len(found)} of them\n  " + "\n  ".join(found[:40])


# --- A function of which only samples are known ------------------------------------------------------------


SAMPLED_AT = (-4.0, -2.5, -1.25, -0.5, 0.0, 0.375, 1.0, 1.5, 2.75, 4.0)
SAMPLES = (-1.0, -0.9, -0.85, -0.4, 0.1, 0.3, 0.75, 0.8, 1.0, 1.0)


def interpolated(x: Any) -> Any:
    return np.interp(x, SAMPLED_AT, SAMPLES)


def _of_samples(sigma: float, mean: float) -> dict[str, mpmath.mpf]:
    """m1, g1, g2, m2 of the interpolant, piece by piece in closed form, to 30 digits."""
    edges = [-mpmath.inf, *map(mpmath.mpf, SAMPLED_AT), mpmath.inf]
    found = dict.fromkeys(("m1", "g1", "g2", "m2"), mpmath.mpf(0))
    for i, (low, high) in enumerate(pairwise(edges)):
        k = min(max(i - 1, 0), len(SAMPLES) - 2)
        inside = 0 < i < len(edges) - 2
        rise = mpmath.mpf(SAMPLES[k + 1]) - mpmath.mpf(SAMPLES[k])
        slope = rise / (mpmath.mpf(SAMPLED_AT[k + 1]) - mpmath.mpf(SAMPLED_AT[k])) if inside else mpmath.mpf(0)
        level = mpmath.mpf(SAMPLES[0 if i == 0 else -1 if not inside else k])
        offset = level - slope * (SAMPLED_AT[k] if inside else 0) + slope * mean  # phi = offset + slope sigma z
        a, b = ((edge - mean) / sigma for edge in (low, high))
        p0 = mpmath.ncdf(b) - mpmath.ncdf(a)
        p1 = mpmath.npdf(a) - mpmath.npdf(b)
        p2 = p0 + (a * mpmath.npdf(a) if a > -mpmath.inf else 0) - (b * mpmath.npdf(b) if b < mpmath.inf else 0)
        s = slope * sigma
        found["m1"] += offset * p0 + s * p1
        found["g1"] += slope * p0
        found["g2"] += slope**2 * p0
        found["m2"] += offset**2 * p0 + 2 * offset * s * p1 + s**2 * p2
    return found


@pytest.mark.parametrize("declared", [False, True])
def test_samples_joined_by_lines(declared: bool) -> None:
    inner = SAMPLED_AT  # phi' jumps at each of them: outside the interpolant is constant
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        phi = fastsig.Activation(interpolated, kinks=inner if declared else ())
    assert len(phi.kinks) == len(inner) - 1  # the last slope is 0, as beyond it
    np.testing.assert_allclose(phi.kinks, inner[:-2] + inner[-2:-1], rtol=1e-12, atol=1e-15)
    with mpmath.workdps(40):
        for sigma in (1e-3, 0.1, 1.0, 7.0, 1e3):
            for mean in (0.0, 0.375, -1.3, 4.5):
                got = fastsig.moments(phi, sigma, mean=mean)
                for name, value in _of_samples(sigma, mean).items():
                    off, unit = abs(mpmath.mpf(got[name]) - value), max(abs(value), mpmath.mpf(1e-30))
                    assert off <= got.error[name] + 1e-300, (name, sigma, mean)
                    assert got.error[name] <= 1e-12 * unit or not got.success or name in ("m1", "g1")
        tv = sum(abs(b - a) for a, b in pairwise(_slopes_of_samples()))
        found = fastsig.total_variation(phi)
        assert abs(found.value - tv) <= found.error <= 1e-11


def _slopes_of_samples() -> list[mpmath.mpf]:
    points = [(mpmath.mpf(x), mpmath.mpf(y)) for x, y in zip(SAMPLED_AT, SAMPLES, strict=True)]
    return [mpmath.mpf(0), *((d - b) / (c - a) for (a, b), (c, d) in pairwise(points)), mpmath.mpf(0)]
