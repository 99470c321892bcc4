"""Which activations, parameters, sigmas, means and arguments the reference files hold."""

import math
import random

from definitions import FAMILIES, PARAMETER, ball, definition
from zeros import zeros_of

DEFAULTS = tuple((name, None) for name in FAMILIES)
FIRST = DEFAULTS[:9]
# Those whose Gaussian moments at mean 0 are elementary but for the normal cdf, and the rest.
NAMES = ("erf", "gaussian", "identity", "hardtanh", "relu6", "hardsigmoid", "hardswish", "softshrink", "snake")
ELEMENTARY = tuple((name, None) for name in NAMES)
OTHERS = tuple(case for case in DEFAULTS if case not in FIRST + ELEMENTARY)

# Decade spread, the borders of the sigma regimes with their neighbours, and full mantissas in between.
BORDERS = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)


def moment_sigmas():
    spread = [float(f"{m}e{e}") for e in range(-6, 6) for m in (1, 3)] + [1e6]
    near = [x for b in BORDERS for x in (b, math.nextafter(b, 0), math.nextafter(b, 2), b * (1 - 1e-3), b * (1 + 1e-3))]
    source = random.Random(20240508)
    # Rounded to 9 digits so that the last bit of the power function does not matter.
    between = [float(f"{10 ** source.uniform(-3, 3):.8e}") for _ in range(45)]
    return sorted({*spread, *near, 2.0, 10.0, 46.0, 100.0, 1000.0, *between})


PARAMETERS = {
    "leaky_relu": (-10.0, -1.0, -0.3, 0.0, 0.2, 1.0, 3.0, 10.0),
    "swish": (0.01, 0.1, 0.5, 1.702, 10.0, 100.0),
    "crrelu": (-10.0, -0.6, -0.5, -0.1, 0.3, 1.0, 10.0),
    "softplus": (0.1, 3.0, 100.0),
    "elu": (0.0, 0.3, 2.5, 10.0),
    "celu": (0.01, 0.3, 7.0, 100.0),
    "softshrink": (0.0, 0.1, 3.0, 100.0),
    "snake": (0.01, 0.3, 2.5, 100.0),
}
PARAMETER_SIGMAS = (1e-3, 0.01, 0.05, 0.2, 0.5, 1.0, 2.0, 5.0, 20.0, 100.0, 300.0, 1000.0)

MEANS = (-50.0, -7.25, -2.0, -0.5, 0.1, 0.5, 3.0, 50.0)
MEAN_SIGMAS = (1e-3, 0.03, 0.2, 0.7, 1.0, 3.0, 20.0, 150.0, 1000.0)
FEWER_MEANS = (-50.0, -7.25, 0.5, 3.0)
FEWER_SIGMAS = (1e-3, 0.2, 1.0, 20.0, 1000.0)
# For functionals.json: (mean, sigma), and other parameters.
FUNCTIONAL_POINTS = ((0.0, 0.7), (0.5, 3.0), (-7.25, 1.0), (3.0, 0.03), (0.5, 1000.0))
FUNCTIONAL_PARAMETERS = (
    *(("swish", 100.0), ("crrelu", -10.0), ("celu", 0.01), ("softplus", 100.0), ("elu", 2.5), ("leaky_relu", -10.0)),
    *(("snake", 0.3), ("snake", 2.5), ("softshrink", 3.0)),
)
BELOW_ALL_DOUBLES = (("gelu_tanh", -50.0),)  # about exp(-9000); a ball that far down costs minutes


def with_parameters():
    return tuple((name, p) for name, values in PARAMETERS.items() for p in values)


def label(name, parameter):
    """The keys that say which activation a record is about."""
    return {"activation": name} if parameter is None else {"activation": name, PARAMETER[name]: repr(parameter)}


def arguments(name):
    """Exact doubles at which values.json gives phi, phi', phi''."""
    source = random.Random(20240509)
    positive = [
        0.0,
        5e-324,
        1e-300,
        1e-8,
        1e-4,
        0.01,
        *(k / 2 for k in range(1, 25)),
        20.0,
        37.0,
        38.4,
        100.0,
        700.0,
        745.0,
        1e5,
        1e300,
    ]
    points = {repr(s * x): s * x for x in positive for s in (-1, 1)}
    points |= {repr(x): x for x in (source.uniform(-12, 12) for _ in range(60))}
    phi = definition(name)
    for order in (1, 2):
        for zero in (*zeros_of(phi, order), *map(ball, phi.breaks)):
            x = float(zero.mid())
            if x:
                for y in (
                    x,
                    math.nextafter(x, 99),
                    math.nextafter(x, -99),
                    x * (1 - 1e-6),
                    x * (1 + 1e-6),
                    x - 1e-3,
                    x + 1e-3,
                ):
                    points[repr(y)] = y
    return sorted(points.values(), key=lambda x: (x, math.copysign(1, x)))


def functionals():
    """(name, parameter, mean, sigma); beyond a few hundred waves snake costs minutes."""
    default = [(*phi, *point) for phi in DEFAULTS for point in FUNCTIONAL_POINTS if phi[0] != "snake" or point[1] < 10]
    return default + [(*phi, 0.5, 3.0) for phi in FUNCTIONAL_PARAMETERS]
