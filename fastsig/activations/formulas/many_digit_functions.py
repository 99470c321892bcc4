"""Elementary functions in mpmath, each with a bound of its derivative."""

from collections.abc import Callable
from typing import Any

LARGEST_EXPONENT = 300  # of arguments of exp, as a power of 2


def functions(context: Any) -> dict[str, Callable[[Any], tuple[Any, Any]]]:
    """Return functions of u that return f(u) and a bound of abs(f'(u)), by name.

    The exponential ends at exp(+-2^300), where it counts as infinity and 0.
    """
    c = context
    largest = c.ldexp(1, LARGEST_EXPONENT)

    def exp(u: Any) -> Any:
        size = c.re(u)
        if size > largest:
            return c.inf
        return c.zero if size < -largest else c.exp(u)

    def far(u: Any) -> Any:
        """The limit of tanh and erf, or None."""
        size = c.re(u)
        return None if abs(size) <= largest else c.mpf(1 if size > 0 else -1)

    def expit(u: Any) -> Any:
        value = 1 / (1 + exp(-u))
        return value, abs(value)

    def softplus(u: Any) -> Any:
        value = u + c.log1p(exp(-u)) if c.re(u) > 0 else c.log1p(exp(u))
        return value, abs(value)

    def cosh(u: Any) -> Any:
        return (exp(u) + exp(-u)) / 2

    def sinh(u: Any) -> Any:
        return c.sinh(u) if abs(c.re(u)) < 1 else (exp(u) - exp(-u)) / 2

    def sech2(u: Any) -> Any:
        value = cosh(u) ** -2
        return value, 2 * abs(value)

    def far_from_erf(u: Any) -> Any:
        """erfc(u) at a real u > 0: it ends where exp does."""
        return c.zero if u * u > largest else c.erfc(u)

    def erf(u: Any) -> Any:
        # mpmath's erf is slow where it is 1 - erfc
        if isinstance(u, c.mpc) or abs(u) < 1:
            value = c.erf(u)
        else:
            value = 1 - far_from_erf(u) if u > 0 else far_from_erf(-u) - 1
        return value, 2 * abs(exp(-u * u))

    def erfc(u: Any) -> Any:
        if isinstance(u, c.mpc) or abs(u) < 1:
            return c.erfc(u), 2 * abs(exp(-u * u))
        value = far_from_erf(u) if u > 0 else 2 - far_from_erf(-u)
        return value, 2 * abs(exp(-u * u))

    def tanh(u: Any) -> Any:
        end = far(u)
        return (c.tanh(u), c.one) if end is None else (end, c.zero)

    def twice(function: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
        """A function whose derivative is no larger than itself."""

        def pair(u: Any) -> tuple[Any, Any]:
            value = function(u)
            return value, abs(value)

        return pair

    def inverse(name: str, slope: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
        function = getattr(c, name)
        return lambda u: (function(u), abs(1 / slope(u)) if slope(u) else c.inf)

    return {
        "exp": twice(exp),
        "expm1": lambda u: (exp(u) - 1 if abs(c.re(u)) > 1 else c.expm1(u), abs(exp(u))),
        "expit": expit,
        "softplus": softplus,
        "sech2": sech2,
        "log": lambda u: (c.log(u), abs(1 / u) if u else c.inf),
        "log1p": lambda u: (c.log(1 + u) if c.isinf(u) else c.log1p(u), abs(1 / (1 + u))),
        "logcosh": lambda u: (c.log(cosh(u)) if abs(c.re(u)) > 1 else c.log1p(2 * sinh(u / 2) ** 2), c.one),
        "sin": lambda u: (c.sin(u), abs(c.cos(u)) + abs(c.sin(u))),
        "cos": lambda u: (c.cos(u), abs(c.cos(u)) + abs(c.sin(u))),
        "tan": lambda u: (c.tan(u), 1 + abs(c.tan(u)) ** 2),
        "sinh": lambda u: (sinh(u), abs(cosh(u))),
        "cosh": twice(cosh),
        "tanh": tanh,
        "asin": inverse("asin", lambda u: c.sqrt(1 - u * u)),
        "acos": inverse("acos", lambda u: c.sqrt(1 - u * u)),
        "atan": inverse("atan", lambda u: 1 + u * u),
        "asinh": inverse("asinh", lambda u: c.sqrt(1 + u * u)),
        "acosh": inverse("acosh", lambda u: c.sqrt(u * u - 1)),
        "atanh": inverse("atanh", lambda u: 1 - u * u),
        "erf": erf,
        "erfc": erfc,
    }
