"""fastsig bench: tables, JSON, figure, missing libraries, interruption, bad usage."""

import json
import re
from pathlib import Path

import pytest

import fastsig
from fastsig.benchmark.methods.all_methods import METHODS
from fastsig.cli.main import main

ROOT = Path(__file__).resolve().parents[2]
QUICK = ("bench", "--quick", "--methods", "numpy_gauss_hermite_100", "numpy_panels")


@pytest.fixture
def quick_json(tmp_path, capsys):
    """The document of a quick run, its file and the table printed."""
    path = tmp_path / "bench.json"
    assert main([*QUICK, "--repeat", "2", "--json", str(path)]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""  # no bar: this is no terminal
    return (
        json.loads(path.read_text(), parse_constant=lambda name: pytest.fail(f"{name} is no JSON")),
        path,
        printed.out,
    )


def test_json(quick_json):
    found, _, _ = quick_json
    assert found["schema"] == "fastsig.bench/1"
    assert found["command"] == " ".join(["fastsig", *QUICK[:1], *QUICK[2:], "--repeat", "2", "--quick"])
    assert (found["quick"], found["interrupted"], found["missing"]) == (True, False, [])
    assert found["cpu_level"] in ("baseline", "x86-64-v3", "x86-64-v4")
    assert {"cpu", "cores", "cores_used", "system", "load_before_and_after"} == set(found["machine"])
    assert {"fastsig", "python", "numpy", "scipy"} == set(found["versions"])
    assert found["versions"]["fastsig"] == fastsig.__version__
    assert found["batch"]["integrals"] == 36000
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00", found["date"])
    methods = {one["name"]: one for one in found["methods"]}
    assert list(methods) == ["fastsig", "numpy_gauss_hermite_100", "numpy_panels"]
    for one in methods.values():
        assert one["rounds"] == [0, 1]
        assert all(seconds > 0 for seconds in one["seconds"] + one["wall_seconds"])
        assert one["time"]["least"] == min(one["seconds"])
        assert one["time"]["least"] <= one["time"]["lower"] <= one["time"]["median"] <= one["time"]["upper"]
        assert one["ratio"]["number"] == 2
        assert (one["timed_integrals"], one["integrals"], one["extrapolated"]) == (720, 36000, True)
        assert set(one["worst_at"]) == {"activation", "component", "sigma"}
    assert methods["fastsig"]["ratio"]["median"] == 1.0
    assert methods["fastsig"]["worst_error"] < 1e-15 < methods["numpy_panels"]["worst_error"] < 1e-12
    assert methods["numpy_gauss_hermite_100"]["worst_error"] > 1e-3


def test_table(quick_json):
    found, _, text = quick_json
    lines = text.splitlines()
    assert lines[0].split()[:5] == ["method", "version", "worst", "error", "worst"]
    for line, one in zip(lines[1:], found["methods"], strict=False):
        assert line.startswith(one["title"])
        assert f"{one['worst_error']:.1e}" in line
    assert found["machine"]["cpu"] in text
    assert found["cpu_level"] in text
    assert "NumPy Gauss-Legendre panels 720 of 36000" in text
    assert "Quick run" in text


def test_load_shows_the_same_and_as_markdown(quick_json, capsys):
    found, path, text = quick_json
    assert main(["bench", "--load", str(path)]) == 0
    assert capsys.readouterr().out == text
    assert main(["bench", "--load", str(path), "--markdown"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[:3] == ["```sh", found["command"], "```"]
    table = [line for line in lines if line.startswith("|")]
    assert len(table) == 2 + len(found["methods"])
    assert len({line.count("|") for line in table}) == 1


def test_figure(quick_json, tmp_path, capsys):
    _, path, _ = quick_json
    for ending, begins in (("png", b"\x89PNG"), ("svg", b"<?xml")):
        figure = tmp_path / f"figure.{ending}"
        assert main(["bench", "--load", str(path), "--figure", str(figure)]) == 0
        assert figure.read_bytes().startswith(begins)
    svg = (tmp_path / "figure.svg").read_text()
    for title in ("fastsig", "NumPy Gauss-Hermite, 100 nodes", "NumPy Gauss-Legendre panels"):
        assert f"<!-- {title} -->" in svg  # matplotlib writes every text as a comment beside its shapes


def test_figure_without_matplotlib(monkeypatch, tmp_path, capsys):
    from fastsig.cli import bench_command

    monkeypatch.setattr(bench_command, "find_spec", lambda name: None)
    assert main([*QUICK, "--figure", str(tmp_path / "x.png")]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert "pip install 'fastsig[plot]'" in printed.err


def test_missing_libraries_are_listed_with_what_to_install(monkeypatch, capsys):
    from fastsig.benchmark import method

    real = method._importable
    monkeypatch.setattr(method, "_importable", lambda name: name != "jax" and real(name))
    assert main(["bench", "--quick", "--methods", "jax_panels"]) == 0
    text = capsys.readouterr().out
    assert "Not run: jax_panels: jax not installed: pip install 'jax[cpu]'" in text
    assert text.splitlines()[1].startswith("fastsig")


@pytest.mark.parametrize(("option", "ending"), [("--json", "json"), ("--figure", "png")])
def test_a_file_that_cannot_be_written_does_not_lose_the_table(option, ending, tmp_path, capsys):
    folder = tmp_path / f"folder.{ending}"
    folder.mkdir()
    assert main(["bench", "--quick", "--methods", "fastsig", option, str(folder)]) == 1
    printed = capsys.readouterr()
    assert printed.out.splitlines()[1].startswith("fastsig")
    assert printed.err.startswith(f"fastsig bench: error: cannot write {folder}: ")


def test_interruption_prints_what_is_done(monkeypatch, capsys, tmp_path):
    from fastsig.cli import bench_command

    def progress(done, steps, what):
        if "panels: round 2" in what:
            raise KeyboardInterrupt

    monkeypatch.setattr(bench_command, "_progress", progress)
    path = tmp_path / "part.json"
    assert main([*QUICK, "--repeat", "3", "--json", str(path)]) == 130
    printed = capsys.readouterr()
    assert printed.err == "fastsig bench: error: interrupted: this is what was done so far\n"
    assert "NumPy Gauss-Legendre panels" in printed.out
    found = json.loads(path.read_text())
    assert found["interrupted"]
    assert [one["rounds"] for one in found["methods"]] == [[0, 1], [0, 1], [0]]
    assert main(["bench", "--load", str(path)]) == 0  # to show it is no failure


def test_the_bar_is_for_terminals(monkeypatch, capsys):
    import sys

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    assert main([*QUICK[:2], "--methods", "fastsig"]) == 0
    bar = capsys.readouterr().err
    assert "fastsig: round 1 of 1" in bar
    assert bar.endswith("\r\033[K")


def test_list(capsys):
    assert main(["bench", "--list"]) == 0
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()] == list(METHODS)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--methods", "nump"], "no method 'nump'; there are fastsig,"),
        (["--methods"], "--methods"),
        (["--repeat", "0"], "from 1 to 1000; got '0'"),
        (["--repeat", "1001"], "got '1001'"),
        (["--repeat", "2.5"], "got '2.5'"),
        (["--json", "no/such/folder/x.json"], "the folder of 'no/such/folder/x.json' does not exist"),
        (["--figure", "x.bmp"], ".png, .svg or .pdf; got 'x.bmp'"),
        (["--load", "no_such_file.json"], "No such file"),
        (["gelu"], "not understood: gelu"),
    ],
)
def test_bad_usage(arguments, said, capsys):
    assert main(["bench", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.count("\n") == 1
    assert said in printed.err


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"schema": "fastsig.bench/0"}', "nonsense"])
def test_load_refuses_other_files(text, tmp_path, capsys):
    path = tmp_path / "other.json"
    path.write_text(text)
    assert main(["bench", "--load", str(path)]) == 2
    assert "fastsig.bench/1" in capsys.readouterr().err


def test_the_section_of_the_readme_is_that_of_the_results_kept(capsys):
    kept = ROOT / "docs" / "figures" / "error_against_time.json"
    assert main(["bench", "--load", str(kept), "--markdown"]) == 0
    section = (ROOT / "README.md").read_text().partition("<!-- bench: begin -->\n")[2]
    assert section.partition("<!-- bench: end -->")[0] == capsys.readouterr().out
    found = json.loads(kept.read_text())
    assert not found["quick"]
    assert not found["interrupted"]
    assert kept.with_suffix(".png").read_bytes().startswith(b"\x89PNG")
