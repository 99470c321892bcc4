# The extension module that cffi makes from csrc/include/fastsig.h.
from typing import Any

ffi: Any
lib: Any
