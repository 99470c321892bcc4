"""Certificates: descent on dense grids and random starts, both sides of every boundary, and the counterexamples."""

import dataclasses
import math
import pickle

import numpy as np
import pytest

import fastsig
from fastsig import lyapunov
from fastsig.lyapunov.hypothesis import HypothesisError
from fastsig.taxonomy.ranges import LINE
from tests.theory_problems import MADE

NAMES = (
    "relu", "leaky_relu", "tanh", "sigmoid", "swish", "gelu", "mish", "telu",  # the eight
    "asinh", "elu", "gaussian", "softplus", "hardtanh", "identity", "softshrink",
    "signed power 1.5", "bump", "tanh by values", "relu by values", "hat", "x abs x", "falling",
)  # fmt: skip
WEIGHTS = (-3.0, -1.2, -0.9, -0.5, 0.3, 0.8, 0.95, 1.1, 2.0, 4.0)
SHIFTS = (0.0, -1.0, 0.4)


def made(name):
    return MADE[name]() if name in MADE else fastsig.activation(name)


def certified_or_refused(search, phi, a, b):
    """Return the certificate, or the refusal, whose margin is not positive beyond its error."""
    try:
        return search(phi, a, b), None
    except HypothesisError as refusal:
        return None, refusal


def starts(certificate, count, rng):
    """Dense grid and random starts in the domain."""
    low, high = (float(np.clip(end, -50.0, 50.0)) for end in certificate.domain)
    return np.concatenate([np.linspace(low, high, count), rng.uniform(low, high, count)])


@pytest.mark.parametrize("name", NAMES)
def test_contraction_claims_hold(name):
    """abs(T x - x*) <= k abs(x - x*) at every point, and orbits end where they are said to."""
    rng, phi, found = np.random.default_rng(1), made(name), 0
    for a in WEIGHTS:
        for b in SHIFTS:
            one, refusal = certified_or_refused(lyapunov.contraction, phi, a, b)
            if refusal:
                assert refusal.margin <= refusal.margin_error or math.isnan(refusal.margin)
                continue
            found += 1
            k, x = one.rate + one.rate_error, starts(one, 1000, rng)
            assert 0.0 <= k < 1.0
            after = phi.batch(0, a * x + b)
            slack = 1e-14 * (1.0 + np.abs(x) + np.abs(after)) + 2.0 * one.fixed_point_error
            assert (np.abs(after - one.fixed_point) <= k * np.abs(x - one.fixed_point) + slack).all()
            # the domain is invariant to what it says
            hair = one.excess + 1e-13 * (1.0 + np.abs(x))
            assert ((after >= one.domain[0] - hair) & (after <= one.domain[1] + hair)).all()
            steps = min(int(math.log(1e-6) / math.log(max(k, 1e-3))) + 1, 400)
            for _ in range(steps):
                x = phi.batch(0, a * x + b)
            assert (np.abs(x - one.fixed_point) <= 1.1 * k**steps * 100.0 + 1e-12).all()
            assert one.verify(points=600, rng=2).success
    assert found


@pytest.mark.parametrize("name", NAMES)
def test_descent_claims_hold(name):
    """E(T x) <= E(x) - (1 - L/2)(T x - x)^2 at every point; orbits converge where that is claimed."""
    rng, phi, found = np.random.default_rng(2), made(name), 0
    for a in WEIGHTS:
        for b in SHIFTS:
            one, refusal = certified_or_refused(lyapunov.primitive, phi, a, b)
            if refusal:
                assert refusal.margin <= refusal.margin_error or math.isnan(refusal.margin)
                continue
            found += 1
            assert one.descent > 0.0
            x = starts(one, 1000, rng)
            after = phi.batch(0, a * x + b)
            before, error = one.energy_with_error(x)
            then, more = one.energy_with_error(after)
            slack = error + more + 1e-13 * (1.0 + np.abs(x) + np.abs(after)) ** 2
            assert (then <= before - one.descent * (after - x) ** 2 + slack).all()
            assert one.verify(points=600, rng=3).success
            if one.converges:
                x = x[::40]
                for _ in range(1500):
                    x = phi.batch(0, a * x + b)
                last = phi.batch(0, a * x + b)
                # near a neutral fixed point orbits creep, as 1/n: the steps vanish all the same
                assert (np.abs(last - x) <= 1e-4 * (1.0 + np.abs(x))).all()
                assert np.isfinite(x).all()
    assert found


