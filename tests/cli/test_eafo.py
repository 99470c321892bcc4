"""fastsig eafo: tables, JSON, figures, files of samples, bad usage."""

import json
import math

import numpy as np
import pytest

import fastsig
from fastsig import eafo
from fastsig.cli.main import main


def printed(capsys, *arguments, status=0):
    assert main(["eafo", *arguments]) == status
    return capsys.readouterr()


def as_json(capsys, *arguments):
    text = printed(capsys, *arguments, "--format", "json").out
    found = json.loads(text, parse_constant=lambda name: pytest.fail(f"{name} is no JSON"))
    assert found["schema"] == "fastsig.eafo/1"
    return found


def test_entropy(capsys):
    text = printed(capsys, "entropy", "relu", "gelu", "crrelu:eps=-0.1").out
    assert "relu" in text
    assert "P(0) = 0.5" in text
    assert text.endswith("\n")
    found = as_json(capsys, "entropy", "sigmoid", "--data", "logistic")["results"][0]
    assert abs(found["entropy"]) < 1e-10
    both = as_json(
        capsys, "entropy", "tanh", "--data", "normal:mean=-2,sd=0.5", "norm:loc=1", "--weights", "0.3", "0.7"
    )
    law = eafo.mixture([0.3, 0.7], [eafo.normal(-2.0, 0.5), eafo.normal(1.0)])
    assert both["results"][0]["entropy"] == eafo.output_entropy("tanh", law).entropy
    infinite = as_json(capsys, "entropy", "tanh", "--data", "cauchy")["results"][0]
    assert infinite["entropy"] == "-inf"


@pytest.mark.parametrize("ending", [".npy", ".txt", ".csv"])
def test_files_of_samples(capsys, tmp_path, ending):
    x = np.random.default_rng(0).normal(size=300)
    path = tmp_path / f"data{ending}"
    np.save(path, x) if ending == ".npy" else np.savetxt(path, x, delimiter=",")
    found = as_json(capsys, "entropy", "gelu", "--data", str(path))["results"][0]
    assert found["entropy"] == pytest.approx(eafo.output_entropy("gelu", x).entropy, rel=1e-12)
    assert found["error_kind"] == "standard_error"


def test_worst(capsys):
    found = as_json(capsys, "worst", "--low", "-1", "--high", "3", "--data", "t:df=5")
    assert found["results"][0]["entropy"] == pytest.approx(math.log(4.0), abs=1e-10)
    assert found["logarithm_of_range"] == math.log(4.0)
    assert found["values"][3] == {"x": pytest.approx(0.0, abs=1e-12), "phi": pytest.approx(1.0)}


def test_correct(capsys):
    found = as_json(capsys, "correct", "relu", "--eps", "0.01")
    assert found["slope"] == eafo.correction("relu", "normal", form="inverse").slope
    before, after = (row["entropy"] for row in found["results"])
    assert after - before == pytest.approx(0.01 * found["slope"], rel=0.01)
    text = printed(capsys, "correct", "identity", "--form", "forward", "--eps", "0.1").out
    assert "dH/de at 0 (forward form): -1 +- " in text


def test_optimize_writes_an_activation(capsys, tmp_path):
    path = tmp_path / "found.json"
    arguments = ("optimize", "gelu", "--steps", "4", "--constraints", "mean", "variance", "-o", str(path))
    found = as_json(capsys, *arguments)
    assert len(found["history"]) == 5
    assert set(found["history"][0]["signature"]) == set(fastsig.signature("gelu").as_dict())
    phi = eafo.from_json(path.read_text())
    assert phi == eafo.optimize("gelu", "normal", steps=4, constraints=("mean", "variance"))
    assert "stopped: all 4 steps were taken" in printed(capsys, *arguments).out


