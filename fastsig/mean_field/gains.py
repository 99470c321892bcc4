"""Gains: the factor on the weights that keeps a size constant for standard normal inputs.

With weights of variance gain^2/fan_in, a layer of an activation phi keeps

- "forward": the mean square of activations, 1/sqrt(m2) (He et al., arXiv 1502.01852: sqrt(2) for relu);
- "backward": the mean square of gradients, 1/sqrt(g2) (the edge of chaos: chi = 1);
- "variance": the variance of activations, 1/sqrt(m2 - m1^2), for layers that remove the mean, as weight
  standardisation does (Brock et al., arXiv 2101.08692, call it gamma).
"""

import math
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.registry import ActivationLike, activation_names, resolve
from fastsig.arguments import number
from fastsig.integrals.gaussian_moments import moments
from fastsig.numbers.number import context

if TYPE_CHECKING:
    from fastsig.activations.definition import Activation

KINDS = ("forward", "backward", "variance")
ULP = 2.0**-52
DIGITS = context(40)


class Gain(float):
    """A gain: a float that knows what it keeps; inf where there is nothing to keep (a constant phi).

    Attributes
    ----------
    error : float
        Absolute error.
    kind : str
        The convention.
    activation : Activation
        The activation.
    """

    __slots__ = ("activation", "error", "kind")

    error: float
    kind: str
    activation: "Activation"

    def __new__(cls, value: float, error: float, kind: str, activation: "Activation") -> "Gain":
        """Make one from its value and what belongs to it."""
        self = super().__new__(cls, value)
        self.error, self.kind, self.activation = error, kind, activation
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return Gain, (float(self), self.error, self.kind, self.activation)


def gain(phi: ActivationLike, kind: str = "forward", *, q: float = 1.0) -> Gain:
    """Return the gain of an activation.

    He et al. (arXiv 1502.01852: "forward"), Schoenholz et al. (arXiv 1611.01232: chi = 1, "backward"), Brock et al.
    (arXiv 2101.08692: "variance").

    Parameters
    ----------
    phi : Activation or str
        The activation.
    kind : {"forward", "backward", "variance"}
        What is kept: "forward" the mean square of activations, sqrt(q/m2); "backward" the mean square of gradients,
        1/sqrt(g2); "variance" the variance of activations, sqrt(q/(m2 - m1^2)).
    q : float, optional
        Variance of the inputs, in (0, 1e150]; 1 by default, as in all published tables.

    Returns
    -------
    Gain
        For built-ins computed with thirty digits, so correct to the last one or two of a double.

    Raises
    ------
    ValueError
        Unknown kind, q out of range.
    TypeError
        If q is no real number.

    Notes
    -----
    docs/mean_field.md has the table for all built-ins, and where constants in wide use are off.

    Examples
    --------
    >>> import fastsig
    >>> fastsig.mean_field.gain("relu")  # sqrt(2)
    1.4142135623730951
    >>> found = fastsig.mean_field.gain("gelu", "backward")
    >>> found, found.error < 2e-16
    (1.4811144127083482, True)
    """
    if kind not in KINDS:
        raise ValueError(f"kind must be one of {', '.join(map(repr, KINDS))}; got {kind!r}")
    activation = resolve(phi)
    variance = number("q", q)
    if not 0.0 < variance <= 1e150:
        raise ValueError(f"q must be a number in (0, 1e150]; got {q!r}")
    kept, error = _kept(activation, kind, variance)
    if not float(kept) > error:
        return Gain(math.inf, math.inf, kind, activation)
    exact = DIGITS.sqrt(DIGITS.divide(Decimal(1 if kind == "backward" else variance), kept))
    value = float(exact)
    return Gain(value, value * (0.5 * error / float(kept) + ULP / 2), kind, activation)


def _kept(phi: "Activation", kind: str, q: float) -> tuple[Decimal, float]:
    """Return the size that a layer multiplies, with its error: in thirty digits where they are to be had."""
    which = {"forward": ("m2",), "backward": ("g2",), "variance": ("m2", "m1", "g1", "g2", "m1_sigma")}[kind]
    precise = isinstance(phi, BuiltIn)
    root = DIGITS.sqrt(Decimal(q))
    sigma: Any = root if precise else float(root)
    found: Any = moments(phi, sigma, which=which, precision="double_double" if precise else "double")
    values = {name: _decimal(found[name]) for name in which}
    errors = {name: float(found.error[name]) for name in which}
    value, error = values[which[0]], errors[which[0]]
    # a float sqrt(q) is off by up to half an ulp
    error += 0.0 if Decimal(sigma) * Decimal(sigma) == Decimal(q) or precise else 4 * ULP * abs(float(value))
    if kind != "variance":
        return value, error
    value = DIGITS.subtract(value, DIGITS.multiply(values["m1"], values["m1"]))
    error += 2 * abs(float(values["m1"])) * errors["m1"]
    between = _between({name: float(one) for name, one in values.items()}, errors, q)
    return between if between[1] < error else (value, error)


def _between(values: dict[str, float], errors: dict[str, float], q: float) -> tuple[Decimal, float]:
    """Return the variance of phi without a difference, for small q: the middle between two bounds.

    With Hermite coefficients a_n it is the sum of a_n^2 over n >= 1, and q g2 that of n a_n^2 (Chernoff, Ann. Probab.
    9, 1981). So it lies between a_1^2 + a_2^2 and (q g1^2 + q g2)/2; a_1^2 = q g1^2 and a_2^2 = q (dm1/dsigma)^2/2.
    """
    g1, g2, bend = values["g1"], values["g2"], values["m1_sigma"]
    rounding = 2 * abs(g1) * errors["g1"] + errors["g2"] + 2 * abs(bend) * errors["m1_sigma"] + 8 * ULP * (g2 + bend**2)
    low, high = g1 * g1 + 0.5 * bend * bend, 0.5 * (g1 * g1 + g2)
    return Decimal(0.5 * (low + high)) * Decimal(q), (0.5 * abs(high - low) + rounding) * q


def _decimal(value: Any) -> Decimal:
    exact: Decimal = value.to_decimal() if hasattr(value, "to_decimal") else Decimal(value)
    return exact


def gain_table() -> dict[str, dict[str, float]]:
    """Return the gains of all built-ins with default parameters: by name, then by kind.

    Returns
    -------
    dict of dict
        `gain(name, kind)` at q = 1 as floats. Sources of the conventions: He et al. (arXiv 1502.01852), Schoenholz et
        al. (arXiv 1611.01232), Brock et al. (arXiv 2101.08692).

    Examples
    --------
    >>> import fastsig
    >>> fastsig.mean_field.gain_table()["elu"]["variance"] == fastsig.mean_field.gain_table()["celu"]["variance"]
    True
    """
    return {name: {kind: float(gain(name, kind)) for kind in KINDS} for name in activation_names()}
