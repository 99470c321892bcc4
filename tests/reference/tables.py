"""The content of each reference file: a head that says what it is, and its records."""

import cases
from definitions import definition
from digits import text
from functionals import functional_record
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
FUNCTIONALS = {
    "x": "mean + sigma Z, Z standard normal",
    "m3, m4": "E phi(x)^3, E phi(x)^4",
    "m1z": "E Z phi(x)",
    "abs_g1": "E abs(phi'(x))",
    "log_slope": "E ln abs(phi'(x)); -inf where phi' vanishes on an interval",
    "<name>_mean, <name>_sigma": "derivatives of m1 ... g2z2 with respect to mean and sigma",
    "missing": "what vanishes by symmetry, or nearly does; log_slope but for sigma 0.7 and 1",
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
    "softplus": "ln(1 + exp(beta x))/beta (beta 1)",
    "logsigmoid": "-ln(1 + exp(-x))",
    "elu": "x for x > 0, alpha (exp(x) - 1) otherwise (alpha 1)",
    "selu": "lambda x for x > 0, lambda alpha (exp(x) - 1) otherwise; both from m1 = 0, m2 = 1 at sigma 1",
    "celu": "x for x > 0, alpha (exp(x/alpha) - 1) otherwise (alpha 1)",
    "erf": "erf x",
    "gaussian": "exp(-x^2)",
    "identity": "x",
    "hardtanh": "x clipped to [-1, 1]",
    "relu6": "x clipped to [0, 6]",
    "hardsigmoid": "relu6(x + 3)/6",
    "hardswish": "x relu6(x + 3)/6",
    "softshrink": "x - threshold for x > threshold, x + threshold for x < -threshold, 0 between (threshold 1/2)",
    "softsign": "x/(1 + abs(x))",
    "arctan": "arctan x",
    "asinh": "asinh x",
    "gelu_tanh": "x/(1 + exp(-u)), u = sqrt(8/pi) (x + 0.044715 x^3)",
    "tanhshrink": "x - tanh x",
    "lisht": "x tanh x",
    "snake": "x + sin(a x)^2/a (a 1)",
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
    pairs = [(a, mean) for a in activations for mean in means if (a[0], mean) not in cases.BELOW_ALL_DOUBLES]
    return [(*pair, sigma, absolute) for pair in pairs for sigma in sigmas]


SHAPES = {
    "tv": "total variation of phi', jumps included; inf where phi' has no limit",
    "curvature": "integral of phi''^2; inf where phi' jumps or has no limit",
    "curvature_sup": "sup |phi''|; inf where phi' jumps",
    "zeros_of_derivative": "isolated zeros of phi', ascending; none listed where there are infinitely many",
    "zeros_of_second_derivative": "all zeros of phi'', kinks apart, ascending; none listed where it is identically 0, "
    "or where there are infinitely many",
    "alpha_plus, alpha_minus": "limits of phi' at +inf, -inf; none where there are none",
    "kinks": "where phi' jumps",
}
VALUES = {
    "value, derivative, second_derivative": "phi, phi', phi'' at the double x; at a break those of the left piece, or "
    "of the right one where PyTorch takes that (hardtanh 1, relu6 6, hardsigmoid and hardswish 3, softshrink "
    "-threshold), phi'' of softsign at 0 is 0; anything below 1e-100000 in size is written 0",
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
            moment_cases(cases.FIRST, (0.0,), cases.moment_sigmas(), False)
            + moment_cases(cases.ELEMENTARY, (0.0,), cases.moment_sigmas()[::3], False),
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
        "functionals": (
            "Further Gaussian functionals. log_slope alone is not certified: two steps of a rule agree to 43 digits. "
            + HOW,
            FUNCTIONALS | ACTIVATIONS,
            functional_record,
            cases.functionals(),
        ),
        "means": (
            "Gaussian moments at other means, default parameters, and at mean 0 those that moments.json lacks: no "
            "closed form is known there. relu far in its flat half is far below the range of doubles (down to "
            "1e-542868111). " + HOW,
            with_mean,
            moment_record,
            moment_cases(cases.FIRST, cases.MEANS, cases.MEAN_SIGMAS, True)
            + moment_cases(cases.ELEMENTARY + cases.OTHERS, cases.FEWER_MEANS, cases.FEWER_SIGMAS, True)
            + moment_cases(cases.OTHERS, (0.0,), cases.MEAN_SIGMAS, True),
        ),
    }
