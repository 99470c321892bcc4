"""crrelu: max(0, x) + eps x exp(-x^2/2) (EAFO, arXiv 2405.12954)."""

from fastsig.activations.exponentials import gaussian_times


def value(x: float, eps: float) -> float:
    """Phi."""
    return (x if x > 0.0 else 0.0) + gaussian_times(x, eps * x)


def derivative(x: float, eps: float) -> float:
    """phi'; eps at the kink."""
    return (1.0 if x > 0.0 else 0.0) + gaussian_times(x, eps * (1.0 - x * x))


def second_derivative(x: float, eps: float) -> float:
    """phi''; 0 at the kink."""
    return gaussian_times(x, eps * x * (x * x - 3.0))
