"""`VarianceMap`: how variances and correlations go from layer to layer of a wide random network."""

import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import number, whole_number
from fastsig.errors import AccuracyWarning
from fastsig.mean_field import correlation
from fastsig.mean_field.correlation import StablePoint
from fastsig.mean_field.fixed_points import FixedPoint, Map, basin, fixed_points
from fastsig.mean_field.scales import read_correlation, read_scales, read_variance, square
from fastsig.mean_field.variance_functions import ROUNDING, variance_functions

if TYPE_CHECKING:
    from numpy.typing import ArrayLike


MOST_LAYERS = 10_000_000


@dataclass(frozen=True, slots=True)
class DepthScale:
    """Over how many layers signals forget; floats, or arrays of the map's shape.

    Attributes
    ----------
    variance : float or ndarray
        xi_q = -1/ln abs V'(q*): differences of variances shrink by e. 0 where V' = 0, inf where it is 1 within
        its error.
    correlation : float or ndarray
        xi_c = -1/ln of the slope of the correlation map at its stable point; inf where that is 1 within its error.
    variance_error, correlation_error : float or ndarray
        Absolute errors: how far xi goes if the slope moves within its error; inf where xi is.
    """

    variance: Any
    correlation: Any
    variance_error: Any
    correlation_error: Any


