"""Tables of the sinh-trapezoid rule (described in csrc/src/sinh_trapezoid.h).

Each bank is chosen (step, stretch, reach) as the smallest rule, in multiples of
8 nodes, whose relative error stays below RULE_ERROR for every activation and
component; `check_bank` measures it against a rule of 8 times the density.
"""

from collections.abc import Callable
from dataclasses import dataclass

from c_source import c_array, nearest_double
from definitions import ACTIVATIONS, Series, taylor, value_and_slope
from flint import arb, fmpq

COMPONENTS = ("m1", "g1", "g2", "m2", "eta")
SERIES_TERMS = 13
RULE_ERROR = 3e-17
# From here on a series in 1/sigma^2: asymptotic, its terms grow again after about
# sigma^2/2 of them.
WIDE_LOW = 18.0
WIDE_TERMS = 13


@dataclass(frozen=True)
class Bank:
    """x_k = stretch sinh(k step), k = 0 .. nodes - 1, for sigma in [low, high)."""

    low: float
    high: float
    nodes: int
    stretch: float
    reach: float

    @property
    def last(self) -> bool:
        return self.low >= 1.0

    @property
    def step(self) -> arb:
        return (arb(self.reach) / arb(self.stretch)).asinh() / (self.nodes - 1)


# Reach: exp(-reach^2/(2 high^2)) is below 1e-16 at 8.6 sigma; in the last bank
# the integrands decay like exp(-x).
BANKS = (
    Bank(1 / 16, 1 / 8, 24, 0.375, 1.15),
    Bank(1 / 8, 1 / 4, 24, 0.75, 2.3),
    Bank(1 / 4, 1 / 2, 24, 2.0, 4.45),
    Bank(1 / 2, 1.0, 32, 2.0, 8.6),
    Bank(1.0, 1e6, 56, 1.6, 42.5),
)
RECTIFIER_LIKE = {"swish", "mish", "telu"}
# Components that are exact or follow from others (csrc/activations/*.c); the
# last bank also leaves out m2 of tanh, which is 1 - g1 there.
PRESENT = {
    "mish": COMPONENTS,
    "sigmoid": ("g1", "g2", "eta"),
    "swish": ("m1", "g2", "m2", "eta"),
    "tanh": ("g1", "g2", "m2", "eta"),
    "telu": COMPONENTS,
}


def fold(f: arb, f1: arb, g: arb, g1: arb, x: arb) -> dict[str, arb]:
    """Even parts of the integrands at x, from phi, phi' at x (f) and at -x (g)."""
    return {
        "m1": (f + g) / 2,
        "g1": (f1 + g1) / 2,
        "g2": (f1**2 + g1**2) / 2,
        "m2": (f**2 + g**2) / 2,
        "eta": x * (f * f1 - g * g1) / 2,
    }


def integrands(name: str, x: arb, last: bool) -> dict[str, arb]:
    phi = ACTIVATIONS[name]
    folded = fold(*value_and_slope(phi, x), *value_and_slope(phi, -x), x)
    if last and name in RECTIFIER_LIKE:
        folded["m1"] -= x * (x / arb(2).sqrt()).erf() / 2
        folded["g1"] -= arb(1) / 2
        folded["g2"] -= arb(1) / 2
        folded["m2"] -= x * x / 2
        folded["eta"] -= x * x / 2
    if name == "swish":  # m1 = sigma^2 E s'(sigma Z), see csrc/activations/swish.c
        folded["m1"] = value_and_slope(ACTIVATIONS["sigmoid"], x)[1]
    present = [c for c in PRESENT[name] if not (last and (name, c) == ("tanh", "m2"))]
    return {c: folded[c] for c in present}


def has_asymptote(name: str, component: str) -> bool:
    """Whether the last bank leaves the asymptote out of this column."""
    return name in RECTIFIER_LIKE and component in PRESENT[name] and (name, component) != ("swish", "m1")


def left_out(name: str, component: str, sigma: arb) -> arb:
    """Gaussian mean of what the last bank leaves out."""
    if not has_asymptote(name, component):
        return arb(0)
    q = sigma * sigma
    if component == "m1":
        return q / (2 * arb.pi() * (1 + q)).sqrt()
    return q / 2 if component in ("m2", "eta") else arb(1) / 2


Columns = dict[tuple[str, str], list[arb]]