@pytest.mark.parametrize(("name", "size"), [("tanh", 1.0), ("relu", 1.0), ("sigmoid", 4.0), ("identity", 1.0)])
@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_both_sides_of_the_contraction_boundary(name, size, sign):
    """k = abs(a)/size: just below 1 is certified, 1 itself and just above are refused, on the line."""
    inside = lyapunov.contraction(name, sign * size * (1.0 - 1e-9))
    assert inside.domain == LINE
    assert inside.rate == pytest.approx(1.0 - 1e-9, abs=1e-15)
    for outside in (size, size * (1.0 + 1e-9), size * (1.0 - 1e-16)):
        elsewhere, refusal = certified_or_refused(lyapunov.contraction, name, sign * outside, 0.0)
        if refusal:
            assert refusal.hypothesis == "sup abs(a phi') < 1"
            assert abs(refusal.margin - (1.0 - outside / size)) <= 1e-15
            assert "margin" in str(refusal)
        else:
            assert elsewhere.domain != LINE
            assert elsewhere.rate < 1.0


@pytest.mark.parametrize(
    ("name", "a", "margin"),
    [("tanh", 1.0, 0.0), ("identity", 1.0, 0.0), ("identity", -1.0, 0.0), ("tanh", 1.0 - 2.0**-53, 2.0**-53)],
)
def test_float_dust_is_refused(name, a, margin):
    """k = 1 exactly, or 1 - 2^-53, which rounding cannot tell from 1."""
    with pytest.raises(HypothesisError, match="not decided") as refusal:
        lyapunov.contraction(name, a)
    assert refusal.value.margin == margin
    assert refusal.value.margin_error >= abs(margin)


@pytest.mark.parametrize(("name", "size"), [("tanh", 1.0), ("relu", 1.0), ("identity", 1.0), ("sigmoid", 4.0)])
def test_both_sides_of_the_descent_boundary(name, size):
    """inf a phi' = -1: refused there on the line, certified above."""
    inside = lyapunov.primitive(name, -size * (1.0 - 1e-9))
    assert inside.domain == LINE
    assert inside.smoothness == pytest.approx(2.0 - 1e-9, abs=1e-14)
    for outside in (size, size * (1.0 + 1e-9), 3.0 * size):
        elsewhere, refusal = certified_or_refused(lyapunov.primitive, name, -outside, 0.0)
        if refusal:
            assert refusal.hypothesis == "inf a phi' > -1"
            assert abs(refusal.margin - (1.0 - outside / size)) <= 1e-14
        else:
            assert elsewhere.domain != LINE
            assert elsewhere.smoothness < 2.0


def test_descent_is_no_convergence():
    """phi = 2x falls in E and diverges."""
    one = lyapunov.primitive(MADE["doubling"](), 1.0)
    assert one.smoothness == pytest.approx(-1.0)
    assert one.descent == pytest.approx(1.5)
    assert not one.converges
    assert "E falls for ever" in one.reason
    assert "not claimed" in one.statement
    assert one.verify().success
    x = [1.0]
    for _ in range(20):
        x.append(2.0 * x[-1])
    assert (np.diff(one.energy(np.array(x))) < 0.0).all()


def test_several_fixed_points():
    one = lyapunov.primitive("tanh", 3)
    assert one.domain == LINE
    assert one.converges
    assert [p.stability for p in one.fixed_points] == ["attracting", "repelling", "attracting"]
    energies = one.energy(np.array([p.x for p in one.fixed_points]))
    assert energies[1] == 0.0
    assert energies[0] == pytest.approx(energies[2], rel=1e-14)
    assert energies[0] < 0.0


@pytest.mark.parametrize(
    ("name", "a", "b", "converges", "why"),
    [
        ("relu", 1, 0, True, "T(x) = x towards"),
        ("relu", 1, -1, True, "inwards"),
        ("relu", 1, 1, False, "outwards"),
        ("relu", 1.0000001, 0, False, "falls for ever"),
        ("leaky_relu", 1, -1, True, "inwards"),
        ("identity", 1, 0.5, False, "outwards"),
        ("identity", 1, 0, True, "T(x) = x towards"),
        ("identity", -0.5, 3, True, "coercive"),
        ("gelu", 1, 0, False, "not decided"),
        ("gelu", 1, -0.1, True, "inwards"),
        ("softplus", 1, 1e-3, False, "outwards"),
        ("asinh", 50, 0, True, "coercive"),
    ],
)
def test_convergence_where_orbits_are_bounded(name, a, b, converges, why):
    one = lyapunov.primitive(name, a, b)
    assert one.converges is converges
    assert why in one.reason
    if converges:
        x = np.linspace(-30.0, 30.0, 2001)
        for _ in range(500):
            x = one.activation.batch(0, a * x + b)
        assert np.abs(x).max() <= 40.0


