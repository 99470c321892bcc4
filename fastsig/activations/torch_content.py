"""What a torch module consists of, as bytes that are equal if and only if it is."""

import io
import pickle
import sys
from typing import Any


class _ByContent(pickle.Pickler):
    """Pickles tensors as arrays: torch's own way notes their addresses, so that equal ones differ."""

    def reducer_override(self, item: Any) -> Any:
        torch = sys.modules["torch"]
        if not isinstance(item, torch.Tensor):
            return NotImplemented
        return _tensor, (item.detach().numpy().copy(), isinstance(item, torch.nn.Parameter))


def content_of(module: Any) -> bytes:
    """Return a pickle of a module."""
    buffer = io.BytesIO()
    _ByContent(buffer, protocol=4).dump(module)
    return buffer.getvalue()


def _tensor(values: Any, is_parameter: bool) -> Any:
    import torch

    tensor = torch.from_numpy(values.copy())
    return torch.nn.Parameter(tensor, requires_grad=False) if is_parameter else tensor
