"""Properties that hold for every activation, sigma and mean, on examples that Hypothesis chooses.

The profile is deterministic: the same examples in every run. Tolerances are the stated errors of both sides where the
two sides are computed separately, and are said where a difference quotient takes part.
"""

import math
import warnings
from fractions import Fraction

import mpmath
import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import fastsig
from tests.problems import BY_NAME

FIVE = ("m1", "g1", "g2", "m2", "eta")
EPS = 2.0**-52

PROFILE = settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=60,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much],
)
FEWER = settings(PROFILE, max_examples=25)


def _activations() -> dict[str, fastsig.Activation]:
    built_in = {name: fastsig.activation(name) for name in fastsig.activation_names()}
    built_in["crrelu(-1/2)"] = fastsig.activation("crrelu", eps="-1/2")
    built_in["leaky_relu(-2)"] = fastsig.activation("leaky_relu", slope=-2)
    built_in["swish(7)"] = fastsig.activation("swish", beta=7)
    names = ("elu_2", "soft_threshold", "arctan", "signed_rational", "tanh_20", "root", "huber", "kinked_tanh")
    names += ("relu_at_0.37, undeclared", "arctan, phi' phi'' given", "softplus, phi' given", "b_spline")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fastsig.KinkWarning)
        own = {f"user {name}": BY_NAME[name].activation() for name in names}
    made = built_in | own
    made["scaled gelu"] = made["gelu"].scaled(-1.5, 0.25, 2.0, 1.0)
    made["scaled user"] = made["user elu_2"].scaled(0.5, -1.0, -3.0, 0.5)
    return made


ACTIVATIONS = _activations()
USER_GAUSSIAN = BY_NAME["gaussian"].activation()
phis = st.sampled_from(sorted(ACTIVATIONS)).map(ACTIVATIONS.__getitem__)
sigmas = st.floats(-2.0, 2.0).map(lambda e: 10.0**e)
means = st.one_of(st.just(0.0), st.floats(-6.0, 6.0).map(lambda m: m if abs(m) > 1e-6 else 0.0))
factors = st.floats(0.05, 4.0).flatmap(lambda a: st.sampled_from((a, -a)))
shifts = st.one_of(st.just(0.0), st.floats(-3.0, 3.0))


def agree(one: float, other: float, tolerance: float, what: object = "") -> None:
    assert abs(one - other) <= tolerance, f"{what}: {one!r} and {other!r} differ by {abs(one - other):.3e}, " + (
        f"allowed {tolerance:.3e}"
    )


# --- Laws --------------------------------------------------------------------------------------------------


@PROFILE
@given(phis, sigmas, means, factors, shifts, factors, shifts)
def test_affine_law(phi, sigma, mean, a, b, c, d) -> None:
    """The law and the direct way agree within the errors that both state, and those are small."""
    law = fastsig.affine_law(phi, sigma, a, b, c, d, mean=mean)
    direct = fastsig.signature(phi.scaled(a, b, c, d), sigma, mean=mean)
    for name in (*FIVE, "tv", "curvature", "curvature_sup", "alpha_plus", "alpha_minus"):
        one, other = getattr(law, name), getattr(direct, name)
        if not (math.isfinite(one) and math.isfinite(other)):
            np.testing.assert_array_equal(one, other, err_msg=name)
            continue
        # The break of a scaled activation, (t - b)/a, is rounded: an ulp of it where phi' is of size 1.
        rounding = 8 * EPS * (abs(one) + abs(other) + abs(d) + d * d + abs(c * d))
        agree(one, other, law.error[name] + direct.error[name] + rounding, (name, phi))


@PROFILE
@given(phis, sigmas, means)
def test_stein_identities(phi, sigma, mean) -> None:
    """E[Z phi] = sigma g1, g1 = d m1/d mean, eta = sigma/2 d m2/d sigma."""
    names = (*FIVE, "m1z", "m1_mean", "m2_sigma")
    got = fastsig.moments(phi, sigma, mean=mean, which=names)
    e = got.error
    rounding = 4 * EPS
    agree(got.m1z, sigma * got.g1, e.m1z + sigma * e.g1 * (1 + rounding) + rounding * abs(got.m1z), phi)
    agree(got.g1, got.m1_mean, e.g1 + e.m1_mean, phi)
    agree(got.eta, sigma / 2 * got.m2_sigma, e.eta + sigma / 2 * e.m2_sigma + rounding * abs(got.eta), phi)


