"""What a sweep found, as text for a terminal."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from fastsig.cli.tables import aligned

if TYPE_CHECKING:
    from fastsig.sweeps.plan import Plan
    from fastsig.sweeps.rows import Row
    from fastsig.sweeps.verdict import Normality, Summary, Verdict

MOST_FAILURES = 10  # that are listed; the file has all


def as_text(plan: "Plan", verdict: "Verdict") -> str:
    """Return a table of the methods, tests of z-scores, failures, and the verdict."""
    points = len(plan.points)
    text = (
        f"{len(plan.activations)} activations, {points} points, {len(plan.components)} components; "
        f"reference: {plan.reference}\n\n{_table(_methods(verdict.methods))}"
    )
    if verdict.normality:
        text += f"\nz-scores against the standard normal law (Kolmogorov-Smirnov)\n{_table(_tests(verdict.normality))}"
    if verdict.failures:
        shown = verdict.failures[:MOST_FAILURES]
        text += f"\n{len(verdict.failures)} failures, the worst first\n{_table(_failures(shown))}"
    return f"{text}\nverdict: {verdict.in_words}\n"


def _table(rows: list[list[str]]) -> str:
    head, *body = rows
    return aligned(head, body, left=range(len(head))) + "\n"


def _methods(methods: "Iterable[Summary]") -> list[list[str]]:
    table = [["method", "rows", "verdicts", "worst error", "worst at"]]
    for one in methods:
        verdicts = ", ".join(f"{number} {name}" for name, number in one.verdicts.items())
        error = "" if one.worst_error is None else f"{one.worst_error:.1e}"
        table.append([one.method, str(one.rows), verdicts, error, "" if one.worst is None else place(one.worst)])
    return table


def place(row: "Row") -> str:
    """Return where a row is: ``gelu m2, sigma 0.5``, and the mean unless it is 0."""
    mean = f", mean {row.mean:g}" if row.mean else ""
    return f"{row.activation} {row.component}, sigma {row.sigma:.6g}{mean}"


def _tests(tests: "Iterable[Normality]") -> list[list[str]]:
    table = [["method", "component", "scores", "distance", "p", ""]]
    table += [
        [
            one.method,
            one.component,
            str(one.scores),
            f"{one.distance:.4f}",
            f"{one.probability:.3g}",
            "" if one.passed else "FAILED",
        ]
        for one in tests
    ]
    return table


def _failures(rows: "Iterable[Row]") -> list[list[str]]:
    table = [["method", "at", "value", "error", "true error", "z", "verdict"]]
    for row in rows:
        numbers = [f"{row.value!r}", *("" if x is None else f"{x:.3g}" for x in (row.error, row.true_error, row.z))]
        table.append([row.method, place(row), *numbers, row.verdict])
    return table
