"""Tables of Gaussian means of built-ins as functions of sigma, at mean 0 (csrc/src/sigma_table.h).

Below 1/16 a power series in sigma^2, from WIDE_LOW on one in 1/sigma^2, and between them
polynomials on half octaves, interpolated at Chebyshev nodes from sums of the sinh-trapezoid rule at 8
times its density. A mean is analytic in sigma where abs(arg sigma) < pi/4, so that the
coefficients on [2^e, 1.5 2^e] fall like 7^-k, on the upper half like 10^-k.
"""

from c_source import c_array, nearest_double
from definitions import ACTIVATIONS, Series, taylor
from flint import arb, fmpq
from sinh_trapezoid import (
    BANKS,
    COMPONENTS,
    PRESENT,
    RULE_ERROR,
    Bank,
    Columns,
    apply,
    check_bank,
    fine_rule,
    has_asymptote,
    left_out,
    rule,
    tabulate,
)

SERIES_TERMS = 13
# From here on a series in 1/sigma^2: asymptotic, its terms grow again after about
# sigma^2/2 of them.
WIDE_LOW = 16.0
WIDE_TERMS = 13
PIECE_TERMS = 17
CHEBYSHEV_NODES = 24
Key = tuple[str, str]  # activation, component


def series(name: str) -> dict[str, tuple[int, list[arb]]]:
    """Per component: the power of sigma^2 taken out, and SERIES_TERMS coefficients."""
    terms = 2 * (SERIES_TERMS + 4)
    f = Series(taylor(ACTIVATIONS[name], arb(0), terms), prec=terms)
    f1 = f.derivative()
    x = Series([0, 1], prec=terms)
    functions = {"m1": f, "g1": f1, "g2": f1 * f1, "m2": f * f, "eta": x * f * f1}
    if name == "swish":
        functions["m1"] = Series(taylor(ACTIVATIONS["sigmoid"], arb(0), terms), prec=terms).derivative()
    result = {}
    for component in PRESENT[name]:
        moment, coefficients = arb(1), []
        for k in range(SERIES_TERMS + 2):
            coefficients.append(functions[component][2 * k] * moment)
            moment *= 2 * k + 1
        power = 1 if coefficients[0].contains(0) and abs(coefficients[0]) < arb(fmpq(1, 10**50)) else 0
        kept = coefficients[power : power + SERIES_TERMS]
        result[component] = (power, kept)
    return result


def check_series() -> None:
    """The series at the low end of the first bank, against a dense rule."""
    bank = BANKS[0]
    truth = apply(*fine_rule(bank), arb(bank.low))
    for name in ACTIVATIONS:
        for component, (power, coefficients) in series(name).items():
            q = arb(bank.low) ** 2
            value = sum((a * q ** (k + power) for k, a in enumerate(coefficients)), arb(0))
            error = abs(value / truth[name, component] - 1)
            if not error < RULE_ERROR:
                raise ArithmeticError(f"series {name}.{component}: error {error.str(3)}")


def wide_series() -> dict[Key, list[arb]]:
    """Coefficients of 1/sigma^(2k + 1) of what the last bank sums, for large sigma.

    exp(-x^2/(2 sigma^2)) in powers: the moments of the integrands over x, by a rule that reaches as far as
    x^(2k) exp(-x) does.
    """
    last = BANKS[-1]
    step = last.step / 4
    nodes = int(float(((arb(300.0) / last.stretch).asinh() / step).mid()))
    x, weights = rule(nodes, step, arb(last.stretch))
    result = {}
    for key, column in tabulate(x, weights, True).items():
        factor, coefficients = arb(1), []
        for k in range(WIDE_TERMS):
            coefficients.append(factor * sum((f * (v * v / 2) ** k for f, v in zip(column, x, strict=True)), arb(0)))
            factor /= -(k + 1)
        result[key] = coefficients
    return result


