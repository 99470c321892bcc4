"""Aligned text: numbers under each other by their decimal point."""

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fastsig.numbers.number import ManyDigits

GAP = "  "


def number_text(value: "float | ManyDigits", digits: int) -> str:
    """Write a number with so many significant digits, without zeros at the end."""
    if not isinstance(value, float):
        from fastsig.numbers.number import format_number

        return format_number(value.to_decimal(), digits)
    return f"{value + 0.0:.{digits}g}"  # + 0.0: no "-0"


def error_text(error: float) -> str:
    """Write an error with two digits, never smaller than it is."""
    if not error:
        return "0"
    text = f"{error:.1e}"
    if float(text) >= error:
        return text
    return f"{error + 0.05 * 10.0 ** math.floor(math.log10(error)):.1e}"


def plain(value: float) -> str:
    """Write a number exactly, as briefly as possible: 1, 0.5, 1e-06."""
    return repr(value).removesuffix(".0")


def aligned(head: Sequence[str], rows: Sequence[Sequence[str]], *, left: Sequence[int] = (0,)) -> str:
    """Lay out a table.

    The columns `left` are text and start at the left; the others are numbers,
    whose decimal points stand under each other.
    """
    columns = []
    for index, title in enumerate(head):
        cells = [row[index] for row in rows]
        if index not in left:
            cells = _by_decimal_point(cells)
        width = max(len(text) for text in (title, *cells))
        justify = str.ljust if index in left else str.rjust
        columns.append([justify(text, width) for text in (title, *cells)])
    return "\n".join(GAP.join(line).rstrip() for line in zip(*columns, strict=True))


def _by_decimal_point(cells: list[str]) -> list[str]:
    before = [_integer_part(cell) for cell in cells]
    widest_before = max((len(part) for part in before), default=0)
    shifted = [" " * (widest_before - len(part)) + cell for part, cell in zip(before, cells, strict=True)]
    width = max((len(cell) for cell in shifted), default=0)
    return [cell.ljust(width) for cell in shifted]


def _integer_part(cell: str) -> str:
    if not math.isfinite(float(cell)):
        return cell[:1]  # "inf" begins where the digits begin
    return cell.partition("e")[0].partition(".")[0]
