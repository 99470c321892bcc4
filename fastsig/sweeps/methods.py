"""The methods of a sweep: what they are called, how they are asked, how many points make a task.

A method is written NAME or NAME:NUMBER; the number is its nodes, digits or samples.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

from fastsig.integrals.gaussian_moments import moments
from fastsig.integrals.methods import error_kind
from fastsig.integrals.sampling_options import MOST_SAMPLES, REPLICATIONS
from fastsig.sweeps.measured import Measured, measured
from fastsig.sweeps.streams import stream

if TYPE_CHECKING:
    from fastsig.activations.built_in import BuiltIn

Points = Sequence[tuple[float, float]]  # (sigma, mean)
Options = Callable[[int, int], dict[str, Any]]
Rows = list[Measured]  # a point's components, point after point
MOST_POINTS = 64  # in a task


@dataclass(frozen=True)
class Method:
    """One way to Gaussian functionals.

    Attributes
    ----------
    options : callable
        The arguments of `fastsig.moments` for a number and a seed of random numbers.
    number, default, least, most
        What the number of the method is (None: it has none), and its range.
    points_a_second : callable
        About how many points are done in a second, by the number: what cuts tasks, so that a kill
        loses a second or so.
    judges : bool
        Whether its errors are so small that it can be the reference of others.
    replications : int
        How many replications its standard error comes from; 0 means so many that it is known.
    states_errors : bool
        False: it has no error of its own; it is reported, not judged.
    sampled : bool
        Whether its number is one of samples; each point is then asked for by itself, with its own stream.
    """

    options: Options
    number: str | None = None
    default: int = 0
    least: int = 1
    most: int = 1
    points_a_second: Callable[[int], float] = lambda n: MOST_POINTS
    judges: bool = False
    states_errors: bool = True
    replications: int = 0
    sampled: bool = False


def _plain(name: str) -> Options:
    return lambda n, seed: {"method": name}


def _nodes(name: str) -> Options:
    return lambda n, seed: {"method": name, "nodes": n}


def _samples(name: str) -> Options:
    return lambda n, seed: {"method": name, "samples": n, "rng": seed}


def _sampled_in_a_second(n: int) -> float:
    return 2e7 / n


METHODS: dict[str, Method] = {
    "double": Method(lambda n, seed: {}),
    "table": Method(_plain("table")),
    "closed_form": Method(_plain("closed_form")),
    "adaptive": Method(_plain("adaptive")),
    "gauss_legendre": Method(_nodes("gauss_legendre"), "nodes", 40, 1, 10_000),
    "tanh_sinh": Method(_plain("tanh_sinh")),
    "gauss_hermite": Method(_nodes("gauss_hermite"), "nodes", 100, 1, 10_000, states_errors=False),
    "monte_carlo": Method(
        _samples("monte_carlo"), "samples", 10**6, 2, MOST_SAMPLES, _sampled_in_a_second, sampled=True
    ),
    "sobol": Method(
        _samples("sobol"), "samples", 10**6, 2 * REPLICATIONS, MOST_SAMPLES, _sampled_in_a_second,
        replications=REPLICATIONS, sampled=True,
    ),
    "double_double": Method(lambda n, seed: {"precision": "double_double"}, judges=True),
    "certified": Method(
        lambda n, seed: {"precision": "certified", "digits": n},
        "digits", 40, 1, 1000, points_a_second=lambda n: 1000.0 / (n + 40), judges=True,
    ),
}  # fmt: skip


def read_method(text: str) -> tuple[str, int]:
    """Return the name and the number of a method (0 where it has none).

    Examples
    --------
    >>> from fastsig.sweeps.methods import read_method
    >>> read_method("gauss_hermite:200"), read_method("certified"), read_method("double")
    (('gauss_hermite', 200), ('certified', 40), ('double', 0))
    """
    name, colon, given = (part.strip() for part in text.partition(":"))
    if name not in METHODS:
        raise ValueError(f"a method of a sweep is one of {', '.join(METHODS)}; got {text!r}")
    method = METHODS[name]
    if method.number is None:
        if colon:
            raise ValueError(f"method {name} has no number; got {text!r}")
        return name, 0
    if not colon:
        return name, method.default
    try:
        number = Decimal(given)
    except InvalidOperation:
        number = Decimal("nan")
    if not (number.is_finite() and method.least <= number <= method.most and number == number.to_integral_value()):
        raise ValueError(
            f"{name}:N takes a whole number of {method.number} from {method.least} to {method.most}; got {text!r}"
        )
    return name, int(number)


def method_label(name: str, number: int) -> str:
    """Return a method as it is written in plans and rows."""
    return name if METHODS[name].number is None else f"{name}:{number}"


def points_of_a_task(label: str) -> int:
    """Return how many points make a task of about a second."""
    name, number = read_method(label)
    return max(1, min(MOST_POINTS, int(METHODS[name].points_a_second(number))))


def compute(phi: "BuiltIn", activation: str, label: str, points: Points, components: Sequence[str], seed: int) -> Rows:
    """Ask a method for the components at some points."""
    if not METHODS[read_method(label)[0]].sampled:
        try:
            return _ask(phi, activation, label, points, components, seed)
        except (ValueError, ArithmeticError):  # which point is refused shows below
            pass
    rows: Rows = []
    for point in points:
        try:
            rows += _ask(phi, activation, label, [point], components, seed)
        except (ValueError, ArithmeticError) as error:
            rows += [Measured(None, None, None, "none", str(error))] * len(components)
    return rows


def _ask(phi: "BuiltIn", activation: str, label: str, points: Points, components: Sequence[str], seed: int) -> Rows:
    name, number = read_method(label)
    method = METHODS[name]
    sigma, mean = ([point[part] for point in points] for part in (0, 1))
    options = method.options(number, stream(seed, activation, label, *points[0]))
    found = moments(phi, sigma, mean=mean, which=components, **options)
    rows: Rows = []
    for i in range(len(points)):
        for component in components:
            value = found.values[component][i]
            if method.states_errors:
                kind = _kind(found, str(found.methods[component][i]), phi)
                rows.append(measured(value, float(found.error[component][i]), kind))
            else:
                rows.append(measured(value, None, "none"))
    return rows


def _kind(found: Any, used: str, phi: "BuiltIn") -> str:
    """Return the kind of one error: "estimate" of all of them says only that some are."""
    kind: str = found.error_kind
    return error_kind(used, (phi,)) if kind == "estimate" else kind
