"""Activations from formulas: certified values, built-ins, closed forms, many digits, and what is refused."""

import copy
import math
import os
import pickle
import subprocess
import sys
import warnings
from fractions import Fraction

import numpy as np
import pytest

import fastsig
from tests.reference_values import exact, grouped

sympy = pytest.importorskip("sympy", reason="the extra `symbolic` is not installed")

T = sympy.Symbol("t")  # any name will do, and no assumptions
FAR = np.concatenate([[0.0], *(s * np.geomspace(1e-300, 1e6, 400) for s in (1, -1)), np.linspace(-45.0, 45.0, 1801)])

# Formulas as one would write them, overflow and cancellation included.
BUILT_INS = {
    "relu": "max(0, x)",
    "leaky_relu": "Max(x, x/100)",
    "crrelu": "max(0, x) + 0.01*x*exp(-x**2/2)",
    "tanh": "(exp(x) - exp(-x))/(exp(x) + exp(-x))",
    "sigmoid": "1/(1 + exp(-x))",
    "swish": "x/(1 + exp(-x))",
    "gelu": "x*(1 + erf(x/sqrt(2)))/2",
    "mish": "x*tanh(log(1 + exp(x)))",
    "telu": "x*tanh(exp(x))",
}


def expression(text: object, **given: object) -> fastsig.Activation:
    return fastsig.Activation.from_expression(text, **given)


# --- Values ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", BUILT_INS)
def test_certified_values(name: str) -> None:
    """8 ulp of the largest term of the expanded formula; in tails, what the rounding of x does.

    There a value exp(-g) moves by 2 g eps when x is rounded (g = x^2/2), and x/sqrt(2) in the
    formula of gelu is rounded more than once: 3 ln(value) ulp more.
    """
    phi = expression(BUILT_INS[name])
    rows = grouped("values")[name]
    x = np.array([float(row["x"]) for row in rows])
    failures = []
    for order, label in enumerate(("value", "derivative", "second_derivative")):
        for row, point, got in zip(rows, x.tolist(), phi.batch(order, x).tolist(), strict=True):
            if order and point in phi.kinks:
                continue
            true, term = exact(row[label]), float(row["terms"][order])
            off = float(abs(Fraction(got) - true) / Fraction(math.ulp(term)))
            tail = abs(math.log(term)) if term else 0.0
            if not off <= 8.0 + (3.0 * tail if term < 1e-3 else 0.0):
                failures.append(f"{label}({point!r}) = {got!r}, {off:.3g} ulp from {row[label]}")
    assert not failures


@pytest.mark.parametrize(
    "text",
    [
        *BUILT_INS.values(),
        "log(1 + exp(x))",
        "log(2 + 3*exp(x/2))",
        "-log(1 + exp(-x))",
        "log(cosh(x))",
        "log(exp(x) + exp(-x))",
        "x*exp(-x)/(1 + exp(-x))**2",
        "1/cosh(x)",
        "2**x/(1 + 2**x)",
        "exp(x)*sigmoid(pi - x)",
        "exp(exp(-exp(x)))",
        "x if x > 0 else exp(x) - 1",
        "sqrt(1 + x**2) - 1",
        "gelu_tanh(x)",
        "sin(x)/x",
        "x - tanh(x)",
    ],
)
def test_finite_up_to_a_million_without_warnings(text: str) -> None:
    phi = expression(text)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        results = [phi.batch(order, FAR) for order in range(3)]
    assert np.isfinite(results).all()


