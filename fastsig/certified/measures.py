"""The numbers of a signature that are read off phi' without a Gaussian, as balls."""

from decimal import Decimal
from typing import Any

from fastsig.activations.definition import Activation
from fastsig.certified import shape
from fastsig.certified.activations import definition_of
from fastsig.certified.definition import Definition
from fastsig.certified.flint import certify
from fastsig.certified.interrupts import interruptible
from fastsig.numbers.ball import Ball


@interruptible()
def measure(phi: Activation, name: str, digits: int) -> Ball:
    """Return alpha_plus, alpha_minus, tv, curvature or curvature_sup as a ball."""
    definition = definition_of(phi)
    if name.startswith("alpha"):
        if definition.waves:  # phi' oscillates for ever: it has no limit
            return Ball(Decimal("NaN"), Decimal(0), digits)
        side = 0 if name == "alpha_plus" else 1
        return certify(shape.until_sure(f"{name} of {phi}", digits, lambda: shape.end_slopes(definition)[side]), digits)
    return certify(_MEASURES[name](definition, digits), digits)


def _tv(definition: Definition, digits: int) -> Any:
    return shape.total_variation(definition, digits)


_MEASURES = {"tv": _tv, "curvature": shape.curvature, "curvature_sup": shape.curvature_sup}
