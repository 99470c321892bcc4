"""Banks of the sinh-trapezoid rule (described in csrc/src/sinh_trapezoid.h).

Each bank is chosen (step, stretch, reach) as the smallest rule, in multiples of
8 nodes, whose relative error stays below RULE_ERROR for every activation and
component; `check_bank` measures it against a rule of 8 times the density, which
sigma_tables.py also takes its values from.
"""

from dataclasses import dataclass

from c_source import c_array, nearest_double
from definitions import ACTIVATIONS, value_and_slope
from flint import arb

COMPONENTS = ("m1", "g1", "g2", "m2", "eta")
RULE_ERROR = 3e-17


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
# Components that are neither exact nor follow from others (csrc/activations/*.c); the
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


def apply(x: list[arb], columns: Columns, sigma: arb) -> dict[tuple[str, str], arb]:
    weights = [(-(node * node) / (2 * sigma * sigma)).exp() / sigma for node in x]
    return {key: sum((f * w for f, w in zip(column, weights, strict=True)), arb(0)) for key, column in columns.items()}


def bank_rule(bank: Bank, density: int = 1) -> tuple[list[arb], list[arb]]:
    extra = (bank.nodes - 1) // 3 if density > 1 else 0
    return rule((bank.nodes - 1 + extra) * density + 1, bank.step / density, arb(bank.stretch))


def sigmas(bank: Bank) -> list[arb]:
    count = 40 if bank.last else 8
    return [arb(bank.low) * (arb(bank.high) / arb(bank.low)) ** (arb(i) / count) for i in range(count + 1)]


def fine_rule(bank: Bank) -> tuple[list[arb], Columns]:
    """Nodes and columns of a rule of 8 times the density: the truth."""
    x, weights = bank_rule(bank, 8)
    return x, tabulate(x, weights, bank.last)


def check_bank(bank: Bank, fine: tuple[list[arb], Columns]) -> None:
    """Assert the error of the rule."""
    x, weights = bank_rule(bank)
    columns = tabulate(x, weights, bank.last)
    for sigma in sigmas(bank):
        coarse_sums, fine_sums = apply(x, columns, sigma), apply(*fine, sigma)
        for (name, component), truth in fine_sums.items():
            base = left_out(name, component, sigma) if bank.last else arb(0)
            error = abs(coarse_sums[name, component] - truth) / abs(base + truth)
            if not error < RULE_ERROR:
                raise ArithmeticError(f"{bank} {name}.{component} at sigma {sigma.str(5)}: rule error {error.str(3)}")


def headers() -> dict[str, str]:
    """Header texts by file name."""
    bank_parts = []
    for number, bank in enumerate(BANKS):
        x, _ = bank_rule(bank)
        half_squares = [nearest_double(node * node / 2) for node in x]
        bank_parts.append(c_array(f"bank_{number}_half_square", half_squares, aligned=True))
    banks = "".join(
        f"    {{{bank.low.hex()}, {nearest_double(bank.step).hex()}, {bank.stretch.hex()}, {bank.nodes}, "
        f"bank_{number}_half_square}},\n"
        for number, bank in enumerate(BANKS)
    )
    return {
        "sinh_trapezoid_banks.h": (
            "/* Banks of the sinh-trapezoid rule: x_k^2/2 at the nodes x_k. */\n"
            "#ifndef FASTSIG_SINH_TRAPEZOID_BANKS_H\n#define FASTSIG_SINH_TRAPEZOID_BANKS_H\n\n"
            f"#define SINH_TRAPEZOID_BANKS {len(BANKS)}\n\n"
            "struct sinh_trapezoid_bank {\n    double sigma_low, step, stretch;\n    int nodes;\n"
            "    const double *half_square;\n};\n\n"
            "extern const struct sinh_trapezoid_bank sinh_trapezoid_banks[SINH_TRAPEZOID_BANKS];\n\n#endif\n"
        ),
        "sinh_trapezoid_banks.c": (
            '#include "sinh_trapezoid_banks.h"\n\n' + "\n".join(bank_parts) + "\n"
            "const struct sinh_trapezoid_bank sinh_trapezoid_banks[SINH_TRAPEZOID_BANKS] = {\n" + banks + "};\n"
        ),
    }
