"""fastsig signature: the numbers are those of the API, in every format."""

import csv
import io
import json
import math
import re

import pytest

import fastsig
from fastsig.cli.main import main
from fastsig.cli.tables import error_text

NINE = ("m1", "g1", "g2", "m2", "eta", "alpha_plus", "alpha_minus", "tv", "curvature")
ALL = (*NINE, "curvature_sup")


@pytest.fixture
def run(capsys):
    """Run a command that must succeed, return its stdout."""

    def call(*arguments, status=0):
        assert main(arguments) == status
        captured = capsys.readouterr()
        assert (captured.err == "") == (status == 0)
        return captured.out

    return call


def results(text):
    whole = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert whole["schema"] == "fastsig.signature/1"
    assert whole["version"] == fastsig.__version__
    assert whole["cpu_level"] in ("baseline", "x86-64-v3", "x86-64-v4")
    return whole["results"]


@pytest.mark.parametrize("mean", [0.0, -1.5])
def test_json_holds_the_numbers_of_the_api(run, mean):
    sigmas = (0.0, 1e-6, 0.3, 1.0, 1000.0)
    found = results(run("signature", "all", "--sigma", *map(repr, sigmas), "--mean", repr(mean), "--format", "json"))
    expected = [(name, sigma) for name in fastsig.activation_names() for sigma in sigmas]
    assert [(one["activation"], one["sigma"]) for one in found] == expected
    for one, (name, sigma) in zip(found, expected, strict=True):
        s = fastsig.signature(name, sigma, mean=mean)
        for component in ALL:
            assert repr(float(one["values"][component])) == repr(getattr(s, component))  # NaN too
            assert one["error"][component] == s.error[component]
            assert one["methods"][component] == s.methods[component]
        assert (one["mean"], one["error_kind"], one["success"]) == (mean, s.error_kind, True)
        assert one["message"] == s.message


def test_infinity_is_a_string_in_json(run):
    values = results(run("signature", "relu", "--format", "json"))[0]["values"]
    assert values["curvature"] == values["curvature_sup"] == "inf"


def test_slopes_that_do_not_exist(run):
    """A string in JSON, a word elsewhere; the command has not failed, and a single point says why."""
    found = results(run("signature", "snake:a=0.5", "--format", "json"))[0]
    assert [found["values"][name] for name in NINE[5:]] == ["nan", "nan", "inf", "inf"]
    assert (found["parameters"], found["success"]) == ({"a": 0.5}, True)
    assert found["message"] == fastsig.signature("snake").message
    assert "phi' has no limit at +inf" in run("signature", "snake")
    lines = run("signature", "snake", "relu").splitlines()
    assert next(line for line in lines if line.startswith("snake")).split()[-4:] == ["nan", "nan", "inf", "inf"]


