"""Check the reference files in a second way: mpmath, derivatives by hand, tanh-sinh quadrature, closed forms.

python tests/reference/crosscheck.py [--records N]

Nothing is shared with definitions.py or the ball arithmetic. A check prints its worst error and fails above 1e-34:
values against formulas at 800 digits; N random records of moments, parameters and means against mpmath.quad, with
Stein's identity E[Z phi] = sigma E phi' on the way; closed forms for relu, leaky_relu and gelu on every sigma.
"""

import argparse
import json
import random
import sys
from pathlib import Path

from mpmath import asinh, atan, cos, cosh, erf, erfc, exp, expm1, log1p, mp, mpf, pi, quad, sech, sign, sin, sqrt, tanh

FOLDER = Path(__file__).resolve().parent
LIMIT = mpf("1e-34")


def read(name):
    return json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))["records"]


def times_x(x, t, t1, t2):
    return x * t, t + x * t1, 2 * t1 + x * t2


def parameter(record, name, default):
    return mpf(float(record[name])) if name in record else mpf(default)


def clipped(x, low, high):
    """x clipped to [low, high]; phi' is 0 at the ends."""
    inside = low < x < high
    return x if inside else mpf(low) if x <= low else mpf(high), mpf(inside), mpf(0)


def exponential_unit(x, slope, size, scale):
    if x > 0:
        return slope * x, slope, mpf(0)
    e = size * exp(x / scale)
    return size * expm1(x / scale), e / scale, e / scale**2


def selu_constants():
    near, far, e = erfc(1 / sqrt(mpf(2))) * sqrt(exp(1)), erfc(sqrt(mpf(2))), exp(mpf(1))
    square = 2 * far * e**2 + pi * near**2 - 2 * (2 + pi) * near + pi + 2
    return (1 - near) * sqrt(2 * pi) / sqrt(square), sqrt(2 / pi) / (1 - near)


def piecewise(record, name, x):
    """Piecewise polynomials and exponential units; None for the others."""
    match name:
        case "identity":
            return x, mpf(1), mpf(0)
        case "hardtanh":
            return clipped(x, -1, 1)
        case "relu6":
            return clipped(x, 0, 6)
        case "hardsigmoid":
            return tuple(v / 6 for v in clipped(x + 3, 0, 6))
        case "hardswish":
            inside = -3 < x < 3
            return (x * (x + 3) / 6, x / 3 + mpf(1) / 2, mpf(1) / 3) if inside else (x * (x > 0), mpf(x > 0), mpf(0))
        case "softshrink":
            t = parameter(record, "threshold", 0.5)
            return (x - t * sign(x), mpf(1), mpf(0)) if abs(x) > t else (mpf(0), mpf(0), mpf(0))
        case "elu":
            return exponential_unit(x, mpf(1), parameter(record, "alpha", 1), 1)
        case "celu":
            alpha = parameter(record, "alpha", 1)
            return exponential_unit(x, mpf(1), alpha, alpha)
        case "selu":
            slope, alpha = selu_constants()
            return exponential_unit(x, slope, slope * alpha, 1)
    return None


def smooth(record, name, x):
    """Softplus and its kin, saturating and other smooth ones; None for the others."""
    t, q, e = tanh(x), sech(x) ** 2, exp(-x * x)
    match name:
        case "softplus":
            b = parameter(record, "beta", 1)
            return log1p(exp(b * x)) / b, 1 / (1 + exp(-b * x)), b / (4 * cosh(b * x / 2) ** 2)
        case "logsigmoid":
            return -log1p(exp(-x)), 1 / (1 + exp(x)), -1 / (4 * cosh(x / 2) ** 2)
        case "erf":
            return erf(x), 2 / sqrt(pi) * e, -4 / sqrt(pi) * x * e
        case "gaussian":
            return e, -2 * x * e, (4 * x * x - 2) * e
        case "softsign":
            d = 1 + abs(x)
            return x / d, d**-2, -2 * sign(x) * d**-3
        case "arctan":
            d = 1 + x * x
            return atan(x), 1 / d, -2 * x / d**2
        case "asinh":
            d = sqrt(1 + x * x)
            return asinh(x), 1 / d, -x / d**3
        case "tanhshrink":
            return x - t, t * t, 2 * t * q
        case "lisht":
            return times_x(x, t, q, -2 * t * q)
        case "snake":
            a = parameter(record, "a", 1)
            return x + sin(a * x) ** 2 / a, 1 + sin(2 * a * x), 2 * a * cos(2 * a * x)
        case "gelu_tanh":
            k, a = sqrt(8 / pi), mpf(44715) / 10**6
            u, u1, u2 = k * (x + a * x**3), k * (1 + 3 * a * x * x), 6 * k * a * x
            s, s1 = 1 / (1 + exp(-u)), 1 / (4 * cosh(u / 2) ** 2)
            return times_x(x, s, s1 * u1, s1 * u2 - s1 * tanh(u / 2) * u1**2)
    return None


