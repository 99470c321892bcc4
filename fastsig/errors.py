"""Exceptions that fastsig raises beside ValueError, TypeError and MemoryError."""


class FastsigError(Exception):
    """Base class of the exceptions defined here."""


class CpuLevelError(FastsigError, ImportError):
    """FASTSIG_CPU_LEVEL names a level that this machine or build lacks."""
