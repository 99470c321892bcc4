"""Scalar sources of activations that are not built in, against what the CPU evaluates."""

import math

import numba
import numpy as np
import pytest

import fastsig
from fastsig.activations.formulas.instructions import Instruction
from fastsig.activations.formulas.program import Program
from fastsig.activations.formulas.scalar_source import scalar_source
from fastsig.activations.formulas.stable_form import stable_form
from fastsig.activations.formulas.text import read
from fastsig.activations.scalar_sources import parameter_of, scalar_sources

X = np.concatenate([-np.geomspace(1e-3, 30.0, 41), np.geomspace(1e-3, 30.0, 41)])
BAR = 64 * 2.0**-53  # where formulas neither cancel nor overflow: a few roundings of each operation
FORMULAS = [
    "tanh(x) + softplus(2*x)/2 + log(cosh(x)) + expit(x)",
    "gelu(x) + mish(x) + atan(x) + asinh(x) + erf(x) + erfc(x)",
    "sqrt(1+x**2) + (1+x**2)**(1/3) + (1+x**2)**(-3/2) + x**3/(1+x**2) + Abs(x)**(1/3)",
    "Piecewise((x, (x > 1) | (x < -2)), (x**2/4 + 1/2, (x > 0) & (x != 2)), (1/2 + x/4, x <= 0), (x, True))",
    "Max(x, -1) + Min(x/2, 3) + sign(x)*x**2*exp(-x**2) + Heaviside(x)*x + Abs(x-1)**3",
    "sin(x) + cos(x) + tan(x/100) + asin(x/40) + acos(x/40) + atanh(x/40) + acosh(2+x**2)",
    "sinh(x)*exp(-2*Abs(x)) + cosh(x)*exp(-3*Abs(x)) + 2**x + log(3+x**2) + exp(x) - 1 + log(1+x**2)",
    "1 - tanh(x)**2 + x**17",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_sources_of_formulas_are_the_programs_of_the_cpu(text):
    sympy = pytest.importorskip("sympy")
    x = sympy.Symbol("x", real=True)
    value = stable_form(read(text, {}, x))
    for form in (value, stable_form(value.diff(x))):
        program = Program(form, x)
        source = scalar_source(program.instructions, program.last)
        result = program.bounded(X)
        found = np.array([source(point, 0.0) for point in X.tolist()])
        allowed = BAR * (np.abs(result.value) + np.abs(X * result.slope) + 1.0) + result.error
        assert np.all(np.abs(found - result.value) <= allowed)


def test_operations_have_limits_where_math_raises():
    """As NumPy, and GPUs, have."""
    numbers = [math.inf, -math.inf, math.nan, 0.0, 800.0, -800.0, 1.0, -1.0, 2.0]
    of_numpy = {"exp": np.exp, "expm1": np.expm1, "log": np.log, "log1p": np.log1p, "sinh": np.sinh, "cosh": np.cosh}
    of_numpy |= {"tanh": np.tanh, "sin": np.sin, "cos": np.cos, "tan": np.tan, "asin": np.arcsin, "acos": np.arccos}
    of_numpy |= {"atan": np.arctan, "asinh": np.arcsinh, "acosh": np.arccosh, "atanh": np.arctanh}
    of_numpy |= {"modulus": np.abs, "sign": np.sign}
    for name, function in of_numpy.items():
        source = scalar_source([Instruction("x", ()), Instruction(name, (0,))], 1)
        with np.errstate(all="ignore"):
            expected = function(np.array(numbers))
        np.testing.assert_allclose([source(x, 0.0) for x in numbers], expected, rtol=1e-15, err_msg=name)


def test_0_times_an_overflow_is_0():
    phi = fastsig.Activation.from_expression("x*tanh(exp(x))")
    assert scalar_sources(phi).derivative(2000.0, 0.0) == 1.0


def test_scaled_ones_follow_the_affine_laws():
    gelu = fastsig.activation("gelu")
    phi = gelu.scaled(a=-3.0, b=1.0, c=0.5, d=0.1).scaled(a=2.0)
    for order, source in enumerate(scalar_sources(phi)):
        found = [source(x, parameter_of(phi)) for x in X.tolist()]
        np.testing.assert_allclose(found, phi.batch(order, X), rtol=1e-13, atol=1e-15)
    assert parameter_of(fastsig.activation("swish", beta=3).scaled(a=2.0)) == 3.0


def test_functions_are_taken_as_they_are():
    @numba.njit
    def phi(x):
        return max(x, 0)

    sources = scalar_sources(fastsig.Activation(phi, lambda x: x > 0, kinks=[0.0]))
    assert (sources.value(2.0, 7.0), sources.value(-2.0, 7.0), sources.derivative(2.0, 7.0)) == (2.0, 0.0, 1.0)
    assert isinstance(sources.derivative(2.0, 0.0), float)
    assert sources.second_derivative is None
    assert scalar_sources(fastsig.Activation(math.atan, lambda x: 1 / (1 + x * x))).value(1.0, 0.0) == math.atan(1.0)


def test_equal_activations_have_the_same_sources():
    def make():
        return fastsig.Activation.from_expression("x*tanh(x)").scaled(a=2.0)

    assert scalar_sources(make()) == scalar_sources(make())


@pytest.mark.parametrize(
    ("phi", "reason"),
    [
        (lambda: fastsig.Activation(np.tanh), "the value of .* is a numpy.ufunc"),
        (lambda: fastsig.Activation(lambda x: x, np.ones_like), "the derivative of .* of which no function"),
        (lambda: fastsig.Activation(lambda x: np.tanh(x)), "found by automatic differentiation"),
    ],
    ids=["ufunc", "derivative", "none given"],
)
def test_what_has_no_source_is_refused(phi, reason):
    with pytest.raises(ValueError, match=reason):
        scalar_sources(phi())