class VarianceMap:
    """The variance map V(q) = sigma_w^2 E phi(sqrt(q) Z)^2 + sigma_b^2, and what follows from it.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    sigma_w, sigma_b : float or array_like
        Standard deviations of weights, times sqrt(width), and of biases; in [0, 1e75]; broadcast.

    Raises
    ------
    ValueError
        For a scale that is negative, NaN or too large, or shapes that do not broadcast.
    TypeError
        For what is no real number.

    Notes
    -----
    The map of Poole et al. (arXiv 1606.05340) and Schoenholz et al. (arXiv 1611.01232). Fixed points are
    found piece by piece between the turns of V' (docs/mean_field.md), none is missed.

    Examples
    --------
    >>> import fastsig
    >>> v = fastsig.mean_field.VarianceMap("tanh", 1.5, 0.1)
    >>> [(round(point.q, 6), point.stability) for point in v.fixed_points()]
    [(0.813322, 'stable')]
    >>> round(v.depth_scale().variance, 6)
    1.417195
    >>> round(v.stable_correlation().c, 6)
    0.180084
    """

    def __init__(self, phi: ActivationLike, sigma_w: "ArrayLike", sigma_b: "ArrayLike" = 0.0) -> None:
        self.phi = resolve(phi)
        self.sigma_w, self.sigma_b = read_scales(sigma_w, sigma_b)
        self._functions = variance_functions(self.phi)

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of sigma_w and sigma_b broadcast."""
        return np.broadcast_shapes(np.shape(self.sigma_w), np.shape(self.sigma_b))

    def __repr__(self) -> str:
        return f"VarianceMap({self.phi.name!r}, sigma_w={self.sigma_w!r}, sigma_b={self.sigma_b!r})"

    def __call__(self, q: "ArrayLike") -> Any:
        """Return V(q).

        Parameters
        ----------
        q : float or array_like
            Variances, in [0, 1e150]; broadcast against sigma_w and sigma_b.

        Raises
        ------
        ValueError
            A variance outside of [0, 1e150].

        Warns
        -----
        AccuracyWarning
            Where the moments of an activation miss their accuracy, as those of cos(x) at q = 1e9. So do `derivative`,
            `chi`, `correlation_slope` and `orbit`; fixed points count such errors in theirs.

        Examples
        --------
        >>> VarianceMap("relu", 2.0, 0.5)([1.0, 2.0]).round(12).tolist()  # sigma_w^2 q/2 + sigma_b^2
        [2.25, 4.25]
        """
        return self._of_variance(q, 0, bias=True)

    def derivative(self, q: "ArrayLike") -> Any:
        """Return V'(q) = sigma_w^2 eta/q; at 0 its limit, infinite where phi(0) != 0 and phi' jumps at 0.

        Raises
        ------
        ValueError
            A variance outside of [0, 1e150].

        Examples
        --------
        >>> round(VarianceMap("tanh", 1.5, 0.3).derivative(0.0), 12)  # sigma_w^2 phi'(0)^2
        2.25
        """
        return self._of_variance(q, 1)

    def chi(self, q: "ArrayLike") -> Any:
        """Return sigma_w^2 g2(sqrt(q)), by which squared gradients grow from layer to layer; at 0 its limit.

        Raises
        ------
        ValueError
            A variance outside of [0, 1e150].

        Examples
        --------
        >>> VarianceMap("relu", 2.0, 0.3).chi([0.5, 8.0]).tolist()  # sigma_w^2/2
        [2.0, 2.0]
        """
        return self._of_variance(q, 2)

    def correlation_slope(self, q: "ArrayLike") -> Any:
        """Return q chi(q)/V(q), the slope of the correlation map at correlation 1, of two inputs of variance q.

        At a fixed point it is chi. It is NaN at q = 0.

        Raises
        ------
        ValueError
            A variance outside of [0, 1e150].

        Examples
        --------
        >>> round(VarianceMap("relu", 2.0, 0.0).correlation_slope(3.0), 12)  # for every sigma_w
        1.0
        """
        variance = read_variance(q)
        with np.errstate(invalid="ignore", divide="ignore"):
            slope = np.divide(np.multiply(variance, self.chi(variance)), self(variance))
        return slope if slope.ndim else float(slope)

    def _of_variance(self, q: Any, row: int, *, bias: bool = False) -> Any:
        variance = read_variance(q)
        if type(variance) is type(self.sigma_w) is type(self.sigma_b) is float and variance > 0.0:
            value = self.sigma_w * self.sigma_w * self._functions.one(variance)[row]
            if not self._functions.accurate(variance):
                self._warn(variance)
            return value + self.sigma_b * self.sigma_b if bias else value
        w, b = np.asarray(self.sigma_w), np.asarray(self.sigma_b)
        flat = np.atleast_1d(variance).ravel()
        found, noise = self._functions.at_with_noise(flat)
        if noise.any():
            self._warn(float(flat[noise > 0.0].min()))
        values = found[row].reshape(np.shape(variance))
        with np.errstate(invalid="ignore"):
            product = np.where(w == 0.0, 0.0, w * w * values)  # 0 also times an infinite slope
        result = product + b * b if bias else product
        result = np.broadcast_to(result, np.broadcast_shapes(result.shape, self.shape))
        return result.copy() if result.ndim else float(result)

    def _warn(self, q: float) -> None:
        warnings.warn(
            f"{self.phi}: moments miss their accuracy at q = {q:g}; fastsig.moments(phi, sqrt(q)).error has it",
            AccuracyWarning,
            stacklevel=4,
        )

    def _each(self, function: Callable[[float, float], Any], dtype: Any = object) -> Any:
        """Apply a function to each pair (sigma_w, sigma_b)."""
        if self.shape == ():
            return function(float(self.sigma_w), float(self.sigma_b))
        w, b = np.broadcast_arrays(self.sigma_w, self.sigma_b)
        result = np.empty(self.shape, dtype)
        for index in np.ndindex(self.shape):
            result[index] = function(float(w[index]), float(b[index]))
        return result

    def fixed_points(self) -> Any:
        """Return all fixed points, ascending.

        Returns
        -------
        tuple of FixedPoint
            0 and infinity included: infinity where orbits may diverge. `reached` marks the one at which the orbit
            from q = 1 ends. For arrays of sigma_w or sigma_b an object array of such tuples.

        Examples
        --------
        >>> [(round(p.q, 6), p.stability) for p in VarianceMap("tanh", 1.5, 0.0).fixed_points()]
        [(0.0, 'unstable'), (0.793354, 'stable')]
        """
        return self._each(lambda w, b: fixed_points(self._functions, w, b))

    def limit(self, q: float = 1.0) -> Any:
        """Return the fixed point at which the orbit from q ends.

        Parameters
        ----------
        q : float
            Where the orbit begins; 1 by default.

        Returns
        -------
        FixedPoint
            For arrays of sigma_w or sigma_b an object array of them.

        Raises
        ------
        ValueError
            A variance outside of [0, 1e150].

        Examples
        --------
        >>> round(VarianceMap("tanh", 1.5, 0.3).limit().q, 6)
        0.960844
        """
        start = float(read_variance(number("q", q)))
        return self._each(lambda w, b: self._limit(w, b, start))

    def _limit(self, sigma_w: float, sigma_b: float, q: float = 1.0) -> FixedPoint:
        points = fixed_points(self._functions, sigma_w, sigma_b)
        if q == 1.0:
            return next(point for point in points if point.reached)
        return basin(Map(self._functions, square(sigma_w), square(sigma_b)), points, q)

    def orbit(self, q: "ArrayLike", depth: int) -> Any:
        """Return the variances q, V(q), V(V(q)), ... of so many layers, along a new first axis of length depth + 1.

        Raises
        ------
        ValueError
            A variance outside of [0, 1e150]; depth out of range.

        Examples
        --------
        >>> VarianceMap("relu", 2.0, 0.0).orbit(1.0, 3).round(12).tolist()
        [1.0, 2.0, 4.0, 8.0]
        """
        whole_number("depth", depth, 0, MOST_LAYERS)
        start = read_variance(q)
        shape = np.broadcast_shapes(np.shape(start), self.shape)
        values = [np.broadcast_to(start, shape) if shape else float(start)]
        for _ in range(depth):
            values.append(self(values[-1]))
        return np.stack(values)

    def correlation_map(self, rho: "ArrayLike", q: "ArrayLike | None" = None) -> Any:
        """Return the correlation after a layer, of two inputs of the same variance and correlation rho.

        Parameters
        ----------
        rho : float or array_like
            Correlations, in [-1, 1]; broadcast against sigma_w and sigma_b.
        q : float or array_like, optional
            Their variance; if not given, that of the fixed point which is reached from q = 1.

        Returns
        -------
        float or ndarray
            (sigma_w^2 E phi(sqrt(q) U) phi(sqrt(q) V) + sigma_b^2)/V(q); NaN at q = 0 and where
            variances diverge.

        Raises
        ------
        ValueError
            A correlation outside of [-1, 1], a variance outside of [0, 1e150].

        Examples
        --------
        >>> VarianceMap("erf", 1.5, 0.3).correlation_map([0.0, 1.0]).round(6).tolist()
        [0.073821, 1.0]
        """
        q = self._each(lambda w, b: self._limit(w, b).q, float) if q is None else read_variance(q)
        correlations = read_correlation(rho)
        finite = np.where(np.isfinite(q), q, 1.0)
        return correlation.layer(self.phi, self.sigma_w, self.sigma_b, self(finite), q, correlations)

    def stable_correlation(self) -> Any:
        """Return the stable fixed point c* of the correlation map, at the q* reached from q = 1.

        Returns
        -------
        StablePoint
            For arrays of sigma_w or sigma_b an object array of them.

        Examples
        --------
        >>> VarianceMap("tanh", 1.5, 0.0).stable_correlation().c  # odd, without biases
        0.0
        """
        return self._each(self._stable_correlation)

    def _stable_correlation(self, sigma_w: float, sigma_b: float) -> StablePoint:
        return correlation.stable_point(self.phi, sigma_w, sigma_b, self._limit(sigma_w, sigma_b))

    def depth_scale(self) -> DepthScale:
        """Return the depth scales at the fixed point reached from q = 1; NaN where it is 0, infinite or unstable.

        Returns
        -------
        DepthScale
            With errors: infinite, as the scale itself, where a slope is 1 within its error, as on the edge of chaos.

        Examples
        --------
        >>> VarianceMap("relu", 2**0.5, 0.0).depth_scale().variance
        inf
        """
        both = self._each(self._depths, (float, 4))
        if self.shape == ():
            return DepthScale(*both)
        return DepthScale(*np.moveaxis(both, -1, 0).copy())

    def _depths(self, sigma_w: float, sigma_b: float) -> tuple[float, float, float, float]:
        point = self._limit(sigma_w, sigma_b)
        stable = correlation.stable_point(self.phi, sigma_w, sigma_b, point)
        variance, variance_error = _depth(point.slope, point.slope_error)
        rest, rest_error = _depth(stable.slope, stable.slope_error)
        return variance, rest, variance_error, rest_error


def _depth(slope: float, error: float) -> tuple[float, float]:
    """Return -1/ln abs(slope) and its error."""
    size = abs(slope)
    if math.isnan(size) or size - error > 1.0:
        return math.nan, math.nan
    if size + error >= 1.0:
        return math.inf, math.inf
    low, middle, high = (_folding(value) for value in (max(size - error, 0.0), size, size + error))
    return middle, float(max(high - middle, middle - low) + ROUNDING * middle)


def _folding(slope: float) -> float:
    return -1.0 / math.log(slope) if slope > 0.0 else 0.0
