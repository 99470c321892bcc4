"""The command as a process: exit status, one-line errors, pipes, what is imported."""

import os
import signal
import subprocess
import sys
import sysconfig
from pathlib import Path

import pytest

# -P: the package that is installed, not the source tree that the tests may be started in.
COMMAND = (sys.executable, "-P", "-m", "fastsig")
SCRIPT = (str(Path(sysconfig.get_path("scripts")) / "fastsig"),)


def process(*arguments, command=COMMAND, **options):
    return subprocess.run([*command, *arguments], capture_output=True, text=True, timeout=60, check=False, **options)


BAD_USAGE = {
    "no command": ([], "signature, classify, init, phase, kernel, lyapunov, eafo, list"),
    "unknown command": (
        ["plot", "gelu"],
        "'classify', 'init', 'phase', 'kernel', 'lyapunov', 'eafo', 'list'",
    ),
    "unknown option": (["--bogus"], "--bogus"),
    "abbreviated option": (["signature", "gelu", "--digit", "3"], "in full"),
    "no name": (["signature"], "NAME"),
    "name after sigma": (["signature", "--sigma", "1", "gelu"], "before --sigma"),
    "second name after sigma": (["signature", "relu", "--sigma", "1", "gelu"], "names go before --sigma"),
    "name after an option": (["signature", "relu", "--mean", "1", "gelu"], "before the options"),
    "unknown activation": (["signature", "gelo"], "did you mean 'gelu'?"),
    "empty name": (["signature", ""], "fastsig list"),
    "line break in a name": (["signature", "a\nb"], "fastsig list"),
    "no sigma": (["signature", "gelu", "--sigma"], "--sigma"),
    "negative sigma": (["signature", "gelu", "--sigma", "-1"], "[0, 1e150]; got '-1'"),
    "negative sigma, exponent": (["signature", "gelu", "--sigma", "1", "-1e3"], "[0, 1e150]; got '-1e3'"),
    "sigma nan": (["signature", "gelu", "--sigma", "nan"], "got 'nan'"),
    "sigma inf": (["signature", "gelu", "--sigma", "inf"], "got 'inf'"),
    "sigma too large": (["signature", "gelu", "--sigma", "1e151"], "got '1e151'"),
    "sigma no number": (["signature", "gelu", "--sigma", "0.5x"], "got '0.5x'"),
    "mean inf": (["signature", "gelu", "--mean", "-inf"], "got '-inf'"),
    "mean no number": (["signature", "gelu", "--mean", "x"], "got 'x'"),
    "no mean": (["signature", "gelu", "--mean"], "--mean"),
    "1001 digits": (["signature", "gelu", "--digits", "1001"], "from 1 to 1000; got '1001'"),
    "no digits": (["signature", "gelu", "--digits", "0"], "from 1 to 1000"),
    "digits no number": (["signature", "gelu", "--digits", "1.5"], "got '1.5'"),
    "nodes without their method": (["signature", "gelu", "--nodes", "9"], "--method gauss_hermite"),
    "too many nodes": (["signature", "gelu", "--method", "gauss_hermite", "--nodes", "10001"], "10000"),
    "unknown method": (["signature", "gelu", "--method", "simpson"], "'gauss_hermite'"),
    "method that is not there": (["signature", "relu", "--method", "table"], "use --method auto"),
    "unknown format": (["signature", "gelu", "--format", "xml"], "'table', 'json', 'csv'"),
    "parameter without its name": (["signature", "leaky_relu:0.2"], "leaky_relu:slope=0.2"),
    "parameter twice": (["signature", "leaky_relu:slope=1,slope=2"], "leaky_relu:slope=0.2"),
    "empty parameter": (["signature", "leaky_relu:"], "leaky_relu:slope=0.2"),
    "unknown parameter": (["signature", "leaky_relu:beta=1"], "'slope'; got 'beta'"),
    "parameter where there is none": (["signature", "relu:slope=1"], "no parameter"),
    "parameter out of range": (["signature", "leaky_relu:slope=11"], "[-10, 10]; got '11'"),
    "parameter no number": (["signature", "swish:beta=x"], "got 'x'"),
    "division by zero": (["signature", "swish:beta=1/0"], "got '1/0'"),
    "argument of list": (["list", "gelu"], "not understood: gelu"),
    "unknown activation to warm up": (["warmup", "gelo"], "did you mean 'gelu'?"),
    "csv of info": (["info", "--format", "csv"], "'table', 'json'"),
}


@pytest.mark.parametrize(("arguments", "said"), BAD_USAGE.values(), ids=BAD_USAGE)
def test_bad_usage_is_one_line_and_status_2(arguments, said, capsys):
    from fastsig.cli.main import main

    assert main(arguments) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.startswith(
        ("fastsig: error: ", "fastsig signature: error: ", "fastsig list", "fastsig info", "fastsig warmup")
    )
    assert captured.err.count("\n") == 1
    assert said in captured.err


@pytest.mark.parametrize("arguments", [["signature", "gelo"], ["signature", "gelu", "--sigma", "-1"], [], ["bogus"]])
def test_bad_usage_of_the_process(arguments):
    done = process(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert "usage:" not in done.stderr


@pytest.mark.parametrize("command", [COMMAND, SCRIPT], ids=["module", "script"])
def test_success_of_the_process(command):
    done = process("signature", "tanh", "--format", "csv", command=command)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[1].startswith("tanh,,1,0,0,0.60570")


def test_a_cpu_level_that_does_not_exist():
    done = process("signature", "gelu", env={**os.environ, "FASTSIG_CPU_LEVEL": "z80"})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert "'z80'" in done.stderr
    assert "baseline" in done.stderr


def test_a_scalar_answer_loads_no_numpy():
    code = (
        "import sys; from fastsig.cli.main import main; main(['signature', 'all']);"
        "print(sorted({'numpy', 'scipy', 'numba', 'pandas', 'json', 'csv'} & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run([sys.executable, "-P", "-c", code], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == "[]\n"


@pytest.mark.skipif(not hasattr(signal, "SIGPIPE"), reason="no pipes of this kind here")
def test_a_reader_that_leaves_early():
    with subprocess.Popen([*COMMAND, "list"], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        assert running.stderr.read() == b""
        assert running.wait(60) == 0


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_an_output_that_cannot_be_written():
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [*COMMAND, "list"], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False
        )
    assert done.returncode == 1
    assert done.stderr.startswith("fastsig list: error: cannot write the output: ")
    assert done.stderr.count("\n") == 1


def test_interruption_leaves_no_traceback(monkeypatch, capsys):
    from fastsig.cli import list_command
    from fastsig.cli.main import main

    def interrupted(options):
        raise KeyboardInterrupt

    monkeypatch.setattr(list_command, "run", interrupted)
    assert main(["list"]) == 130
    assert capsys.readouterr() == ("", "")
