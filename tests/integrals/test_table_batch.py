"""Tables of users' activations in batches: what is computed late is what would have been computed at once."""

import numpy as np
import pytest

import fastsig
from fastsig.integrals.functionals import LIMIT, UNDERFLOW
from fastsig.integrals.smooth_table import smooth_table

SIGMA = np.logspace(-3, 3, 301)
FUNCTIONS = {
    "tanh": np.tanh,  # odd: the rows of m1 and g1's odd part vanish
    "softplus": lambda x: np.logaddexp(0.0, x),
    "bump": lambda x: np.exp(-x * x),
    "arctan": np.arctan,  # its last bank is refused: 1/x decays too slowly
}


@pytest.fixture(scope="module", params=FUNCTIONS, ids=str)
def phi(request):
    phi = fastsig.Activation(FUNCTIONS[request.param], name=request.param)
    assert smooth_table(phi) is not None
    return phi


def test_values_and_late_errors_are_those_of_the_table(phi) -> None:
    table = smooth_table(phi)
    sure = SIGMA[table.sure_from <= SIGMA]
    if sure.size == 0:
        assert phi.name == "arctan"
        return
    values, errors, served = table.evaluate(sure)
    assert served.all()
    got = fastsig.moments(phi, sure)
    assert got.method == "table"
    assert got.error_kind == "estimate"
    for row, name in enumerate(("m1", "g1", "g2", "m2", "eta")):
        np.testing.assert_array_equal(got[name], values[row])
        np.testing.assert_array_equal(got.error[name], errors[row])
    some = fastsig.moments(phi, sure.reshape(1, -1), which=("eta", "m1"))
    np.testing.assert_array_equal(some.eta, values[4][None])
    np.testing.assert_array_equal(some.error.m1, errors[0][None])


def test_sure_means_that_no_error_is_too_large(phi) -> None:
    """The sums of the errors against those of the sizes, at many sigma of every bank."""
    table = smooth_table(phi)
    for column in table.columns:
        if not (column.valid and column.sure):
            continue
        for sigma in column.bank.low * np.geomspace(1.0, 2.0 if not column.bank.last else 1e6, 50):
            weight = np.exp(-column.bank.half_square / sigma**2)
            size, inherited = column.sizes @ weight, column.inherited @ weight
            assert np.all(inherited + column.error * size <= LIMIT * size + UNDERFLOW * sigma)


def test_late_errors_are_for_the_points_that_were_given() -> None:
    phi = fastsig.Activation(np.tanh, name="changing")
    smooth_table(phi)
    sigma = np.linspace(1.0, 2.0, 64)
    got = fastsig.moments(phi, sigma)
    sigma[:] = 900.0
    assert np.all(got.error.g2 == fastsig.moments(phi, np.linspace(1.0, 2.0, 64)).error.g2)


def test_points_that_the_table_does_not_serve_go_elsewhere() -> None:
    phi = fastsig.Activation(np.tanh, name="mixed")
    smooth_table(phi)
    got = fastsig.moments(phi, np.array([0.0, 1.0]))
    assert got.methods.g2.tolist() == ["point", "table"]
    assert "adaptive" in fastsig.moments(phi, np.array([1.0, 2.0]), mean=0.25).method


@pytest.mark.parametrize("name", ["tanh", "softplus", "gaussian"])
def test_half_octaves_agree_with_the_built_in(name: str) -> None:
    """Polynomials, sums over nodes and the series in turn; sigma at the borders of half octaves, too.

    The built-ins' own values are certified; 2e-15 is what 9 roundings of doubles can add up to.
    """
    phi = fastsig.Activation(FUNCTIONS.get(name, FUNCTIONS["bump"]), name=name)
    banks = smooth_table(phi).native._banks
    assert sum(bool(bank.half_octave[half]) for bank in banks for half in (0, 1)) >= 20
    borders = np.array([m * 2.0**k for k in range(-9, 7) for m in (1.0, 1.5)])
    sigma = np.sort(np.concatenate([np.logspace(-3, 3, 400), borders, np.nextafter(borders, 0.0)]))
    got, truth = fastsig.moments(phi, sigma, method="table"), fastsig.moments(name, sigma)
    sizes = {"m1": np.sqrt(truth.m2), "g1": np.sqrt(truth.g2), "g2": truth.g2, "m2": truth.m2}
    sizes["eta"] = sigma * sizes["m1"] * sizes["g1"]
    for component, size in sizes.items():
        off = np.abs(got[component] - truth[component])
        assert np.all(off <= got.error[component] + truth.error[component])
        assert np.all(off <= 2e-15 * size)
