"""Tables of users' smooth activations at mean 0.

phi and phi' are evaluated once at the nodes of the sinh-trapezoid rule; each
sigma then costs a sum of 24 to 56 terms (csrc/src/sinh_trapezoid.c). The rule
holds where phi has no poles near the real axis and, in the last bank, where phi
reaches its asymptotes fast. Whether it does is *measured*, bank by bank and
component by component, before a table is used:

- the sums must agree with those of the same rule shifted by half a step, which
  is wrong by the same amount with the other sign if it is wrong;
- at scales within two of the banks the adaptive rule must give the same numbers
  within its own error: a feature that falls between all nodes would not show
  otherwise.

A bank that fails is left to the adaptive rule.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.profile import UndefinedValueError
from fastsig.activations.shape import shape
from fastsig.arrays import FloatArray
from fastsig.integrals.adaptive import integrate
from fastsig.integrals.functionals import LIMIT as LARGEST
from fastsig.integrals.functionals import UNDERFLOW
from fastsig.integrals.half_octaves import half_octaves
from fastsig.integrals.native_table import WIDE_LOW, NativeTable
from fastsig.rules.sinh_trapezoid import Bank, banks

LIMIT = 5e-14  # of E abs(integrand): a larger measured error refuses the bank
ROUNDINGS = 32 * 2.0**-53
NEGLIGIBLE = 1e-12 * UNDERFLOW  # at one node: 1/sigma times the sum of 56 of them stays below UNDERFLOW
FIRST_OCTAVE = 2.0**-11  # below it sums over nodes stay: few ask for it, and each octave takes time to make
# tanh bends on the scale 2.6 = TV/sup abs(phi''), and the banks are made for it.
TYPICAL_BEND = 2.0
CHECKED_BY_ADAPTIVE = (0.7, 3.0)  # sigma in units of the scale


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One bank of a table: sums, asymptotes and errors of the five components."""

    bank: Bank
    values: FloatArray  # (5, nodes): weights times even parts, asymptote left out
    sizes: FloatArray  # (5, nodes): weights times even parts of abs(integrand)
    inherited: FloatArray  # (5, nodes): what errors of phi' do, weights included
    error: FloatArray  # (5,): measured error of the rule, relative to E abs(integrand)
    valid: bool

    @property
    def sure(self) -> bool:
        """Whether errors stay below LARGEST of E abs(integrand) at every sigma of the bank.

        At sigma the spare part of the sums is sum_k b_k u_k with b_k that at bank.low and u_k
        = exp(half_square_k (1/low^2 - 1/sigma^2)), which grow with k from 1 on: by partial
        summation it is positive for all of them if all sums from some k on are.
        """
        allowed = LARGEST - ROUNDINGS - self.error
        spare = allowed[:, None] * self.sizes - self.inherited + NEGLIGIBLE
        at_low = spare * _weights_at_low(self.bank)
        return bool(np.all(np.cumsum(at_low[:, ::-1], axis=1) >= 0.0))


