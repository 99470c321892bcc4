import numpy as np
from numba import njit

from fastsig.jit import gelu, leaky_relu_derivative, moments_gelu


@njit(cache=True)
def layer(weights, x):
    return gelu(weights @ x)  # of an array, elementwise


@njit(cache=True)
def length_map(q, depth):
    """The second moment of activations through a deep network of gelu units."""
    worst = 0.0
    for _ in range(depth):
        moments = moments_gelu(np.sqrt(2.0 * q))  # mean 0
        worst = max(worst, moments.error.m2)
        q = moments.m2
    return q, worst


@njit(cache=True)
def slopes(x):
    return leaky_relu_derivative(x, 0.2), leaky_relu_derivative(-x)  # slope 0.2, and the default


if __name__ == "__main__":
    print(layer(np.eye(3), np.array([-1.0, 0.5, 2.0])).tolist())
    print(*length_map(1.0, 50))
    print(*slopes(1.0), *slopes(-1.0))
    hits = [sum(f.stats.cache_hits.values()) for f in (layer, length_map, slopes)]
    print("loaded from the cache:", hits)