@pytest.mark.parametrize("text", ["x*tanh(exp(x))", "x - x*(1 - exp(-x**2))", "tanh(x)/x", "1 - tanh(x)**4"])
def test_against_many_digits_of_the_plain_formula(text: str) -> None:
    """The formula and SymPy's derivatives of it as they stand, in 1500 digits."""
    import mpmath

    phi = expression(text)
    x = next(iter(phi.expression.free_symbols))
    points = [-90.25, -21.5, -3.0, -1e-9, 2.0**-20, 0.75, 6.0, 40.0, 75.5]
    formula = phi.expression
    for order in range(3):
        got = phi.batch(order, np.array(points))
        plain = sympy.lambdify(x, formula, "mpmath")
        with mpmath.workdps(1500):
            true = [float(plain(mpmath.mpf(point))) for point in points]
        for value, expected, point in zip(got.tolist(), true, points, strict=True):
            assert abs(value - expected) <= 4e-15 * abs(expected) * (1.0 + abs(point)) + 1e-290, (order, point)
        formula = formula.diff(x)


def test_closed_forms_where_formulas_fail_in_float64() -> None:
    assert expression("log(1 + exp(x))")(1e6) == 1e6
    assert expression("log(1 + exp(x))")(-700.0) == math.exp(-700.0)
    assert expression("log(cosh(x))")(1e6) == 1e6 - math.log(2.0)
    assert expression("log(cosh(x))")(1e-9) == pytest.approx(5e-19, rel=1e-15)
    assert expression("1 - tanh(x)**2")(30.0) == pytest.approx(4.0 * math.exp(-60.0), rel=1e-15)
    assert expression("sqrt(1 + x**2) - 1")(1e-10) == pytest.approx(5e-21, rel=1e-15)
    assert expression("x/sqrt(1 + x**2)").second_derivative(1e6) == pytest.approx(-3e-24, rel=1e-11)
    assert expression("sin(x)/x")(0.0) == 1.0  # a limit
    assert expression("sin(x)/x").second_derivative(0.0) == pytest.approx(-1.0 / 3.0, rel=1e-15)


def test_a_point_does_not_depend_on_its_neighbours() -> None:
    x = np.concatenate([FAR[::37], [1e150, -1e150]])
    for text in ("x*tanh(exp(x))", "x - log(cosh(x))", "sgn(x)*abs(x)**(4/3)"):
        phi = expression(text)
        for order in range(3):
            together = phi.batch(order, x)
            np.testing.assert_array_equal(together, [phi.batch(order, x[i : i + 1])[0] for i in range(x.size)])


def test_ends_and_nan() -> None:
    phi = expression("x/(1 + exp(-x))")
    ends = np.array([math.inf, -math.inf, math.nan])
    np.testing.assert_array_equal(phi(ends)[[0, 2]], [math.inf, math.nan])
    np.testing.assert_array_equal(phi.derivative(ends), [1.0, 0.0, math.nan])
    np.testing.assert_array_equal(phi.second_derivative(ends), [0.0, 0.0, math.nan])
    assert phi(np.zeros((2, 0, 3))).shape == (2, 0, 3)
    assert phi(1e300) == 1e300


# --- What is known of it -----------------------------------------------------------------------------


@pytest.mark.parametrize("name", BUILT_INS)
def test_signature_of_a_built_in(name: str) -> None:
    mine, built_in = expression(BUILT_INS[name]), fastsig.activation(name)
    assert mine.kinks == built_in.kinks
    assert mine.slopes == built_in.slopes
    assert mine.derivative_source == "symbolic"
    assert mine.derivative_errors == (0.0, 0.0)
    for sigma, mean in ((1e-3, 0.0), (1.0, 0.0), (0.7, -1.5), (30.0, 2.0), (1e3, 0.0)):
        a, b = (fastsig.signature(phi, sigma, mean=mean) for phi in (mine, built_in))
        assert a.success
        for component in ("m1", "g1", "g2", "m2", "eta", "tv", "curvature"):
            one, other = getattr(a, component), getattr(b, component)
            bound = a.error[component] + b.error[component]
            assert one == other or abs(one - other) <= bound, (component, sigma, mean)