def rule(nodes: int, step: arb, stretch: arb) -> tuple[list[arb], list[arb]]:
    """Nodes x_k and the factors step dx/dk 2/sqrt(2 pi), half at k = 0."""
    x = [stretch * (k * step).sinh() for k in range(nodes)]
    factor = 2 * step * stretch / (2 * arb.pi()).sqrt()
    return x, [(k * step).cosh() * factor * (arb(1) if k else arb(1) / 2) for k in range(nodes)]


def tabulate(x: list[arb], weights: list[arb], last: bool) -> Columns:
    columns: Columns = {}
    for name in ACTIVATIONS:
        for node, weight in zip(x, weights, strict=True):
            for component, value in integrands(name, node, last).items():
                columns.setdefault((name, component), []).append(value * weight)
    return columns


def apply(
    x: list[arb], columns: Columns, sigma: arb, size: Callable[[arb], arb] = lambda v: v
) -> dict[tuple[str, str], arb]:
    weights = [(-(node * node) / (2 * sigma * sigma)).exp() / sigma for node in x]
    return {
        key: sum((size(f) * w for f, w in zip(column, weights, strict=True)), arb(0)) for key, column in columns.items()
    }


def bank_rule(bank: Bank, density: int = 1) -> tuple[list[arb], list[arb]]:
    extra = (bank.nodes - 1) // 3 if density > 1 else 0
    return rule((bank.nodes - 1 + extra) * density + 1, bank.step / density, arb(bank.stretch))


def sigmas(bank: Bank) -> list[arb]:
    count = 40 if bank.last else 8
    return [arb(bank.low) * (arb(bank.high) / arb(bank.low)) ** (arb(i) / count) for i in range(count + 1)]


