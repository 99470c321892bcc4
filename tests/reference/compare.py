"""Recompute the moments and constants of a file made elsewhere and say how far it is off, in its own last digits.

The file: {"moments": [{"activation", "mu", "sigma", "m1", ...}], "constants": {name: {"tv", "curv", "sup",
"zeros", "argsup"}}}; mu and sigma are the decimals written, parameters the defaults.
"""

import json
from fractions import Fraction
from multiprocessing import Pool
from pathlib import Path

from definitions import ball, definition
from flint import arb, ctx
from gaussian_integral import COMPONENTS, expectation
from shape import BITS, curvature, curvature_sup, total_variation
from zeros import zeros_of

ABSOLUTE_ZERO = arb(10) ** -36  # a "zero" such as 8.8e-68 in the other file stands for 0


def last_place(decimal):
    """The value of one unit in the last digit of a decimal string."""
    mantissa, _, exponent = decimal.lower().partition("e")
    places = len(mantissa.partition(".")[2])
    return arb(10) ** (int(exponent or 0) - places)


def units_off(decimal, value):
    """abs(decimal - value) in units of the decimal's last digit (0 where both are 0 to 36 places)."""
    with ctx.workprec(400):
        difference = abs(ball(Fraction(decimal)) - value)
        if abs(value) < ABSOLUTE_ZERO and difference < ABSOLUTE_ZERO:
            return 0.0
        return float((difference / last_place(decimal)).upper())


def digits_of(decimal):
    return len(decimal.lower().partition("e")[0].replace(".", "").replace("-", "").lstrip("0"))


def moment_rows(record):
    phi, sigma, mu = definition(record["activation"]), Fraction(record["sigma"]), Fraction(record["mu"])
    where = f"{record['activation']} mu={record['mu']} sigma={record['sigma']}"
    return [
        (units_off(record[c], expectation(c, phi, sigma, mu, 46)[0]), digits_of(record[c]), f"{where} {c}")
        for c in COMPONENTS
        if c in record
    ]


def constant_rows(item):
    name, record = item
    phi = definition(name)
    with ctx.workprec(BITS):
        pairs = [
            (key, record[key], make(phi))
            for key, make in (("tv", total_variation), ("curv", curvature), ("sup", curvature_sup))
            if record.get(key, "inf") != "inf"
        ]
        zeros = zeros_of(phi, 2)
        if "zeros" in record:
            assert len(zeros) == len(record["zeros"]), f"{name}: {len(zeros)} zeros of phi''"
            pairs += [("zero", *pair) for pair in zip(record["zeros"], zeros, strict=False)]
        if "argsup" in record:  # any one of the maximisers
            given = ball(Fraction(record["argsup"]))
            pairs.append(("argsup", record["argsup"], min(zeros_of(phi, 3), key=lambda z: float(abs(z - given)))))
    return [(units_off(text, value), digits_of(text), f"{name} {key}") for key, text, value in pairs]


def compare(file, jobs):
    document = json.loads(Path(file).read_text(encoding="utf-8"))
    with Pool(jobs) as pool:
        found = pool.map(moment_rows, document.get("moments", []), chunksize=4)
        found += pool.map(constant_rows, document.get("constants", {}).items())
    rows = sorted((row for part in found for row in part), reverse=True)
    print(
        f"{len(rows)} numbers of {min(r[1] for r in rows)} to {max(r[1] for r in rows)} digits; largest "
        "discrepancies in units of the last digit written:"
    )
    for units, digits, where in rows[:5]:
        print(f"  {units:.3g}  ({digits} digits)  {where}")
    return 0 if rows[0][0] <= 1 else 1
