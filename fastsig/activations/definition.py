"""What an activation is: value, derivatives, kinks, end slopes."""

from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from fastsig.activations.torch_module import snapshot
from fastsig.arguments import MOST_PLACES, array, brief, check_memory, few, is_number, number
from fastsig.array_kinds import kind_of

if TYPE_CHECKING:
    from fractions import Fraction

    from fastsig.activations.expression import Expression
    from fastsig.activations.profile import Profile
    from fastsig.activations.scaled import Scaled
    from fastsig.arrays import FloatArray


class Activation:
    """An activation phi, with its derivatives, kinks and end slopes.

    `fastsig.activation` gives the built-in ones; this class makes one from a
    function. Activations are immutable, equal (and equally hashed) if they
    compute the same function, and picklable if their functions are.

    Parameters
    ----------
    value : callable
        phi: a Python function of a float or of an array (elementwise), a numba
        function, a numba cfunc, a `scipy.LowLevelCallable`, a cffi or ctypes function
        pointer ``double (double)``, or a torch module or function (of which a copy
        is taken, evaluated in float64 on the CPU).
    derivative, second_derivative : callable, optional
        phi' and phi'', likewise. Where they are not given they come from
        automatic differentiation if the function allows it, else from a
        piecewise Chebyshev fit with a known error; `derivative_source` says
        which.
    kinks : sequence of float, optional
        Where phi' jumps. Kinks that are not declared are found, reported with a
        `KinkWarning`, and respected.
    slopes : tuple of float, optional
        (alpha_plus, alpha_minus), the limits of phi' at +inf and -inf; found
        numerically when not given, checked when given.
    name : str, optional
        What to call it; by default the name of the function.

    Raises
    ------
    TypeError
        If a function is none of the accepted kinds, or not real-valued; if `kinks` or
        `slopes` is no sequence, or `name` no str.
    ValueError
        If phi jumps, is not finite somewhere, or grows too fast for Gaussian
        integrals; if its values at some points depend on which others are in the
        array; if kinks are not finite, ascending and distinct, or more than 2000.
    Exception
        Whatever a function itself raises for numbers. What it raises only for the
        objects that automatic differentiation hands it means that it does not take
        them: its derivatives then come from the fit.

    Examples
    --------
    >>> import numpy as np
    >>> import fastsig
    >>> soft = fastsig.Activation(lambda x: np.sqrt(1 + x * x), name="soft abs")
    >>> soft.slopes
    (1.0, -1.0)
    >>> round(fastsig.signature(soft, 2.0).m2, 12)  # 1 + sigma^2
    5.0
    """

    __slots__ = ("__weakref__", "_cache", "_key", "name")

    name: str
    _key: tuple[Any, ...]  # what it computes: for equality, hashing and pickling
    _cache: dict[str, Any]  # derived from the key alone, made when first needed

    def __init__(
        self,
        value: Any,
        derivative: Any = None,
        second_derivative: Any = None,
        *,
        kinks: Sequence[float] = (),
        slopes: tuple[float, float] | None = None,
        name: str | None = None,
    ) -> None:
        places = _read_kinks(kinks)
        ends = None if slopes is None else _read_slopes(slopes)
        label = _read_name(name, value)
        from fastsig.activations.profiles.breaks import warn_of_kinks

        functions = map(snapshot, (value, derivative, second_derivative))
        self._set(label, (*functions, places, ends))
        # What is wrong with phi comes out here, not in the middle of other work.
        warn_of_kinks(self.name, self.profile().breaks, places)

    def _set(self, name: str, key: tuple[Any, ...]) -> None:
        object.__setattr__(self, "name", name)
        object.__setattr__(self, "_key", key)
        object.__setattr__(self, "_cache", {})

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"activations are immutable; make a new one instead of setting {name}")

    def __delattr__(self, name: str) -> None:
        raise AttributeError("activations are immutable")

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and isinstance(other, Activation) and self._key == other._key

    def __hash__(self) -> int:
        return hash((type(self).__name__, self._key))

    def __reduce__(self) -> tuple[Any, ...]:
        value, derivative, second_derivative, places, ends = self._key
        return _remake, (value, derivative, second_derivative, places, ends, self.name)

    def __repr__(self) -> str:
        return f"Activation({self.name!r})"

    def __str__(self) -> str:
        return self.name

    def profile(self) -> "Profile":
        """Return what is known of phi from its values: breaks, slopes, derivatives.

        Computed once; `fastsig.activations.profile` tells how.
        """
        if "profile" not in self._cache:
            self._cache["profile"] = self._profile()
        found: Profile = self._cache["profile"]
        return found

    def _profile(self) -> "Profile":
        from fastsig.activations.callables import as_batch
        from fastsig.activations.profile import profile

        value, derivative, second_derivative, places, ends = self._key
        return profile(
            as_batch(value, "value"),
            derivative=None if derivative is None else as_batch(derivative, "derivative"),
            second_derivative=None if second_derivative is None else as_batch(second_derivative, "second_derivative"),
            kinks=places,
            slopes=ends,
            name=self.name,
            written=(value, derivative, second_derivative),
            warn=False,
        )

    def _profile_of_batches(self, *, warn: bool = True) -> "Profile":
        """The profile of a kind of activation whose `batch` knows phi, phi' and phi''."""
        from fastsig.activations.profile import profile

        return profile(
            lambda x: self.batch(0, x),
            derivative=lambda x: self.batch(1, x),
            second_derivative=lambda x: self.batch(2, x),
            kinks=self.kinks,
            slopes=self.slopes,
            name=self.name,
            warn=warn,
        )

    @property
    def parameters(self) -> "dict[str, Fraction]":
        """The parameters by name, exact; empty where there are none."""
        return {}

    @property
    def kinks(self) -> tuple[float, ...]:
        """Where phi' jumps, ascending."""
        return self.profile().kinks

    @property
    def slopes(self) -> tuple[float, float]:
        """The limits (alpha_plus, alpha_minus) of phi' at +inf and -inf."""
        found = self.profile()
        return found.alpha_plus, found.alpha_minus

    @property
    def derivative_source(self) -> str:
        """Where phi' and phi'' come from: "built-in", "given", "automatic differentiation" or "chebyshev"."""
        return self.profile().derivative_source

    def __call__(self, x: Any) -> Any:
        """Evaluate phi.

        Parameters
        ----------
        x : float or array_like of real numbers
            Where. Built-ins give the limits at infinities, and NaN at NaN.

        Returns
        -------
        float or ndarray of float64
            phi(x), in the shape of `x`, for a torch or JAX array of its kind; built-ins to 4 ulp of the largest term of
            the formula.
        """
        return self._evaluate(0, x)

    def derivative(self, x: Any) -> Any:
        """Evaluate phi', as in calling; at a kink what the formula says (relu'(0) = 0)."""
        return self._evaluate(1, x)

    def second_derivative(self, x: Any) -> Any:
        """Evaluate phi'', as in calling; jumps of phi' do not show."""
        return self._evaluate(2, x)

    def _evaluate(self, order: int, x: Any) -> Any:
        import numpy as np

        if is_number(x):
            return float(self.batch(order, np.array([number("x", x)]))[0])
        kind = kind_of(x=x)
        points = array("x", x)
        check_memory(points.shape, 8)
        result = self.batch(order, points.ravel()).reshape(points.shape)
        if kind is not None:
            return kind.array(result)
        return result if result.ndim else result[()]

    def batch(self, order: int, x: "FloatArray") -> "FloatArray":
        """Evaluate phi (order 0), phi' (1) or phi'' (2) on a flat array."""
        found = self.profile()
        return (found.value, found.derivative, found.second_derivative)[order](x)

    @property
    def exact_derivatives(self) -> bool:
        """Whether phi' and phi'' have no errors beyond rounding."""
        return False

    def batch_with_error(self, order: int, x: "FloatArray") -> "tuple[FloatArray, FloatArray]":
        """Evaluate phi (order 0), phi' (1) or phi'' (2) on a flat array, with absolute errors."""
        return self.profile().with_error(x, order)

    def log_slope(self, x: "FloatArray") -> "FloatArray":
        """Evaluate ln abs(phi') on a flat array; -inf where phi' is 0 or underflows."""
        import numpy as np

        with np.errstate(divide="ignore"):
            result: FloatArray = np.log(np.abs(self.batch(1, x)))
        return result

    def scaled(self, a: float = 1.0, b: float = 0.0, c: float = 1.0, d: float = 0.0) -> "Scaled":
        """Return the activation c phi(a x + b) + d.

        Parameters
        ----------
        a, b, c, d : float
            Finite; a and c not 0.

        Examples
        --------
        >>> import fastsig
        >>> fastsig.activation("tanh").scaled(a=2.0, d=1.0)(0.0)
        1.0
        """
        from fastsig.activations.scaled import Scaled

        return Scaled(self, a, b, c, d)

    @classmethod
    def from_expression(cls, expression: Any, /, kinks: Sequence[float] = (), **parameters: Any) -> "Expression":
        """Return the activation that a formula defines (extra `symbolic`).

        Parameters
        ----------
        expression : str or sympy.Expr
            A formula of x (of its one symbol, if it is SymPy's): numbers,
            parameters, ``+ - * / **``, comparisons, ``Piecewise((a, x > 0), (b, True))``
            or ``a if x > 0 else b``, exp, log, sqrt, trigonometric and hyperbolic
            functions and their inverses, erf, Abs, Max, Min, sign, and sigmoid,
            softplus, relu, silu, gelu, Phi (the normal cdf), ... Decimals are exact.
        kinks : sequence of float, optional
            Where phi' jumps, besides the places that the formula shows.
        **parameters : float, int, str, Fraction or Decimal
            Values of the other symbols; strings and Fractions are exact.

        Raises
        ------
        ImportError
            If SymPy is not installed.
        ValueError
            A malformed formula, with the place; symbols without a value; a formula
            that is complex, infinite or discontinuous somewhere.
        TypeError
            A parameter that is no number or does not occur.

        Examples
        --------
        >>> import fastsig
        >>> phi = fastsig.Activation.from_expression("x*tanh(exp(a*x))", a=1)
        >>> phi
        Activation.from_expression('x*tanh(exp(x))')
        >>> phi.slopes, abs(phi(1.5) - fastsig.activation("telu")(1.5)) < 1e-15
        ((1.0, 0.0), True)
        """
        from fastsig.activations.expression import from_expression

        return from_expression(expression, kinks, parameters)