def check_bank(bank: Bank, x: list[arb], columns: Columns) -> dict[tuple[str, str], float]:
    """Assert the error of the rule; return the condition numbers of the sums."""
    fine_x, fine_weights = bank_rule(bank, 8)
    fine = tabulate(fine_x, fine_weights, bank.last)
    condition = dict.fromkeys(columns, 1.0)
    for sigma in sigmas(bank):
        coarse_sums, fine_sums = apply(x, columns, sigma), apply(fine_x, fine, sigma)
        absolute = apply(x, columns, sigma, abs)
        for (name, component), truth in fine_sums.items():
            base = left_out(name, component, sigma) if bank.last else arb(0)
            total = abs(base + truth)
            error = abs(coarse_sums[name, component] - truth) / total
            if not error < RULE_ERROR:
                raise ArithmeticError(f"{bank} {name}.{component} at sigma {sigma.str(5)}: rule error {error.str(3)}")
            needed = float(((base + absolute[name, component]) / total).mid())
            condition[name, component] = max(condition[name, component], needed)
    return {key: -(-value * 100 // 1) / 100 for key, value in condition.items()}


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
    x, weights = bank_rule(bank, 8)
    truth = apply(x, tabulate(x, weights, False), arb(bank.low))
    for name in ACTIVATIONS:
        for component, (power, coefficients) in series(name).items():
            q = arb(bank.low) ** 2
            value = sum((a * q ** (k + power) for k, a in enumerate(coefficients)), arb(0))
            error = abs(value / truth[name, component] - 1)
            if not error < RULE_ERROR:
                raise ArithmeticError(f"series {name}.{component}: error {error.str(3)}")


def wide_series() -> dict[tuple[str, str], list[arb]]:
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


def check_wide_series(coefficients: dict[tuple[str, str], list[arb]]) -> None:
    """The series at its low end and beyond, against a dense rule."""
    x, weights = bank_rule(BANKS[-1], 8)
    columns = tabulate(x, weights, True)
    for sigma in (arb(WIDE_LOW), arb(1.25 * WIDE_LOW), arb(5 * WIDE_LOW)):
        for (name, component), truth in apply(x, columns, sigma).items():
            t = 1 / (sigma * sigma)
            value = sum((a * t**k for k, a in enumerate(coefficients[name, component])), arb(0)) / sigma
            error = abs(value - truth) / abs(truth + left_out(name, component, sigma))
            if not error < RULE_ERROR:
                raise ArithmeticError(f"wide series {name}.{component} at {sigma.str(5)}: error {error.str(3)}")


def headers() -> dict[str, str]:
    """Header texts by file name."""
    check_series()
    if [bank.low for bank in BANKS] != [2.0 ** (k - len(BANKS) + 1) for k in range(len(BANKS))]:
        raise ValueError("banks must be octaves that end at 1: csrc/src/sinh_trapezoid.h tells them by exponents")
    wide = wide_series()
    check_wide_series(wide)
    bank_parts, column_parts = [], {name: [] for name in ACTIVATIONS}
    conditions = []
    for number, bank in enumerate(BANKS):
        x, weights = bank_rule(bank)
        columns = tabulate(x, weights, bank.last)
        conditions.append(check_bank(bank, x, columns))
        half_squares = [nearest_double(node * node / 2) for node in x]
        bank_parts.append(c_array(f"bank_{number}_half_square", half_squares, aligned=True))
        for (name, component), column in columns.items():
            array = c_array(f"{name}_{component}_{number}", map(nearest_double, column), aligned=True)
            column_parts[name].append(array)
    banks = "".join(
        f"    {{{bank.low.hex()}, {nearest_double(bank.step).hex()}, {bank.stretch.hex()}, {bank.nodes}, "
        f"bank_{number}_half_square}},\n"
        for number, bank in enumerate(BANKS)
    )
    result = {
        "sinh_trapezoid_banks.h": (
            "/* Banks of the sinh-trapezoid rule: x_k^2/2 at the nodes x_k. */\n"
            "#ifndef FASTSIG_SINH_TRAPEZOID_BANKS_H\n#define FASTSIG_SINH_TRAPEZOID_BANKS_H\n\n"
            f"#define SINH_TRAPEZOID_BANKS {len(BANKS)}\n"
            f"#define SINH_TRAPEZOID_SERIES_TERMS {SERIES_TERMS}\n"
            f"#define SINH_TRAPEZOID_WIDE_TERMS {WIDE_TERMS}\n"
            f"#define SINH_TRAPEZOID_WIDE_LOW {WIDE_LOW}\n\n"
            "struct sinh_trapezoid_bank {\n    double sigma_low, step, stretch;\n    int nodes;\n"
            "    const double *half_square;\n};\n\n"
            "extern const struct sinh_trapezoid_bank sinh_trapezoid_banks[SINH_TRAPEZOID_BANKS];\n\n#endif\n"
        ),
        "sinh_trapezoid_banks.c": (
            '#include "sinh_trapezoid_banks.h"\n\n' + "\n".join(bank_parts) + "\n"
            "const struct sinh_trapezoid_bank sinh_trapezoid_banks[SINH_TRAPEZOID_BANKS] = {\n" + banks + "};\n"
        ),
    }
    for name in ACTIVATIONS:
        result[f"{name}_table.h"] = table_header(name, column_parts[name], conditions, wide)
    return result


def table_header(
    name: str,
    columns: list[str],
    conditions: list[dict[tuple[str, str], float]],
    wide: dict[tuple[str, str], list[arb]],
) -> str:
    series_rows, powers = [], []
    coefficients = series(name)
    for index, component in enumerate(COMPONENTS):
        power, values = coefficients.get(component, (0, []))
        powers.append(str(power))
        if values:
            rounded = ", ".join((nearest_double(v).hex() if not v.contains(0) else "0.0") for v in values)
            series_rows.append(f"        [{index}] = {{{rounded}}},\n")
    wide_rows = [
        f"        [{index}] = {{{', '.join(nearest_double(v).hex() for v in wide[name, component])}}},\n"
        for index, component in enumerate(COMPONENTS)
        if (name, component) in wide
    ]
    column_rows, condition_rows = [], []
    for number, condition in enumerate(conditions):
        names = [f"{name}_{c}_{number}" if (name, c) in condition else "0" for c in COMPONENTS]
        column_rows.append("        {" + ", ".join(names) + "},\n")
        condition_rows.append("        {" + ", ".join(str(condition.get((name, c), 1.0)) for c in COMPONENTS) + "},\n")
    return (
        f"/* Sinh-trapezoid table of {name}: columns are m1, g1, g2, m2, eta. */\n" + "\n".join(columns) + "\n"
        f"static const struct sinh_trapezoid_table {name}_table = {{\n"
        "    .series = {\n" + "".join(series_rows) + "    },\n"
        "    .wide = {\n" + "".join(wide_rows) + "    },\n"
        "    .power = {" + ", ".join(powers) + "},\n"
        "    .column = {\n" + "".join(column_rows) + "    },\n"
        "    .condition = {\n" + "".join(condition_rows) + "    },\n"
        "    .asymptote = {" + ", ".join(str(int(has_asymptote(name, c))) for c in COMPONENTS) + "},\n"
        "};\n"
    )
