"""What figures begin with, and the bytes that they end as."""

from io import BytesIO
from typing import Any

MISSING = "figures need matplotlib, which is not installed: pip install 'fastsig[plot]'"
# Okabe and Ito's colours, which the colour-blind can tell apart; in the order of their use.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")  # and in grey


def new_figure(width: float, height: float) -> Any:
    """Return an empty `Figure` of that many inches.

    Raises
    ------
    ImportError
        Without matplotlib.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError:
        raise ImportError(MISSING) from None
    return Figure(figsize=(width, height), layout="constrained")


def as_png(figure: Any, dpi: int = 130) -> bytes:
    """Return a figure as the bytes of a PNG file."""
    memory = BytesIO()
    figure.savefig(memory, format="png", dpi=dpi)
    return memory.getvalue()
