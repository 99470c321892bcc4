"""The Gauss-Legendre rule of double-double panels: nodes and weights as pairs, and what tells whether it resolves.

The integrand on a panel is a sum of Legendre polynomials with coefficients a_k. The rule gives them, too:
a_k ~ (k + 1/2) sum_j weight_j P_k(node_j) f(node_j), and two pairs of them, ten orders apart, say how fast they fall and how far they have come.
"""

from c_source import c_array
from double_double import pair
from flint import arb, ctx

NODES = 40
COEFFICIENTS = (NODES - 12, NODES - 11, NODES - 2, NODES - 1)


def header() -> str:
    before, ctx.prec = ctx.prec, 300
    try:
        rule = [arb.legendre_p_root(NODES, k, weight=True) for k in range(NODES // 2)]
        rule.sort(key=lambda node_and_weight: float(node_and_weight[0]))
        pairs = [part for node, weight in rule for part in (*pair(node), *pair(weight))]
        tests = [part for node, _ in rule for k in COEFFICIENTS for part in pair(node.legendre_p(k) * (2 * k + 1) / 2)]
    finally:
        ctx.prec = before
    return (
        f"#define DD_LEGENDRE_NODES {NODES}\n"
        "/* Nodes > 0 with weights, both as hi, lo. */\n"
        + c_array("dd_legendre_rule", pairs)
        + f"\n/* (k + 1/2) P_k(node) for k in {COEFFICIENTS} at each of them, as hi, lo. */\n"
        + c_array("dd_legendre_tests", tests)
    )
