"""`sigma_for`: the scale at which a component takes a value."""

import math

import pytest

import fastsig


def value(name: str, component: str, sigma: float, mean: float) -> float:
    return fastsig.moments(name, sigma, mean=mean, which=component)[component]


# Activation, component, mean and the scale at which the component is largest or smallest, where it has a formula.
EXTREMA = [
    ("gaussian", "m2", 1.0, math.sqrt(3) / 2),  # exp(-2/(1 + 4 s^2))/sqrt(1 + 4 s^2): 1 + 4 s^2 = 4
    ("gaussian", "m1", 2.0, math.sqrt(3.5)),  # exp(-4/(1 + 2 s^2))/sqrt(1 + 2 s^2): 1 + 2 s^2 = 8
    ("gaussian", "g2", 0.0, math.sqrt(0.5)),  # 4 s^2 (1 + 4 s^2)^(-3/2): 1 + 4 s^2 = 3
    ("swish", "g2", 0.0, 6.504356),
    ("gelu", "m1", -2.0, 0.749368275),  # a minimum
]


@pytest.mark.parametrize(("name", "component", "mean", "extremum"), EXTREMA)
@pytest.mark.parametrize("off", [1e-4, -1e-4, 1e-3, 0.01, -0.03, 0.1, -0.1])
def test_solutions_beside_an_extremum(name: str, component: str, mean: float, extremum: float, off: float) -> None:
    """Both lie between two points of the scan, whose values do not show them; the smaller one is found."""
    wanted = value(name, component, extremum * (1 + off), mean)
    found = fastsig.sigma_for(name, mean=mean, **{component: wanted})
    assert value(name, component, found.value, mean) == pytest.approx(wanted, rel=1e-14)
    assert "smallest of 2" in found.message
    assert found.value < extremum
    if off < 0:
        assert abs(found.value - extremum * (1 + off)) <= found.error
    else:  # the mirror image, up to the third derivative
        assert found.value == pytest.approx(extremum * (1 - off), rel=3 * off * off + 1e-6)


@pytest.mark.parametrize(("name", "component", "mean", "extremum"), EXTREMA[:3])
def test_the_extremum_itself(name: str, component: str, mean: float, extremum: float) -> None:
    """A double solution: known to the square root of the precision of the value only."""
    found = fastsig.sigma_for(name, mean=mean, **{component: value(name, component, extremum, mean)})
    assert abs(found.value - extremum) <= min(found.error, 1e-7)


def test_beyond_an_extremum_there_is_nothing() -> None:
    """The message says how far the component goes, between the points of the scan, too: 2/3^(3/2) = 0.3849002."""
    top = 2 * 3**-1.5
    for wanted in (top * (1 + 1e-12), 0.4):
        with pytest.raises(ValueError, match=r"g2 of gaussian covers \[.*, 0\.3849\] for sigma"):
            fastsig.sigma_for("gaussian", g2=wanted)
    assert fastsig.sigma_for("gaussian", g2=top * (1 - 1e-12)).value == pytest.approx(math.sqrt(0.5), rel=1e-5)


def test_far_from_extrema() -> None:
    assert fastsig.sigma_for("relu", m2=1.0).value == pytest.approx(math.sqrt(2), rel=1e-15)
    assert fastsig.sigma_for("relu", m2=1.0).message == "ok"
    with pytest.raises(ValueError, match="every sigma"):
        fastsig.sigma_for("relu", g1=0.5)
