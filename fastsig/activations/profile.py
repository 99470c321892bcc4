"""What is known of an activation apart from any Gaussian, found from its values.

Kinks and other breaks, end slopes and asymptotes, zeros of phi' and phi'',
total variation and curvature, each with an error, and phi' and phi'' as
functions. All of it is read off one piecewise Chebyshev fit
(`chebyshev_pieces`); where phi' and phi'' are given, or phi can be
differentiated automatically (`jets`), they replace the derivatives of the fit,
which then only checks them.

phi' is monotone between consecutive sign changes of phi'' and breaks, so the
total variation is a finite sum of differences of phi'. The curvature is summed
piece by piece by a Gauss-Legendre rule that is exact for the fit. Both continue
beyond the last piece as what their last octaves say. `profiles` has a file for each.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.chebyshev.fits import LONG_NODES, OUTERMOST, Fitter
from fastsig.activations.chebyshev.places import Break, Singularity
from fastsig.activations.chebyshev.sampler import Sampler
from fastsig.activations.chebyshev_pieces import fit_pieces
from fastsig.activations.profiles.breaks import landmarks_of, settled_breaks, warn_of_kinks
from fastsig.activations.profiles.curvature import curvature_noise, curvature_sup_of, integral_of_square
from fastsig.activations.profiles.derivative import Derivative
from fastsig.activations.profiles.ends import GROWTHS, End, end_of, message_of
from fastsig.activations.profiles.rounding import Rounding
from fastsig.activations.profiles.sources import sources
from fastsig.activations.profiles.variation import variation_of
from fastsig.activations.profiles.zeros import sign_changes, stationary_points

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Batch = Callable[[FloatArray], FloatArray]


class UndefinedValueError(ValueError):
    """phi is NaN or infinite at a place that was asked for, as sin(x)/x at 0, which no sample had hit."""


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is known of an activation apart from any Gaussian.

    Attributes
    ----------
    name : str
        What messages call the activation.
    breaks : tuple of Break
        Places where phi' or phi'' jumps, ascending, with the jumps.
    kinks : tuple of float
        Places where phi' jumps, ascending.
    singularities : tuple of Singularity
        Places where phi is like abs(x - place)^exponent, so that a derivative is unbounded.
    minus, plus : End
        The behaviour at -inf and +inf.
    growth : {"bounded", "sublinear", "linear", "superlinear"}
        The larger growth of the two ends; a superlinear phi is not in the class.
    landmarks : tuple of float
        Ends of pieces on which phi is a polynomial of degree < 40 to rounding, as far out as phi'
        still changes: first panels for a quadrature that must not miss narrow features.
    inflections, inflection_errors : tuple of float
        Sign changes of phi'', breaks apart, ascending.
    stationary, stationary_errors : tuple of float
        Zeros of phi', breaks apart, ascending; where phi' vanishes on an interval, none there.
    tv, tv_error : float
        Total variation of phi'; inf where phi' has no limit.
    curvature, curvature_error : float
        Integral of phi''^2; inf at kinks.
    curvature_sup, curvature_sup_error : float
        sup abs(phi''), one-sided values at breaks included; inf at kinks.
    derivative_error, second_derivative_error : float
        Largest absolute errors of `derivative` and `second_derivative` on the pieces.
    derivative_source, second_derivative_source : str
        "given", "automatic differentiation" or "chebyshev".
    reach : tuple of float
        The interval on which phi is resolved: +-2^40 unless it oscillates for ever.
    nfev : int
        Number of values of phi taken.
    message : str
        "ok", or what the numbers leave open.
    """

    name: str
    breaks: tuple[Break, ...]
    kinks: tuple[float, ...]
    singularities: tuple[Singularity, ...]
    minus: End
    plus: End
    growth: str
    landmarks: tuple[float, ...]
    inflections: tuple[float, ...]
    inflection_errors: tuple[float, ...]
    stationary: tuple[float, ...]
    stationary_errors: tuple[float, ...]
    tv: float
    tv_error: float
    curvature: float
    curvature_error: float
    curvature_sup: float
    curvature_sup_error: float
    derivative_error: float
    second_derivative_error: float
    derivative_source: str
    second_derivative_source: str
    reach: tuple[float, float]
    nfev: int
    message: str
    _evaluate: "Batch" = field(repr=False)
    _rounding: Rounding = field(repr=False)
    _derivatives: tuple[Derivative, Derivative] = field(repr=False)

    @property
    def alpha_plus(self) -> float:
        """Limit of phi' at +inf; NaN where there is none."""
        return self.plus.slope

    @property
    def alpha_minus(self) -> float:
        """Limit of phi' at -inf; NaN where there is none."""
        return self.minus.slope

    @property
    def edges(self) -> "FloatArray":
        """Ends of all pieces, ascending: phi is a polynomial of degree < 40 between them, to rounding."""
        pieces = self._derivatives[0].pieces
        return np.append(pieces.left, pieces.right[-1])

    def slopes_at_breaks(self) -> tuple["FloatArray", "FloatArray"]:
        """Return phi' on the left and on the right of each break, and errors: two arrays of shape (2, breaks)."""
        first = self._derivatives[0]
        at = np.array([one.place for one in self.breaks])
        i = np.searchsorted(first.pieces.left, at)
        left, right = first(at, np.maximum(i - 1, 0)), first(at, i)
        values, errors = np.stack([left[0], right[0]]), np.stack([left[1], right[1]])
        # Where phi'' is unbounded, what was taken beside the place may differ by more than phi'' tells.
        steep = np.array([math.isinf(one.bend_jump) and not one.is_kink for one in self.breaks], dtype=bool)
        errors[:, steep] += np.abs(values[:, steep] - self.derivative(at[steep]))
        return values, errors

    def value(self, x: "FloatArray") -> "FloatArray":
        """Return phi at an array; raise UndefinedValueError where it is NaN at a number, or infinite within 2^40."""
        points = np.asarray(x, dtype=np.float64)
        flat = points.ravel()
        values = self._evaluate(flat)
        if not np.isfinite(values).all():
            self._refuse_undefined(flat, values)
        return values.reshape(points.shape)

    def _refuse_undefined(self, x: "FloatArray", values: "FloatArray") -> None:
        bad = np.flatnonzero(np.where(np.abs(x) <= 2.0**OUTERMOST, ~np.isfinite(values), np.isnan(values)))
        bad = bad[np.isfinite(x[bad])]
        if bad.size:
            at = float(x[bad[0]])
            raise UndefinedValueError(
                f"{self.name}({at!r}) is {float(values[bad[0]])!r}, but must be finite there; define it, as in "
                f"np.where(x == {at!r}, limit, ...)"
            )

    def derivative(self, x: "FloatArray") -> "FloatArray":
        """Return phi' at an array; at a kink the right-hand one, unless phi' was given."""
        return self.with_error(x, 1)[0]

    def second_derivative(self, x: "FloatArray") -> "FloatArray":
        """Return phi'' at an array; at a break the right-hand one, unless phi'' was given."""
        return self.with_error(x, 2)[0]

    def with_error(self, x: "FloatArray", order: int) -> tuple["FloatArray", "FloatArray"]:
        """Return phi (order 0), phi' (1) or phi'' (2) with absolute errors."""
        points = np.asarray(x, dtype=np.float64)
        flat = points.ravel()
        if order == 0:
            values = self.value(flat)
            errors = self._rounding.at(flat, values)
            return values.reshape(points.shape), errors.reshape(points.shape)
        source = self._derivatives[order - 1]
        if source.function is not None:
            values, errors = source.completed(flat, source.function(flat), source.pieces.rows(flat))
        else:
            values, errors = source(flat)
            outside = np.flatnonzero(~((flat >= self.reach[0]) & (flat <= self.reach[1])))
            if outside.size:
                values[outside], errors[outside] = self._beyond(flat[outside], order)
        return values.reshape(points.shape), errors.reshape(points.shape)

    def _beyond(self, x: "FloatArray", order: int) -> tuple["FloatArray", "FloatArray"]:
        """Derivatives outside of the pieces: the asymptotes, or a fit around each x where phi oscillates."""
        pieces = self._derivatives[0].pieces
        values, errors = np.full(x.shape, np.nan), np.full(x.shape, np.inf)
        for end, mine, last in ((self.minus, x < 0.0, 0), (self.plus, x > 0.0, -1)):
            if not mine.any():
                continue
            if abs(self.reach[last]) >= 2.0**OUTERMOST:
                values[mine] = end.slope if order == 1 else 0.0
                errors[mine] = end.slope_error if order == 1 else abs(end.slope) * 2.0**-OUTERMOST
                continue
            width = float((pieces.right - pieces.left)[last])
            fit = Fitter(Sampler(self._evaluate, self.name), np.full(OUTERMOST + 1, 1.0))
            local = fit(x[mine] - 0.5 * width, x[mine] + 0.5 * width, LONG_NODES)
            value, error = local.at(np.arange(int(mine.sum())), x[mine], order)
            values[mine], errors[mine] = value, np.where(local.resolved, error, np.inf)
        return values, errors


