"""Signatures as text: tables for people, JSON and CSV for programs."""

import math
from typing import Any, NamedTuple

from fastsig.cli.names import Named
from fastsig.cli.tables import aligned, error_text, number_text, plain
from fastsig.integrals.components import COMPONENTS as GAUSSIAN
from fastsig.signatures.definition import NINE, Signature

SCHEMA = "fastsig.signature/1"
COMPONENTS = (*NINE, "curvature_sup")
TABLE_DIGITS, POINT_DIGITS = 6, 15
_TITLES = {"alpha_plus": "alpha+", "alpha_minus": "alpha-"}


class Point(NamedTuple):
    """The signature of one activation at one sigma and mean."""

    phi: Named
    signature: Signature
    sigma: str  # as given
    mean: str

    @property
    def label(self) -> str:
        """What the user called the activation."""
        return self.phi.label


def as_table(points: list[Point], digits: int | None) -> str:
    """One activation: a line a sigma. Several: a block a sigma. A single point: a line a component."""
    if len(points) == 1:
        return _one_point(points[0], digits or POINT_DIGITS)
    digits = digits or TABLE_DIGITS
    titles = [_TITLES.get(name, name) for name in NINE]
    mean = points[0].mean
    labels = list(dict.fromkeys(point.label for point in points))
    sigmas = list(dict.fromkeys(point.sigma for point in points))
    blocks = []
    if len(labels) == 1:
        rows = [[p.sigma, *_cells(p.signature, digits)] for p in points]
        blocks.append(f"{_title(points[0])}, mean = {mean}\n\n{aligned(['sigma', *titles], rows, left=())}")
    else:
        for sigma in sigmas:
            rows = [[p.label, *_cells(p.signature, digits)] for p in points if p.sigma == sigma]
            table = aligned(["activation", *titles], rows)
            blocks.append(f"sigma = {sigma}, mean = {mean}\n\n{table}")
    return "\n\n".join([*blocks, _footer(points)]) + "\n"


def as_json(points: list[Point], digits: int | None) -> str:
    """One object; a value that is infinite or does not exist is the string "inf" or "nan".

    Numbers of more than double precision are strings, too, and so are then sigma, mean, parameters and errors.
    """
    import json

    from fastsig.targets.cpu import cpu_level
    from fastsig.version import __version__

    def value(number: Any) -> float | str:
        if digits is not None and not isinstance(number, float):
            return number_text(number, digits)
        if not math.isfinite(number):
            return str(number)
        return number if digits is None else float(number_text(number, digits))

    results: list[dict[str, Any]] = [
        {
            "activation": phi.activation.name,
            "parameters": _parameters(phi) if _precise(s) else phi.parameters,
            "sigma": sigma if _precise(s) else s.sigma,
            "mean": mean if _precise(s) else s.mean,
            "values": {name: value(getattr(s, name)) for name in COMPONENTS},
            "error": {name: _error(s, name, digits) if _precise(s) else s.error[name] for name in COMPONENTS},
            "methods": {name: s.methods[name] for name in COMPONENTS},
            "error_kind": s.error_kind,
            "success": s.success,
            "message": s.message,
        }
        for phi, s, sigma, mean in points
    ]
    whole = {"schema": SCHEMA, "version": __version__, "cpu_level": cpu_level(), "results": results}
    return json.dumps(whole, indent=1, allow_nan=False) + "\n"


def as_csv(points: list[Point], digits: int | None) -> str:
    """One line a point."""
    from fastsig.cli.csv_text import csv_text

    def cell(number: Any) -> str:
        return plain(number) if digits is None else number_text(number, digits)

    head = ["activation", "parameters", "sigma", "mean", *COMPONENTS, *(f"error_{name}" for name in COMPONENTS)]
    rows = [
        [
            phi.activation.name,
            ";".join(
                f"{name}={value}" for name, value in (_parameters(phi) if _precise(s) else phi.parameters).items()
            ),
            sigma,
            mean,
            *(cell(getattr(s, name)) for name in COMPONENTS),
            *(_error(s, name, digits) if _precise(s) else plain(s.error[name]) for name in COMPONENTS),
            s.method,
            s.error_kind,
            str(s.success).lower(),
        ]
        for phi, s, sigma, mean in points
    ]
    return csv_text([*head, "method", "error_kind", "success"], rows)


def _precise(s: Signature) -> bool:
    """Whether the numbers have more than double precision."""
    return not isinstance(s.m1, float)


def _parameters(phi: Named) -> dict[str, str]:
    """The parameters exactly: 1/100."""
    return {name: str(value) for name, value in phi.activation.parameters.items()}


def _error(s: Signature, name: str, digits: int | None) -> str:
    """The error of what is printed, as text: that of the number and what rounding it to the digits adds."""
    from decimal import Decimal

    from fastsig.numbers.number import above, context, format_number

    value = getattr(s, name)
    number, error = value.to_decimal(), getattr(value, "radius", None)
    if not number.is_finite():
        return "0"
    rounding = context(30).abs(context(2200).subtract(number, Decimal(format_number(number, digits or value.digits))))
    total = above(context(30).add(rounding, Decimal(s.error[name]) if error is None else error), 2)
    return f"{total:.1e}" if total else "0"


def _title(point: Point) -> str:
    return f"{point.label}: {point.phi.formula}"


def _cells(s: Signature, digits: int) -> list[str]:
    return [number_text(getattr(s, name), digits) for name in NINE]


def _one_point(point: Point, digits: int) -> str:
    s = point.signature
    rows = [
        [
            name,
            number_text(getattr(s, name), digits),
            _error(s, name, digits) if _precise(s) else error_text(s.error[name]),
            s.methods[name],
        ]
        for name in COMPONENTS
    ]
    table = aligned(["", "value", f"error {s.error_kind}", "method"], rows, left=(0, 2, 3))
    remark = f"\n{s.message}\n" if s.success and s.message != "ok" else ""  # else it goes to stderr
    return f"{_title(point)}, sigma = {point.sigma}, mean = {point.mean}\n\n{table}\n{remark}"


def size_of(s: Signature, name: str) -> float:
    """Size that an error is held against: that of the integrand, where the mean itself may cancel."""
    if name == "m1":
        return math.sqrt(s.m2)
    if name == "g1":
        return math.sqrt(s.g2)
    if name == "eta":
        return float(s.sigma) * math.sqrt(float(s.m2) * float(s.g2))
    return abs(float(getattr(s, name)))


def _footer(points: list[Point]) -> str:
    worst, where = 0.0, ""
    for phi, s, sigma, _ in points:
        for name in NINE:
            size, error = size_of(s, name), s.error[name]
            if 0.0 < size < math.inf and error / size > worst:
                at = f" at sigma = {sigma}" if name in GAUSSIAN else ""
                worst, where = error / size, f" ({name} of {phi.label}{at})"
    kind = "bound" if all(s.error_kind == "bound" for _, s, _, _ in points) else "estimate"
    methods = dict.fromkeys(name for _, s, _, _ in points for name in s.methods.as_dict().values())
    import textwrap

    listed = textwrap.fill(f"methods: {', '.join(methods)}", 100, subsequent_indent="  ")
    return f"largest relative error {kind}: {error_text(worst)}{where}\n{listed}"
