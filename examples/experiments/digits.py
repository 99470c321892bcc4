"""Does an activation of lower output entropy learn better? scikit-learn's digits, one small network, ten seeds.

Needs scikit-learn. A network 64-48-48-10 in plain NumPy, softmax cross-entropy,
Adam, 30 epochs; a third of the 1797 digits held out, split and weights by seed, the
same for every activation. Inputs of hidden layers are not normalised. CRReLU with a fixed
eps of either sign, and learned from 0.01 as its authors do, one eps a layer. The optimised activation
starts from gelu and standard normal data, mean and variance of its output kept.

    python examples/experiments/digits.py [--seeds 10] [--epochs 30]

Takes some minutes; prints accuracies on held-out digits with 95 % intervals (Student's t), and
differences from relu, seed by seed.
"""

import argparse
import math
from collections.abc import Callable
from itertools import pairwise

import numpy as np

import fastsig
from fastsig import eafo

Array = np.ndarray
SIZES = (64, 48, 48, 10)
BATCH, RATE = 64, 2e-3


class Fixed:
    """An activation without parameters; its values come from a fine table, as a network calls it a million times."""

    def __init__(self, phi: fastsig.Activation) -> None:
        grid = np.linspace(-30.0, 30.0, 60001)
        self.grid, self.value, self.slope = grid, phi(grid), phi.derivative(grid)
        self.ends = phi.slopes

    def __call__(self, x: Array, layer: int) -> Array:
        """Return phi(x)."""
        inside = np.clip(x, -30.0, 30.0)
        beyond = (x - inside) * np.where(x > 0.0, *self.ends)
        return np.interp(inside, self.grid, self.value) + beyond

    def derivative(self, x: Array, layer: int) -> Array:
        """Return phi'(x)."""
        return np.interp(x, self.grid, self.slope)

    def learn(self, x: Array, gradient: Array, layer: int, rate: float) -> None:
        """Learn nothing."""


class LearnedCRReLU:
    """CRReLU whose eps, one a layer, learns with the weights."""

    def __init__(self, eps: float = 0.01) -> None:
        self.eps = np.full(len(SIZES) - 2, eps)
        self.first, self.second, self.count = np.zeros_like(self.eps), np.zeros_like(self.eps), np.zeros_like(self.eps)

    def __call__(self, x: Array, layer: int) -> Array:
        """Return phi(x)."""
        return np.maximum(x, 0.0) + self.eps[layer] * x * np.exp(-0.5 * x * x)

    def derivative(self, x: Array, layer: int) -> Array:
        """Return phi'(x)."""
        return (x > 0.0) + self.eps[layer] * (1.0 - x * x) * np.exp(-0.5 * x * x)

    def learn(self, x: Array, gradient: Array, layer: int, rate: float) -> None:
        """Take a step of Adam in the eps of a layer."""
        g = float((gradient * x * np.exp(-0.5 * x * x)).sum())
        self.count[layer] += 1
        self.first[layer] = 0.9 * self.first[layer] + 0.1 * g
        self.second[layer] = 0.999 * self.second[layer] + 0.001 * g * g
        n = self.count[layer]
        first, second = self.first[layer] / (1 - 0.9**n), self.second[layer] / (1 - 0.999**n)
        self.eps[layer] -= rate * first / (math.sqrt(second) + 1e-8)


