"""Libraries of deep-network theory that average activations: dks and neural-tangents."""

import warnings
from typing import Any

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.benchmark.formulas import Function, integrand
from fastsig.benchmark.method import Method, Run
from fastsig.benchmark.methods.jax_methods import JAX, double_precision, jax_functions
from fastsig.benchmark.methods.numpy_methods import FUNCTIONS
from fastsig.benchmark.problem import ACTIVATIONS, COMPONENTS

DEGREE = 25  # "a good place to start", says the documentation of ElementwiseNumerical


def prepare_dks(sigma: FloatArray) -> Run:
    """Return the Gaussian mean of dks: Gauss-Legendre with 100,000 nodes on [-10, 10].

    dks gets derivatives from autograd; here it is given them, which is faster.
    """
    from dks.base.activation_transform import _estimate_gaussian_mean

    def mean(f: Function, s: float) -> float:
        return float(_estimate_gaussian_mean(lambda z: f(s * z)))

    def run() -> FloatArray:
        return np.array(
            [[[mean(integrand(*FUNCTIONS[a], c), s) for s in sigma.tolist()] for c in COMPONENTS] for a in ACTIVATIONS]
        )

    return run


def prepare_neural_tangents(sigma: FloatArray) -> Run:
    """The kernels of an infinitely wide layer, m2 and g2 sigma^2, by Gauss-Hermite in two dimensions."""
    jax = double_precision()
    import jax.numpy as jnp
    from neural_tangents import stax

    points = jnp.asarray(sigma)

    def compiled(phi: Function, slope: Function) -> Any:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns that quadrature is used
            layers = stax.serial(stax.Dense(1), stax.ElementwiseNumerical(phi, DEGREE, slope))
        kernel = layers[2]

        def components(s: Any) -> Any:
            found = kernel(s.reshape(1, 1), None, ("nngp", "ntk"))
            return jnp.stack([found.ntk[0, 0] / (s * s), found.nngp[0, 0]])

        return jax.jit(jax.vmap(components, out_axes=1))

    functions = jax_functions()
    layers = [compiled(*functions[name]) for name in ACTIVATIONS]
    return lambda: np.array([np.asarray(layer(points)) for layer in layers])


METHODS = (
    Method(
        "dks",
        "dks",
        prepare_dks,
        1e-6,
        {"dks": "dks"},
        sigmas=4,
        certified_step=4,
        remark="given the derivatives",
    ),
    Method(
        "neural_tangents",
        "neural-tangents",
        prepare_neural_tangents,
        1e3,
        {"neural_tangents": "neural-tangents", **JAX},
        components=("g2", "m2"),
        remark=f"compiled, degree {DEGREE}",
    ),
)
