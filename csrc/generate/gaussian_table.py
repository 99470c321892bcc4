"""exp(-z^2/2) as pairs at multiples of 1/16, for the trapezoid rule of double-double."""

from c_source import c_array
from double_double import pair
from flint import arb, ctx

END, PARTS = 16, 16


def header() -> str:
    before, ctx.prec = ctx.prec, 300
    try:
        values = [part for k in range(END * PARTS + 1) for part in pair((-((arb(k) / PARTS) ** 2) / 2).exp())]
    finally:
        ctx.prec = before
    return f"#define DD_GAUSSIAN_TABLE_END {END}.0\n/* exp(-z^2/2) at z = k/{PARTS}, as hi, lo. */\n" + c_array(
        "dd_gaussian_table", values
    )
