"""Tests of the extra `cuda`: skipped where numba-cuda (or SymPy) is not installed, unless CI_REQUIRES names cuda."""

import importlib.util
import os

import pytest

needs_cuda_extra = pytest.mark.skipif(
    importlib.util.find_spec("numba_cuda") is None and "cuda" not in os.environ.get("CI_REQUIRES", "").split(),
    reason="needs numba-cuda: pip install 'fastsig[cuda]'",
)
needs_formulas_too = pytest.mark.skipif(
    importlib.util.find_spec("sympy") is None and "cuda" not in os.environ.get("CI_REQUIRES", "").split(),
    reason="needs SymPy: pip install 'fastsig[symbolic]'",
)
