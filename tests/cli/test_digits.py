"""fastsig signature --digits: the cheapest precision, exact input, strings in JSON and CSV."""

import csv
import io
import json
from decimal import Decimal

import pytest

import fastsig
from fastsig.cli.main import main

pytest.importorskip("flint")


@pytest.fixture
def run(capsys):
    def call(*arguments, status=0):
        assert main(["signature", *arguments]) == status
        captured = capsys.readouterr()
        return captured.out if status == 0 else captured.err

    return call


@pytest.mark.parametrize(
    ("digits", "method"), [(15, "closed_form"), (16, "double_double"), (31, "double_double"), (32, "certified")]
)
def test_the_cheapest_precision(run, digits, method):
    (found,) = json.loads(run("gelu", "--digits", str(digits), "--format", "json"))["results"]
    assert found["methods"]["m2"] == method
    assert isinstance(found["values"]["m2"], float if digits < 16 else str)
    reference = fastsig.moments("gelu", 1, precision="certified", digits=40).m2.midpoint
    assert abs(Decimal(str(found["values"]["m2"])) - reference) <= Decimal(10) ** -min(digits, 29)


@pytest.mark.parametrize("digits", [20, 45])
def test_json_and_csv_hold_strings_and_errors_of_what_is_printed(run, digits):
    arguments = ("leaky_relu:slope=0.1", "gelu", "--sigma", "0.1", "1/3", "--mean", "-0.2", "--digits", str(digits))
    results = json.loads(run(*arguments, "--format", "json"))["results"]
    rows = list(csv.DictReader(io.StringIO(run(*arguments, "--format", "csv"))))
    assert len(results) == len(rows) == 4
    for found, row in zip(results, rows, strict=True):
        assert (found["sigma"], found["mean"]) == (row["sigma"], row["mean"])
        assert found["sigma"] in ("0.1", "1/3")
        exact = fastsig.moments(
            fastsig.activation(found["activation"], **found["parameters"]),
            found["sigma"],
            mean=found["mean"],
            precision="certified",
            digits=60,
        )
        for name in exact.values:
            assert row[name] == found["values"][name]
            difference = (Decimal(found["values"][name]) - exact[name].midpoint).copy_abs()
            assert difference <= Decimal(found["error"][name]) + exact[name].radius
            assert Decimal(found["error"][name]) <= max(Decimal(10) ** -min(digits, 28), Decimal("1e-60"))
    assert results[0]["parameters"] == {"slope": "1/10"}


def test_table(run):
    text = run("gelu", "--sigma", "0.1", "--digits", "50")
    assert "sigma = 0.1, mean = 0" in text
    assert "1.5156165807406191453629777690478932493299480558111" in text
    text = run("gelu", "tanh", "--sigma", "0.1", "2", "--digits", "33")
    assert "methods: certified" in text


def test_bad_usage(run):
    assert "--digits must be a whole number from 1 to 1000" in run("gelu", "--digits", "1001", status=2)
    assert "--method goes with up to 15 digits" in run("gelu", "--digits", "16", "--method", "adaptive", status=2)
    assert "--sigma must be a number" in run("gelu", "--sigma", "x", "--digits", "40", status=2)