@PROFILE
@given(phis, sigmas, means)
def test_inequalities(phi, sigma, mean) -> None:
    """Jensen, Poincare and Cauchy-Schwarz, up to the stated errors."""
    names = (*FIVE, "m4", "abs_g1", "g2z2", "m1_sigma")
    got = fastsig.moments(phi, sigma, mean=mean, which=names)
    e = got.error
    small = 16 * EPS
    assert got.m1**2 <= got.m2 + e.m2 + 2 * abs(got.m1) * e.m1 + small * got.m2
    assert got.g1**2 <= got.g2 + e.g2 + 2 * abs(got.g1) * e.g1 + small * got.g2
    assert abs(got.g1) <= got.abs_g1 + e.abs_g1 + e.g1 + small * got.abs_g1
    variance = got.m2 - got.m1**2
    loss = e.m2 + 2 * abs(got.m1) * e.m1 + small * got.m2
    assert variance <= sigma**2 * (got.g2 + e.g2) * (1 + small) + loss
    assert got.m2**2 <= (got.m4 + e.m4) * (1 + small) + 2 * got.m2 * e.m2
    assert got.eta**2 <= sigma**2 * (got.m2 + e.m2) * (got.g2z2 + e.g2z2) * (1 + small) + 2 * abs(got.eta) * e.eta


@PROFILE
@given(phis, sigmas, means, factors)
def test_scaling(phi, sigma, mean, c) -> None:
    """c phi at (sigma, mean); and phi(a x) at (sigma, mean) is phi at (abs(a) sigma, a mean), for a power of 2."""
    base, times = (fastsig.moments(p, sigma, mean=mean) for p in (phi, phi.scaled(c=c)))
    for name, power in (("m1", 1), ("g1", 1), ("g2", 2), ("m2", 2), ("eta", 2)):
        factor = c**power
        rounding = 8 * EPS * abs(factor * base[name])
        agree(times[name], factor * base[name], times.error[name] + abs(factor) * base.error[name] + rounding, name)
    for a in (4.0, -0.5):
        inner, outer = (
            fastsig.moments(phi.scaled(a=a), sigma, mean=mean),
            fastsig.moments(phi, abs(a) * sigma, mean=a * mean),
        )
        for name, factor in (("m1", 1.0), ("g1", a), ("g2", a * a), ("m2", 1.0), ("eta", 1.0)):
            rounding = 8 * EPS * abs(factor * outer[name])
            agree(
                inner[name], factor * outer[name], inner.error[name] + abs(factor) * outer.error[name] + rounding, name
            )


@PROFILE
@given(phis, sigmas, means)
def test_sign_flips(phi, sigma, mean) -> None:
    """-phi(-x) at -mean; and -phi."""
    got = fastsig.moments(phi, sigma, mean=mean)
    mirrored = fastsig.moments(phi.scaled(-1.0, 0.0, -1.0, 0.0), sigma, mean=-mean)
    negative = fastsig.moments(phi.scaled(c=-1.0), sigma, mean=mean)
    for name, of_mirror, of_minus in (("m1", -1, -1), ("g1", 1, -1), ("g2", 1, 1), ("m2", 1, 1), ("eta", 1, 1)):
        for other, sign in ((mirrored, of_mirror), (negative, of_minus)):
            agree(other[name], sign * got[name], other.error[name] + got.error[name] + 4 * EPS * abs(got[name]), name)


ODD = [
    n
    for n in ACTIVATIONS
    if n in ("tanh", "erf", "arctan", "asinh", "softsign", "hardtanh", "identity", "user tanh_20")
]


