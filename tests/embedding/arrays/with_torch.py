import torch

import fastsig

sigma = torch.tensor([0.5, 1.0, 2.0], dtype=torch.float64)
moments = fastsig.moments("gelu", sigma)
print(type(moments.m2).__name__, moments.m2.dtype, moments.m2.tolist(), moments.error.m2.tolist())
