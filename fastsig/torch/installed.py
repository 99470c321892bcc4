"""torch, or what to install."""

from typing import Any


def torch_module() -> Any:
    """Return torch.

    Raises
    ------
    ImportError
        If it is not installed.
    """
    try:
        import torch
    except ImportError:
        raise ImportError("fastsig.torch needs torch, which is not installed: pip install 'fastsig[torch]'") from None
    return torch