@FEWER
@given(st.sampled_from(ODD).map(ACTIVATIONS.__getitem__), sigmas, means)
def test_odd_activations(phi, sigma, mean) -> None:
    got, other = (fastsig.moments(phi, sigma, mean=m) for m in (mean, -mean))
    for name, sign in (("m1", -1), ("g1", 1), ("g2", 1), ("m2", 1), ("eta", 1)):
        agree(got[name], sign * other[name], got.error[name] + other.error[name] + 4 * EPS * abs(got[name]), name)


# --- Limits ------------------------------------------------------------------------------------------------


def steepness(shape: fastsig.Signature) -> float:
    """A bound of abs(phi'): that of snake, without end slopes, is 1 + sin."""
    if math.isnan(shape.alpha_plus):
        return 2.0
    return max(abs(shape.alpha_plus), abs(shape.alpha_minus)) + shape.tv


@PROFILE
@given(phis, st.floats(-3.0, 3.0), st.integers(4, 7))
def test_small_sigma(phi, mean, k) -> None:
    """The point mass: within Lipschitz constant times sigma, and within sigma^2 sup abs(phi'') where that is finite."""
    sigma = 10.0**-k
    got, point = fastsig.moments(phi, sigma, mean=mean), fastsig.moments(phi, 0.0, mean=mean)
    shape = fastsig.signature(phi, 0.0)
    steep = steepness(shape)
    value = abs(point.m1)
    assert point.eta == 0.0
    assert point.m1 == phi(mean)
    agree(got.m1, point.m1, steep * sigma + got.error.m1 + point.error.m1, phi)
    agree(got.m2, point.m2, 2 * value * steep * sigma + 2 * (steep * sigma) ** 2 + got.error.m2 + point.error.m2, phi)
    assert abs(got.eta) <= 2 * sigma * steep * (value + steep * sigma) + got.error.eta
    if math.isfinite(shape.curvature_sup):
        agree(got.g1, point.g1, shape.curvature_sup * sigma + got.error.g1 + point.error.g1, phi)
        bend = shape.curvature_sup * sigma
        agree(got.g2, point.g2, 2 * steep * bend + 2 * bend**2 + got.error.g2 + point.error.g2, phi)


@PROFILE
@given(phis, st.floats(-3.0, 3.0), st.integers(3, 6))
def test_large_sigma(phi, mean, k) -> None:
    """The asymptotes rule: moments of sigma-homogeneous parts tend to those of a leaky relu with the end slopes."""
    sigma = 10.0**k
    got = fastsig.moments(phi, sigma, mean=mean)
    shape = fastsig.signature(phi, 0.0)
    up, down, ripple = shape.alpha_plus, shape.alpha_minus, 0.0
    if math.isnan(up):  # snake: x and a wave, phi' = 1 + sin
        up, down, ripple = 1.0, 1.0, 0.5
    # phi' differs from its limits within a window w; there by at most the total variation.
    window = 400.0 * (1 + abs(mean)) / sigma
    steep = steepness(shape)
    agree(got.g1, (up + down) / 2, steep * window + got.error.g1, phi)
    agree(got.g2, (up**2 + down**2) / 2 + ripple, steep**2 * window + got.error.g2, phi)
    agree(got.m1 / sigma, (up - down) / math.sqrt(2 * math.pi), steep * window + got.error.m1 / sigma, phi)
    agree(got.m2 / sigma**2, (up**2 + down**2) / 2, steep**2 * window * 4 + got.error.m2 / sigma**2, phi)
    agree(got.eta / sigma**2, (up**2 + down**2) / 2, steep**2 * window * 4 + got.error.eta / sigma**2, phi)


# --- Arrays ------------------------------------------------------------------------------------------------

points = st.tuples(sigmas, means)


