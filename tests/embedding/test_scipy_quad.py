"""`scipy.LowLevelCallable`: in quad, with parameters, and back into fastsig."""

import gc
from pathlib import Path

import numpy as np
import pytest
from scipy.integrate import quad

import fastsig
from tests.embedding.projects import PYTHON, copy, run


def test_the_foreign_project(tmp_path: Path) -> None:
    value, difference, error = map(float, run(*PYTHON, "foreign.py", cwd=copy("scipy_quad", tmp_path)).split())
    assert abs(value - difference) <= min(error, 1e-14)


@pytest.mark.parametrize("name", ["gelu", "tanh", "leaky_relu", "crrelu"])
def test_orders_integrate_to_each_other(name: str) -> None:
    """The integral of phi' is phi, that of phi'' is phi'; quad's goal is 1.5e-8."""
    phi = fastsig.activation(name)
    value, derivative, second = (
        fastsig.low_level_callable(phi, order) for order in ("value", "derivative", "second_derivative")
    )
    assert abs(quad(derivative, 0.5, 3.0)[0] - (phi(3.0) - phi(0.5))) < 1e-13
    assert abs(quad(second, 0.5, 3.0)[0] - (phi.derivative(3.0) - phi.derivative(0.5))) < 1e-13
    assert abs(quad(value, 0.5, 3.0)[0] - quad(lambda x: phi(x), 0.5, 3.0)[0]) < 1e-15
    assert value.signature == "double (double, void *)"


def test_it_keeps_its_parameter_alive() -> None:
    callables = [fastsig.low_level_callable(fastsig.activation("leaky_relu", slope=k / 100)) for k in range(100)]
    gc.collect()
    fillers = [fastsig.activation("leaky_relu", slope=-1.0 - k) for k in range(9)]
    for k, one in enumerate(callables):
        assert abs(quad(one, -1.0, 0.0)[0] + k / 200) < 1e-15
    assert fillers


def test_fastsig_takes_it_back() -> None:
    phi = fastsig.Activation(fastsig.low_level_callable("gelu"), fastsig.low_level_callable("gelu", "derivative"))
    x = np.linspace(-3.0, 3.0, 13)
    assert phi(x).tolist() == fastsig.activation("gelu")(x).tolist()
    m, expected = fastsig.moments(phi, 1.0), fastsig.moments("gelu", 1.0)
    assert abs(m.m2 - expected.m2) <= m.error.m2 + expected.error.m2


def test_refusals() -> None:
    with pytest.raises(ValueError, match=r"order must be one of 'value', 'derivative'.*got 'third'"):
        fastsig.low_level_callable("gelu", "third")
    with pytest.raises(TypeError, match=r"only built-in activations.*numba\.cfunc"):
        fastsig.low_level_callable(fastsig.activation("gelu").scaled(2.0))
    with pytest.raises(ValueError, match="did you mean 'gelu'"):
        fastsig.low_level_callable("gelo")
