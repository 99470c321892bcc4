"""Exceptions that fastsig raises beside ValueError, TypeError and MemoryError, and its warnings."""


class FastsigError(Exception):
    """Base class of the exceptions defined here."""


class CpuLevelError(FastsigError, ImportError):
    """FASTSIG_CPU_LEVEL names a level that this machine or build lacks."""


class CudaUnavailableError(FastsigError, RuntimeError):
    """target="cuda" where CUDA cannot be used; the message says why, and what to do."""


class KinkWarning(UserWarning):
    """A kink that was not declared was found, and is taken into account."""


class AccuracyWarning(UserWarning):
    """A value that has no error beside it misses the accuracy that fastsig aims at; the message says where."""


class RepellingVarianceWarning(UserWarning):
    """A critical initialisation keeps a variance that repels: V' > 1 there."""


class DigitsNotReachedError(FastsigError, ArithmeticError):
    """A certified result would have fewer digits than were asked for; the message says how many were reached."""


class SweepError(FastsigError, RuntimeError):
    """A validation sweep cannot go on; the message says why, and what to do."""
