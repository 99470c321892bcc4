"""Certified Gaussian functionals by name."""

from decimal import Decimal
from fractions import Fraction

from fastsig.activations.definition import Activation
from fastsig.certified.activations import definition_of
from fastsig.certified.expectation import expectation
from fastsig.certified.flint import certify
from fastsig.certified.functionals import FUNCTIONALS, LOG_SLOPE
from fastsig.certified.interrupts import interruptible
from fastsig.certified.log_slope import log_slope
from fastsig.numbers.ball import Ball

NAMES = (*FUNCTIONALS, LOG_SLOPE)


@interruptible()
def functional(phi: Activation, name: str, sigma: Fraction, mean: Fraction, digits: int) -> Ball:
    """Return a Gaussian functional at an exact point."""
    definition = definition_of(phi)
    if name == LOG_SLOPE:
        if definition.flat:
            return Ball(Decimal("-Infinity"), Decimal(0), digits)
        value = log_slope(definition, sigma, mean, digits)
    else:
        value = expectation(definition, FUNCTIONALS[name], sigma, mean, digits)
    return certify(value, digits)