def check_wide_series(coefficients: dict[Key, list[arb]], fine: tuple[list[arb], Columns]) -> dict[Key, float]:
    """The series at its low end and beyond against the fine rule; the condition numbers of its sums."""
    condition = dict.fromkeys(coefficients, 1.0)
    for sigma in (arb(WIDE_LOW), arb(1.25 * WIDE_LOW), arb(5 * WIDE_LOW), arb(1e3)):
        for (name, component), truth in apply(*fine, sigma).items():
            t, base = 1 / (sigma * sigma), left_out(name, component, sigma)
            terms = [a * t**k / sigma for k, a in enumerate(coefficients[name, component])]
            error = abs(sum(terms, arb(0)) - truth) / abs(truth + base)
            if not error < RULE_ERROR:
                raise ArithmeticError(f"wide series {name}.{component} at {sigma.str(5)}: error {error.str(3)}")
            size = sum((abs(term) for term in terms), base) / abs(truth + base)
            condition[name, component] = max(condition[name, component], rounded_up(size))
    return condition


def rounded_up(x: arb) -> float:
    """To two decimals."""
    return -(-float(x.mid()) * 100 // 1) / 100


def pieces() -> list[tuple[Bank, float, float]]:
    """Bank, middle and half length of each half octave, ascending."""
    result = []
    octave = BANKS[0].low
    while octave < WIDE_LOW:
        bank = next(b for b in reversed(BANKS) if b.low <= octave)
        result += [(bank, 1.25 * octave, 0.25 * octave), (bank, 1.75 * octave, 0.25 * octave)]
        octave *= 2
    return result


def means(bank: Bank, fine: tuple[list[arb], Columns], sigma: arb) -> dict[Key, arb]:
    """The Gaussian means at sigma, what the last bank leaves out included."""
    return {key: v + (left_out(*key, sigma) if bank.last else 0) for key, v in apply(*fine, sigma).items()}


def chebyshev_coefficients(values: list[arb]) -> list[arb]:
    n = len(values)
    angle = arb.pi() / n
    rows = [
        sum((v * ((arb(i) + arb(1) / 2) * k * angle).cos() for i, v in enumerate(values)), arb(0)) * 2 / n
        for k in range(n)
    ]
    rows[0] /= 2
    return rows


def monomials(coefficients: list[arb]) -> list[arb]:
    """Powers of u from Chebyshev polynomials of u."""
    n = len(coefficients)
    before, here = [arb(1)] + [arb(0)] * (n - 1), [arb(0), arb(1)] + [arb(0)] * (n - 2)
    result = [coefficients[0]] + [arb(0)] * (n - 1)
    for c in coefficients[1:]:
        result = [r + c * h for r, h in zip(result, here, strict=True)]
        before, here = here, [2 * a - b for a, b in zip([arb(0), *here[:-1]], before, strict=True)]
    return result


def polynomials(
    bank: Bank, fine: tuple[list[arb], Columns], middle: float, half: float
) -> dict[Key, tuple[list[float], float]]:
    """Coefficients in u = (sigma - middle)/half, and a bound on the error in units of rounding of the value."""
    nodes = [((arb(i) + arb(1) / 2) * arb.pi() / CHEBYSHEV_NODES).cos() for i in range(CHEBYSHEV_NODES)]
    at_nodes = [means(bank, fine, middle + half * u) for u in nodes]
    between = [arb(u) for u in (-1.0, -0.97, -0.5, 0.1, 0.7, 0.99, 1.0)]
    truth = [means(bank, fine, middle + half * u) for u in between]
    result = {}
    for key in at_nodes[0]:
        exact = monomials(chebyshev_coefficients([values[key] for values in at_nodes])[:PIECE_TERMS])
        kept = [nearest_double(c) for c in exact]
        units = 0.0
        for u, values in zip(between, truth, strict=True):
            error = abs(sum((c * u**k for k, c in enumerate(exact)), arb(0)) / values[key] - 1)
            if not error < RULE_ERROR:
                raise ArithmeticError(f"piece {middle} {key} at {u}: error {error.str(3)}")
            # Rounded are a coefficient, and each of the k + 1 sums and k products that its term goes through.
            size = sum((abs(c * u**k) * (2 * k + 2) for k, c in enumerate(exact)), arb(0)) / abs(values[key])
            units = max(units, rounded_up(size + arb(RULE_ERROR * 2.0**53)))
        result[key] = kept, units
    return result


def headers() -> dict[str, str]:
    """Header texts by file name."""
    check_series()
    fine = {bank: fine_rule(bank) for bank in BANKS}
    for bank, truth in fine.items():
        check_bank(bank, truth)
    wide = wide_series()
    conditions = check_wide_series(wide, fine[BANKS[-1]])
    fitted = [polynomials(bank, fine[bank], middle, half) for bank, middle, half in pieces()]
    result = {
        "sigma_pieces.h": (
            "/* Ranges of sigma of the tables, and the lengths of their rows. */\n"
            "#ifndef FASTSIG_SIGMA_PIECES_H\n#define FASTSIG_SIGMA_PIECES_H\n\n"
            f"#define SIGMA_SERIES_TERMS {SERIES_TERMS} /* below SIGMA_PIECES_LOW */\n"
            f"#define SIGMA_PIECES_LOW {BANKS[0].low}\n"
            f"#define SIGMA_PIECES {len(fitted)} /* half octaves */\n"
            f"#define SIGMA_PIECE_TERMS {PIECE_TERMS}\n"
            f"#define SIGMA_WIDE_LOW {WIDE_LOW}\n"
            f"#define SIGMA_WIDE_TERMS {WIDE_TERMS}\n\n#endif\n"
        )
    }
    for name in ACTIVATIONS:
        result[f"{name}_table.h"] = table_header(name, fitted, wide, conditions)
    return result


def row(values: list[float]) -> str:
    return "{" + ", ".join(v.hex() if v else "0.0" for v in values) + "}"


def table_header(
    name: str,
    fitted: list[dict[Key, tuple[list[float], float]]],
    wide: dict[Key, list[arb]],
    conditions: dict[Key, float],
) -> str:
    small = series(name)
    series_rows = [
        f"        [{index}] = {row([0.0 if v.contains(0) else nearest_double(v) for v in small[component][1]])},\n"
        for index, component in enumerate(COMPONENTS)
        if component in small
    ]
    wide_rows = [
        f"        [{index}] = {row([nearest_double(v) for v in wide[name, component]])},\n"
        for index, component in enumerate(COMPONENTS)
        if (name, component) in wide
    ]
    arrays, piece_rows, unit_rows = [], [], []
    for number, piece in enumerate(fitted):
        names = []
        for component in COMPONENTS:
            names.append(f"{name}_{component}_{number}" if (name, component) in piece else "0")
            if (name, component) in piece:
                arrays.append(c_array(names[-1], piece[name, component][0]))
        piece_rows.append("        {" + ", ".join(names) + "},\n")
        units = (piece.get((name, component), ([], 0.0))[1] for component in COMPONENTS)
        unit_rows.append("        {" + ", ".join(map(str, units)) + "},\n")
    powers = ", ".join(str(small[c][0] if c in small else 0) for c in COMPONENTS)
    wide_condition = ", ".join(str(conditions.get((name, c), 1.0)) for c in COMPONENTS)
    return (
        f"/* {name}: columns are m1, g1, g2, m2, eta. */\n" + "\n".join(arrays) + "\n"
        f"static const struct sigma_table {name}_table = {{\n"
        "    .series = {\n" + "".join(series_rows) + "    },\n"
        "    .power = {" + powers + "},\n"
        "    .piece = {\n" + "".join(piece_rows) + "    },\n"
        "    .units = {\n" + "".join(unit_rows) + "    },\n"
        "    .wide = {\n" + "".join(wide_rows) + "    },\n"
        "    .wide_condition = {" + wide_condition + "},\n"
        "    .asymptote = {" + ", ".join(str(int(has_asymptote(name, c))) for c in COMPONENTS) + "},\n"
        "};\n"
    )
