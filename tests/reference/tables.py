"""The content of each reference file: a head that says what it is, and its records."""

import cases
from definitions import definition
from digits import text
from gaussian_integral import COMPONENTS, expectation
from shape import shape_record
from values import value_record

MEANING = {
    "x": "mean + sigma Z, Z standard normal",
    "m1": "E phi(x)",
    "g1": "E phi'(x)",
    "g2": "E phi'(x)^2",
    "m2": "E phi(x)^2",
    "eta": "E[(x - mean) phi(x) phi'(x)]",
    "g2z2": "E[phi'(x)^2 Z^2]",
}
ABSOLUTE = {"abs_*": "E of the absolute value of the integrand, 8 digits"}
ACTIVATIONS = {
    "relu": "max(0, x)",
    "leaky_relu": "x for x > 0, slope x otherwise (slope 1/100)",
    "tanh": "tanh x",
    "sigmoid": "1/(1 + exp(-x))",
    "swish": "x/(1 + exp(-beta x)) (beta 1)",
    "gelu": "x Phi(x), Phi the normal cdf",
    "mish": "x tanh(ln(1 + exp x))",
    "telu": "x tanh(exp x)",
    "crrelu": "max(0, x) + eps x exp(-x^2/2) (eps 1/100)",
}
HOW = (
    "Strings of 40 significant digits (fewer: the rest are zeros), each from a ball whose radius certifies them "
    "to 0.6 units of the last. sigma, mean, x and parameters are exact doubles, written by repr; the default slope "
    "and eps are exactly 1/100. Made by make.py in this folder. "
)


def moment_record(case):
    (name, parameter), mean, sigma, absolute = case
    phi = definition(name, parameter)
    record = cases.label(name, parameter) | {"mean": repr(mean), "sigma": repr(sigma)}
    both = {c: expectation(c, phi, sigma, mean) for c in COMPONENTS}
    record |= {c: text(value) for c, (value, _) in both.items()}
    if absolute:
        record |= {f"abs_{c}": text(size, 8) for c, (_, size) in both.items()}
    return record


def moment_cases(activations, means, sigmas, absolute):
    return [(a, mean, sigma, absolute) for a in activations for mean in means for sigma in sigmas]


SHAPES = {
    "tv": "total variation of phi', jumps included",
    "curvature": "integral of phi''^2; inf where phi' jumps",
    "curvature_sup": "sup |phi''|; inf where phi' jumps",
    "zeros_of_derivative": "isolated zeros of phi', ascending",
    "zeros_of_second_derivative": "all zeros of phi'', kinks apart, ascending; none listed where it is identically 0",
    "alpha_plus, alpha_minus": "limits of phi' at +inf, -inf",
    "kinks": "where phi' jumps",
}
VALUES = {
    "value, derivative, second_derivative": "phi, phi', phi'' at the double x; at a kink phi' is the left one and "
    "phi'' 0; anything below 1e-100000 in size is written 0",
    "terms": "size of the largest term of the expanded formula of each (x t(x): t, x t'; 2 t', x t''), 6 digits",
}


def contents():
    """name -> (about, definitions, record maker, cases)."""
    with_mean = MEANING | ABSOLUTE | ACTIVATIONS
    return {
        "moments": (
            "Gaussian moments at mean 0, default parameters. " + HOW,
            MEANING | ACTIVATIONS,
            moment_record,
            moment_cases(cases.DEFAULTS, (0.0,), cases.moment_sigmas(), False),
        ),
        "values": (
            "Activations and their derivatives at doubles. " + HOW,
            VALUES | ACTIVATIONS,
            value_record,
            [(name, x) for name, _ in cases.DEFAULTS for x in cases.arguments(name)],
        ),
        "shape": (
            "What is read off phi' without a Gaussian. " + HOW,
            SHAPES | ACTIVATIONS,
            shape_record,
            list(cases.DEFAULTS + cases.with_parameters()),
        ),
        "parameters": (
            "Gaussian moments at mean 0, other parameters. " + HOW,
            with_mean,
            moment_record,
            moment_cases(cases.with_parameters(), (0.0,), cases.PARAMETER_SIGMAS, True),
        ),
        "means": (
            "Gaussian moments at other means, default parameters; relu far in its flat half is far below "
            "the range of doubles (down to 1e-542868111). " + HOW,
            with_mean,
            moment_record,
            moment_cases(cases.DEFAULTS, cases.MEANS, cases.MEAN_SIGMAS, True),
        ),
    }