def test_csv_reads_back_as_the_numbers_of_the_api(run):
    text = run("signature", "all", "--sigma", "0.5", "3", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 2 * len(fastsig.activation_names())
    for row in rows:
        s = fastsig.signature(row["activation"], float(row["sigma"]))
        for component in ALL:
            assert repr(float(row[component])) == repr(getattr(s, component))
            assert float(row[f"error_{component}"]) == s.error[component]
        assert (row["method"], row["error_kind"], row["success"]) == (s.method, s.error_kind, "true")


@pytest.mark.parametrize("form", ["json", "csv"])
@pytest.mark.parametrize("digits", [1, 7, 15])
def test_digits_round_json_and_csv(run, form, digits):
    text = run("signature", "gelu", "--format", form, "--digits", str(digits))
    value = fastsig.signature("gelu").m2
    got = results(text)[0]["values"]["m2"] if form == "json" else next(csv.DictReader(io.StringIO(text)))["m2"]
    assert float(got) == float(f"{value:.{digits}g}")


@pytest.mark.parametrize("error", [3.14e-16, 3.16e-16, 9.94e-17, 9.96e-17, 1e-15, 0.1, 1.0, 123.4, 5e-324])
def test_an_error_is_never_rounded_down(error):
    assert error <= float(error_text(error)) <= 1.1 * error
    assert error_text(0.0) == "0"


@pytest.mark.parametrize("digits", [1, 2, 6, 15])
def test_table_digits(run, digits):
    text = run("signature", "gelu", "tanh", "--sigma", "2", "--digits", str(digits))
    s = fastsig.signature("gelu", 2.0)
    line = next(line for line in text.splitlines() if line.startswith("gelu"))
    assert line.split()[1:] == [f"{getattr(s, name):.{digits}g}" for name in NINE]


def test_a_table_has_six_digits_unless_told(run):
    assert run("signature", "all") == run("signature", "all", "--digits", "6")


def test_the_table_of_all_fits_a_terminal(run):
    lines = run("signature", "all", "--sigma", "0.5", "1", "2").splitlines()
    assert max(map(len, lines)) <= 110
    for name in fastsig.activation_names():
        assert sum(line.split()[:1] == [name] for line in lines) == 3  # a block a sigma
    assert [line for line in lines if line.startswith("sigma")] == [f"sigma = {s}, mean = 0" for s in ("0.5", "1", "2")]


def test_decimal_points_stand_under_each_other(run):
    lines = run("signature", "gelu", "--sigma", "0.25", "1.5", "20.5").splitlines()
    rows = [line for line in lines if re.match(r" *\d", line)]
    assert len(rows) == 3
    assert len({row.index(".") for row in rows}) == 1


def test_footer_tells_the_largest_relative_error_and_the_methods(run):
    text = run("signature", "gelu", "swish", "--sigma", "0.7", "4", "--method", "gauss_hermite", "--nodes", "20")
    worst = max(
        s.error[name] / abs(getattr(s, name))
        for phi in ("gelu", "swish")
        for s in (fastsig.signature(phi, sigma, method="gauss_hermite", nodes=20) for sigma in (0.7, 4.0))
        for name in NINE
        if getattr(s, name)
    )
    shown = float(re.search("largest relative error estimate: (.*) ", text.split("(")[0])[1])
    assert worst <= shown <= 1.1 * worst
    assert "gauss_hermite" in text.splitlines()[-1]


def test_a_single_point_shows_value_error_and_method(run):
    lines = run("signature", "mish", "--sigma", "2").splitlines()
    assert lines[0] == "mish: x*tanh(ln(1 + exp(x))), sigma = 2, mean = 0"
    s = fastsig.signature("mish", 2.0)
    shown = {line.split()[0]: line.split()[1:] for line in lines[3:]}
    assert tuple(shown) == ALL
    for name, (value, error, method) in shown.items():
        assert value == f"{getattr(s, name):.15g}"
        assert s.error[name] <= float(error) <= 1.1 * s.error[name]
        assert method == s.methods[name]


@pytest.mark.parametrize(
    ("given", "parameters"),
    [
        ("leaky_relu:slope=0.2", {"slope": "0.2"}),
        ("leaky_relu:slope=-1/3", {"slope": "-1/3"}),
        ("swish:beta=1.702", {"beta": "1.702"}),
        ("silu", {}),
        ("crrelu:eps=0", {"eps": 0}),
    ],
)
def test_parameters(run, given, parameters):
    phi = fastsig.activation(given.partition(":")[0], **parameters)
    one = results(run("signature", given, "--format", "json"))[0]
    assert one["activation"] == phi.name
    assert one["parameters"] == {name: float(value) for name, value in phi.parameters.items()}
    assert one["values"]["m2"] == fastsig.signature(phi).m2


@pytest.mark.parametrize("mean", ["-1e-3", "-0.5", "-2", "-1/3", "1e2"])
def test_means_of_either_sign(run, mean):
    from fractions import Fraction

    one = results(run("signature", "tanh", "--mean", mean, "--format", "json"))[0]
    assert one["mean"] == float(Fraction(mean))


@pytest.mark.parametrize("method", ["auto", "table", "adaptive", "gauss_hermite"])
def test_methods(run, method):
    one = results(run("signature", "swish", "--method", method, "--format", "json"))[0]
    s = fastsig.signature("swish", method=method)
    assert one["values"]["m2"] == s.m2
    assert one["methods"]["m2"] == s.methods.m2


def test_results_that_missed_their_accuracy_are_printed_and_the_status_is_1(monkeypatch, capsys):
    from fastsig.signatures import compute

    real = compute.signature

    def missing(phi, sigma, **options):
        got = real(phi, sigma, **options)
        found = got._stored()
        found.status, found.message = 10, "the requested accuracy was not reached"
        return compute.Signature(found, got.activation, got.sigma, got.mean)

    monkeypatch.setattr(compute, "signature", missing)
    assert main(["signature", "gelu", "--sigma", "1", "2", "--format", "json"]) == 1
    captured = capsys.readouterr()
    assert [one["success"] for one in results(captured.out)] == [False, False]
    assert captured.err == (
        "fastsig signature: error: the requested accuracy was not reached (gelu at sigma 1, mean 0 and 1 more)\n"
    )
    assert math.isclose(results(captured.out)[0]["values"]["m1"], real("gelu").m1)