def test_superlinear_on_an_interval_only():
    cube = MADE["cube"]()
    one = lyapunov.contraction(cube, 1.0)
    assert one.domain != LINE
    assert one.fixed_point == 0.0
    assert max(map(abs, one.domain)) < 1.0  # beyond 1 orbits diverge
    assert lyapunov.primitive(cube, 1.0).domain == LINE  # E falls everywhere
    assert not lyapunov.primitive(cube, 1.0).converges
    with pytest.raises(HypothesisError, match="maps the interval into itself"):
        lyapunov.contraction(cube, 1.0, interval=(-1.1, 1.1))


def test_intervals_are_found_and_checked():
    one = lyapunov.contraction("tanh", 3)
    assert one.fixed_point == pytest.approx(-0.99490152845262893, rel=1e-14)
    given = lyapunov.contraction("tanh", 3, interval=(0.5, 1))
    assert given.rate == pytest.approx(3.0 / math.cosh(1.5) ** 2, rel=1e-14)
    image = lyapunov.contraction("sigmoid", 5, -10)
    assert image.entry_steps == 1
    assert image.domain == pytest.approx((0.0, 1.0), abs=1e-14)
    with pytest.raises(HypothesisError, match="maps the interval into itself") as refusal:
        lyapunov.contraction("tanh", 0.5, 2.0, interval=(-1, 0))
    assert refusal.value.margin == pytest.approx(-math.tanh(2.0), rel=1e-12)
    with pytest.raises(HypothesisError, match="sup abs") as refusal:
        lyapunov.contraction("tanh", 3, interval=(-1, 1))
    assert refusal.value.margin == -2.0
    closed = lyapunov.contraction("relu", 0.5, interval=(0, 1))  # T touches the end of the interval
    assert closed.rate == 0.5
    touching = lyapunov.contraction("tanh", 30, interval=(0.5, 1))  # tanh 30 rounds to 1
    assert 0.0 < touching.excess < 1e-14


@pytest.mark.parametrize(
    ("phi", "a", "b", "interval"),
    [
        (fastsig.Activation.from_expression("sin(x)"), 2.5, -1.0, (0.723603702157616, 1.05)),
        ("gaussian", 4.0, -3.5, (-0.0368374068114139, 0.7368486371598235)),
        ("gelu", 4.0, 0.0, (-0.16862243754902045, 5e-324)),
        ("tanh", 3.0, 0.3, (-0.1505768834502571, 1.0)),
    ],
)
def test_ends_that_repel_to_rounding_are_refused(phi, a, b, interval):
    """An orbit from there leaves the interval, if by less than a rounding at first, and goes anywhere."""
    for search in (lyapunov.primitive, lyapunov.contraction):
        with pytest.raises(lyapunov.HypothesisError, match="maps the interval into itself") as caught:
            search(phi, a, b, interval=interval)
        assert abs(caught.value.margin) <= caught.value.margin_error


@pytest.mark.parametrize(
    ("phi", "a", "interval", "exact"),
    [
        ("tanh", 3.0, (0.0, 1.0), True),  # 0 repels, and is fixed exactly
        ("relu", 0.5, (0.0, 3.0), True),
        ("gaussian", 1.0, (0.0, 1.0), False),  # T(0) = 1 to rounding: the end attracts
        ("hardtanh", 2.0, (-1.0, 1.0), False),
    ],
)
def test_ends_that_are_kept_exactly_or_attract(phi, a, interval, exact):
    found = lyapunov.primitive(phi, a, interval=interval)
    assert found.converges
    assert (found.excess == 0.0) == exact
    wider = interval[0] - found.excess, interval[1] + found.excess
    image = found.recursion.image(wider)
    assert wider[0] <= image.low - image.low_error
    assert image.high + image.high_error <= wider[1]
    assert found.verify().success


def test_statements_with_formulas_can_be_read():
    found = lyapunov.contraction(fastsig.Activation.from_expression("sin(x)"), 0.5, 0.25)
    assert "T(x) = phi(0.5 x + 0.25) with phi(x) = sin(x)" in found.statement


def test_where_nothing_is_found():
    with pytest.raises(HypothesisError, match="multipliers -3"):
        lyapunov.contraction("tanh", -3)
    with pytest.raises(HypothesisError, match="no fixed point"):
        lyapunov.contraction("relu", 1, 1)
    with pytest.raises(HypothesisError, match="slopes of T at its fixed points: -3"):
        lyapunov.primitive("tanh", -3)
    with pytest.raises(HypothesisError, match="is the identity"):
        lyapunov.contraction("identity", 1)


def test_oscillating_activations_on_an_interval():
    one = lyapunov.contraction("snake", 0.3, 0.1)
    assert one.domain != LINE  # phi' was seen on a part of the line only
    assert one.rate == pytest.approx(0.6)
    assert one.verify().success


