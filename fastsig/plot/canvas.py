"""Empty figures and saving them; colours and line styles that also differ in grey."""

from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from matplotlib.figure import Figure

MISSING = "figures need matplotlib, which is not installed: pip install 'fastsig[plot]'"
# Okabe and Ito's colours in an order of falling contrast, each with a line style of its own.
STYLES = (
    ("#000000", "-"),
    ("#D55E00", "--"),
    ("#0072B2", "-."),
    ("#009E73", ":"),
    ("#CC79A7", (0, (5, 1, 1, 1, 1, 1))),
    ("#E69F00", (0, (1, 1))),
    ("#56B4E9", (0, (7, 2))),
)
GREY = "0.6"
# The same colours, the strongest first, and markers, for pictures of points.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


def new_figure(width: float, height: float) -> "Figure":
    """Return an empty figure with a layout that keeps labels apart.

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


def line_style(index: int) -> dict[str, Any]:
    """Return colour and dashes of the index-th line."""
    colour, dashes = STYLES[index % len(STYLES)]
    return {"color": colour, "linestyle": dashes, "linewidth": 1.6}


def save(figure: "Figure", path: str | Path) -> None:
    """Write a figure; the ending of the path says in which format.

    Raises
    ------
    ValueError
        matplotlib does not know the ending.
    OSError
        The file cannot be written.
    """
    figure.savefig(path, dpi=150)


def as_png(figure: Any, dpi: int = 130) -> bytes:
    """Return a figure as the bytes of a PNG file."""
    memory = BytesIO()
    figure.savefig(memory, format="png", dpi=dpi)
    return memory.getvalue()