@pytest.mark.parametrize(
    ("text", "kinks"),
    [
        ("abs(x)", (0.0,)),
        ("Max(x - 0.7, 0) - Max(-x - 0.3, 0)", (-0.3, 0.7)),
        ("min(max(0, x + 3), 6)*x/6", (-3.0, 3.0)),
        ("x if x > 1/3 else 2*x - 1/3", (1 / 3,)),
        ("Piecewise((x**2, (x > 0) & (x < 2)), (4*x - 4, x >= 2), (0, True))", ()),
        ("abs(x**2 - 2)/(1 + x**2)", (-math.sqrt(2.0), math.sqrt(2.0))),
        ("abs(tanh(x) - 0.5)", (math.atanh(0.5),)),
        ("heaviside(x - 1)*(x - 1)", (1.0,)),
        ("x*abs(x)/(1 + abs(x))", ()),
        ("max(x/5, x**2/(1 + abs(x)))", (0.0, 0.25)),
        ("abs(x - pi)", (math.pi,)),
        ("x + (sign(x) + 1)*x", (0.0,)),
    ],
)
def test_kinks_are_found_in_the_formula(text: str, kinks: tuple[float, ...]) -> None:
    """Without a warning: warnings are errors here. Not every place where pieces meet is a kink."""
    phi = expression(text)
    assert phi.kinks == pytest.approx(kinks, rel=2e-16)
    assert fastsig.signature(phi, 0.9).success


def test_derivatives_are_those_of_the_pieces() -> None:
    phi = expression("abs(x)*sign(x - 1)*(x - 1)")  # abs(x) abs(x - 1)
    x = np.array([-2.0, -1e-300, 0.25, 1.0 - 2.0**-53, 1.0 + 2.0**-52, 5.0])
    np.testing.assert_array_equal(phi.derivative(x), np.where((x > 0) & (x < 1), 1 - 2 * x, 2 * x - 1))
    np.testing.assert_array_equal(phi.second_derivative(x), np.where((x > 0) & (x < 1), -2.0, 2.0))
    assert expression("max(x, 0)").derivative(0.0) == 0.0
    assert expression("abs(x)").derivative(0.0) == 0.0


@pytest.mark.parametrize(
    ("text", "slopes"),
    [
        ("x*atan(x)", (math.pi / 2, -math.pi / 2)),
        ("sqrt(1 + x**2)", (1.0, -1.0)),
        ("x/3 + exp(-x**2)", (1 / 3, 1 / 3)),
        ("gelu_tanh(x)", (1.0, 0.0)),
        ("asinh(x)", (0.0, 0.0)),
        ("tanh(200*x)", (0.0, 0.0)),
        ("3", (0.0, 0.0)),
    ],
)
def test_end_slopes_are_exact(text: str, slopes: tuple[float, float]) -> None:
    assert expression(text).slopes == slopes


def test_limits_that_powers_do_not_reach() -> None:
    from fastsig.activations.formulas.end_limits import limit

    x = sympy.Symbol("x", real=True)
    assert limit(sympy.log(x**2 + 3) / sympy.log(x**2 + 2), x, 1) == 1.0
    assert limit(sympy.sin(x), x, -1) is None
    assert limit(x, x, 1) is None


def test_sympy_gets_a_fixed_amount_of_work() -> None:
    from fastsig.activations.formulas.end_limits import within

    def endless() -> None:
        while True:
            abs(len(str(1)) - int(sympy.Integer(1)))

    before = sys.gettrace()
    assert within(2000, endless) is None
    assert within(2000, lambda: 1 / 0) is None
    assert within(2000, lambda: 7) == 7
    assert sys.gettrace() is before


# --- Parameters, SymPy in, identity -------------------------------------------------------------------


def test_parameters_are_exact() -> None:
    x = next(iter(expression("x").expression.free_symbols))
    assert expression("a*x", a="0.1").expression == x / 10 == expression("0.1*x").expression
    assert expression("a*x", a=Fraction(1, 3)).expression == x / 3
    assert expression("a*x", a=0.1).expression == sympy.Rational(0.1) * x != x / 10
    assert expression("a*x", a=np.float64(0.5)) == expression("x/2") == expression(T / 2)
    assert expression(T * sympy.Float(0.1)).expression == sympy.Rational(0.1) * x
    assert expression(sympy.Symbol("b") * T, b=2) == expression("2*x")
    assert expression("a*x", a=sympy.sqrt(2))(1.0) == math.sqrt(2.0)
    assert expression("E*x + pi")(1.0) == math.e + math.pi