def test_verification_convicts():
    """A rate, or a descent, that is too good is caught."""
    honest = lyapunov.contraction("tanh", 0.5)
    assert honest.verify().success
    wrong = dataclasses.replace(honest, rate=0.49, rate_error=0.0)
    assert wrong.verify().violations > 100
    assert wrong.verify().worst_margin < 0.0
    elsewhere = dataclasses.replace(honest, fixed_point=0.01)
    assert not elsewhere.verify().success
    descent = lyapunov.primitive("identity", -0.5)  # E falls by exactly (1 - L/2) times the square of the step
    assert descent.verify().success
    assert not dataclasses.replace(descent, smoothness=1.4).verify().success


@pytest.mark.parametrize(
    ("name", "a", "b"),
    [("tanh", 0.5, 0.3), ("relu", -0.5, 1.0), ("gelu", 0.8, 0.0), ("sigmoid", -3.0, 0.2), ("asinh", 0.9, -1.0),
     ("tanh", 3.0, 0.0), ("sigmoid", 5.0, -10.0), ("swish", 0.95, 0.1), ("elu", 0.5, 2.0), ("snake", 0.3, 0.1)],
)  # fmt: skip
def test_proofs(name, a, b):
    for search in (lyapunov.contraction, lyapunov.primitive):
        one = search(name, a, b)
        proof = one.prove()
        assert proof.margin > 0.0
        assert proof.invariance_margin >= 0.0
        if isinstance(one, lyapunov.Contraction):
            assert 1.0 - proof.margin <= one.rate + one.rate_error + 1e-15 or name == "snake"
            low, high = one.slopes
            if name != "snake":  # where the bounds of the line are taken
                assert abs(float(proof.slope_low) - low) <= 1e-14
                assert abs(float(proof.slope_high) - high) <= 1e-14


def test_proof_convicts():
    """What float64 cannot see: a = 1 + 2^-52 on a slope of 1; an interval that is left by a hair."""
    honest = lyapunov.contraction("tanh", 0.5)
    with pytest.raises(HypothesisError):
        dataclasses.replace(honest, a=1.0 + 2.0**-52).prove()
    with pytest.raises(HypothesisError):
        dataclasses.replace(honest, a=1.0).prove()
    assert dataclasses.replace(honest, a=1.0 - 2.0**-53).prove().margin == pytest.approx(2.0**-53, rel=1e-9)
    narrow = lyapunov.contraction("relu", 0.5, 0.5, interval=(0, 1))
    assert narrow.prove().invariance_margin == 0.0
    with pytest.raises(HypothesisError, match="into itself"):
        dataclasses.replace(narrow, domain=(0.0, 1.0 - 2.0**-40)).prove()


def test_proof_of_an_expression_on_an_interval():
    telu = fastsig.Activation.from_expression("x*tanh(exp(x))")
    proof = lyapunov.contraction(telu, 0.5, interval=(-1, 1)).prove()
    assert proof.margin == pytest.approx(1.0 - 0.5 * max(telu.derivative(np.linspace(-0.5, 0.5, 2001))), abs=1e-6)
    with pytest.raises(ValueError, match="give interval="):
        lyapunov.contraction(telu, 0.5).prove()


def test_proofs_need_a_formula():
    with pytest.raises(ValueError, match=r"certified|formula|built-in"):
        lyapunov.contraction(MADE["tanh by values"](), 0.5).prove()


def test_certificates_are_values():
    one = lyapunov.contraction("tanh", 0.5)
    assert pickle.loads(pickle.dumps(one)) == one
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.rate = 0.1
    refusal = pickle.loads(pickle.dumps(HypothesisError("x", 1.0, 2.0, "go on")))
    assert (refusal.hypothesis, refusal.margin, refusal.margin_error) == ("x", 1.0, 2.0)
    assert isinstance(one.energy(1.0), float)
    assert one.energy([1.0, 2.0]).shape == (2,)


@pytest.mark.parametrize("search", [lyapunov.contraction, lyapunov.primitive])
@pytest.mark.parametrize(
    ("arguments", "options", "match"),
    [
        (("tanh", 0.0), {}, "not 0"),
        (("tanh", math.inf), {}, "finite"),
        (("tanh", 0.5, math.nan), {}, "finite"),
        (("tanh", 0.5), {"interval": (1, 0)}, "low < high"),
        (("tanh", 0.5), {"interval": (0,)}, "low, high"),
        (("tanh", 0.5), {"interval": (0, math.inf)}, "finite"),
        (("nothing", 0.5), {}, "no built-in"),
    ],
)
def test_refusals(search, arguments, options, match):
    with pytest.raises(ValueError, match=match):
        search(*arguments, **options)
