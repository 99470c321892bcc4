"""The Gauss-Kronrod pair (10, 21) on [-1, 1], from its definition.

The Kronrod nodes are the zeros of the Legendre polynomial P_10 and of the
Stieltjes polynomial E_11, the monic polynomial of degree 11 orthogonal to all
lower powers under the weight P_10 (Laurie, Math. Comp. 66 (1997) 1133-1145,
doi:10.1090/S0025-5718-97-00861-2). Weights are the integrals of the Lagrange
polynomials.
"""

from c_source import c_array, nearest_double
from flint import arb, fmpq, fmpq_mat, fmpq_poly

GAUSS_NODES = 10


def integral(p: fmpq_poly) -> fmpq:
    return sum((2 * p[k] / (k + 1) for k in range(0, p.degree() + 1, 2)), fmpq(0))


def power(k: int) -> fmpq_poly:
    return fmpq_poly([0] * k + [1])


def legendre(n: int) -> fmpq_poly:
    previous, current = fmpq_poly([1]), fmpq_poly([0, 1])
    for k in range(1, n):
        previous, current = current, (power(1) * current * (2 * k + 1) - previous * k) / (k + 1)
    return current


def stieltjes(n: int) -> fmpq_poly:
    """E_(n+1) for even n: an odd polynomial."""
    weight, unknown = legendre(n), range(1, n + 1, 2)
    matrix = fmpq_mat([[integral(weight * power(i + j)) for j in unknown] for i in unknown])
    right = fmpq_mat([[-integral(weight * power(i + n + 1))] for i in unknown])
    solution = matrix.solve(right)
    return power(n + 1) + sum((solution[row, 0] * power(j) for row, j in enumerate(unknown)), fmpq_poly([0]))


def roots(p: fmpq_poly) -> list[arb]:
    return sorted((root.real for root, _ in p.numer().complex_roots()), key=lambda r: float(r.mid()))


def weights(p: fmpq_poly, nodes: list[arb]) -> list[arb]:
    result = []
    for x in nodes:
        quotient, carry = [], arb(0)
        for k in range(p.degree(), 0, -1):  # p/(t - x) by synthetic division
            carry = carry * x + p[k]
            quotient.append(carry)
        quotient.reverse()
        whole = sum((2 * quotient[k] / (k + 1) for k in range(0, len(quotient), 2)), arb(0))
        slope = sum((quotient[k] * x**k for k in range(len(quotient))), arb(0))  # p'(x)
        result.append(whole / slope)
    return result


def header() -> str:
    gauss_polynomial = legendre(GAUSS_NODES)
    kronrod_polynomial = gauss_polynomial * stieltjes(GAUSS_NODES)
    nodes = roots(gauss_polynomial) + roots(stieltjes(GAUSS_NODES))
    order = sorted(range(len(nodes)), key=lambda i: -float(nodes[i].mid()))[: GAUSS_NODES + 1]
    kronrod = weights(kronrod_polynomial, nodes)
    gauss = dict(enumerate(weights(gauss_polynomial, nodes[:GAUSS_NODES])))
    x = [nearest_double(nodes[i]) if not nodes[i].contains(0) else 0.0 for i in order]
    return (
        "/* Gauss-Kronrod pair (10, 21): nodes from the end to 0 (each with its mirror),\n"
        " * Kronrod weights, and Gauss weights (0 where the node is not in that rule). */\n"
        f"#define GAUSS_KRONROD_HALF {GAUSS_NODES + 1}\n"
        + c_array("gauss_kronrod_node", x)
        + c_array("gauss_kronrod_weight", [nearest_double(kronrod[i]) for i in order])
        + c_array("gauss_kronrod_gauss_weight", [nearest_double(gauss[i]) if i in gauss else 0.0 for i in order])
    )