def profile(
    evaluate: "Batch",
    *,
    derivative: "Batch | None" = None,
    second_derivative: "Batch | None" = None,
    kinks: Iterable[float] = (),
    narrow: Iterable[float] = (),
    slopes: tuple[float, float] | None = None,
    name: str = "phi",
    written: tuple[Any, Any, Any] | None = None,
    warn: bool = True,
) -> Profile:
    """Find out what is to be known of an activation apart from any Gaussian.

    Parameters
    ----------
    evaluate : callable
        phi: takes a one-dimensional float64 array, returns one like it.
    derivative, second_derivative : callable, optional
        phi' and phi'' in the same form, if known; checked against phi.
    kinks : iterable of float
        Where phi' jumps, as far as known; each other one found gives a warning.
    narrow : iterable of float
        Places close together where phi may vary faster than samples between powers of 2 see.
    slopes : (alpha_plus, alpha_minus), optional
        Limits of phi' at +inf and -inf, if known; checked against phi. NaN where there is none.
    name : str
        What messages call the function.
    written : tuple of three callables, optional
        phi, phi' and phi'' as the user wrote them, for automatic differentiation (`evaluate` may
        convert its argument to an array, where a jet cannot follow). Default: the ones above.
    warn : bool
        Whether to warn of kinks that were not declared.

    Returns
    -------
    Profile

    Raises
    ------
    ValueError
        phi is not finite somewhere, jumps, has an unbounded derivative at a finite place, is not
        resolved by 400,000 samples, or contradicts the derivatives or slopes given.
    TypeError
        phi returns no real numbers, or not one a point.

    Warns
    -----
    KinkWarning
        For each kink that was not declared.

    Examples
    --------
    >>> import numpy as np
    >>> found = profile(np.tanh)
    >>> found.alpha_plus, len(found.inflections), round(found.tv, 12)
    (0.0, 1, 2.0)
    >>> abs(found.curvature - 16 / 15) <= found.curvature_error < 1e-13
    True
    """
    declared = tuple(float(kink) for kink in kinks)
    functions = evaluate, derivative, second_derivative
    pieces = fit_pieces(evaluate, declared, narrow, name=name)
    breaks = settled_breaks(pieces, name)
    rounding, first, second, table = sources(
        pieces, name, evaluate, derivative, second_derivative, written or functions
    )
    sample = Sampler(evaluate, name)
    noise = curvature_noise(second, table)
    plus, minus = (
        end_of(side, pieces, sample, table, noise, given)
        for side, given in zip((1, -1), slopes or (None, None), strict=True)
    )
    places = np.array([one.place for one in breaks])
    flat = table.with_ends(pieces, first, second, places)
    inflections, inflection_errors = sign_changes(second, flat[0], flat[3], flat[4], places)
    stationary, stationary_errors = stationary_points(first, flat, inflections, inflection_errors, places)
    tv, tv_error = variation_of(first, breaks, inflections, plus, minus)
    reach = float(pieces.left[0]), float(pieces.right[-1])
    infinite = any(one.is_kink or math.isinf(one.bend_jump) for one in breaks)
    largest, largest_error = (math.inf, 0.0) if infinite else curvature_sup_of(second, table)
    curvature, curvature_error = integral_of_square(table, noise, breaks, pieces.singularities, plus, minus)
    found = Profile(
        name=name,
        breaks=breaks,
        kinks=tuple(one.place for one in breaks if one.is_kink),
        singularities=pieces.singularities,
        minus=minus,
        plus=plus,
        growth=max(plus.growth, minus.growth, key=GROWTHS.index),
        landmarks=landmarks_of(pieces, table, breaks),
        inflections=tuple(inflections.tolist()),
        inflection_errors=tuple(inflection_errors.tolist()),
        stationary=tuple(stationary.tolist()),
        stationary_errors=tuple(stationary_errors.tolist()),
        tv=tv,
        tv_error=tv_error,
        curvature=curvature,
        curvature_error=curvature_error,
        curvature_sup=largest,
        curvature_sup_error=largest_error,
        derivative_error=float(table.first_error.max()),
        second_derivative_error=float(table.second_error.max()),
        derivative_source=first.source,
        second_derivative_source=second.source,
        reach=reach,
        nfev=pieces.nfev + sample.nfev,
        message=message_of(plus, minus, reach),
        _evaluate=evaluate,
        _rounding=rounding,
        _derivatives=(first, second),
    )
    if warn:
        warn_of_kinks(name, breaks, declared)
    return found
