"""Grids of sigma and mean as text: ``1e-3:1e3:61`` (geometric) or ``0.5,1,2``."""

from collections.abc import Iterable
from decimal import Context, Decimal

from fastsig.arguments import in_range, number

MOST_POINTS = 100_000
# Points of a grid are rounded from so many digits: the same doubles on every machine, which
# a power function in double precision would not give.
_DECIMAL = Context(prec=50)


def read_grid(name: str, given: str | float | Iterable[float]) -> tuple[float, ...]:
    """Return the points of a grid, each once.

    Parameters
    ----------
    name : {"sigma", "mean"}
        What the points are.
    given : str, float or iterable of float
        ``a:b:n`` is n points from a to b in equal ratios, ends included; commas separate
        points and such grids.

    Raises
    ------
    ValueError
        If it is not written like that, or a point is out of range.

    Examples
    --------
    >>> from fastsig.sweeps.grid import read_grid
    >>> read_grid("sigma", "1e-3:1e3:7")
    (0.001, 0.01, 0.1, 1.0, 10.0, 100.0, 1000.0)
    >>> read_grid("mean", "-1, 0, 1/2")
    (-1.0, 0.0, 0.5)
    """
    if isinstance(given, str):
        points = [point for part in given.split(",") for point in _read_part(name, part.strip())]
    else:
        points = [_point(name, one) for one in (given if isinstance(given, Iterable) else [given])]
    if not points:
        raise ValueError(f"{name} needs at least one point, such as {name}=1 or '1e-3:1e3:61'; got none")
    return tuple(dict.fromkeys(point + 0.0 for point in points))  # -0.0 is 0.0


def _point(name: str, given: object) -> float:
    return in_range(name, number(name, given))


def _read_part(name: str, text: str) -> list[float]:
    low, *rest = (part.strip() for part in text.split(":"))
    if not rest:
        return [_point(name, low)]
    if len(rest) != 2 or not (rest[1].isascii() and rest[1].isdigit() and 2 <= int(rest[1]) <= MOST_POINTS):
        raise ValueError(
            f"a grid of {name} is written a:b:n, with n from 2 to {MOST_POINTS} points in equal ratios, or a,b,c; "
            f"got {text!r}"
        )
    ends = _point(name, low), _point(name, rest[0])
    if ends[0] * ends[1] <= 0.0:
        raise ValueError(
            f"the ends of {name}=a:b:n must be of one sign and not 0, as ratios are equal; got {text!r}. "
            "Write the points one by one: a,b,c"
        )
    return _geometric(*ends, int(rest[1]))


def _geometric(first: float, last: float, n: int) -> list[float]:
    ratio = _DECIMAL.ln(_DECIMAL.divide(Decimal(repr(last)), Decimal(repr(first))))  # repr: 1e-3 is one thousandth
    inner = (
        float(_DECIMAL.multiply(Decimal(repr(first)), _DECIMAL.exp(_DECIMAL.multiply(ratio, Decimal(i) / (n - 1)))))
        for i in range(1, n - 1)
    )
    return [first, *inner, last]
