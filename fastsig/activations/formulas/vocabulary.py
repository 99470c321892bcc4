"""What formulas can say: functions and constants by name."""

from collections.abc import Callable
from functools import lru_cache
from typing import Any


@lru_cache(maxsize=1)
def functions() -> dict[str, Callable[..., Any]]:
    """Return what can be called in a formula."""
    import sympy as sp

    half = sp.Rational(1, 2)

    def sigmoid(u: Any) -> Any:
        return 1 / (1 + sp.exp(-u))

    def softplus(u: Any) -> Any:
        return sp.log(1 + sp.exp(u))

    def normal_cdf(u: Any) -> Any:
        return half + sp.erf(u / sp.sqrt(2)) / 2

    def normal_pdf(u: Any) -> Any:
        return sp.exp(-(u**2) / 2) / sp.sqrt(2 * sp.pi)

    def relu(u: Any) -> Any:
        return sp.Max(0, u)

    def gelu_tanh(u: Any) -> Any:
        inner = sp.sqrt(2 / sp.pi) * (u + sp.Rational(44715, 10**6) * u**3)
        return u * (1 + sp.tanh(inner)) / 2

    def sign_of(u: Any) -> Any:
        return sp.sign(u)

    known: dict[str, Callable[..., Any]] = {
        **{name: getattr(sp, name) for name in ("exp", "log", "sqrt", "sin", "cos", "tan")},
        **{name: getattr(sp, name) for name in ("sinh", "cosh", "tanh", "erf", "erfc")},
        **{name: getattr(sp, name) for name in ("asin", "acos", "atan", "asinh", "acosh", "atanh")},
        **{f"arc{name}": getattr(sp, f"a{name}") for name in ("sin", "cos", "tan", "sinh", "cosh", "tanh")},
        "ln": sp.log,
        "log1p": lambda u: sp.log(1 + u),
        "expm1": lambda u: sp.exp(u) - 1,
        "cbrt": lambda u: sp.sign(u) * sp.Abs(u) ** sp.Rational(1, 3),
        "sech": lambda u: 1 / sp.cosh(u),
        "sigmoid": sigmoid,
        "expit": sigmoid,
        "softplus": softplus,
        "relu": relu,
        "silu": lambda u: u * sigmoid(u),
        "swish": lambda u: u * sigmoid(u),
        "gelu": lambda u: u * normal_cdf(u),
        "gelu_tanh": gelu_tanh,
        "mish": lambda u: u * sp.tanh(softplus(u)),
        "telu": lambda u: u * sp.tanh(sp.exp(u)),
        "Phi": normal_cdf,
        "normal_cdf": normal_cdf,
        "normal_pdf": normal_pdf,
        "heaviside": sp.Heaviside,
        "Heaviside": sp.Heaviside,
        "sign": sign_of,
        "sgn": sign_of,
        "abs": sp.Abs,
        "Abs": sp.Abs,
        "max": sp.Max,
        "Max": sp.Max,
        "min": sp.Min,
        "Min": sp.Min,
        "And": sp.And,
        "Or": sp.Or,
        "Not": sp.Not,
        "Eq": sp.Eq,
        "Ne": sp.Ne,
    }
    return known


@lru_cache(maxsize=1)
def constants() -> dict[str, Any]:
    """Return the constants of formulas."""
    import sympy as sp

    return {"pi": sp.pi, "E": sp.E}
