"""The banks of the sinh-trapezoid rule (csrc/src/sinh_trapezoid.c), as arrays.

A user's function has no power series in sigma^2; below the first bank its
nodes are halved again and again instead: at sigma/2 the nodes x/2 carry the same
exponentials.
"""

import math
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.targets.cpu import ffi, lib

OCTAVES = 26  # of the first bank, below it: down to sigma = 1e-9


@dataclass(frozen=True, eq=False)
class Bank:
    """E f(sigma Z) ~ sum_k weight_k exp(-half_square_k/sigma^2) even_k / sigma, even the even part of f.

    Attributes
    ----------
    low : float
        The bank serves sigma in [low, the next bank's low).
    x : ndarray
        Nodes, ascending from 0.
    weight : ndarray
        Weights of the trapezoid rule.
    half_square : ndarray
        x^2/2.
    between, between_weight : ndarray
        The nodes half a step further and their weights: the same rule, shifted. Both
        are right or they differ, which measures the error.
    last : bool
        Whether the bank is open to the right, so that f must decay.
    """

    low: float
    x: FloatArray
    weight: FloatArray
    half_square: FloatArray
    between: FloatArray
    between_weight: FloatArray
    last: bool = False

    def halved(self, times: int) -> "Bank":
        """The bank for sigma smaller by 2^times."""
        factor = 0.5**times
        rows = (self.x * factor, self.weight * factor, self.half_square * factor**2)
        return Bank(self.low * factor, *rows, self.between * factor, self.between_weight * factor)


@lru_cache(maxsize=1)
def banks() -> tuple[Bank, ...]:
    """Return the banks, for ascending sigma."""
    result: list[Bank] = []
    bank = ffi.new("fastsig_sinh_trapezoid_bank *")
    while lib.fastsig_sinh_trapezoid(len(result), bank):
        t = np.arange(bank.nodes) * bank.step
        between = t + 0.5 * bank.step
        factor = 2 * bank.step * bank.stretch / math.sqrt(2 * math.pi)
        weight = factor * np.cosh(t)
        weight[0] *= 0.5
        half_square = np.array(list(bank.half_square[0 : bank.nodes]))
        shifted = bank.stretch * np.sinh(between), factor * np.cosh(between)
        result.append(Bank(bank.sigma_low, bank.stretch * np.sinh(t), weight, half_square, *shifted))
    result[-1] = replace(result[-1], last=True)
    return (*(result[0].halved(k) for k in range(OCTAVES, 0, -1)), *result)
