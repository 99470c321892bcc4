"""CRReLU as a torch module (arXiv 2405.12954): max(0, x) + eps x exp(-x^2/2), eps learnable.

The class is made when it is first asked for, so that this file can be imported without torch.
"""

import math
from functools import lru_cache
from typing import Any

from fastsig.torch.installed import torch_module

FARTHEST = 40.0  # exp(-x^2/2) is 0 beyond


@lru_cache(maxsize=1)
def _make() -> Any:
    torch = torch_module()

    class CRReLU(torch.nn.Module):  # type: ignore[misc, name-defined, unused-ignore]
        """max(0, x) + eps x exp(-x^2/2) with a learnable eps.

        Parameters
        ----------
        eps : float, optional
            Where it starts; 0.01 is its authors' choice. Negative values lower the entropy of
            normal data, positive ones raise it.
        learnable : bool, optional
            Whether eps is a parameter; else it is a buffer.
        device, dtype : optional
            Of eps, as in torch's modules.
        """

        def __init__(self, eps: float = 0.01, *, learnable: bool = True, device: Any = None, dtype: Any = None) -> None:
            super().__init__()
            if not math.isfinite(eps):
                raise ValueError(f"eps must be finite; got {eps!r}")
            start = torch.tensor(float(eps), device=device, dtype=dtype or torch.get_default_dtype())
            if learnable:
                self.eps = torch.nn.Parameter(start)
            else:
                self.register_buffer("eps", start)

        def forward(self, x: Any) -> Any:
            """Apply it elementwise."""
            inner = torch.clamp(x, -FARTHEST, FARTHEST)  # infinity times 0 would be NaN
            return torch.relu(x) + self.eps * inner * torch.exp(-0.5 * inner * inner)

        def extra_repr(self) -> str:
            """Show eps."""
            return f"eps={float(self.eps):g}"

    CRReLU.__module__, CRReLU.__qualname__ = "fastsig.torch", "CRReLU"  # where pickle finds it
    return CRReLU


def __getattr__(name: str) -> Any:
    if name == "CRReLU":
        return _make()
    raise AttributeError(f"module 'fastsig.torch.crrelu' has no attribute {name!r}")