def test_equal_by_what_it_computes() -> None:
    silu = expression(T / (1 + sympy.exp(-T)))
    assert silu == expression("silu(x)") == expression("x*sigmoid(b*x)", b=1)
    assert hash(silu) == hash(expression("swish(x)"))
    assert silu != expression("gelu(x)")
    assert silu != fastsig.activation("swish")
    assert silu != expression("silu(x)", kinks=(0.5,))
    assert silu.expression == sympy.sympify("x/(1 + exp(-x))", locals={"x": sympy.Symbol("x", real=True)})
    assert repr(silu) == "Activation.from_expression('x/(1 + exp(-x))')"
    text = "Piecewise((x, x > 0), (-Abs(x)**(3/2), True)) + Max(x, 1/3)*Heaviside(x - 2)*(x - 2)"
    assert eval(repr(expression(text)), {"Activation": fastsig.Activation}) == expression(text)


@pytest.mark.parametrize("text", ["x*tanh(exp(x))", "min(max(0, x + 3), 6)*x/6"])
def test_pickle_and_copy(text: str) -> None:
    phi = expression(text)
    for again in (*(pickle.loads(pickle.dumps(phi, protocol)) for protocol in (2, 5)), copy.deepcopy(phi)):
        assert again == phi
        assert hash(again) == hash(phi)
        assert again.name == phi.name
        assert again.slopes == phi.slopes
        assert again.kinks == phi.kinks
        np.testing.assert_array_equal(again.derivative([-1.5, 0.2]), phi.derivative([-1.5, 0.2]))
    code = f"import pickle; print(pickle.loads(bytes.fromhex('{pickle.dumps(phi).hex()}'))(0.7).hex())"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=os.environ)
    assert float.fromhex(run.stdout.strip()) == phi(0.7)


def test_frozen_and_scaled() -> None:
    phi = expression("tanh(x)")
    with pytest.raises(AttributeError):
        phi.expression = None
    assert fastsig.signature(phi.scaled(2.0, 0.5, -1.0, 3.0), 1.5).m1 == pytest.approx(
        fastsig.signature(fastsig.activation("tanh").scaled(2.0, 0.5, -1.0, 3.0), 1.5).m1, rel=1e-13
    )


# --- Refusals ------------------------------------------------------------------------------------------

NOT_FORMULAS = {
    "": "empty",
    "x*(1 + 2": "never closed.*character 3",
    "x +* 2": "character",
    "x.__class__": "attribute.*character 1",
    "().__class__.__bases__[0]": "index|attribute",
    "__import__('os')": "no function is called '__import__'",
    "(lambda: 1)()": "known by name",
    "[x for x in y]": "comprehension",
    "x[0]": "index.*character 1",
    "x if x else 1": "condition.*character 6",
    "exp": "needs an argument",
    "exp(x, 2)": "one argument",
    "exp(x=1)": "keyword",
    "tanhh(x)": "did you mean tanh",
    "x^2": r"write \*\*",
    "x // 2": "FloorDiv",
    "x > 0": "is a condition",
    "(x > 0) + 1": "condition stands.*character 2",
    "'x'": "real numbers",
    "1j*x": "real numbers",
    "I*x": "real, finite",
    "oo*x": "real, finite",
    "x := 1": "character",
    "x; y": "character",
    "1e999*x": "range of double",
    "9**9**9**9": "too large",
    "x/(x - x)": "division by zero",
    "0**-1*x": "division by zero",
    "Piecewise(x, x > 0)": "pairs",
    "sin(" * 150 + "x" + ")" * 150: "deeply nested",
    "(" * 300 + "x" + ")" * 300: "nested",
    "x" + " + x" * 4000: "at most 10000 characters",
    "a*x + b*c": "symbols a, b, c besides x.*a=..., b=..., c=...",
    "log(x)": "at x = 0.0 is -inf",
    "sqrt(x)": "complex number; make it real",
    "x**0.5": "complex number",
    "(-1)**x": "complex",
    "1/(x - 1)": "at x = 1.0",
    "exp(x)": "at x = 1024.0 is inf",
    "sign(x)": "jumps by 2 at x = 0",
    "sign(x)*abs(x)**(1/3)": "derivative is unbounded",
    "Piecewise((x, x > 0))": "is nan",
}