def train(phi: "Fixed | LearnedCRReLU", data: tuple[Array, Array, Array, Array], seed: int, epochs: int) -> float:
    """Train one network; return its accuracy on held-out digits."""
    x, y, x_test, y_test = data
    rng = np.random.default_rng([seed, 1])
    weights = [rng.normal(size=(a, b)) * math.sqrt(2.0 / a) for a, b in pairwise(SIZES)]
    parameters = [*weights, *(np.zeros(b) for b in SIZES[1:])]
    first, second = [np.zeros_like(p) for p in parameters], [np.zeros_like(p) for p in parameters]
    depth, step = len(SIZES) - 1, 0
    for _ in range(epochs):
        order = rng.permutation(x.shape[0])
        for at in range(0, order.size, BATCH):
            rows = order[at : at + BATCH]
            inputs, outputs = [], [x[rows]]
            for k in range(depth):
                inputs.append(outputs[-1] @ parameters[k] + parameters[depth + k])
                outputs.append(phi(inputs[-1], k) if k < depth - 1 else inputs[-1])
            shifted = outputs[-1] - outputs[-1].max(axis=1, keepdims=True)
            error = np.exp(shifted) / np.exp(shifted).sum(axis=1, keepdims=True)
            error[np.arange(rows.size), y[rows]] -= 1.0
            error /= rows.size
            step += 1
            gradients: list[Array] = [np.empty(0)] * len(parameters)
            for k in reversed(range(depth)):
                gradients[k], gradients[depth + k] = outputs[k].T @ error, error.sum(axis=0)
                if k:
                    back = error @ parameters[k].T
                    error = back * phi.derivative(inputs[k - 1], k - 1)
                    phi.learn(inputs[k - 1], back, k - 1, RATE)
            for i, g in enumerate(gradients):
                first[i] = 0.9 * first[i] + 0.1 * g
                second[i] = 0.999 * second[i] + 0.001 * g * g
                size = np.sqrt(second[i] / (1.0 - 0.999**step)) + 1e-8
                parameters[i] = parameters[i] - RATE * first[i] / (1.0 - 0.9**step) / size
    h = x_test
    for k in range(depth):
        h = h @ parameters[k] + parameters[depth + k]
        h = phi(h, k) if k < depth - 1 else h
    return float((h.argmax(axis=1) == y_test).mean())


def split(images: Array, digits: Array, seed: int) -> tuple[Array, Array, Array, Array]:
    """Hold out a third, by seed."""
    order = np.random.default_rng([seed, 0]).permutation(digits.size)
    held = digits.size // 3
    return images[order[held:]], digits[order[held:]], images[order[:held]], digits[order[:held]]


def interval(values: Array) -> tuple[float, float]:
    """Return the mean and half the width of its 95 % interval."""
    from scipy import stats

    return float(values.mean()), float(
        stats.t.ppf(0.975, values.size - 1) * values.std(ddof=1) / math.sqrt(values.size)
    )


def main() -> None:
    """Train all networks and print what comes out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--epochs", type=int, default=30)
    options = parser.parse_args()
    from sklearn.datasets import load_digits

    images, digits = load_digits(return_X_y=True)
    images = (images - images.mean()) / images.std()
    optimized = eafo.optimize("gelu", "normal", steps=40, constraints=("mean", "variance"), farthest=0.5)
    activations: dict[str, Callable[[], Fixed | LearnedCRReLU]] = {
        "relu": lambda: Fixed(fastsig.activation("relu")),
        "gelu": lambda: Fixed(fastsig.activation("gelu")),
        "crrelu, eps = +0.1": lambda: Fixed(fastsig.activation("crrelu", eps="0.1")),
        "crrelu, eps = -0.1": lambda: Fixed(fastsig.activation("crrelu", eps="-0.1")),
        "crrelu, eps learned": LearnedCRReLU,
        "gelu, entropy lowered": lambda: Fixed(optimized),
    }
    entropies = {
        "relu": "relu",
        "gelu": "gelu",
        "crrelu, eps = +0.1": fastsig.activation("crrelu", eps="0.1"),
        "crrelu, eps = -0.1": fastsig.activation("crrelu", eps="-0.1"),
        "crrelu, eps learned": None,
        "gelu, entropy lowered": optimized,
    }
    print(f"digits, {options.seeds} seeds, {options.epochs} epochs; entropy of phi(Z) in nats, Z standard normal")
    found: dict[str, Array] = {}
    for name, make in activations.items():
        accuracy, learned = [], []
        for seed in range(options.seeds):
            phi = make()
            accuracy.append(100.0 * train(phi, split(images, digits, seed), seed, options.epochs))
            learned += phi.eps.tolist() if isinstance(phi, LearnedCRReLU) else []
        found[name] = np.array(accuracy)
        mean, half = interval(found[name])
        apart, apart_half = interval(found[name] - found["relu"]) if name != "relu" else (0.0, 0.0)
        known = entropies[name]
        entropy = f"{eafo.output_entropy(known, 'normal').entropy:8.4f}" if known is not None else "       -"
        print(f"{name:22s} entropy {entropy}  accuracy {mean:6.2f} +- {half:.2f} %", end="")
        print(f"  less relu {apart:+.2f} +- {apart_half:.2f}" if name != "relu" else "", flush=True)
        if learned:
            print(
                f"{'':22s} learned eps: mean {np.mean(learned):+.3f}, from {min(learned):+.3f} to {max(learned):+.3f}"
            )


if __name__ == "__main__":
    main()
