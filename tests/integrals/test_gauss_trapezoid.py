"""The trapezoid rule at any mean: against the adaptive rule, 30 digits, identities; where it holds and where not."""

import mpmath
import numpy as np
import pytest

import fastsig
from fastsig.integrals.components import COMPONENTS

NAMES = (
    "arctan",
    "gelu",
    "lisht",
    "logsigmoid",
    "mish",
    "sigmoid",
    "softplus",
    "swish",
    "tanh",
    "tanhshrink",
    "telu",
)
PARAMETERS = [
    fastsig.activation("swish", beta=0.03),
    fastsig.activation("swish", beta=77),
    fastsig.activation("softplus", beta=2.7),
    fastsig.activation("softplus", beta=0.011),
]
EVERY = [*map(fastsig.activation, NAMES), *PARAMETERS]
every = pytest.mark.parametrize("phi", EVERY, ids=str)
UNIT = 2.0**-53


def points(count: int, seed: int, largest_mean: float = 50.0) -> tuple[np.ndarray, np.ndarray]:
    """Sigma in [1e-3, 1e3] and means up to 50 of both signs, all sizes alike."""
    chosen = np.random.default_rng(seed)
    sigma = 10 ** chosen.uniform(-3, 3, count)
    return sigma, chosen.choice([-1, 1], count) * 10 ** chosen.uniform(-3, np.log10(largest_mean), count)


def check_against_adaptive(phi: fastsig.Activation, sigma: np.ndarray, mean: np.ndarray) -> fastsig.Moments:
    if phi.name == "gelu":  # far left the adaptive rule, which rounds x, undercuts its error: 30 digits there, below
        sigma, mean = sigma[mean > -12], mean[mean > -12]
    auto = fastsig.moments(phi, sigma, mean=mean)
    adaptive = fastsig.moments(phi, sigma, mean=mean, method="adaptive")
    for name in COMPONENTS:
        off = np.abs(auto[name] - adaptive[name])
        worse = off > auto.error[name] + adaptive.error[name]
        assert not worse.any(), f"{name} at sigma {sigma[worse]}, mean {mean[worse]}: off by {off[worse]}"
    return auto


@every
def test_it_agrees_with_the_adaptive_rule(phi: fastsig.Activation) -> None:
    sigma, mean = points(400, 11)
    result = check_against_adaptive(phi, sigma, mean)
    assert result.success
    # A few are adaptive: far in a tail, where squares come near to underflow.
    assert np.mean(result.methods.g2 == "gauss_trapezoid") > 0.9


@pytest.mark.parametrize("name", ["tanh", "sigmoid", "mish"])
def test_errors_are_bounds_of_a_few_roundings(name: str) -> None:
    """72 roundings and the longest chain of additions (128), of E abs(phi') = g1 and E phi^2 = m2."""
    sigma, mean = points(300, 12, 20.0)
    result = fastsig.moments(name, sigma, mean=mean)
    used = result.methods.m2 == "gauss_trapezoid"
    assert used.mean() > 0.95
    assert fastsig.moments(name, sigma[used], mean=mean[used]).error_kind == "bound"
    for component in ("m2", "g2"):
        error = result.error[component][used]
        assert np.all(error >= 40 * UNIT * result[component][used])
        if name != "mish":  # whose phi' has a zero, where its terms are larger than it
            assert np.all(error <= 200 * UNIT * result[component][used])


@every
def test_no_jump_at_the_borders_of_the_grids(phi: fastsig.Activation) -> None:
    """Equal steps below sigma = 0.8 (times the stretch) and from a mean of 6 sigma on, growing ones between."""
    stretch = phi.parameters.get("beta", 1.0) if phi.name in ("swish", "softplus") else 1.0
    chosen = np.random.default_rng(13)
    border = np.repeat(0.8 / stretch, 12)
    means = chosen.uniform(-4.5, 4.5, 12) / stretch
    sigma = 10 ** chosen.uniform(-0.09, 1.0, 12) / stretch
    for s, m, below, above in (
        (border, means, (np.nextafter(border, 0), means), (np.nextafter(border, 9e9), means)),
        (sigma, 6 * sigma, (sigma, 6 * sigma * (1 - 1e-15)), (sigma, 6 * sigma * (1 + 1e-15))),
    ):
        check_against_adaptive(phi, s, m)
        left, right = (fastsig.moments(phi, a, mean=b) for a, b in (below, above))
        for name in COMPONENTS:
            # 2 ulp of sigma or 5 of the mean move integrands in a tail by at most 100 times that.
            off = np.abs(left[name] - right[name])
            assert np.all(off <= left.error[name] + right.error[name] + 1000 * UNIT * np.abs(left[name]))