@FEWER
@given(phis, st.lists(points, min_size=2, max_size=6), st.randoms(use_true_random=False))
def test_permutation_of_the_points(phi, pairs, random) -> None:
    """A permutation of the input permutes the output, to the bit."""
    order = list(range(len(pairs)))
    random.shuffle(order)
    sigma, mean = np.array(pairs).T
    one, other = (fastsig.moments(phi, sigma[i], mean=mean[i]) for i in (slice(None), order))
    for name in FIVE:
        np.testing.assert_array_equal(one[name][order], other[name])
        np.testing.assert_array_equal(one.error[name][order], other.error[name])


@FEWER
@given(st.lists(st.sampled_from(sorted(ACTIVATIONS)), min_size=1, max_size=4), points)
def test_lists_of_activations(names, point) -> None:
    many = [ACTIVATIONS[name] for name in names]
    together = fastsig.signature(many, point[0], mean=point[1])
    for i, phi in enumerate(many):
        alone = fastsig.signature(phi, point[0], mean=point[1])
        for name in (*FIVE, "tv", "alpha_plus"):
            np.testing.assert_array_equal(getattr(together, name)[i], getattr(alone, name))
            assert together.error[name][i] == alone.error[name]


SMALL = hnp.mutually_broadcastable_shapes(num_shapes=2, max_dims=3, max_side=3, min_side=0)


@FEWER
@given(phis, SMALL, st.data())
def test_shapes_broadcast(phi, shapes, data) -> None:
    (sigma_shape, mean_shape), result_shape = shapes.input_shapes, shapes.result_shape
    assume(math.prod(result_shape) <= 12)
    values = st.sampled_from([0.0, 0.25, 1.0, 3.0])
    sigma = data.draw(hnp.arrays(np.float64, sigma_shape, elements=values))
    mean = data.draw(hnp.arrays(np.float64, mean_shape, elements=st.sampled_from([0.0, -1.5, 0.75])))
    got = fastsig.moments(phi, sigma, mean=mean, which=("m1", "eta", "m3"))
    wide_sigma, wide_mean = np.broadcast_arrays(sigma, mean)
    for name in got.values:
        assert np.shape(got[name]) == np.shape(got.error[name]) == result_shape
        for index in np.ndindex(*result_shape):
            single = fastsig.moments(phi, float(wide_sigma[index]), mean=float(wide_mean[index]), which=name)
            agree(got[name][index], single[name], got.error[name][index] + single.error[name], (name, phi))
    signature = fastsig.signature(phi, sigma, mean=mean)
    assert signature.to_array().shape == (*result_shape, 9)


@FEWER
@given(
    phis, hnp.arrays(np.float64, hnp.array_shapes(min_dims=0, max_dims=3, max_side=4), elements=st.floats(-9.0, 9.0))
)
def test_values_are_elementwise(phi, x) -> None:
    for evaluate in (phi, phi.derivative, phi.second_derivative):
        result = evaluate(x)
        assert np.shape(result) == x.shape
        for index in np.ndindex(*x.shape):
            single = evaluate(float(x[index]))
            assert np.asarray(result)[index] == pytest.approx(single, rel=1e-13, abs=1e-13)


# --- Derivatives with respect to sigma and mean -----------------------------------------------------------------

ROWS = ("m1", "g1", "g2", "m2", "eta", "m3", "m4", "g2z2", "abs_g1")


def difference(f, x: float, step: float) -> tuple[float, float]:
    """Derivative by central differences of order 8, and by how much it may be wrong.

    That is its distance from the one of order 6, or, where the seventh derivative
    happens to vanish, a small part of what the order before that is wrong by.
    """
    values = {k: f(x + k * step) for k in range(-4, 5) if k}
    pair = {k: values[k] - values[-k] for k in range(1, 5)}
    eight = (4 / 5 * pair[1] - 1 / 5 * pair[2] + 4 / 105 * pair[3] - 1 / 280 * pair[4]) / step
    six = (3 / 4 * pair[1] - 3 / 20 * pair[2] + 1 / 60 * pair[3]) / step
    four = (2 / 3 * pair[1] - 1 / 12 * pair[2]) / step
    return eight, 2 * abs(eight - six) + 1e-4 * abs(six - four)