def phi(record, x):
    """phi, phi', phi'' with derivatives by hand."""
    name = record["activation"]
    for group in (piecewise, smooth):
        found = group(record, name, x)
        if found:
            return found
    if name in ("relu", "leaky_relu"):
        slope = mpf(0) if name == "relu" else mpf(float(record["slope"])) if "slope" in record else mpf(1) / 100
        return (x, mpf(1), mpf(0)) if x > 0 else (slope * x, slope, mpf(0))
    if name == "tanh":
        t, s = tanh(x), sech(x) ** 2
        return t, s, -2 * t * s
    if name in ("sigmoid", "swish"):
        b = mpf(float(record.get("beta", "1")))
        s, s1 = 1 / (1 + exp(-b * x)), 1 / (4 * cosh(b * x / 2) ** 2)
        s2 = -s1 * tanh(b * x / 2)
        return (s, s1, s2) if name == "sigmoid" else times_x(x, s, b * s1, b * b * s2)
    if name == "gelu":
        density = exp(-x * x / 2) / sqrt(2 * pi)
        return times_x(x, erfc(-x / sqrt(mpf(2))) / 2, density, -x * density)
    if name == "mish":
        soft, s = log1p(exp(x)), 1 / (1 + exp(-x))
        t, q = tanh(soft), sech(soft) ** 2
        return times_x(x, t, q * s, q * s / (1 + exp(x)) - 2 * t * q * s * s)
    if name == "telu":
        u = exp(x)
        if u > 1e6:
            return x, mpf(1), mpf(0)
        t, q = tanh(u), sech(u) ** 2
        return times_x(x, t, q * u, q * u - 2 * t * q * u * u)
    eps = mpf(float(record["eps"])) if "eps" in record else mpf(1) / 100
    e, hinge = eps * exp(-x * x / 2), 1 if x > 0 else 0
    return hinge * x + e * x, hinge + e * (1 - x * x), e * (x**3 - 3 * x)


def check_values():
    worst = mpf(0)
    mp.dps = 800
    for record in read("values"):
        x = mpf(float(record["x"]))
        if abs(x) > 1000:
            continue
        got = phi(record, x)
        for key, value in zip(("value", "derivative", "second_derivative"), got, strict=False):
            kept = mpf(record[key])
            if abs(value) > mpf(10) ** -50_000:
                scale = abs(value) if kept else mpf(1)
                worst = max(worst, abs(value - kept) / scale)
    return worst


def waves_in_reach(record):
    """Periods of snake within 8 sigma; beyond some tens quadrature is slow, and formulas are all there is."""
    return 8 * mpf(record["sigma"]) * parameter(record, "a", 1) / pi if record["activation"] == "snake" else 0


