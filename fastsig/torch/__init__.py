"""Activations for torch (extra `torch`): `CRReLU` with a learnable eps, and `Autograd` for any activation.

torch is imported when one of the names is first used.
"""

from fastsig.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {"Autograd": "autograd", "CRReLU": "crrelu", "apply": "autograd"},
)
