from typing import Any

from fastsig.torch.autograd import apply as apply

Autograd: Any
CRReLU: Any
