"""Activations as users write them, as text for processes of their own."""

USERS = """
import json, math, sys, warnings
import numba
import numpy as np
import fastsig
SHARE = 0.5
def half(x):
    return SHARE * x
@numba.njit
def helper(x):
    return half_of(x) + 0.25
half_of = numba.njit(half)
@numba.njit
def bent(x):
    return x if x > 0.5 else helper(x)
@numba.njit
def bent_slope(x):
    return 1 if x > 0.5 else SHARE
def soft(x):
    return math.log1p(math.exp(-abs(x))) + max(x, 0.0)
def soft_slope(x):
    return 1.0 / (1.0 + math.exp(-x)) if x > -700.0 else 0.0
def line(x):
    return 1.0 + 0.5 * x
formula = fastsig.Activation.from_expression
users = {
    "njit": lambda: fastsig.Activation(bent, bent_slope, kinks=[0.5]),
    "python": lambda: fastsig.Activation(soft, soft_slope),
    "line": lambda: fastsig.Activation(line, lambda x: 0.5),
    "scaled": lambda: fastsig.activation("gelu").scaled(a=3.0, b=1.0, c=0.5, d=0.1),
    "scaled formula": lambda: formula("exp(-x**2)").scaled(b=-5.0),
    "formula": lambda: formula("x*tanh(exp(x))"),
    "gelu formula": lambda: formula("gelu(x)"),
    "pieces": lambda: formula("Piecewise((x, x > 1), (x**2/2 + 1/2, x > 0), (1/2, True))"),
    "root": lambda: formula("sqrt(1+x**2)-1"),
}
"""
