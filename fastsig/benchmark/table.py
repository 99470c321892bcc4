"""The table of a document, as text for a terminal and as the README's section in Markdown."""

from typing import Any

from fastsig.benchmark.report import Document

HEAD = ("method", "version", "worst error", "worst at", "batch", "quartiles", "/ fastsig", "quartiles")


def number_text(value: float) -> str:
    """Write a number with three digits, and no more zeros than needed."""
    return f"{value:.0f}" if value >= 1000 else f"{value:#.3g}".rstrip(".")


def time_text(seconds: float) -> str:
    """Write a time with its unit."""
    for unit, size in (("h", 3600.0), ("s", 1.0), ("ms", 1e-3)):
        if seconds >= size:
            return f"{number_text(seconds / size)} {unit}"
    return f"{number_text(seconds / 1e-6)} us"


def error_text(error: float | str) -> str:
    """Write an error with two digits."""
    return error if isinstance(error, str) else f"{error:.1e}"


def rows(document: Document) -> list[tuple[str, ...]]:
    """Return one row a method."""
    found: list[tuple[str, ...]] = []
    for method in document["methods"]:
        time, ratio = method["time"], method["ratio"]
        at = method["worst_at"]
        mark = "*" if method["extrapolated"] else ""
        found.append(
            (
                method["title"],
                method["version"],
                error_text(method["worst_error"]),
                f"{at['activation']} {at['component']} {at['sigma']:g}",
                time_text(time["median"]) + mark if time else "-",
                f"{time_text(time['lower'])} to {time_text(time['upper'])}" if time else "-",
                number_text(ratio["median"]) if ratio else "-",
                f"{number_text(ratio['lower'])} to {number_text(ratio['upper'])}" if ratio else "-",
            )
        )
    return found


def notes(document: Document) -> list[str]:
    """Return what must be known to read the table, a sentence a line."""
    batch, machine, versions = document["batch"], document["machine"], document["versions"]
    cores = "one core used" if machine["cores_used"] == 1 else "not kept on one core"
    load = " and ".join("unknown" if value is None else f"{value:g}" for value in machine["load_before_and_after"])
    said = [
        f"Batch: {len(batch['activations'])} activations x {batch['sigma']['number']} sigma from 1e-3 to 1e3 x "
        f"({', '.join(batch['components'])}), mean 0: {batch['integrals']} integrals.",
        f"Errors: worst relative error (absolute where the truth is 0); truth {document['truth']}.",
        f"Machine: {machine['cpu']}, CPU level {document['cpu_level']}, {machine['cores']} cores ({cores}), "
        f"{machine['system']}; load before and after: {load}.",
        f"fastsig {versions['fastsig']}, Python {versions['python']}, NumPy {versions['numpy']}, "
        f"SciPy {versions['scipy']}; {document['date']}.",
        "Times: CPU time, medians over rounds in which each method runs once; ratios are taken within a round.",
    ]
    parts = [m for m in document["methods"] if m["extrapolated"]]
    if parts:
        said.append("* extrapolated from a part of the integrals: " + "; ".join(map(_part, parts)) + ".")
    most = max((m["judged_integrals"] for m in document["methods"]), default=0)
    fewer = [m for m in document["methods"] if m["judged_integrals"] < most]
    if fewer:
        listed = "; ".join(f"{m['title']} {m['judged_integrals']}" for m in fewer)
        said.append(f"Errors are over {most} integrals, of some methods over fewer: {listed}.")
    said += [f"{m['title']}: {_remark(m)}." for m in document["methods"] if _remark(m)]
    if document["quick"]:
        said.append("Quick run (--quick): few integrals, so that times and errors are rough.")
    return said + [f"Not run: {one['name']}: {one['reason']}" for one in document["missing"]]


def _part(method: Document) -> str:
    return f"{method['title']} {method['timed_integrals']} of {method['integrals']}"


def _remark(method: dict[str, Any]) -> str:
    said = [method["remark"]] if method["remark"] else []
    if len(method["components"]) < 4:
        said.append(f"{' and '.join(method['components'])} only, time of these")
    return ", ".join(said)


def as_text(document: Document) -> str:
    """Return the table for a terminal."""
    body = rows(document)
    widths = [max(map(len, column)) for column in zip(HEAD, *body, strict=True)]
    lines = []
    for row in (HEAD, *body):
        cells = [
            cell.ljust(width) if index < 2 else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        ]
        lines.append("  ".join(cells).rstrip())
    return "\n".join([*lines, "", *notes(document)]) + "\n"


def as_markdown(document: Document) -> str:
    """Return the table, the command that made it and the notes, as they stand in the README."""
    lines = ["```sh", document["command"], "```", ""]
    lines += [f"| {' | '.join(HEAD)} |", "|---|---" + "|--:" * (len(HEAD) - 2) + "|"]
    lines += [f"| {' | '.join(row)} |".replace("*", r"\*") for row in rows(document)]
    lines += ["", *(f"- {line}".replace("* ex", r"\* ex") for line in notes(document))]
    return "\n".join(lines) + "\n"