def test_means_far_out() -> None:
    """Tails of exp(-abs(x)): relative to themselves, the slopes of tanh at mean 20 are as good as elsewhere."""
    for mean in (8.0, 20.0, 50.0, 100.0, 140.0):
        for sigma in (1e-3, 0.1, 0.7, 0.9, 2.0):
            here, there = (fastsig.moments("tanh", sigma, mean=m) for m in (mean, -mean))
            assert here.methods.g1 == "gauss_trapezoid"
            if mean > 40 * sigma**2 + 20 * sigma + 20:  # tanh' = 4 exp(-2 abs(x)) to full precision
                mpmath.mp.dps = 30
                exact = 4 * mpmath.exp(-2 * mpmath.mpf(mean) + 2 * mpmath.mpf(sigma) ** 2)
                assert abs(here.g1 - exact) <= here.error.g1 <= 4e-14 * here.g1
            assert abs(here.g1 - there.g1) <= here.error.g1 + there.error.g1


@every
@pytest.mark.parametrize("sigma", [1e-300, 1e-101, 1e-30, 1e-9, 1e-5, 3e3, 1e5, 1e12, 1e140])
@pytest.mark.parametrize("mean", [-3e4, -0.3, 1e-7, 2.5, 700.0])
def test_extremes(phi: fastsig.Activation, sigma: float, mean: float) -> None:
    result = fastsig.moments(phi, sigma, mean=mean)
    adaptive = fastsig.moments(phi, sigma, mean=mean, method="adaptive")
    for name in COMPONENTS:
        assert np.isfinite(result[name])
        # Both round to zero at the end of the subnormal range.
        assert abs(result[name] - adaptive[name]) <= result.error[name] + adaptive.error[name] + 1e-322


@every
def test_at_mean_0_too_where_there_is_no_table(phi: fastsig.Activation) -> None:
    sigma = np.logspace(-3, 3, 61)
    result = check_against_adaptive(phi, sigma, np.zeros(61))
    if phi.name in ("lisht", "softplus", "logsigmoid"):
        assert "gauss_trapezoid" in result.method
    if phi.name == "lisht":
        assert np.all(result.g1 == 0.0)
        assert np.all(result.methods.g1 == "exact")


# --- Identities, with other nodes on either side ------------------------------------------


def within(a: np.ndarray, b: np.ndarray, errors: np.ndarray) -> None:
    assert np.all(np.abs(a - b) <= errors + 4 * UNIT * (np.abs(a) + np.abs(b)))


def test_mirror_images() -> None:
    sigma, mean = points(300, 17)
    at = {name: (fastsig.moments(name, sigma, mean=mean), fastsig.moments(name, sigma, mean=-mean)) for name in NAMES}
    for name, sign in (("tanh", -1), ("lisht", 1)):
        right, left = at[name]
        within(right.m1, sign * left.m1, right.error.m1 + left.error.m1)
        within(right.g2, left.g2, right.error.g2 + left.error.g2)
        within(right.eta, left.eta, right.error.eta + left.error.eta)
    for name, total in (("sigmoid", np.ones(300)), ("swish", mean), ("gelu", mean), ("softplus", mean)):
        right, left = at[name]
        other = left.m1 if name == "sigmoid" else -left.m1  # phi(x) - phi(-x) = x, s(x) + s(-x) = 1
        within(right.m1 + other, total, right.error.m1 + left.error.m1)
    soft, log = at["softplus"][0], at["logsigmoid"][1]
    within(soft.m1, -log.m1, soft.error.m1 + log.error.m1)
    within(soft.g2, log.g2, soft.error.g2 + log.error.g2)


