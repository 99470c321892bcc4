"""torchquad with PyTorch: composite and Gaussian rules, meant for many dimensions and graphics processors."""

import math
from typing import Any

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.benchmark.formulas import Arithmetic, formulas
from fastsig.benchmark.method import Method, Run
from fastsig.benchmark.problem import ACTIVATIONS

NODES = 401  # on either side of 0
REACH = 9.5


def prepare_torchquad(sigma: FloatArray) -> Run:
    """Gauss-Legendre over z in [-9.5, 0] and [0, 9.5]; sigma and the components are the integrand's own dimensions."""
    import torch
    from torchquad import GaussLegendre

    def double(x: Any) -> Any:
        return torch.as_tensor(x, dtype=torch.float64)

    def if_positive(x: Any, yes: Any, no: Any) -> Any:
        return torch.where(x > 0, double(yes), double(no))

    def maximum(x: Any, low: float) -> Any:
        return torch.clamp(x, min=low)

    def minimum(x: Any, high: float) -> Any:
        return torch.clamp(x, max=high)

    functions = formulas(
        Arithmetic(torch.exp, torch.tanh, torch.erf, torch.sigmoid, torch.abs, maximum, minimum, if_positive)
    )
    points = double(sigma)
    halves = [double([ends]) for ends in ((-REACH, 0.0), (0.0, REACH))]
    integrator = GaussLegendre()

    def means(name: str) -> Any:
        phi, slope = functions[name]

        def weighted(z: Any) -> Any:
            density = torch.exp(-0.5 * z * z) / math.sqrt(2 * math.pi)
            f, d = phi(z * points), slope(z * points)
            return density[:, None, :] * torch.stack([f, d, d * d, f * f], dim=1)

        return sum(integrator.integrate(weighted, dim=1, N=NODES, integration_domain=half) for half in halves)

    return lambda: np.array([means(name).numpy() for name in ACTIVATIONS])


METHODS = (
    Method(
        "torchquad",
        "torchquad Gauss-Legendre",
        prepare_torchquad,
        1e-3,
        {"torchquad": "torchquad", "torch": "torch"},
        remark=f"{NODES} nodes on either side of 0",
    ),
)
