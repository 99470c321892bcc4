"""All methods under test, in the order of the table."""

from fastsig.benchmark.method import Method
from fastsig.benchmark.methods import (
    fastsig_methods,
    jax_methods,
    many_digits,
    network_theory,
    numpy_methods,
    scipy_methods,
    torchquad_method,
)

FAMILIES = (
    fastsig_methods,
    numpy_methods,
    scipy_methods,
    jax_methods,
    torchquad_method,
    network_theory,
    many_digits,
)
METHODS: dict[str, Method] = {method.name: method for family in FAMILIES for method in family.METHODS}
BASE = "fastsig"  # what the others are compared with