@pytest.mark.parametrize("text", NOT_FORMULAS)
def test_what_is_no_formula_of_an_activation(text: str) -> None:
    with pytest.raises(ValueError, match=NOT_FORMULAS[text]) as caught:
        expression(text)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 700


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (sympy.gamma(T), "gamma is not a function"),
        (sympy.Function("f")(T), "f is not a function"),
        (sympy.DiracDelta(T) + T, "DiracDelta"),
        (sympy.Integral(sympy.exp(-(T**2)), T), "Integral"),
        (T * sympy.I, "contains I"),
        (T + sympy.oo, "contains oo"),
        (T * sympy.Symbol("b"), "besides x"),
    ],
)
def test_sympy_expressions_that_are_none(given: object, word: str) -> None:
    with pytest.raises(ValueError, match=word):
        expression(given)


@pytest.mark.parametrize(
    ("given", "parameters", "error", "word"),
    [
        (None, {}, TypeError, "str or a SymPy expression; got NoneType"),
        (b"x", {}, TypeError, "got bytes"),
        (T > 0, {}, TypeError, "SymPy expression"),
        ("a*x", {"a": "z"}, ValueError, "a must be a number"),
        ("a*x", {"a": math.nan}, ValueError, "a must be finite"),
        ("a*x", {"a": math.inf}, ValueError, "a must be finite"),
        ("a*x", {"a": [1.0]}, TypeError, "a must be a real number"),
        ("a*x", {"a": True}, TypeError, "a must be a real number"),
        ("a*x", {"a": sympy.I}, ValueError, "a must be a finite real number"),
        ("x", {"a": 1}, TypeError, "no parameter 'a'"),
        ("x", {"x": 1}, TypeError, "no parameter 'x'"),
        (T, {"a": 1}, TypeError, "no parameter 'a'"),
        ("x", {"kinks": (1.0, 0.0)}, ValueError, "ascending"),
    ],
)
def test_bad_arguments(given: object, parameters: dict, error: type[Exception], word: str) -> None:
    with pytest.raises(error, match=word):
        expression(given, **parameters)


def test_random_text_raises_value_errors_only() -> None:
    from fastsig.activations.formulas.text import read

    tokens = ["x", "2", "0.5", "-", "+", "*", "**", "(", ")", "exp(", "abs(", "max(", ",", "if", "else", " ", ">"]
    tokens += [
        "a",
        ".",
        "[",
        "]",
        "lambda",
        ":",
        "'",
        "\\",
        "{",
        "@",
        "Piecewise((",
        "True",
        "not",
        "^",
        ";",
        "\n",
        "é",
    ]
    tokens += ["é", "/", "0x", "1e5", "1j", "...", "_", "await", "yield", "f'", "\0", "\U0001d7d9"]
    rng = np.random.default_rng(5)
    x = sympy.Symbol("x", real=True)
    read_ones, messages = 0, []
    for _ in range(5000):
        text = "".join(rng.choice(tokens, rng.integers(1, 9)))
        try:
            read(text, {}, x)
            read_ones += 1
        except ValueError as error:
            messages.append(str(error))
    assert read_ones > 20
    assert not [message for message in messages if "\n" in message]


def test_without_sympy() -> None:
    code = """
import sys
sys.modules["sympy"] = None
import fastsig
try:
    fastsig.Activation.from_expression("tanh(x)")
except ImportError as error:
    print(error)
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "pip install 'fastsig[symbolic]'" in run.stdout
