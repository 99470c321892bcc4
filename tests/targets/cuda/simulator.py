"""What programs that run in numba's simulator begin with."""

SIMULATOR = {"NUMBA_ENABLE_CUDASIM": "1"}  # their environment
# `OnGpu(array)` is an array that says it is on a GPU.
ON_GPU = """
import numpy as np
import pytest
import fastsig
from fastsig.targets.cuda import on_host
from fastsig.targets.dlpack import is_on_gpu
class OnGpu:
    def __init__(self, array):
        self.array = array
    @property
    def __cuda_array_interface__(self):
        return self.array.__array_interface__
"""
