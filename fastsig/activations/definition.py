"""What an activation is: value, derivatives, kinks, end slopes."""

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, final

from fastsig.arguments import array, check_memory, is_number, number
from fastsig.targets.cpu import check, ffi, lib

if TYPE_CHECKING:
    from fractions import Fraction


@final
@dataclass(frozen=True, slots=True, repr=False)
class Activation:
    """An activation phi; `fastsig.activation` makes the built-in ones.

    Immutable; equal and equally hashed if it computes the same function;
    picklable. Calling it evaluates phi.

    Attributes
    ----------
    name : str
        Name of the built-in.
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

    name: str
    parameter: "Fraction | None" = None
    _native: Any = field(init=False, compare=False)

    def __post_init__(self) -> None:
        native = ffi.new("fastsig_activation *")
        given = ffi.NULL if self.parameter is None else ffi.new("double *", float(self.parameter))
        check(lib.fastsig_activation_make(self.name.encode(), given, native), name=self.name, parameter=self.parameter)
        object.__setattr__(self, "_native", native)

    def __reduce__(self) -> tuple[Any, ...]:
        return Activation, (self.name, self.parameter)

    def __repr__(self) -> str:
        info = self._info()
        if self.parameter is None:
            return f"Activation({self.name!r})"
        return f"Activation({self.name!r}, {ffi.string(info.parameter_name).decode()}={self.parameter})"

    def __str__(self) -> str:
        return self.name

    def _info(self) -> Any:
        info = ffi.new("fastsig_activation_info *")
        check(lib.fastsig_activation_describe(self._native.id, info))
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
        from fastsig.integrals.shape import shape

        return shape(self).kinks

    @property
    def slopes(self) -> tuple[float, float]:
        """The limits (alpha_plus, alpha_minus) of phi' at +inf and -inf."""
        from fastsig.integrals.shape import shape

        found = shape(self)
        return found.alpha_plus, found.alpha_minus

    def __call__(self, x: Any) -> Any:
        """Evaluate phi.

        Parameters
        ----------
        x : float or array_like of real numbers
            Where. Infinities give the limits, NaN gives NaN.

        Returns
        -------
        float or ndarray of float64
            phi(x), in the shape of `x`, to 4 ulp of the largest term of the formula.
        """
        return self._evaluate(0, x)

    def derivative(self, x: Any) -> Any:
        """Evaluate phi', as in calling; at a kink what the formula says (relu'(0) = 0)."""
        return self._evaluate(1, x)

    def second_derivative(self, x: Any) -> Any:
        """Evaluate phi'', as in calling; jumps of phi' do not show."""
        return self._evaluate(2, x)

    def _evaluate(self, order: int, x: Any) -> Any:
        if is_number(x):
            scalar = (lib.fastsig_value, lib.fastsig_derivative, lib.fastsig_second_derivative)[order]
            return scalar(self._native, number("x", x))
        import numpy as np

        points = array("x", x)
        check_memory(points.shape, 8)
        points = np.ascontiguousarray(points)
        result = np.empty(points.shape)
        check(
            lib.fastsig_evaluate(
                self._native,
                order,
                points.size,
                ffi.from_buffer("double[]", points),
                ffi.from_buffer("double[]", result, require_writable=True),
            )
        )
        return result if result.ndim else result[()]
