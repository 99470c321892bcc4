"""The NumPy baselines of `fastsig bench`, by the names of activations."""

from dataclasses import dataclass

from fastsig.benchmark.methods import fixed_rules
from fastsig.benchmark.methods.numpy_methods import FUNCTIONS
from fastsig.benchmark.problem import COMPONENTS

__all__ = ["COMPONENTS", "FUNCTIONS", "Rule", "gauss_hermite", "panels"]


@dataclass(frozen=True)
class Rule:
    rule: fixed_rules.Rule

    def apply(self, name):
        """The four components, shape (4, sigma)."""
        return self.rule.apply(*FUNCTIONS[name])


def gauss_hermite(sigma, nodes):
    return Rule(fixed_rules.gauss_hermite(sigma, nodes))


def panels(sigma):
    return Rule(fixed_rules.panels(sigma))


def panels_at_means(sigma, mean):
    return Rule(fixed_rules.panels_at_means(sigma, mean))
