"""Balls to decimal strings that are correct, or an error."""

from flint import arb, ctx

DIGITS = 40
SMALLEST = -100_000  # below 10^SMALLEST in size a value is written "0"


def text(ball, digits=DIGITS):
    """`digits` significant digits of a ball: within 0.6 units of the last one, else ArithmeticError."""
    with ctx.workprec(max(ctx.prec, 64 + 4 * digits)):
        if abs(ball) < arb(10) ** SMALLEST:
            return "0"
        if not (ball.is_exact() or ball.rad() < abs(ball).lower() * arb(10) ** (-digits - 1)):
            raise ArithmeticError(f"not {digits} digits: {ball}")
        return strip(ball.mid().str(digits, radius=False))


def strip(decimal):
    """Without the zeros at the end of the mantissa."""
    mantissa, e, exponent = decimal.partition("e")
    if "." in mantissa:
        mantissa = mantissa.rstrip("0").rstrip(".")
    return mantissa + e + exponent


def settle(compute, digits=DIGITS, start=256, stop=300_000):
    """text(compute()) at the first working precision, doubled from `start` bits, that certifies it."""
    bits = start
    while bits < stop:
        with ctx.workprec(bits):
            try:
                return text(compute(), digits)
            except ArithmeticError:
                bits *= 2
    raise ArithmeticError(f"no {digits} digits at {bits} bits")