@settings(PROFILE, max_examples=40)
@given(phis, st.floats(-0.7, 1.0).map(lambda e: 10.0**e), means, st.sampled_from(ROWS))
def test_derivatives_with_respect_to_sigma_and_mean(phi, sigma, mean, name) -> None:
    """Against central differences with step sigma/40: a Gaussian mean is entire in both, of scale
    sigma, and sigma/5 in its tail.

    The difference is wrong by at most twice its distance from the lower order, and by 4 stated errors over the step.
    """
    step = sigma / 40
    got = fastsig.moments(phi, sigma, mean=mean, which=(name, f"{name}_sigma", f"{name}_mean"))
    noise = [0.0]

    def at(s: float, m: float) -> float:
        found = fastsig.moments(phi, s, mean=m, which=name)
        noise.append(found.error[name] + 4 * EPS * abs(found[name]))
        return found[name]

    for key, f, x in ((f"{name}_sigma", lambda s: at(s, mean), sigma), (f"{name}_mean", lambda m: at(sigma, m), mean)):
        expected, truncation = difference(f, x, step)
        tolerance = got.error[key] + truncation + 4 * max(noise) / step
        agree(got[key], expected, tolerance, (key, phi))


@FEWER
@given(phis, sigmas, means)
def test_second_derivative_of_the_mean(phi, sigma, mean) -> None:
    """The heat equation: d m1/d sigma = sigma d g1/d mean (jumps of phi' included)."""
    got = fastsig.moments(phi, sigma, mean=mean, which=("m1_sigma", "g1_mean", "m1z"))
    bound = got.error.m1_sigma + sigma * got.error.g1_mean + 8 * EPS * abs(got.m1_sigma)
    agree(got.m1_sigma, sigma * got.g1_mean, bound, phi)


# --- Round trips -------------------------------------------------------------------------------------------------


@FEWER
@given(phis, st.floats(-1.5, 1.5).map(lambda e: 10.0**e), st.sampled_from((0.0, 0.7)), st.sampled_from(("m2", "g2")))
def test_sigma_for_round_trip(phi, sigma, mean, name) -> None:
    """Its sigma gives the value back; if it is not the sigma that was taken, it is a smaller one."""
    wanted = fastsig.moments(phi, sigma, mean=mean, which=(name, f"{name}_sigma"))
    try:
        found = fastsig.sigma_for(phi, mean=mean, **{name: wanted[name]})
    except ValueError as error:
        # The value is the same at every sigma, or beside an extremum that lies between two points of the scan.
        assert "every sigma" in str(error) or "covers" in str(error)  # noqa: PT017
        flat = abs(wanted[f"{name}_sigma"]) * sigma <= 0.1 * abs(wanted[name]) + 1e3 * wanted.error[name]
        assert flat, (phi, sigma, name)
        return
    again = fastsig.moments(phi, found.value, mean=mean, which=(name, f"{name}_sigma"))
    slope = abs(again[f"{name}_sigma"]) + again.error[f"{name}_sigma"]
    error = found.error if math.isfinite(found.error) else 1e-8 * found.value
    agree(
        again[name],
        wanted[name],
        2 * slope * error + again.error[name] + wanted.error[name] + 1e-12 * abs(wanted[name]),
    )
    assert found.value <= sigma * (1 + 1e-6) + 2 * error or "smallest" not in found.message


@FEWER
@given(phis, sigmas, means)
def test_expectation_agrees_with_moments(phi, sigma, mean) -> None:
    got = fastsig.moments(phi, sigma, mean=mean, which=(*FIVE, "m3", "g2z2", "m1z"))
    integrands = {
        "m1": lambda z, f, d, s: f,
        "g1": lambda z, f, d, s: d,
        "g2": lambda z, f, d, s: d * d,
        "m2": lambda z, f, d, s: f * f,
        "eta": lambda z, f, d, s: sigma * z * f * d,
        "m3": lambda z, f, d, s: f**3,
        "g2z2": lambda z, f, d, s: (d * z) ** 2,
        "m1z": lambda z, f, d, s: z * f,
    }
    for name, function in integrands.items():
        found = fastsig.expectation(function, phi, sigma, mean=mean)
        assert found.success
        # `expectation` cannot know how its function amplifies errors of phi': moments say that for it.
        agree(found.value, got[name], found.error + 2 * got.error[name], (name, phi))


