"""Built-in activations: those that the C library has."""

from typing import TYPE_CHECKING, Any, final

from fastsig.activations.definition import Activation
from fastsig.arguments import is_number, number
from fastsig.targets.cpu import check, ffi, lib

if TYPE_CHECKING:
    from collections.abc import Callable
    from fractions import Fraction

    from fastsig.arrays import FloatArray


@final
class BuiltIn(Activation):
    """A built-in activation; made by `fastsig.activation`.

    Attributes
    ----------
    name : str
        Its name.
    parameter : Fraction or None
        The exact value of its parameter, None where it has none.

    Examples
    --------
    >>> import fastsig
    >>> gelu = fastsig.activation("gelu")
    >>> round(gelu(1.0), 12)
    0.841344746069
    >>> gelu.derivative([-1.0, 0.0, 1.0])
    array([-0.08331547,  0.5       ,  1.08331547])
    >>> fastsig.activation("leaky_relu", slope="0.2")
    Activation('leaky_relu', slope=1/5)
    """

    __slots__ = ("native", "parameter")

    parameter: "Fraction | None"
    native: Any  # fastsig_activation *

    def __init__(self, name: str, parameter: "Fraction | None" = None) -> None:
        native = ffi.new("fastsig_activation *")
        given = ffi.NULL if parameter is None else ffi.new("double *", float(parameter))
        check(lib.fastsig_activation_make(name.encode(), given, native), name=name, parameter=parameter)
        self._set(name, (name, parameter))
        object.__setattr__(self, "parameter", parameter)
        object.__setattr__(self, "native", native)

    def __reduce__(self) -> tuple[Any, ...]:
        return BuiltIn, self._key

    def __repr__(self) -> str:
        parameters = "".join(f", {name}={value}" for name, value in self.parameters.items())
        return f"Activation({self.name!r}{parameters})"

    def _info(self) -> Any:
        info = ffi.new("fastsig_activation_info *")
        check(lib.fastsig_activation_describe(self.native.id, info))
        return info

    @property
    def formula(self) -> str:
        """Phi as text."""
        result: str = ffi.string(self._info().formula).decode()
        return result

    @property
    def parameters(self) -> "dict[str, Fraction]":
        """The parameter by name, exact; empty where there is none."""
        if self.parameter is None:
            return {}
        return {ffi.string(self._info().parameter_name).decode(): self.parameter}

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where phi' jumps, ascending."""
        from fastsig.activations.shape import shape

        return shape(self).kinks

    @property
    def slopes(self) -> tuple[float, float]:
        """The limits (alpha_plus, alpha_minus) of phi' at +inf and -inf, exact."""
        from fastsig.activations.shape import shape

        found = shape(self)
        return found.alpha_plus, found.alpha_minus

    @property
    def derivative_source(self) -> str:
        """Where phi' and phi'' come from."""
        return "built-in"

    @property
    def exact_derivatives(self) -> bool:
        """Whether phi' and phi'' have no errors beyond rounding: they have none."""
        return True

    _profile = Activation._profile_of_batches

    def _evaluate(self, order: int, x: Any) -> Any:
        if is_number(x):
            scalar = (lib.fastsig_value, lib.fastsig_derivative, lib.fastsig_second_derivative)[order]
            return scalar(self.native, number("x", x))
        return super()._evaluate(order, x)

    def batch(self, order: int, x: "FloatArray") -> "FloatArray":
        """Evaluate phi (order 0), phi' (1) or phi'' (2) on a flat array."""
        return self._apply(lambda *arguments: lib.fastsig_evaluate(self.native, order, *arguments), x)

    def batch_with_error(self, order: int, x: "FloatArray") -> "tuple[FloatArray, FloatArray]":
        """Evaluate phi (order 0), phi' (1) or phi'' (2) on a flat array; no errors beyond 4 ulp."""
        values = self.batch(order, x)
        return values, 0.0 * values

    def log_slope(self, x: "FloatArray") -> "FloatArray":
        """Evaluate ln abs(phi') on a flat array, also where phi' underflows."""
        return self._apply(lambda *arguments: lib.fastsig_log_slope(self.native, *arguments), x)

    def _apply(self, function: "Callable[..., int]", x: "FloatArray") -> "FloatArray":
        import numpy as np

        points = np.ascontiguousarray(x)
        result = np.empty(points.shape)
        buffers = ffi.from_buffer("double[]", points), ffi.from_buffer("double[]", result, require_writable=True)
        check(function(points.size, *buffers))
        return result
