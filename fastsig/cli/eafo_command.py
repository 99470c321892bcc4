"""``fastsig eafo``: entropy of outputs, worst activation, correction, optimisation."""

import argparse
import json
import math
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastsig.cli.figures import check_output
from fastsig.cli.names import read_activations
from fastsig.cli.tables import aligned, error_text, number_text
from fastsig.cli.usage import Outcome, UsageError

if TYPE_CHECKING:
    from fastsig.activations.definition import Activation
    from fastsig.eafo.density import Density

DESCRIPTION = """\
Entropy-based activation function optimisation (arXiv 2405.12954), for data X:

  entropy NAME...   entropy of phi(X), in nats, with its atoms
  worst             the activation between --low and --high whose output has most
  correct NAME      one step of the correction that lowers it fastest
  optimize NAME     many steps, on a table of the activation"""
EPILOG = """\
examples:
  fastsig eafo entropy relu gelu tanh
  fastsig eafo entropy sigmoid --data logistic --format json
  fastsig eafo entropy gelu --data normal:mean=-2 normal:mean=2 --weights 0.3 0.7
  fastsig eafo worst --low 0 --high 1 --data t:df=5 --figure worst.png
  fastsig eafo correct relu --form inverse --eps 0.1 --figure relu.png
  fastsig eafo optimize gelu --steps 50 --constraints mean variance -o found.json

--data takes a distribution of scipy.stats with its parameters, or a file of
samples (.npy, or text); several make a mixture. JSON has the schema fastsig.eafo/1; infinite
numbers are strings in it. -o writes the activation (schema
fastsig.eafo.table/1), which fastsig.eafo.from_json reads."""
ACTIONS = ("entropy", "worst", "correct", "optimize")
_OPTIONS: dict[str, dict[str, Any]] = {  # with their defaults, of the actions that have more than the data
    "worst": {"low": None, "high": None},
    "correct": {"form": "inverse", "eps": "0.1"},
    "optimize": {"objective": "entropy", "steps": "200", "constraints": [], "nudge": "0", "output": None},
}
DIGITS = 10


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments of this command."""
    parser.add_argument("action", metavar="ACTION", help=f"one of {', '.join(ACTIONS)}")
    parser.add_argument("names", metavar="NAME", nargs="*", help="activations ('fastsig list'), as in crrelu:eps=-0.1")
    parser.add_argument("--data", nargs="+", default=["normal"], metavar="LAW", help="the law of X (default normal)")
    parser.add_argument("--weights", nargs="+", metavar="W", help="of a mixture (default: equal)")
    parser.add_argument("--low", metavar="L", help="worst: lowest output")
    parser.add_argument("--high", metavar="H", help="worst: highest output")
    parser.add_argument("--form", choices=("forward", "inverse"), help="correct (default inverse)")
    parser.add_argument("--eps", metavar="E", help="correct: length of the step (default 0.1)")
    parser.add_argument("--objective", choices=("entropy", "negentropy"), help="optimize (default entropy)")
    parser.add_argument("--steps", metavar="N", help="optimize: the most steps (default 200)")
    parser.add_argument("--constraints", nargs="*", choices=("mean", "variance", "monotone", "range"), help="optimize")
    parser.add_argument("--nudge", metavar="E", help="optimize: leave a stationary start (default 0)")
    parser.add_argument("-o", "--output", metavar="FILE.json", help="optimize: write the activation")
    parser.add_argument("--figure", metavar="FILE.png", help="draw activation and density (needs matplotlib)")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")


def run(options: argparse.Namespace) -> Outcome:
    """Do what the action says and return it as text."""
    from fastsig.cli.data_law import read_law

    if options.action not in ACTIONS:
        raise UsageError(f"there is no action {options.action!r}; there are {', '.join(ACTIONS)}")
    if options.action == "worst" and options.names:
        raise UsageError(f"worst takes no names, the activation is what it finds; got {' '.join(options.names)}")
    if options.action != "worst" and not options.names:
        raise UsageError(
            f"{options.action} needs the name of an activation, as in 'fastsig eafo {options.action} gelu'"
        )
    if options.action in ("correct", "optimize") and len(options.names) != 1:
        raise UsageError(f"{options.action} takes one activation; got {' '.join(options.names)}")
    _settle(options)
    check_output(options.figure, "--figure")
    check_output(options.output, "--output", ())
    law = read_law(options.data, options.weights)
    action = {"entropy": _entropy, "worst": _worst, "correct": _correct, "optimize": _optimize}[options.action]
    try:
        found, activations, history = action(options, law)
    except ValueError as error:
        raise UsageError(str(error)) from None
    found = {"schema": "fastsig.eafo/1", "action": options.action, "data": law.name, **found}
    if options.figure:
        from fastsig.plot.before_and_after import draw

        try:
            figure = draw(activations, law, history=history, title=f"{activations[-1].name}; data: {law.name}")
        except ImportError as error:
            return Outcome(_text(found, options.format), str(error))
        figure.savefig(options.figure, dpi=130)
    return Outcome(_text(found, options.format), found.get("complaint"))


def _settle(options: argparse.Namespace) -> None:
    """Fill in the defaults of an action, and refuse options that it does not have."""
    for action, settings in _OPTIONS.items():
        for name, default in settings.items():
            given = getattr(options, name) is not None
            if action != options.action and given:
                raise UsageError(f"--{name} is an option of {action}, not of {options.action}: leave it out")
            if action == options.action and not given:
                setattr(options, name, default)


def _number(name: str, text: str | None) -> float:
    from fastsig.arguments import number

    if text is None:
        raise UsageError(f"--{name} is missing: worst needs --low and --high")
    try:
        return number(f"--{name}", text.strip())
    except ValueError as error:
        raise UsageError(str(error)) from None


def _entropy_row(phi: "Activation", law: "Density", label: str) -> dict[str, Any]:
    from fastsig.eafo.entropy import output_entropy

    found = output_entropy(phi, law)
    atoms = [[value, share] for value, share in found.atoms]
    row = {"activation": label, "entropy": found.entropy, "error": found.error, "error_kind": found.error_kind}
    return {**row, "continuous": found.continuous, "atoms": atoms, "message": found.message}


def _entropy(options: argparse.Namespace, law: "Density") -> Any:
    named = read_activations(options.names)
    rows = [_entropy_row(one.activation, law, one.label) for one in named]
    missed = [row for row in rows if row["message"] != "ok" and math.isfinite(row["entropy"])]
    result: dict[str, Any] = {"results": rows}
    if missed:
        result["complaint"] = f"{missed[0]['activation']}: {missed[0]['message']}"
    return result, [named[0].activation] if len(named) == 1 else [named[0].activation, named[-1].activation], ()


def _worst(options: argparse.Namespace, law: "Density") -> Any:
    from fastsig.eafo.worst import wafbc

    low, high = _number("low", options.low), _number("high", options.high)
    phi = wafbc(law, low, high)
    levels = [0.01, 0.1, 0.25, 0.5, 0.75, 0.9, 0.99]
    import numpy as np

    x = law.quantile(np.array(levels))
    values = [{"x": a, "phi": b} for a, b in zip(x.tolist(), phi(x).tolist(), strict=True)]
    row = _entropy_row(phi, law, phi.name)
    return {"results": [row], "logarithm_of_range": math.log(high - low), "values": values}, [phi], ()


def _correct(options: argparse.Namespace, law: "Density") -> Any:
    from fastsig.eafo.corrections import correction
    from fastsig.eafo.stepping import step

    (one,) = read_activations(options.names)
    eps = _number("eps", options.eps)
    found = correction(one.activation, law, form=options.form)
    after = step(one.activation, law, eps, form=options.form)
    rows = [_entropy_row(one.activation, law, one.label), _entropy_row(after, law, f"after a step of {eps:g}")]
    result = {"form": options.form, "eps": eps, "slope": found.slope, "slope_error": found.error, "results": rows}
    return result, [one.activation, after], ()


def _optimize(options: argparse.Namespace, law: "Density") -> Any:
    from fastsig.eafo.optimization import optimize

    (one,) = read_activations(options.names)
    steps = options.steps.strip()
    if not steps.isdigit():
        raise UsageError(f"--steps must be a whole number from 1 to 100000; got {steps!r}")
    after = optimize(
        one.activation, law, objective=options.objective, steps=int(steps), constraints=options.constraints,
        nudge=_number("nudge", options.nudge),
    )  # fmt: skip
    if options.output:
        Path(options.output).write_text(after.to_json() + "\n")
    history = [
        {"entropy": s.entropy, "variance": s.variance, "negentropy": s.negentropy, "length": s.length,
         "distance": s.distance, "signature": s.signature} for s in after.history
    ]  # fmt: skip
    result = {"objective": options.objective, "constraints": options.constraints, "history": history}
    return {**result, "stopping_reason": after.stopping_reason, "message": after.message}, [
        one.activation, after
    ], after.history  # fmt: skip


def _text(found: dict[str, Any], style: str) -> str:
    if style == "json":
        return json.dumps(_finite({k: v for k, v in found.items() if k != "complaint"}), indent=1) + "\n"
    lines = [f"data: {found['data']}\n"]
    if "results" in found:
        rows = [
            [row["activation"], number_text(row["entropy"], DIGITS), error_text(row["error"]), _atoms(row["atoms"])]
            for row in found["results"]
        ]
        lines.append(aligned(["activation", "entropy", "error", "atoms"], rows, left=(0, 3)) + "\n")
        lines += [f"{row['activation']}: {row['message']}\n" for row in found["results"] if row["message"] != "ok"]
    if "slope" in found:
        lines.append(
            f"dH/de at 0 ({found['form']} form): {found['slope']:.10g} +- {error_text(found['slope_error'])}\n"
        )
    if "logarithm_of_range" in found:
        lines.append(f"ln(high - low) = {found['logarithm_of_range']:.10g}\n\n")
        rows = [[number_text(one["x"], DIGITS), number_text(one["phi"], DIGITS)] for one in found["values"]]
        lines.append(aligned(["x", "phi"], rows, left=()) + "\n")
    if "history" in found:
        history = found["history"]
        shown = sorted({0, *range(0, len(history), max(1, len(history) // 10)), len(history) - 1})
        columns = ("entropy", "variance", "negentropy", "distance")
        rows = [[str(k), *(number_text(history[k][c], 6) for c in columns)] for k in shown]
        lines.append(aligned(["step", *columns], rows, left=()) + "\n")
        lines.append(f"stopped: {found['message']}\n")
    return "".join(lines)


def _atoms(atoms: list[list[float]]) -> str:
    return ", ".join(f"P({value:.6g}) = {share:.6g}" for value, share in atoms) or "none"


def _finite(value: Any) -> Any:
    """JSON has no infinity: the strings that Python's float reads."""
    if isinstance(value, float):
        return value if math.isfinite(value) else str(value)
    if isinstance(value, dict):
        return {key: _finite(one) for key, one in value.items()}
    return [_finite(one) for one in value] if isinstance(value, list) else value