@FEWER
@given(phis, sigmas, means)
def test_expectations_of_z_alone(phi, sigma, mean) -> None:
    for power, expected in ((0, 1.0), (1, 0.0), (2, 1.0), (4, 3.0)):
        found = fastsig.expectation(lambda z, f, d, s, power=power: z**power, phi, sigma, mean=mean)
        agree(found.value, expected, found.error + 4 * EPS)


@FEWER
@given(phis)
def test_signature_does_not_depend_on_the_names_given(phi) -> None:
    """One at a time or together: the same numbers within their errors."""
    together = fastsig.moments(phi, 0.8, mean=0.3, which=(*FIVE, "m3", "abs_g1"))
    for name in together.values:
        alone = fastsig.moments(phi, 0.8, mean=0.3, which=name)
        agree(alone[name], together[name], alone.error[name] + together.error[name], (name, phi))


@FEWER
@given(st.fractions(Fraction(1, 1000), Fraction(50)), st.fractions(-3, 3))
def test_numbers_of_any_kind_are_the_same(sigma, mean) -> None:
    texts = fastsig.moments("mish", str(sigma), mean=str(mean))
    fractions = fastsig.moments("mish", sigma, mean=mean)
    floats = fastsig.moments("mish", float(sigma), mean=float(mean))
    assert texts.values == fractions.values == floats.values


@PROFILE
@given(sigmas, st.floats(-200.0, 200.0))
def test_gaussian_far_out(sigma, mean) -> None:
    """exp(-x^2) has closed forms whose values are exponentially small at large means; the errors hold there, too."""
    s2, m = Fraction(sigma) ** 2, Fraction(mean)
    with mpmath.workdps(50):
        a, b = (1 + 2 * k * mpmath.mpf(s2.numerator) / s2.denominator for k in (1, 2))
        square = mpmath.mpf((m * m).numerator) / (m * m).denominator
        m1, m2 = mpmath.exp(-square / a) / mpmath.sqrt(a), mpmath.exp(-2 * square / b) / mpmath.sqrt(b)
        exact = {"m1": m1, "g1": -2 * mpmath.mpf(mean) / a * m1, "m2": m2}
        for phi in (fastsig.activation("gaussian"), USER_GAUSSIAN):
            got = fastsig.moments(phi, sigma, mean=mean)
            for name, value in exact.items():
                off = abs(mpmath.mpf(got[name]) - value)
                assert off <= mpmath.mpf(got.error[name]) + mpmath.mpf(2) ** -1071, (
                    f"{name} of {phi}: off by {mpmath.nstr(off / value, 3)} of it, stated {got.error[name]:.3g}"
                )


@PROFILE
@given(sigmas, st.floats(-4.0, 4.0), factors, shifts)
def test_affine_law_where_phi_is_steep(sigma, mean, a, b) -> None:
    """ln phi of the gaussian has slope -2 x: there the rounding of a mean + b counts."""
    phi = fastsig.activation("gaussian")
    law = fastsig.affine_law(phi, sigma, a, b, 1.0, 0.0, mean=mean)
    place, scale = Fraction(a) * Fraction(mean) + Fraction(b), Fraction(a) * Fraction(sigma)
    with mpmath.workdps(50):
        square, s2 = place * place, scale * scale
        spread = 1 + 4 * mpmath.mpf(s2.numerator) / s2.denominator
        exact = mpmath.exp(-2 * mpmath.mpf(square.numerator) / square.denominator / spread) / mpmath.sqrt(spread)
        off = abs(mpmath.mpf(law.m2) - exact)
        assert off <= mpmath.mpf(law.error.m2) + mpmath.mpf(2) ** -1071, (
            f"off by {mpmath.nstr(off / exact, 3)} of it, stated {law.error.m2 / float(exact):.3g}"
        )
