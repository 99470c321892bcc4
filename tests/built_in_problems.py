"""Tagged cases with known answers, and where an activation is likely to go wrong."""

import math
from dataclasses import dataclass

import numpy as np

import fastsig

INF, NAN = math.inf, math.nan


@dataclass(frozen=True)
class BuiltInProblem:
    """An activation for one parameter, and what is known of it without computing."""

    name: str
    parameter_name: str | None = None
    parameter: float = 0.0
    # phi, phi', phi'' at +inf and at -inf, as limits; NaN where there is none
    at_plus: tuple[float, float, float] = (INF, 1.0, 0.0)
    at_minus: tuple[float, float, float] = (0.0, 0.0, 0.0)
    # Zeros and kinks of phi, phi', phi'', where formulas cancel or branch
    delicate: tuple[float, ...] = (0.0,)
    # "smooth", or "kinked" (at 0); "piecewise linear", "odd"; "oscillating": phi' has no limits
    tags: frozenset[str] = frozenset()

    @property
    def scale(self) -> float:
        """Length on which phi bends."""
        return 1.0 / self.parameter if self.name in ("swish", "snake") else 1.0

    def activation(self) -> fastsig.Activation:
        given = {self.parameter_name: self.parameter} if self.parameter_name else {}
        return fastsig.activation(self.name, **given)

    def __str__(self) -> str:
        return f"{self.name}({self.parameter_name}={self.parameter:g})" if self.parameter_name else self.name


def _swish(beta: float) -> BuiltInProblem:
    places = tuple(c / beta for c in (-2.399357280515468, -1.278464542761074, 0.0, 2.399357280515468))
    return BuiltInProblem("swish", "beta", beta, delicate=places, tags=frozenset({"smooth"}))


def _leaky_relu(slope: float) -> BuiltInProblem:
    far = math.copysign(INF, -slope) if slope else 0.0
    tags = frozenset({"piecewise linear", "smooth" if slope == 1.0 else "kinked"})
    return BuiltInProblem("leaky_relu", "slope", slope, at_minus=(far, slope, 0.0), tags=tags)


def _crrelu(eps: float) -> BuiltInProblem:
    return BuiltInProblem(
        "crrelu", "eps", eps, delicate=(-math.sqrt(3), -1.0, 0.0, math.sqrt(3)), tags=frozenset({"kinked"})
    )


def _snake(a: float) -> BuiltInProblem:
    places = tuple(k * math.pi / 4 / a for k in (-9, -3, -1, 0, 1, 5))  # zeros of phi' (-9, -1) and of phi''
    limits = {"at_plus": (INF, NAN, NAN), "at_minus": (-INF, NAN, NAN)}
    return BuiltInProblem("snake", "a", a, delicate=places, tags=frozenset({"smooth", "oscillating"}), **limits)


BUILT_IN_PROBLEMS = (
    BuiltInProblem("relu", tags=frozenset({"piecewise linear", "kinked"})),
    _leaky_relu(0.01),
    _leaky_relu(0.0),
    _leaky_relu(1.0),
    _leaky_relu(-10.0),
    BuiltInProblem("tanh", at_plus=(1.0, 0.0, 0.0), at_minus=(-1.0, 0.0, 0.0), tags=frozenset({"smooth", "odd"})),
    BuiltInProblem("sigmoid", at_plus=(1.0, 0.0, 0.0), tags=frozenset({"smooth"})),
    _swish(1.0),
    _swish(0.01),
    _swish(1.702),
    _swish(100.0),
    BuiltInProblem(
        "gelu", delicate=(-math.sqrt(2), -0.7517915246935645, 0.0, math.sqrt(2)), tags=frozenset({"smooth"})
    ),
    BuiltInProblem(
        "mish", delicate=(-2.25637639636, -1.1924312145155, 0.0, 1.49057117948543), tags=frozenset({"smooth"})
    ),
    BuiltInProblem(
        "telu", delicate=(-2.06597189615676, -1.07886005846462, 0.0, 0.6965639603951724), tags=frozenset({"smooth"})
    ),
    _crrelu(0.01),
    _crrelu(0.0),
    _crrelu(-10.0),
    _snake(1.0),
    _snake(0.01),
    _snake(2.3),
    _snake(100.0),
)


def dense_points(problem: BuiltInProblem) -> np.ndarray:
    """About 20,000 finite doubles: everyday, tiny, huge, around the delicate places and where results underflow."""
    rng = np.random.default_rng(20251)
    small_steps = np.concatenate(
        [np.arange(-40.0, 41.0) * 2.0**-52, np.logspace(-15, -1, 60), -np.logspace(-15, -1, 60)]
    )
    spread = np.logspace(-323, 300, 3000)
    edges = np.array([36.0, 38.5, 40.0, 350.0, 700.0, 708.4, 709.8, 745.2, 1416.0, 1490.0, 1600.0])
    edges = np.concatenate([edges, edges / max(problem.parameter, 0.01)])
    near_edges = (edges[:, None] * (1.0 + np.linspace(-0.01, 0.01, 21))).ravel()
    parts = [
        np.linspace(-50.0, 50.0, 6001),
        rng.uniform(-12.0, 12.0, 4000),
        rng.uniform(-800.0, 800.0, 2000),
        spread,
        -spread,
        *(place + max(abs(place), 1e-8) * small_steps for place in problem.delicate),
        near_edges,
        -near_edges,
        [0.0, -0.0, 5e-324, -5e-324, 1e-300, -1e-300, 700.0, -700.0],
    ]
    return np.concatenate(parts)
