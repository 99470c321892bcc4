"""SciPy's adaptive integrators over z, split at 0, asked for a relative error of 1e-12."""

import math
import warnings

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.benchmark.formulas import Function, integrand
from fastsig.benchmark.method import Method, Run
from fastsig.benchmark.methods import scalar_formulas
from fastsig.benchmark.methods.numpy_methods import FUNCTIONS
from fastsig.benchmark.problem import ACTIVATIONS, COMPONENTS

TOLERANCE = 1e-12
DENSITY = 1 / math.sqrt(2 * math.pi)
NEGATIVE, POSITIVE = (-math.inf, 0.0), (0.0, math.inf)


def prepare_quad(sigma: FloatArray) -> Run:
    """QUADPACK, one integral at a time, of functions of plain numbers."""
    from scipy.integrate import IntegrationWarning, quad

    def mean(f: Function, s: float) -> float:
        def weighted(z: float) -> float:
            return float(DENSITY * math.exp(-0.5 * z * z) * f(s * z))

        halves = [quad(weighted, *half, epsabs=0.0, epsrel=TOLERANCE, limit=200)[0] for half in (NEGATIVE, POSITIVE)]
        return float(sum(halves))

    def run() -> FloatArray:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", IntegrationWarning)  # roundoff was detected: it is asked for much
            return np.array(
                [
                    [[mean(integrand(*scalar_formulas.FUNCTIONS[a], c), s) for s in sigma.tolist()] for c in COMPONENTS]
                    for a in ACTIVATIONS
                ]
            )

    return run


def prepare_quad_vec(sigma: FloatArray) -> Run:
    """One call an activation and sigma: the four components are the vector."""
    from scipy.integrate import quad_vec

    def means(phi: Function, slope: Function, s: float) -> FloatArray:
        # quad_vec measures errors by the largest component, so that all should be of one size.
        unit = max(abs(float(phi(s))), abs(float(phi(-s))))

        def weighted(z: float) -> FloatArray:
            f, d = phi(s * z) / unit, slope(s * z)
            return DENSITY * math.exp(-0.5 * z * z) * np.array([f, d, d * d, f * f])

        halves = [quad_vec(weighted, *half, epsrel=TOLERANCE, norm="max")[0] for half in (NEGATIVE, POSITIVE)]
        return np.asarray((halves[0] + halves[1]) * np.array([unit, 1.0, 1.0, unit * unit]))

    def run() -> FloatArray:
        return np.array(
            [np.stack([means(*scalar_formulas.FUNCTIONS[a], s) for s in sigma.tolist()], axis=-1) for a in ACTIVATIONS]
        )

    return run


def prepare_tanhsinh(sigma: FloatArray) -> Run:
    """One call an activation and component, vectorised over sigma.

    From the default level it stops too early (errors of 1e-4); from level 6 it is right, and not slower.
    """
    from scipy.integrate import tanhsinh

    def mean(f: Function) -> FloatArray:
        def weighted(z: FloatArray, s: FloatArray) -> FloatArray:
            return np.asarray(DENSITY * np.exp(-0.5 * z * z) * f(s * z))

        halves = [
            tanhsinh(weighted, *half, args=(sigma,), rtol=TOLERANCE, minlevel=6).integral
            for half in (NEGATIVE, POSITIVE)
        ]
        return np.asarray(halves[0] + halves[1])

    def run() -> FloatArray:
        with np.errstate(all="ignore"):
            return np.array([[mean(integrand(*FUNCTIONS[a], c)) for c in COMPONENTS] for a in ACTIVATIONS])

    return run


NEEDS = {"scipy": "scipy"}
ASKED = "split at 0, asked for 1e-12"
METHODS = (
    Method("scipy_quad", "SciPy quad", prepare_quad, 1e-9, NEEDS, sigmas=20, remark=ASKED),
    Method("scipy_quad_vec", "SciPy quad_vec", prepare_quad_vec, 1e-9, NEEDS, sigmas=10, remark=ASKED),
    Method(
        "scipy_tanhsinh",
        "SciPy tanhsinh",
        prepare_tanhsinh,
        1e-9,
        NEEDS,
        sigmas=50,
        remark=f"{ASKED}, from level 6 (by default it stops too early, errors of 1e-4)",
    ),
)