@pytest.mark.parametrize(
    "arguments",
    [
        ("entropy", "hardtanh"),
        ("worst", "--low", "0", "--high", "1"),
        ("correct", "relu"),
        ("optimize", "gelu", "--steps", "2"),
    ],
)
def test_figures(capsys, tmp_path, arguments):
    path = tmp_path / "figure.png"
    printed(capsys, *arguments, "--figure", str(path))
    assert path.read_bytes().startswith(b"\x89PNG")


def test_what_a_figure_shows():
    from fastsig.plot.before_and_after import draw

    after = eafo.optimize("relu", "normal", steps=2)
    figure = draw([fastsig.activation("relu"), after], eafo.normal(), history=after.history, title="relu")
    shown = {axes.get_title() for axes in figure.axes}
    assert {"activation", "output", "by step"} <= shown
    labels = [line.get_label() for axes in figure.axes for line in axes.lines]
    assert "before: P(0) = 0.5" in labels
    steps = next(line for line in figure.axes[2].lines if line.get_label() == "entropy")
    assert steps.get_ydata().tolist() == [one.entropy for one in after.history]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ((), "required"),
        (("entropies", "gelu"), "there is no action 'entropies'; there are entropy, worst"),
        (("entropy",), "needs the name of an activation"),
        (("entropy", "gelo"), "did you mean 'gelu'"),
        (("entropy", "gelu", "--data", "poisson"), "no continuous distribution"),
        (("entropy", "gelu", "--data", "t"), "t takes df, loc, scale"),
        (("entropy", "gelu", "--data", "normal:sd"), "parameters are written"),
        (("entropy", "gelu", "--data", "normal:sd=-1"), "--data"),
        (("entropy", "gelu", "--data", "nowhere.npy"), "cannot read nowhere.npy"),
        (("entropy", "gelu", "--data", "normal", "--weights", "0.5"), "sum to 1"),
        (("worst", "--low", "1", "--high", "0"), "low < high"),
        (("worst", "--low", "1"), "--high is missing"),
        (("worst", "gelu", "--low", "0", "--high", "1"), "takes no names"),
        (("correct", "gelu"), "turns back"),
        (("correct", "relu", "tanh"), "takes one activation"),
        (("correct", "relu", "--eps", "x"), "--eps must be a number"),
        (("optimize", "gelu", "--steps", "-3"), "--steps must be a whole number"),
        (("entropy", "gelu", "--eps", "0.1"), "--eps is an option of correct, not of entropy"),
        (("entropy", "gelu", "--low", "0"), "--low is an option of worst"),
        (("correct", "relu", "--steps", "3"), "--steps is an option of optimize"),
        (("correct", "relu", "--constraints", "mean"), "--constraints is an option of optimize"),
        (("worst", "--low", "0", "--high", "1", "-o", "x.json"), "--output is an option of optimize"),
        (("optimize", "gelu", "--figure", "f.xyz"), "--figure must end in one of .png"),
        (("optimize", "gelu", "-o", "nowhere/f.json"), "--output: there is no folder 'nowhere'"),
        (("optimize", "gelu", "-o", "."), "is a folder"),
    ],
)
def test_bad_usage_is_one_line_and_exit_status_2(capsys, arguments, words):
    found = printed(capsys, *arguments, status=2)
    assert found.out == ""
    assert found.err.count("\n") == 1
    assert found.err.startswith("fastsig eafo: error: ")
    assert words in found.err


def test_the_default_number_of_steps_is_that_of_the_function(capsys):
    import inspect

    found = as_json(capsys, "optimize", "identity", "--objective", "negentropy", "--nudge", "0.1")
    default = inspect.signature(eafo.optimize).parameters["steps"].default
    again = eafo.optimize("identity", "normal", objective="negentropy", nudge=0.1, steps=default)
    assert len(found["history"]) == len(again.history)
    assert found["stopping_reason"] == again.stopping_reason
    from fastsig.cli.eafo_command import _OPTIONS

    assert _OPTIONS["optimize"]["steps"] == str(default)
