"""The integral signature: nine numbers that describe an activation."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, final

from fastsig.activations.definition import Activation
from fastsig.array_kinds import kind_of
from fastsig.integrals.found import Found
from fastsig.integrals.result import Result
from fastsig.numbers.number import ManyDigits
from fastsig.targets.dlpack import is_on_gpu

if TYPE_CHECKING:
    import pandas as pd

NINE = ("m1", "g1", "g2", "m2", "eta", "alpha_plus", "alpha_minus", "tv", "curvature")


@final
class Signature(Result):
    """The nine-dimensional integral signature of arXiv 2510.08456.

    With x = mean + sigma Z, Z standard normal, and phi the activation. All
    numbers are floats, or float64 arrays in the shape of the broadcast inputs,
    with a first axis for the activations if a list of them was given. For points on a GPU
    (`target="cuda"`) they are arrays there, and sigma and mean what was given. With
    precision="double_double" or "certified" they are `DoubleDouble` numbers or
    `Ball`s, or arrays of these.

    Attributes
    ----------
    m1, g1, g2, m2 : float or ndarray
        E phi(x), E phi'(x), E phi'(x)^2, E phi(x)^2.
    eta : float or ndarray
        E[(x - mean) phi(x) phi'(x)]; the paper's abstract leaves it undefined,
        this reading is ours: it is what the stability of the variance needs.
    alpha_plus, alpha_minus : float or ndarray
        Limits of phi' at +inf and -inf; NaN where there is none, with error 0 if that
        is known (snake), inf if it was observed (activations of users).
    tv : float or ndarray
        Total variation of phi', jumps included; inf where phi' has no limit.
    curvature : float or ndarray
        Integral of phi''^2; inf where phi' jumps, or phi'' oscillates for ever.
    curvature_sup : float or ndarray
        sup abs(phi''); inf where phi' jumps. Not one of the nine.
    sigma, mean : float or ndarray
        The inputs, broadcast.
    activation : Activation or tuple of Activation
        The activation, or the list of them.
    error : Components
        Absolute errors: the names of the nine and `curvature_sup`.
    error_kind : {"bound", "estimate", "standard_error"}
        A bound is never exceeded by the true error.
    method : str
        The methods behind the Gaussian components, joined by "+".
    methods : Components
        The method of each number.
    nfev : int
        Number of points at which phi was evaluated for the Gaussian components.
    status : int
        0 if every number reached the accuracy aimed at. A slope that does not exist
        is no failure.
    message : str
        "ok", or what went wrong, or at which ends phi' has no limit.
    """

    __slots__ = ("activation", "mean", "sigma")

    activation: Activation | tuple[Activation, ...]
    sigma: Any
    mean: Any

    def __init__(
        self, found: Found, activation: Activation | tuple[Activation, ...], sigma: Any = 1.0, mean: Any = 0.0
    ) -> None:
        super().__init__(found)
        object.__setattr__(self, "activation", activation)
        object.__setattr__(self, "sigma", sigma)
        object.__setattr__(self, "mean", mean)

    def as_dict(self) -> dict[str, Any]:
        """Return the nine components by name."""
        return {name: getattr(self, name) for name in NINE}

    def to_array(self) -> Any:
        """Return the nine components along a new last axis, in the order of `as_dict`; of their kind."""
        if is_on_gpu(self.m1):
            from fastsig.integrals.device_inputs import DeviceInputs

            return DeviceInputs(None, **self.as_dict()).stacked()
        import numpy as np

        stacked = np.stack([np.asarray(getattr(self, name), dtype=np.float64) for name in NINE], axis=-1)
        kind = kind_of(m1=self.m1)
        return stacked if kind is None else kind.array(stacked)

    def rows(self) -> Iterator[dict[str, Any]]:
        """Iterate over the points: activation, sigma, mean and the nine, as plain numbers of the host.

        Raises
        ------
        ValueError
            Where the numbers are on a GPU: nothing is copied silently.
        """
        if is_on_gpu(self.m1):
            raise ValueError("the numbers are on a GPU; for rows give points of the host, with copy=True")
        activations = self.activation if isinstance(self.activation, tuple) else (self.activation,)
        if _is_single(self.m1):
            yield {"activation": _label(activations[0]), "sigma": self.sigma, "mean": self.mean, **self.as_dict()}
            return
        import numpy as np

        numbers = {"sigma": self.sigma, "mean": self.mean, **self.as_dict()}
        flat = {name: np.asarray(value).ravel().tolist() for name, value in numbers.items()}
        count = len(flat["m1"])
        per_activation = count // max(len(activations), 1)
        for i in range(count):
            label = _label(activations[i // per_activation])
            yield {"activation": label, **{name: values[i] for name, values in flat.items()}}

    def to_dataframe(self) -> "pd.DataFrame":
        """Return a pandas DataFrame, one row a point (needs the extra `dataframe`)."""
        try:
            import pandas as pd
        except ImportError:
            raise ImportError("to_dataframe needs pandas: pip install 'fastsig[dataframe]'") from None
        return pd.DataFrame(list(self.rows()), columns=["activation", "sigma", "mean", *NINE])

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Signature):
            return NotImplemented
        if self.activation != other.activation:
            return False
        names = ("sigma", "mean", *NINE)
        if _is_single(self.m1) and _is_single(other.m1):
            return all(_same(getattr(self, name), getattr(other, name)) for name in names)
        import numpy as np

        pairs = [(np.asarray(getattr(self, name)), np.asarray(getattr(other, name))) for name in names]
        return all(
            a.shape == b.shape and all(map(_same, a.ravel().tolist(), b.ravel().tolist()))
            if a.dtype == object or b.dtype == object
            else np.array_equal(a, b, equal_nan=True)
            for a, b in pairs
        )

    __hash__ = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[Any, ...]:
        return Signature, (self._stored(), self.activation, self.sigma, self.mean)

    def __repr__(self) -> str:
        if _is_single(self.m1):
            return _describe_point(self)
        activations = self.activation if isinstance(self.activation, tuple) else (self.activation,)
        names = ", ".join(_label(a) for a in activations)
        title = f"Signature of {names}: shape {tuple(self.m1.shape)}, by {self.method}"
        if is_on_gpu(self.m1):
            return f"{title}, on a GPU"
        return f"{title}\n" + "\n".join(f"  {name:<11} {_range(getattr(self, name))}" for name in NINE)

    def _repr_html_(self) -> str:
        from html import escape

        if is_on_gpu(self.m1):
            return f"<pre>{escape(repr(self))}</pre>"
        head = "".join(f"<th>{escape(name)}</th>" for name in ("activation", "sigma", "mean", *NINE))
        body: list[str] = []
        more = 0
        for row in self.rows():
            if len(body) == 50:
                more += 1
                continue
            cells = (f"{v:.10g}" if isinstance(v, float) else str(v) for v in row.values())
            body.append("<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in cells) + "</tr>")
        note = f"<caption>and {more} more rows</caption>" if more else ""
        return f"<table>{note}<thead><tr>{head}</tr></thead><tbody>{''.join(body)}</tbody></table>"


def _is_single(number: Any) -> bool:
    """Whether it is one number, no array."""
    return isinstance(number, (float, ManyDigits))


def _same(one: Any, other: Any) -> bool:
    """Whether two numbers are equal, or both NaN: slopes that do not exist."""
    return bool(one == other or (float(one) != float(one) and float(other) != float(other)))


def _label(phi: Activation) -> str:
    parameters = ", ".join(f"{name}={float(value):g}" for name, value in phi.parameters.items())
    return f"{phi.name}({parameters})" if parameters else phi.name


def _describe_point(s: Signature) -> str:
    assert isinstance(s.activation, Activation)
    lines = [f"Signature of {_label(s.activation)} at sigma={s.sigma!r}, mean={s.mean!r}"]
    for name in (*NINE, "curvature_sup"):
        value, error = getattr(s, name), s.error[name]
        exact = "exact" if error == 0.0 else f"+- {error:.1e}"
        lines.append(f"  {name:<13} {value!r:<22} {exact:<11} {s.methods[name]}")
    if not s.success:
        lines.append(f"  NOT CONVERGED: {s.message}")
    elif s.message != "ok":
        lines.append(f"  {s.message}")
    return "\n".join(lines)


def _range(numbers: Any) -> str:
    import numpy as np

    values = np.asarray(numbers)
    if not values.size:
        return "empty"
    numbers = values[values == values]
    without = f"nan at {values.size - numbers.size} of {values.size} points"
    if not numbers.size:
        return repr(float("nan"))
    low, high = float(numbers.min()), float(numbers.max())
    text = repr(low) if low == high else f"{low!r} .. {high!r}"
    return text if numbers.size == values.size else f"{text}, {without}"
