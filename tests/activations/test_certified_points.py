"""Every built-in at the points of values.json: the scalar sources, plain and compiled, against C."""

import importlib
import math

import numba
import pytest

import fastsig
from fastsig.targets.scalar import compile_source
from tests.reference_values import activation, grouped

ORDERS = ("value", "derivative", "second_derivative")


def test_every_built_in_has_certified_points() -> None:
    assert {case.partition("(")[0] for case in grouped("values")} == set(fastsig.activation_names())


@pytest.mark.parametrize("case", grouped("values"))
def test_scalar_sources_agree_with_c(case: str) -> None:
    """Within 4 ulp of the largest term, which is what each of them is promised to be off by at most."""
    rows = grouped("values")[case]
    phi = activation(rows[0])
    module = importlib.import_module(f"fastsig.activations.{phi.name}")
    parameter = float(phi.parameter or 0)
    for index, order in enumerate(ORDERS):
        source = getattr(module, order)
        compiled = compile_source(source, numba.njit)
        in_c = {"value": phi, "derivative": phi.derivative, "second_derivative": phi.second_derivative}[order]
        for row in rows:
            x = float(row["x"])
            expected = in_c(x)
            size = max(abs(float(row["terms"][index])), abs(expected))
            for function in (source, compiled):
                got = function(x, parameter)
                assert got == expected or abs(got - expected) <= 4 * math.ulp(size), (order, x, got, expected)
        assert math.isnan(source(math.nan, parameter))
        assert math.isnan(compiled(math.nan, parameter))
