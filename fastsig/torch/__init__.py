"""Activations for torch (extra `torch`): `CRReLU` with a learnable eps, and `Autograd` for any activation.

torch is imported when one of the names is first used.
"""

from importlib import import_module
from typing import Any

_HOME = {"Autograd": "autograd", "CRReLU": "crrelu", "apply": "autograd"}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'fastsig.torch' has no attribute {name!r}")
    value = getattr(import_module(f"fastsig.torch.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
