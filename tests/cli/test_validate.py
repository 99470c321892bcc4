"""fastsig validate and fastsig report: tables, exit status, refusals, the progress bar."""

import os
import pty
import subprocess
import sys

import pytest

from fastsig.cli.main import main
from fastsig.sweeps import Plan, read

SMALL = (
    "validate",
    "--activations",
    "relu,tanh",
    "--sigma",
    "0.1:10:3",
    "--methods",
    "double,gauss_hermite:30,gauss_hermite:60,monte_carlo:1e4",
)


@pytest.fixture
def out(tmp_path):
    return str(tmp_path / "sweep.parquet")


def test_a_sweep_and_its_report(out, tmp_path, capsys):
    assert main([*SMALL, "--out", out]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""  # no bar: this is no terminal
    lines = printed.out.splitlines()
    assert lines[0] == "2 activations, 3 points, 5 components; reference: double_double"
    assert lines[2].split() == ["method", "rows", "verdicts", "worst", "error", "worst", "at"]
    assert lines[3].startswith("double ")
    assert "30 held" in lines[3]
    assert lines[-1] == "verdict: passed"
    assert read(out).plan == Plan.of(
        "relu,tanh", sigma="0.1:10:3", methods="double,gauss_hermite:30,gauss_hermite:60,monte_carlo:1e4"
    )
    assert main(["report", out, "--figures", str(tmp_path)]) == 0
    shown = capsys.readouterr()
    assert shown.err == ""
    assert shown.out.startswith(printed.out)
    names = ["sweep.html", "error_heat_map.png", "error_against_nodes_gauss_hermite.png", "z_scores.png"]
    assert shown.out.splitlines()[len(lines) :] == [f"wrote {tmp_path / name}" for name in names]
    assert all((tmp_path / name).stat().st_size > 1000 for name in names)


def test_the_same_command_again_computes_nothing(out, capsys, monkeypatch):
    assert main([*SMALL, "--out", out]) == 0
    first = capsys.readouterr().out
    monkeypatch.setattr("fastsig.sweeps.runner.work", lambda task: pytest.fail("done already"))
    assert main([*SMALL, "--out", out]) == 0
    assert capsys.readouterr().out == first


def test_another_command_on_the_same_file(out, capsys):
    assert main([*SMALL, "--out", out]) == 0
    assert main([*SMALL, "--mean", "1", "--out", out]) == 1
    err = capsys.readouterr().err
    assert "of another sweep: its plan differs in mean" in err
    assert len(err.splitlines()) == 1


def test_a_dishonest_error_fails(out, capsys, monkeypatch):
    """Errors made ten thousand times smaller: exit status 1, and the table says where."""
    from fastsig.sweeps import methods

    honest = methods.measured

    def too_small(value, error, kind):
        return honest(value, error and error / 1e4 if kind == "bound" and isinstance(value, float) else error, kind)

    monkeypatch.setattr(methods, "measured", too_small)
    assert main([*SMALL, "--out", out]) == 1
    printed = capsys.readouterr()
    assert "violated" in printed.out
    assert "verdict: FAILED" in printed.out
    assert printed.err == "fastsig validate: error: stated errors did not hold; see above\n"
    assert main(["report", out]) == 1
    monkeypatch.undo()
    worst = max(
        (row for row in read(out).rows if row.verdict == "violated"), key=lambda row: row.true_error / row.error
    )
    assert f"{worst.activation} {worst.component}, sigma {worst.sigma:.6g}" in printed.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ((), "--out"),
        (("--out", "no/such/folder/x"), "lies in one that does not exist"),
        (("--out", "x", "--activations", "rleu"), "did you mean"),
        (("--out", "x", "--sigma", "1:2"), "a:b:n"),
        (("--out", "x", "--mean", "-1:1:3"), "of one sign"),
        (("--out", "x", "--methods", "simpson"), "a method of a sweep is one of"),
        (("--out", "x", "--components", "m7"), "components are among"),
        (("--out", "x", "--seed", "-1"), "--seed must be"),
        (("--out", "x", "--workers", "0"), "--workers must be"),
        (("--out", "x", "--workers", "2", "--scheduler", "tcp://a:1"), "exclude each other"),
        (("--out", "x", "--reference", "double"), "a reference must be"),
    ],
)
def test_bad_usage(arguments, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["validate", *arguments]) == 2
    err = capsys.readouterr().err
    assert message in err
    assert len(err.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_bad_usage_of_report(tmp_path, capsys, out):
    assert main(["report", str(tmp_path / "none")]) == 2
    assert "cannot be read: No such file" in capsys.readouterr().err
    (tmp_path / "text").write_text("no sweep")
    assert main(["report", str(tmp_path / "text")]) == 2
    assert "is no sweep that 'fastsig validate' wrote" in capsys.readouterr().err
    assert main(["report", str(tmp_path / "a.html")]) == 2
    assert "would overwrite the sweep" in capsys.readouterr().err
    assert main(["report", "x", "--figures", str(tmp_path / "none")]) == 2
    assert "make it first" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("module", "extra", "command"), [("pyarrow", "sweep", "validate"), ("matplotlib", "plot", "report")]
)
def test_missing_extras(module, extra, command, out, monkeypatch, capsys):
    if command == "report":
        assert main([*SMALL, "--out", out]) == 0
        capsys.readouterr()
    for name in [name for name in sys.modules if name.partition(".")[0] == module]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    assert main([*SMALL, "--out", out] if command == "validate" else ["report", out]) == 1
    assert f"pip install 'fastsig[{extra}]'" in capsys.readouterr().err


def test_progress_on_a_terminal(out):
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-P", "-m", "fastsig", *SMALL, "--out", out], stderr=theirs, stdout=subprocess.DEVNULL
    )
    os.close(theirs)
    shown = b""
    try:
        while more := os.read(ours, 4096):
            shown += more
    except OSError:  # how a terminal says that nobody is left
        pass
    os.close(ours)
    assert process.wait() == 0
    assert b"[....................] 0/10 tasks" in shown
    assert shown.endswith(b"\r\x1b[K")  # nothing stays


def test_pace():
    """Rate and remaining time from what each method took: 2 workers, and 10 s of work left."""
    from fastsig.sweeps.progress import Pace
    from fastsig.sweeps.tasks import tasks_of

    class Half:
        tasks = tasks_of(Plan.of("relu,tanh,gelu,mish", sigma=1, methods="double,certified"))
        seconds = {}  # noqa: RUF012

        @property
        def left(self):
            return [task for task in self.tasks if task.number not in self.seconds]

        def __len__(self):
            return len(self.seconds)

    journal = Half()
    pace = Pace(journal)
    assert pace.state(journal) == (0, 8, None, None)
    journal.seconds = {0: 1.0, 1: 4.0, 2: 1.0, 3: 4.0}
    pace._started -= 5.0
    done, tasks, rate, left = pace.state(journal)
    assert (done, tasks) == (4, 8)
    assert rate == pytest.approx(4 / 5, rel=1e-2)
    assert left == pytest.approx(5.0, rel=1e-2)
