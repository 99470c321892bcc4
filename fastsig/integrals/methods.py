"""The methods by which Gaussian functionals are computed: names, codes, kinds of errors."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.arguments import whole_number
from fastsig.integrals.sampling_options import SAMPLING_METHODS
from fastsig.targets.cpu import lib, text

Method = Literal[
    "auto",
    "table",
    "closed_form",
    "adaptive",
    "gauss_legendre",
    "tanh_sinh",
    "gauss_hermite",
    "monte_carlo",
    "sobol",
]

DEFAULT_NODES = {"gauss_hermite": 100, "gauss_legendre": 40}  # the latter on each piece

METHODS = {
    "auto": lib.FASTSIG_METHOD_AUTO,
    "table": lib.FASTSIG_METHOD_TABLE,
    "closed_form": lib.FASTSIG_METHOD_CLOSED_FORM,
    "adaptive": lib.FASTSIG_METHOD_ADAPTIVE,
    "gauss_legendre": lib.FASTSIG_METHOD_GAUSS_LEGENDRE,
    "tanh_sinh": lib.FASTSIG_METHOD_TANH_SINH,
    "gauss_hermite": lib.FASTSIG_METHOD_GAUSS_HERMITE,
}
# Those that fastsig_expectation knows, by its codes.
RULES = {
    "adaptive": lib.FASTSIG_RULE_ADAPTIVE,
    "gauss_legendre": lib.FASTSIG_RULE_GAUSS_LEGENDRE,
    "tanh_sinh": lib.FASTSIG_RULE_TANH_SINH,
}
# Those of the C library by their codes, then how the shape of phi' is found.
METHOD_NAMES = (
    *(text(lib.fastsig_method_name(code)) for code in range(lib.FASTSIG_METHOD_GAUSS_TRAPEZOID + 1)),
    "zeros",
    "kink",
    "trapezoid",
    "double_exponential",
    "maximum",
    "profile",
    "double_double",
    "certified",
    "monte_carlo",
    "sobol",
)
CODES = {name: code for code, name in enumerate(METHOD_NAMES)}


def read_nodes(method: str, nodes: int | None) -> int:
    """Check a method; return its number of nodes, 0 where it has none."""
    if not isinstance(method, str) or (method not in METHODS and method not in SAMPLING_METHODS):
        known = (*METHODS, *SAMPLING_METHODS)
        raise ValueError(f"method must be one of {', '.join(map(repr, known))}; got {method!r}")
    if method not in DEFAULT_NODES:
        if nodes is not None:
            with_nodes = " or ".join(map(repr, DEFAULT_NODES))
            raise ValueError(f"nodes= goes with method={with_nodes} only; got method={method!r}")
        return 0
    return DEFAULT_NODES[method] if nodes is None else whole_number("nodes", nodes, 1, lib.FASTSIG_MAX_NODES)


def method_names(codes: Any) -> Any:
    """Return the names of method codes: a str, or an array of str."""
    if isinstance(codes, int):
        return METHOD_NAMES[codes]
    import numpy as np

    return np.array(METHOD_NAMES)[codes]


def distinct_methods(rows: Iterable[Any], *, single: bool) -> str:
    """Return the methods behind some numbers, joined by "+"."""
    if single:
        codes = set(rows)
    else:
        import numpy as np

        codes = {
            int(code) for row in rows for code in (row.flat[:1] if row.ndim and row.strides[0] == 0 else np.unique(row))
        }
    return "+".join(METHOD_NAMES[code] for code in sorted(codes))


def error_kind(methods: str, activations: Sequence[Activation]) -> str:
    """Return "bound" if the errors of built-ins by all of the joined methods are bounds, else "estimate"."""
    if not methods:
        return "bound"
    if not all(isinstance(phi, BuiltIn) for phi in activations):
        return "estimate"  # measured, not proved
    codes = (CODES[name] for name in methods.split("+"))
    return "bound" if all(lib.fastsig_method_has_bound(code) for code in codes) else "estimate"


def method_refused(activations: Sequence[BuiltIn], method: int) -> ValueError:
    """Return the error for a method that an activation does not have, here or at all."""
    lacking = [phi for phi in activations if not lib.fastsig_moments_in_blocks(phi.native, method)] or activations
    return ValueError(
        f"method {METHOD_NAMES[method]!r} is not available for {lacking[0]} at these points (tables are for mean 0); "
        "use method='auto'"
    )