@dataclass(frozen=True, slots=True, eq=False)
class SmoothTable:
    """The table of an activation.

    Attributes
    ----------
    scale : float
        Unit of x in which the banks are used.
    columns : tuple of Column
        By ascending sigma.
    native : NativeTable
        The same for C.
    sure_from : float
        From this sigma on every bank holds, and no sum can have an error that is
        too large, whatever sigma is.
    """

    scale: float
    columns: tuple[Column, ...]
    native: NativeTable
    sure_from: float

    def evaluate(
        self, sigma: FloatArray
    ) -> tuple[FloatArray, FloatArray, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
        """Return values and errors of shape (5, len(sigma)), and which sigma the table serves."""
        return self.native.evaluate(sigma, LARGEST, UNDERFLOW)


def smooth_table(phi: Activation) -> SmoothTable | None:
    """Return the table of an activation, made once; None where no bank holds, or phi is undefined at a node."""
    if "table" not in phi._cache:
        try:
            phi._cache["table"] = _build(phi)
        except UndefinedValueError:  # as sin(x)/x at 0: the panels of the adaptive rule end there
            phi._cache["table"] = None
    found: SmoothTable | None = phi._cache["table"]
    return found


def _build(phi: Activation) -> SmoothTable | None:
    known = shape(phi)
    if known.breaks or not math.isfinite(known.curvature_sup) or not math.isfinite(known.tv):
        return None  # no rule may cross a break
    bend = known.tv / known.curvature_sup if known.curvature_sup > 0 else TYPICAL_BEND
    scale = 2.0 ** round(math.log2(bend / TYPICAL_BEND)) if bend > 0 else 1.0
    ends = phi.profile()
    slopes = (known.alpha_plus * scale, known.alpha_minus * scale)
    offsets = (ends.plus.offset, ends.minus.offset)
    columns = _columns(phi, scale, slopes, offsets)
    native = _native(scale, columns, slopes, offsets)
    for sigma in CHECKED_BY_ADAPTIVE:
        number = max(i for i, column in enumerate(columns) if column.bank.low <= sigma)
        if columns[number].valid and not _confirmed(phi, native, sigma * scale):
            return None
    if not any(column.valid for column in columns):
        return None
    doubtful = [i for i, column in enumerate(columns) if not (column.valid and column.sure)]
    first_sure = doubtful[-1] + 1 if doubtful else 0
    sure_from = columns[first_sure].bank.low * scale * (1 + 2**-50) if first_sure < len(columns) else math.inf
    return SmoothTable(scale, tuple(columns), native, sure_from)


def _native(
    scale: float, columns: Sequence[Column], slopes: tuple[float, float], offsets: tuple[float, float]
) -> NativeTable:
    banks, of_last, none = [], _coefficients(slopes, offsets), np.zeros((5, 3))
    for column in columns:
        bank, relative = column.bank, column.error + ROUNDINGS
        asymptotes = of_last if bank.last else none
        rows = (column.values, column.sizes, column.inherited + relative[:, None] * column.sizes)
        for low in _octaves(bank):
            polynomials: tuple[FloatArray | None, FloatArray | None] = (None, None)
            if column.valid and FIRST_OCTAVE <= low < WIDE_LOW:
                polynomials = half_octaves(low, bank.half_square, rows, asymptotes, relative)
            banks.append(
                {
                    "low": low,
                    "last": low >= WIDE_LOW,
                    "valid": column.valid,
                    "half_square": bank.half_square,
                    "value": rows[0],
                    "size": rows[1],
                    "doubt": rows[2],
                    "relative": relative,
                    "asymptote": asymptotes,
                    "half_octaves": polynomials,
                }
            )
    return NativeTable(scale, [1.0, 1 / scale, 1 / scale**2, 1.0, 1.0], banks)


def _octaves(bank: Bank) -> list[float]:
    """Where the octaves of a bank begin; the last one is open."""
    return [bank.low * 2**k for k in range(round(math.log2(WIDE_LOW / bank.low)) + 1)] if bank.last else [bank.low]


def _asymptotes(t: FloatArray, slopes: tuple[float, float], offsets: tuple[float, float]) -> FloatArray:
    """Even parts of the integrands of the asymptotes; abs(t) smoothed to t erf(t/sqrt 2)."""
    from scipy.special import erf

    coefficients = _coefficients(slopes, offsets)
    basis = np.stack([np.ones_like(t), t * erf(t / math.sqrt(2)), t * t])
    result: FloatArray = coefficients @ basis
    return result


def _coefficients(slopes: tuple[float, float], offsets: tuple[float, float]) -> FloatArray:
    """Coefficients of 1, abs(t), t^2 in the even parts of m1, g1, g2, m2, eta at large t."""
    (a, b), (c, d) = slopes, offsets
    cross, squares = a * c - b * d, (a * a + b * b) / 2
    return np.array(
        [
            [(c + d) / 2, (a - b) / 2, 0.0],
            [(a + b) / 2, 0.0, 0.0],
            [squares, 0.0, 0.0],
            [(c * c + d * d) / 2, cross, squares],
            [0.0, cross / 2, squares],
        ]
    )


@lru_cache(maxsize=64)
def _weights_at_low(bank: Bank) -> FloatArray:
    """exp(-x^2/(2 sigma^2)) at the lowest sigma."""
    return np.exp(-bank.half_square / bank.low**2)


@lru_cache(maxsize=64)
def _weights_at_some_sigma(bank: Bank) -> tuple[FloatArray, FloatArray]:
    """The same where the rule is compared with the shifted one, at the nodes of both."""
    sigma = bank.low * np.array([1.0, 1.2, 1.6, 2.0] if not bank.last else [1.0, 1.4, 2.0, 4.0, 30.0, 1e3, 1e6])
    at_nodes, between = (np.exp(-0.5 * (x[:, None] / sigma) ** 2) for x in (bank.x, bank.between))
    return at_nodes, between


@lru_cache(maxsize=1)
def _all_nodes() -> FloatArray:
    """Nodes of all banks, each followed by those between them: for one call of phi."""
    return np.concatenate([t for bank in banks() for t in (bank.x, bank.between)])


def _columns(
    phi: Activation, scale: float, slopes: tuple[float, float], offsets: tuple[float, float]
) -> tuple[Column, ...]:
    even, sizes, inherited = _even_parts(phi, _all_nodes(), scale)
    columns, at = [], 0
    for bank in banks():
        between, end = at + bank.x.size, at + 2 * bank.x.size
        values, shifted = even[:, at:between], even[:, between:end]
        if bank.last:
            values = values - _asymptotes(bank.x, slopes, offsets)
            shifted = shifted - _asymptotes(bank.between, slopes, offsets)
        columns.append(_column(bank, values, shifted, sizes[:, at:between], inherited[:, at:between]))
        at = end
    return tuple(columns)


def _column(bank: Bank, values: FloatArray, shifted: FloatArray, sizes: FloatArray, inherited: FloatArray) -> Column:
    values, sizes, shifted = values * bank.weight, sizes * bank.weight, shifted * bank.between_weight
    weight, weight_between = _weights_at_some_sigma(bank)
    with np.errstate(invalid="ignore"):
        distance = np.abs(values @ weight - shifted @ weight_between) / np.maximum(sizes @ weight, 1e-300)
        error = np.max(distance, axis=1)
    return Column(bank, values, sizes, inherited * bank.weight, error, bool(np.all(error < LIMIT)))


def _even_parts(phi: Activation, t: FloatArray, scale: float) -> tuple[FloatArray, FloatArray, FloatArray]:
    """Even parts of the five integrands in t = x/scale, of their sizes, and of what errors of phi and phi' do."""
    x = np.concatenate([t, -t]) * scale
    (values, value_errors), (slopes, slope_errors) = (phi.batch_with_error(order, x) for order in (0, 1))
    f, d = np.split(values, 2), np.split(slopes * scale, 2)
    ef, ed = np.split(value_errors, 2), np.split(slope_errors * scale, 2)
    right = np.stack([f[0], d[0], d[0] ** 2, f[0] ** 2, t * f[0] * d[0]])
    left = np.stack([f[1], d[1], d[1] ** 2, f[1] ** 2, -t * f[1] * d[1]])
    inherited = np.zeros_like(right)
    for value, slope, of_value, of_slope in zip(f, d, ef, ed, strict=True):
        inherited[0] += of_value / 2
        inherited[1] += of_slope / 2
        inherited[2] += np.abs(slope) * of_slope
        inherited[3] += np.abs(value) * of_value
        inherited[4] += t * (np.abs(value) * of_slope + np.abs(slope) * of_value) / 2
    return (right + left) / 2, (np.abs(right) + np.abs(left)) / 2, inherited


def _confirmed(phi: Activation, native: NativeTable, sigma: float) -> bool:
    """Whether the adaptive rule agrees with the table within the errors of both."""
    values, errors, _ = native.evaluate(np.array([sigma]))
    truth, truth_error = _adaptive(phi, sigma)
    return bool(np.all(np.abs(values[:, 0] - truth) <= errors[:, 0] + truth_error))


def _adaptive(phi: Activation, sigma: float) -> tuple[FloatArray, FloatArray]:
    def integrand(z: FloatArray, x: FloatArray) -> FloatArray:
        f, d = phi.batch(0, x), phi.batch(1, x)
        return np.stack([f, d, d * d, f * f, sigma * z * f * d])

    found = integrate(integrand, 5, sigma, 0.0, landmarks=shape(phi).landmarks)
    return found.value, found.error
