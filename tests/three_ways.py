"""Random questions that float64, double-double and ball arithmetic answer, each without the others."""

import math
import random
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import fastsig

COMPONENTS = ("m1", "g1", "g2", "m2", "eta")
FURTHER = ("m3", "m4", "m1z", "g2z2", "g1_mean", "m2_sigma")
PARAMETERS = {  # name and range
    "leaky_relu": ("slope", -3.0, 3.0),
    "swish": ("beta", 0.1, 10.0),
    "crrelu": ("eps", -3.0, 3.0),
    "softplus": ("beta", 0.1, 10.0),
    "elu": ("alpha", 0.1, 5.0),
    "celu": ("alpha", 0.1, 10.0),
    "softshrink": ("threshold", 0.1, 5.0),
    "snake": ("a", 0.1, 5.0),
}
UNDERFLOW = Fraction(1, 2**1070)  # what rounding near the end of the range of doubles can take
SMALLEST = 1e-280  # below it, errors of doubles are themselves near the end of their range


@dataclass(frozen=True)
class Question:
    """E of one component at one point."""

    name: str
    parameters: tuple[tuple[str, float], ...]
    sigma: float
    mean: float
    component: str

    @property
    def activation(self) -> Any:
        """The activation asked about."""
        return fastsig.activation(self.name, **dict(self.parameters))

    def __str__(self) -> str:
        return f"{self.component} of {self.activation!r} at sigma = {self.sigma!r}, mean = {self.mean!r}"


@dataclass(frozen=True)
class Answers:
    """The errors of both ways against the certified value, as shares of what they state, and in their own unit."""

    question: Question
    double: Fraction
    double_double: Fraction
    relative_double: float
    relative_double_double: float

    @property
    def agree(self) -> bool:
        """Whether no way lies outside its own bound."""
        return self.double <= 1 and self.double_double <= 1

    def __str__(self) -> str:
        shares = ", ".join(f"{name} {_ratio(getattr(self, name), 1):.3g}" for name in ("double", "double_double"))
        return f"{self.question}: errors over bounds: {shares}"


def _ratio(a: Fraction, b: Fraction | int) -> float:
    try:
        return float(a / b)
    except OverflowError:
        return math.inf


def questions(seed: int, count: int) -> Iterator[Question]:
    """Yield random questions: any built-in, half of them with another parameter, tails and kinks included."""
    choose = random.Random(seed)
    names = fastsig.activation_names()
    for _ in range(count):
        name = choose.choice(names)
        parameters: tuple[tuple[str, float], ...] = ()
        if name in PARAMETERS and choose.random() < 0.5:
            parameter, low, high = PARAMETERS[name]
            parameters = ((parameter, choose.uniform(low, high)),)
        sigma = 10 ** choose.uniform(-3, 3)
        mean = choose.choice([0.0, choose.uniform(-5, 5), sigma * choose.uniform(-8, 8)])
        component = choose.choice(COMPONENTS if choose.random() < 0.8 else FURTHER)
        yield Question(name, parameters, sigma, mean, component)


def answers(question: Question) -> Answers | None:
    """Ask the three; None where the value is too small for a double."""
    at = {"mean": question.mean, "which": question.component}
    plain = fastsig.moments(question.activation, question.sigma, **at)
    if 0 < abs(plain[question.component]) + plain.error[question.component] < SMALLEST:
        return None
    ball = fastsig.moments(question.activation, question.sigma, precision="certified", digits=34, **at)
    pair = fastsig.moments(question.activation, question.sigma, precision="double_double", **at)
    truth, radius = (Fraction(getattr(ball[question.component], name)) for name in ("midpoint", "radius"))
    shares, relative = [], []
    for value, stated in (
        (Fraction(plain[question.component]), plain.error[question.component]),
        (pair[question.component].to_fraction(), pair.error[question.component]),
    ):
        error = max(abs(value - truth) - radius - UNDERFLOW, Fraction(0))
        shares.append(error / Fraction(stated) if stated else Fraction(0 if error == 0 else 2))
        relative.append(_ratio(error, abs(truth)) if truth else float(error))
    return Answers(question, *shares, *relative)
