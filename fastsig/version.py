"""The version: that of the C library, whose CMake project defines it."""

from fastsig.targets.cpu import lib, text

__version__ = text(lib.fastsig_version())
