"""Any activation as a torch function with first and second derivatives.

Values, phi' and phi'' are computed by fastsig in float64 on the CPU, whatever the
tensor's type and device, and converted: exact, and no faster than that. The third derivative
is not known; asking for it is an error, as it is for torch's own once-differentiable functions.
"""

from functools import lru_cache
from typing import Any

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.torch.installed import torch_module


@lru_cache(maxsize=1)
def _functions() -> tuple[Any, Any]:
    torch = torch_module()
    from torch.autograd.function import once_differentiable

    def evaluate(phi: Any, order: int, x: Any) -> Any:
        points = x.detach().to(device="cpu", dtype=torch.float64).numpy()
        values = phi.batch(order, points.ravel()).reshape(points.shape)
        return torch.from_numpy(values).to(device=x.device, dtype=x.dtype)

    class Slope(torch.autograd.Function):  # type: ignore[misc, name-defined, unused-ignore]
        @staticmethod
        def forward(context: Any, x: Any, phi: Any) -> Any:
            context.save_for_backward(x)
            context.phi = phi
            return evaluate(phi, 1, x)

        @staticmethod
        @once_differentiable  # type: ignore[untyped-decorator, unused-ignore]
        def backward(context: Any, gradient: Any) -> Any:
            (x,) = context.saved_tensors
            return gradient * evaluate(context.phi, 2, x), None

    class Value(torch.autograd.Function):  # type: ignore[misc, name-defined, unused-ignore]
        @staticmethod
        def forward(context: Any, x: Any, phi: Any) -> Any:
            context.save_for_backward(x)
            context.phi = phi
            return evaluate(phi, 0, x)

        @staticmethod
        def backward(context: Any, gradient: Any) -> Any:
            (x,) = context.saved_tensors
            return gradient * Slope.apply(x, context.phi), None

    return Value, Slope


def apply(phi: ActivationLike, x: Any) -> Any:
    """Return phi(x) of a tensor, differentiable twice.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    x : torch.Tensor
        Real floating-point numbers, on any device: they are computed on the CPU in float64.

    Returns
    -------
    torch.Tensor
        Like `x`.

    Raises
    ------
    ImportError
        If torch is not installed.
    TypeError
        If `x` is no tensor of real floating-point numbers.
    """
    torch = torch_module()
    activation = resolve(phi)
    if not isinstance(x, torch.Tensor) or not x.is_floating_point():
        kind = x.dtype if isinstance(x, torch.Tensor) else type(x).__name__
        raise TypeError(f"x must be a tensor of floating-point numbers; got {kind}: convert it, as in x.double()")
    return _functions()[0].apply(x, activation)


@lru_cache(maxsize=1)
def _make() -> Any:
    torch = torch_module()

    class Autograd(torch.nn.Module):  # type: ignore[misc, name-defined, unused-ignore]
        """A fastsig activation as a torch module; `apply` as a layer.

        Parameters
        ----------
        phi : Activation or str
            The activation; it has no parameters to learn.
        """

        def __init__(self, phi: ActivationLike) -> None:
            super().__init__()
            self.phi = resolve(phi)

        def forward(self, x: Any) -> Any:
            """Apply it elementwise."""
            return apply(self.phi, x)

        def extra_repr(self) -> str:
            """Show the activation."""
            return repr(self.phi)

    Autograd.__module__, Autograd.__qualname__ = "fastsig.torch", "Autograd"
    return Autograd


def __getattr__(name: str) -> Any:
    if name == "Autograd":
        return _make()
    raise AttributeError(f"module 'fastsig.torch.autograd' has no attribute {name!r}")
