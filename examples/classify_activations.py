"""Classes of activations, one of them known by its values only; what converges along a family."""

import math

import numpy as np

import fastsig
from fastsig.plot.activation_figure import activation_figure
from fastsig.plot.canvas import save


def by_values(x: np.ndarray) -> np.ndarray:
    """Nothing but values: log(1 + x^2) sin(x)/(1 + x^2)."""
    return np.array([math.log1p(t * t) * math.sin(t) / (1.0 + t * t) for t in x])


mine = fastsig.Activation(by_values, name="mine")
for phi in ("relu", "tanh", "gelu", "elu", "asinh", mine):
    found = fastsig.classify(phi)
    print(f"{found.name:6s} {found.growth!s:10s} {found.saturation!s:16s} {found.regularity!s:22s}", end="")
    print(f"{found.monotonicity!s:11s} {found.parity!s:8s} Lipschitz {found.lipschitz}")

print("\nswish with beta -> inf tends to relu in every Gaussian mean, but not in total variation:")
way = fastsig.closure("swish", (1, 10, 100))
for beta, distance, tv in zip(way.values, way.distance, way.tv, strict=True):
    print(f"  beta {beta:5g}  distance {distance:.3g}  TV {tv:.6f}")
print(f"  {way.message}")

save(activation_figure(mine), "mine.png")