def test_relations_between_activations() -> None:
    sigma, mean = points(300, 19, 20.0)
    tanh, sigmoid = fastsig.moments("tanh", sigma, mean=mean), fastsig.moments("sigmoid", 2 * sigma, mean=2 * mean)
    lisht, swish = fastsig.moments("lisht", sigma, mean=mean), fastsig.moments("swish", 2 * sigma, mean=2 * mean)
    soft = fastsig.moments("softplus", sigma, mean=mean)
    single = fastsig.moments("sigmoid", sigma, mean=mean)
    within(tanh.m1, 2 * sigmoid.m1 - 1, tanh.error.m1 + 2 * sigmoid.error.m1 + 2 * UNIT)
    within(tanh.g1, 4 * sigmoid.g1, tanh.error.g1 + 4 * sigmoid.error.g1)
    within(tanh.m2 + tanh.g1, np.ones(300), tanh.error.m2 + tanh.error.g1)
    within(lisht.m1, swish.m1 - mean, lisht.error.m1 + swish.error.m1)
    within(soft.g1, single.m1, soft.error.g1 + single.error.m1)
    within(soft.g2, single.m2, soft.error.g2 + single.error.m2)


# --- 30 digits --------------------------------------------------------------------------


def exact(name: str, sigma: float, mean: float) -> dict[str, mpmath.mpf]:
    """The five components and E abs of their integrands from the plain formulas."""
    phi = {
        "mish": lambda x: x * mpmath.tanh(mpmath.log1p(mpmath.exp(x))),
        "telu": lambda x: x * mpmath.tanh(mpmath.exp(x)),
        "gelu": lambda x: x * mpmath.ncdf(x),
    }[name]
    s, m = mpmath.mpf(sigma), mpmath.mpf(mean)

    def integrands(z: mpmath.mpf) -> list[mpmath.mpf]:
        x = m + s * z
        f, d = phi(x), mpmath.diff(phi, x, h=mpmath.mpf(10) ** -20)
        return [f, d, d * d, f * f, s * z * f * d]

    # Trapezoid rule in z, far denser than the library's; z reaches to where a tail of f is.
    step, reach = min(mpmath.mpf("0.3"), mpmath.mpf("0.1") / s), 12 + 2 * s - min(m, 0)
    nodes = [step * k for k in range(-int(12 / step), int(reach / step) + 1)]
    rows = [[v * mpmath.npdf(z) * step for v in integrands(z)] for z in nodes]
    value = dict(zip(COMPONENTS, map(mpmath.fsum, zip(*rows, strict=True)), strict=True))
    size = dict(zip(COMPONENTS, (mpmath.fsum(map(abs, c)) for c in zip(*rows, strict=True)), strict=True))
    return {**value, **{f"abs_{c}": v for c, v in size.items()}}


def check_promise(name: str, sigma: float, mean: float) -> None:
    """4e-15 of E abs(integrand) as promised."""
    with mpmath.workdps(40):
        truth = exact(name, sigma, mean)
        result = fastsig.moments(name, sigma, mean=mean)
        for component in COMPONENTS:
            assert result.methods[component] == "gauss_trapezoid"
            off, size = abs(result[component] - truth[component]), truth[f"abs_{component}"]
            assert off <= 4e-15 * size, component
            assert off <= result.error[component] <= 4e-14 * size, component


@pytest.mark.parametrize(("sigma", "mean"), [(0.004, -18.5), (0.033, -22.6), (0.4, -17.3), (2.0, -21.7), (0.75, -36.4)])
def test_the_steep_tail_of_gelu(sigma: float, mean: float) -> None:
    check_promise("gelu", sigma, mean)


@pytest.mark.parametrize("sigma", [0.001, 0.05, 0.3])
@pytest.mark.parametrize("mean", [-25.3, -27.1, -30.0, -36.4, -38.9, -49.9])
def test_where_squares_of_gelu_underflow(sigma: float, mean: float) -> None:
    """Down to numbers below the smallest double: what is left is right, or 0."""
    with mpmath.workdps(40):
        truth, result = exact("gelu", sigma, mean), fastsig.moments("gelu", sigma, mean=mean)
        for component in COMPONENTS:
            assert result.methods[component] == "gauss_trapezoid"
            off, size = abs(result[component] - truth[component]), truth[f"abs_{component}"]
            assert off <= 4e-15 * size + 1e-323, component
            assert off <= result.error[component] <= 4e-14 * size + 1e-322, component


@pytest.mark.parametrize("name", ["gelu", "mish", "telu"])
@pytest.mark.parametrize(
    ("sigma", "mean"), [(0.05, -2.4), (0.31, 0.7), (0.79, -2.2), (0.81, -2.2), (1.3, 2.3), (1.1, -6.61)]
)
def test_between_the_certified_values(name: str, sigma: float, mean: float) -> None:
    """Places that no constant was chosen for."""
    check_promise(name, sigma, mean)