def check_integrals(count):
    mp.dps = 50
    source, worst, stein = random.Random(7), mpf(0), mpf(0)
    pool = [r for name in ("moments", "parameters", "means") for r in read(name)]
    pool = [r for r in pool if float(r["mean"]) > -30]  # far out the result is smaller than the quadrature's error
    pool = [r for r in pool if r["activation"] != "snake" or waves_in_reach(r) < 30]
    for record in source.sample(pool, count):
        sigma, mu = mpf(float(record["sigma"])), mpf(float(record["mean"]))
        width = parameter(record, "alpha", 1) / parameter(record, "beta", 1)
        reach = 16 * sigma
        pieces = 8 * (1 + int(waves_in_reach(record)) // 8)
        marks = {mu + k * reach / pieces for k in range(-pieces, pieces + 1)}
        marks |= {s * width * e for s in (-1, 1) for e in (mpf(0), mpf(1), mpf(2), mpf(4), mpf(8), mpf(20), mpf(60))}
        marks |= {
            s * mpf(b) for s in (-1, 1) for b in (3, 6, parameter(record, "threshold", 0.5))
        }  # breaks, and harmless
        marks = sorted(m for m in marks if abs(m - mu) <= reach)

        def mean_of(f):
            def weighted(x):
                z = (x - mu) / sigma
                return f(x, z, *phi(record, x)[:2]) * exp(-z * z / 2)

            return quad(weighted, marks) / (sigma * sqrt(2 * pi))

        for key, f in (
            ("m1", lambda x, z, p, d: p),
            ("g1", lambda x, z, p, d: d),
            ("g2", lambda x, z, p, d: d * d),
            ("m2", lambda x, z, p, d: p * p),
            ("eta", lambda x, z, p, d: (x - mu) * p * d),
            ("g2z2", lambda x, z, p, d: d * d * z * z),
        ):
            kept = mpf(record[key])
            size = mpf(record.get(f"abs_{key}", abs(kept) or 1))
            size = max(size, mpf("1e-20"))  # a tail beyond 16 sigma is not seen
            error = abs(mean_of(f) - kept) / size
            if error > LIMIT:
                print(f"  {record['activation']} mean {mu} sigma {sigma} {key}: {mp.nstr(error, 3)}", file=sys.stderr)
            worst = max(worst, error)
        stein = max(
            stein,
            abs(mean_of(lambda x, z, p, d: z * p) - sigma * mpf(record["g1"]))
            / max(sigma * abs(mpf(record["g1"])), mpf("1e-6") * sigma),
        )
    return worst, stein


def closed_form(record, s):
    q, name = s * s, record["activation"]
    if name in ("relu", "leaky_relu"):
        a = mpf(0) if name == "relu" else mpf(float(record["slope"])) if "slope" in record else mpf(1) / 100
        second = (1 + a * a) / 2
        return {
            "m1": (1 - a) * s / sqrt(2 * pi),
            "g1": (1 + a) / 2,
            "g2": second,
            "g2z2": second,
            "m2": second * q,
            "eta": second * q,
        }
    if name == "snake":
        w = 2 * parameter(record, "a", 1)
        shrunk = exp(-w * w * q / 2)
        square = 2 * (1 - shrunk) - (1 - shrunk**4) / 2  # E(1 - cos wx)^2 = 3/2 - 2 E cos wx + E cos 2wx/2
        return {
            "m1": (1 - shrunk) / w,
            "g1": mpf(1),
            "g2": 1 + (1 - shrunk**4) / 2,
            "m2": q + square / w**2,
            "eta": q * (1 + shrunk - shrunk**4),
        }
    if name == "gelu":
        d = 1 + 2 * q
        angle = atan(q / sqrt(d))
        return {
            "m1": q / sqrt(2 * pi * (1 + q)),
            "g1": mpf(1) / 2,
            "m2": q / 4 + (angle + 2 * q / ((1 + q) * sqrt(d))) * q / (2 * pi),
            "g2": mpf(1) / 4 + (angle + q * (3 + 5 * q) / ((1 + q) * d ** mpf(1.5))) / (2 * pi),
        }
    return {}


def check_closed_forms():
    mp.dps = 90
    worst = mpf(0)
    for record in read("moments") + read("parameters"):
        for key, value in closed_form(record, mpf(float(record["sigma"]))).items():
            worst = max(worst, abs(value - mpf(record[key])) / (abs(value) or 1))
    return worst


def main():
    parser = argparse.ArgumentParser(description="Check the reference files against mpmath and closed forms.")
    parser.add_argument("--records", type=int, default=60, help="random records to integrate again (60)")
    options = parser.parse_args()
    integrals, stein = check_integrals(options.records)
    found = {"values": check_values(), "integrals": integrals, "Stein": stein, "closed forms": check_closed_forms()}
    for name, error in found.items():
        print(f"{name}: worst relative error {mp.nstr(error, 3)}")
    return 0 if max(found.values()) < LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
