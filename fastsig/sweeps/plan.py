"""What a sweep computes: activations, points, components, methods; JSON, and a hash of it."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields
from hashlib import sha256
from typing import Any, Self

from fastsig.activations.labels import read_label
from fastsig.activations.registry import activation_names
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.functionals import NAMES
from fastsig.sweeps.grid import read_grid
from fastsig.sweeps.methods import METHODS, method_label, read_method

SCHEMA = "fastsig.sweep/1"
LARGEST_SEED = 2**63 - 1
MOST_ROWS = 1_000_000  # some 3 GB of memory when they are judged
DEFAULT_METHODS = "double,double_double,certified,gauss_hermite:100"


@dataclass(frozen=True)
class Plan:
    """A validation sweep: every method at every point for every component; made by `Plan.of`.

    Attributes
    ----------
    activations : tuple of str
        Labels, as on the command line: ``gelu``, ``leaky_relu:slope=0.2``.
    sigma, mean : tuple of float
        The points are all pairs of them.
    components : tuple of str
        Names of Gaussian functionals.
    methods : tuple of str
        ``double``, ``gauss_hermite:100``, ...
    reference : str
        The method that judges the others. It is computed, too, but not judged itself.
    seed : int
        What all streams of random numbers come from.

    Examples
    --------
    >>> from fastsig.sweeps import Plan
    >>> plan = Plan.of("relu,tanh", sigma="0.1:10:3", methods="double,gauss_hermite:100")
    >>> plan.sigma, plan.reference, plan == Plan.from_json(plan.to_json())
    ((0.1, 1.0, 10.0), 'double_double', True)
    """

    activations: tuple[str, ...]
    sigma: tuple[float, ...]
    mean: tuple[float, ...]
    components: tuple[str, ...]
    methods: tuple[str, ...]
    reference: str
    seed: int

    @classmethod
    def of(
        cls,
        activations: str | Iterable[str] = "all",
        *,
        sigma: str | float | Iterable[float] = "1e-3:1e3:61",
        mean: str | float | Iterable[float] = 0.0,
        components: str | Iterable[str] = COMPONENTS,
        methods: str | Iterable[str] = DEFAULT_METHODS,
        reference: str | None = None,
        seed: int = 0,
    ) -> Self:
        """Make a plan; texts are read as on the command line, see `fastsig validate --help`.

        Raises
        ------
        ValueError, TypeError
            What is unknown, out of range or missing; the message says what is allowed.
        """
        chosen = tuple(dict.fromkeys(method_label(*read_method(one)) for one in _words("methods", methods)))
        plan = cls(
            _labels(activations),
            read_grid("sigma", sigma),
            read_grid("mean", mean),
            _components(components),
            chosen,
            _reference(chosen, reference),
            _seed(seed),
        )
        if plan.rows > MOST_ROWS:
            raise ValueError(f"a sweep has at most {MOST_ROWS} rows; this plan has {plan.rows}. Cut it into several")
        return plan

    @classmethod
    def from_json(cls, text: str) -> Self:
        """Read what `to_json` wrote."""
        try:
            found: dict[str, Any] = json.loads(text)
            if found.pop("schema") != SCHEMA:
                raise ValueError
            return cls.of(**found)
        except (KeyError, TypeError, AttributeError, ValueError) as error:
            why = f": {error}" if str(error) else ""
            raise ValueError(f"this is no plan of the schema {SCHEMA}{why}") from None

    def to_json(self) -> str:
        """Return the plan as text; the same plan gives the same text."""
        return json.dumps({"schema": SCHEMA, **asdict(self)}, sort_keys=True, separators=(",", ":"))

    @property
    def hash(self) -> str:
        """SHA-256 of the text of the plan, in hexadecimal."""
        return sha256(self.to_json().encode()).hexdigest()

    @property
    def computed(self) -> tuple[str, ...]:
        """The methods, and the reference if it is none of them."""
        return self.methods if self.reference in self.methods else (*self.methods, self.reference)

    @property
    def points(self) -> list[tuple[float, float]]:
        """All (sigma, mean)."""
        return [(sigma, mean) for mean in self.mean for sigma in self.sigma]

    @property
    def rows(self) -> int:
        """How many numbers the sweep has."""
        return len(self.activations) * len(self.points) * len(self.components) * len(self.computed)

    def differences(self, other: "Plan") -> list[str]:
        """Return the names of what differs."""
        return [field.name for field in fields(self) if getattr(self, field.name) != getattr(other, field.name)]


def _words(name: str, given: str | Iterable[str]) -> list[str]:
    words = [word.strip() for part in ([given] if isinstance(given, str) else given) for word in part.split(",")]
    if not words or not all(words):
        raise ValueError(f"{name} needs names, separated by commas; got {given!r}")
    return words


def _labels(given: str | Iterable[str]) -> tuple[str, ...]:
    """Return labels, each activation once: by the shortest name for it."""
    labels: dict[Any, str] = {}
    for word in _words("activations", given):
        for label in activation_names() if word == "all" else [word]:
            phi = read_label(label)
            labels.setdefault(phi, phi.name if phi == read_label(phi.name) else label.replace(" ", ""))
    return tuple(labels.values())


def _components(given: str | Iterable[str]) -> tuple[str, ...]:
    chosen = tuple(dict.fromkeys(_words("components", given)))
    for name in chosen:
        if name not in NAMES:
            raise ValueError(f"components are among {', '.join(NAMES)}; got {name!r}")
    return chosen


def _reference(methods: tuple[str, ...], given: str | None) -> str:
    if given is None:
        certified = [read_method(one) for one in methods if one.startswith("certified:")]
        return method_label(*max(certified, key=lambda one: one[1])) if certified else "double_double"
    name, number = read_method(given)
    if not METHODS[name].judges:
        allowed = " or ".join(name for name, method in METHODS.items() if method.judges)
        raise ValueError(f"a reference must be {allowed}; got {given!r}")
    return method_label(name, number)


def _seed(given: object) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given <= LARGEST_SEED:
        raise ValueError(f"seed must be a whole number from 0 to 2**63 - 1; got {given!r}")
    return given
