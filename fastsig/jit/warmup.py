"""Compiling the functions of this package before they are needed, into numba's cache."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np

import fastsig.jit
from fastsig.activations.registry import activation


class Warmed(NamedTuple):
    """One function with the usual kinds of arguments."""

    name: str
    compiled: int  # how many versions were compiled ...
    loaded: int  # ... and how many came from the cache
    folder: str | None  # of the cache; None where there is none


def warmup(names: Sequence[str]) -> Iterator[Warmed]:
    """Compile the functions of built-ins for floats and for one-dimensional arrays, one by one.

    Parameters
    ----------
    names : sequence of str
        Built-in activations.

    Yields
    ------
    Warmed
        What was done, function by function.

    Examples
    --------
    >>> from fastsig.jit.warmup import warmup
    >>> [one.name for one in warmup(["relu"])]
    ['relu', 'relu_derivative', 'relu_second_derivative', 'moments_relu']
    """
    for name in names:
        parameters = tuple(float(p) for p in activation(name).parameters.values())
        for suffix in ("", "_derivative", "_second_derivative"):
            function = getattr(fastsig.jit, f"{name}{suffix}")
            for x in (1.0, np.ones(1)):
                function(x)
                if parameters:
                    function(x, *parameters)
            yield _report(f"{name}{suffix}", function.stats)
        moments = getattr(fastsig.jit, f"moments_{name}")
        moments(1.0)
        moments(1.0, 0.0)
        if parameters:
            moments(1.0, 0.0, *parameters)
        yield _report(f"moments_{name}", moments.stats)


def _report(name: str, stats: object) -> Warmed:
    hits, misses = (sum(getattr(stats, field).values()) for field in ("cache_hits", "cache_misses"))
    return Warmed(name, misses, hits, getattr(stats, "cache_path", None))
