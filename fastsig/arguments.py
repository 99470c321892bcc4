"""Reading numeric arguments: what is accepted, and what the errors say.

Numbers are Python and NumPy real numbers, Fractions, Decimals and decimal
strings; arrays are anything that NumPy reads as an array of real numbers.
Nothing here imports NumPy for a number.
"""

import math
import os
import sys
from collections.abc import Sequence
from functools import lru_cache
from numbers import Real
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fractions import Fraction

    from fastsig.arrays import FloatArray

LARGEST = 1e150
MOST_PLACES = 2000  # kinks or breaks: each costs some 200 samples of phi, of which there may be 400,000
_RANGES = {"sigma": (0.0, LARGEST), "mean": (-LARGEST, LARGEST)}


def is_number(value: object) -> bool:
    """Whether a value is read as one number rather than as an array."""
    return isinstance(value, (int, float, str, Real)) or type(value).__name__ == "Decimal"


def _refuse_type(name: str, value: object) -> TypeError:
    kind = getattr(value, "dtype", type(value).__name__)
    return TypeError(f"{name} must be a real number or an array of real numbers; got {kind}. Convert it to float first")


def number(name: str, value: Any) -> float:
    """Read one real number that may be infinite or NaN."""
    if isinstance(value, bool) or not is_number(value):
        raise _refuse_type(name, value)
    if isinstance(value, str) and "/" in value:  # a Fraction of 1e-200000000 takes for ever
        from fractions import Fraction

        try:
            return float(Fraction(value))
        except (ValueError, ZeroDivisionError, OverflowError):
            pass
    try:
        return float(value)
    except ValueError:
        raise ValueError(f"{name} must be a number; got the string {value!r}") from None
    except OverflowError:
        raise ValueError(f"{name} must be representable in double precision; got {value!r}") from None


def array(name: str, value: Any) -> "FloatArray":
    """Read an array of real numbers, of any library, as float64 (a copy only where needed)."""
    import numpy as np

    if type(value) is np.ndarray and value.dtype == np.float64:
        return value.astype(np.float64, copy=False)  # in native byte order
    from fastsig.array_kinds import as_numpy

    result = as_numpy(name, value)
    check_memory(result.shape, 8)
    if result.dtype == object or result.dtype.kind in "US":
        # Decimal strings and Fractions, one by one; anything else is refused.
        flat = [number(name, item) for item in result.ravel().tolist()]
        return np.array(flat, dtype=np.float64).reshape(result.shape)
    if result.dtype.kind not in "iuf" and not (result.dtype.kind == "b" and result.size == 0):
        raise _refuse_type(name, result)
    numbers: FloatArray = result.astype(np.float64, copy=False)
    return numbers


def _out_of_range(name: str, value: float, where: str = "") -> ValueError:
    low, high = _RANGES[name]
    return ValueError(f"{name} must be a number in [{low:g}, {high:g}]; got {value!r}{where}")


def check_range(name: str, value: "float | Fraction", shown: Any) -> None:
    """Raise if a number is outside of the range of `name`; the message shows what was given."""
    low, high = _RANGES[name]
    if not low <= value <= high:
        raise ValueError(f"{name} must be a number in [{low:g}, {high:g}]; got {shown!r}")


def in_range(name: str, value: float) -> float:
    """Return a number after checking it against the range of `name`."""
    low, high = _RANGES[name]
    if not low <= value <= high or math.isnan(value):
        raise _out_of_range(name, value)
    return value


def array_in_range(name: str, values: "FloatArray") -> "FloatArray":
    """Return an array after checking each element against the range of `name`."""
    import numpy as np

    low, high = _RANGES[name]
    check_memory(values.shape, 3)
    # NaN comes first in both.
    if values.size and not (values.item(values.argmin()) >= low and values.item(values.argmax()) <= high):
        bad = ~((values >= low) & (values <= high))
        index = tuple(int(i) for i in np.argwhere(bad)[0])
        where = f" at index {index if len(index) != 1 else index[0]}" if index else ""
        raise _out_of_range(name, float(values[index]), where)
    return values


@lru_cache(maxsize=1)
def _memory() -> int:
    """Return the bytes of memory of this machine."""
    if hasattr(os, "sysconf") and "SC_PHYS_PAGES" in os.sysconf_names:
        return os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return sys.maxsize


def check_memory(shape: Sequence[int], bytes_per_element: int) -> None:
    """Raise MemoryError before work starts if a result cannot fit into memory."""
    needed, available = math.prod(shape) * bytes_per_element, _memory()
    if needed > available:
        raise MemoryError(
            f"a result of shape {tuple(shape)} needs {needed / 2**30:.3g} GiB, this machine has "
            f"{available / 2**30:.3g} GiB; split sigma and mean into smaller parts"
        )


def few(name: str, values: Any, most: int, example: str) -> tuple[Any, ...]:
    """Read a sequence of at most `most` things; of a longer or endless one no more is read than that."""
    from itertools import islice

    try:
        if isinstance(values, (str, bytes, bytearray, memoryview)):
            raise TypeError
        source = iter(values)
    except TypeError:
        raise TypeError(f"{name} must be a sequence, as in {name}={example}; got {brief(values)}") from None
    things = tuple(islice(source, most + 1))
    if len(things) > most:
        raise ValueError(f"{name} may have at most {most} entries; got more: {brief(values)}")
    return things


def brief(value: object) -> str:
    """Return the repr of a value on one short line."""
    text = " ".join(repr(value).split())
    return text if len(text) <= 60 else f"{text[:57]}..."


def whole_number(name: str, value: Any, low: int, high: int) -> int:
    """Read a whole number in [low, high]; NumPy integers are fine, floats and bools are not."""
    import operator

    try:
        if isinstance(value, bool):
            raise TypeError
        result = operator.index(value)
    except TypeError:
        raise TypeError(
            f"{name} must be an integer from {low} to {high}, got {value!r} ({type(value).__name__})"
        ) from None
    if not low <= result <= high:
        raise ValueError(f"{name} must be from {low} to {high}, got {result}")
    return result
