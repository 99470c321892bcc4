"""JAX: the NumPy rules, compiled as one function of all activations; and quadax, an adaptive integrator in JAX."""

from collections.abc import Callable
from typing import Any

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.benchmark.formulas import Arithmetic, Function, formulas
from fastsig.benchmark.method import Method, Run
from fastsig.benchmark.methods.fixed_rules import Rule, gauss_hermite, panels
from fastsig.benchmark.problem import ACTIVATIONS


def double_precision() -> Any:
    """Return jax, set to doubles on the CPU."""
    import jax

    jax.config.update("jax_platforms", "cpu")
    jax.config.update("jax_enable_x64", True)
    return jax


def jax_functions() -> dict[str, tuple[Function, Function]]:
    """Return phi and phi' in jax.numpy."""
    import jax.numpy as jnp
    from jax.scipy.special import erf, expit

    def if_positive(x: Any, yes: Any, no: Any) -> Any:
        return jnp.where(x > 0, yes, no)

    return formulas(Arithmetic(jnp.exp, jnp.tanh, erf, expit, jnp.abs, jnp.maximum, jnp.minimum, if_positive))


def _prepare(make: Callable[[FloatArray], Rule]) -> Callable[[FloatArray], Run]:
    def prepare(sigma: FloatArray) -> Run:
        jax = double_precision()
        import jax.numpy as jnp

        functions = jax_functions()
        rule = make(sigma)
        x, weights = jnp.asarray(rule.x), jnp.asarray(rule.weights)

        def batch(x: Any, weights: Any) -> Any:
            rows = []
            for name in ACTIVATIONS:
                f, d = (function(x) for function in functions[name])
                rows.append(jnp.stack([(weights * v).sum(-1) for v in (f, d, d * d, f * f)]))
            return jnp.stack(rows)

        compiled = jax.jit(batch)
        return lambda: np.asarray(compiled(x, weights))

    return prepare


def prepare_quadax(sigma: FloatArray) -> Run:
    """Adaptive Gauss-Kronrod over z, split at 0, of the four components; compiled and vectorised over sigma."""
    jax = double_precision()
    import jax.numpy as jnp
    from quadax import quadgk

    halves = jnp.array([-jnp.inf, 0.0, jnp.inf])
    points = jnp.asarray(sigma)

    def compiled(phi: Function, slope: Function) -> Any:
        def weighted(z: Any, s: Any, unit: Any) -> Any:
            f, d = phi(s * z) / unit, slope(s * z)
            return jnp.exp(-0.5 * z * z) / np.sqrt(2 * np.pi) * jnp.stack([f, d, d * d, f * f])

        def means(s: Any) -> Any:
            # Errors are measured by the largest component, so that all should be of one size.
            unit = jnp.maximum(jnp.abs(phi(s)), jnp.abs(phi(-s)))
            found = quadgk(weighted, halves, args=(s, unit), epsabs=0.0, epsrel=1e-12, max_ninter=100)[0]
            return found * jnp.stack([unit, 1.0, 1.0, unit * unit])

        return jax.jit(jax.vmap(means, out_axes=1))

    functions = jax_functions()
    batches = [compiled(*functions[name]) for name in ACTIVATIONS]
    return lambda: np.array([np.asarray(batch(points)) for batch in batches])


JAX = {"jax": "jax[cpu]"}
METHODS = (
    Method(
        "jax_gauss_hermite_100",
        "JAX Gauss-Hermite, 100 nodes",
        _prepare(lambda sigma: gauss_hermite(sigma, 100)),
        3.0,
        JAX,
        remark="compiled; fails where NumPy's does",
    ),
    Method("jax_panels", "JAX Gauss-Legendre panels", _prepare(panels), 1e-12, JAX, remark="compiled"),
    Method(
        "quadax",
        "quadax quadgk",
        prepare_quadax,
        1e-9,
        {"quadax": "quadax", **JAX},
        remark="split at 0, asked for 1e-12; compiled, vectorised over sigma",
    ),
)
