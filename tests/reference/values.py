"""phi, phi', phi'' at single doubles, with the size of the terms that a formula would add up."""

from definitions import ball, definition, variable
from digits import settle
from flint import arb

NAMES = ("value", "derivative", "second_derivative")


def term_sizes(phi, x, order):
    """Sizes of the terms of phi^(order) when x t(x) (or the hinge and the bump of crrelu) is differentiated."""
    if phi.terms:
        return phi.terms(x, order)
    if phi.factor:
        s = phi.factor(variable(x, 3), 3)
        t = [s[0].real, s[1].real, 2 * s[2].real]
        return [abs(x * t[order]), *([order * abs(t[order - 1])] if order else [])]
    if phi.name == "crrelu":
        g, e = (-x * x / 2).exp(), abs(ball(phi.parameter))
        hinge = [x, arb(1), arb(0)][order] if x > 0 else arb(0)
        return [hinge, *([e * abs(x) * g], [e * g, e * x * x * g], [3 * e * abs(x) * g, e * abs(x) ** 3 * g])[order]]
    return [abs(phi.jet(x)[order])]


def largest(sizes):
    out = arb(0)
    for size in sizes:
        out = out.max(size)
    return out


def value_record(case):
    name, x = case
    phi = definition(name)
    record = {"activation": name, "x": repr(x)}
    for order, key in enumerate(NAMES):
        record[key] = "0" if (order, x) in phi.exact_zeros else settle(lambda k=order: phi.jet(arb(x))[k])
    record["terms"] = [settle(lambda k=order: largest(term_sizes(phi, arb(x), k)), 6) for order in range(3)]
    return record