def _remake(value: Any, derivative: Any, second: Any, kinks: Any, slopes: Any, name: str) -> Activation:
    """Return a pickled or copied one; what there was to warn of was said when the first was made."""
    made = Activation.__new__(Activation)
    made._set(name, (value, derivative, second, kinks, slopes))
    made.profile()
    return made


def _read_kinks(kinks: Sequence[float]) -> tuple[float, ...]:
    places = tuple(number("a kink", k) for k in few("kinks", kinks, MOST_PLACES, "(0.0, 1.5)"))
    for place in places:
        if not abs(place) < float("inf"):
            raise ValueError(f"kinks must be finite; got {place!r}")
    for left, right in pairwise(places):
        if not left < right:
            raise ValueError(f"kinks must be ascending and distinct; got {left!r} before {right!r}: sort them")
    return places


def _read_slopes(slopes: tuple[float, float]) -> tuple[float, float]:
    ends = tuple(number("a slope", s) for s in few("slopes", slopes, 2, "(1.0, 0.0)"))
    if len(ends) != 2 or not all(abs(s) < float("inf") for s in ends):
        raise ValueError(f"slopes must be two finite numbers (alpha_plus, alpha_minus); got {brief(slopes)}")
    return ends[0], ends[1]


def _read_name(name: Any, value: Any) -> str:
    if name is None:
        own = getattr(value, "__name__", None)
        return own if isinstance(own, str) and own else type(value).__name__
    if not isinstance(name, str):
        raise TypeError(f"name must be a str, or None for the name of the function; got {brief(name)}")
    if not name or not name.isprintable() or name.isspace():
        raise ValueError(f"name must be one line of printable text; got {brief(name)}")
    return str(name)
