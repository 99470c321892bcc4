"""Refusals: which hypothesis of a certificate fails, and by how much."""

import math


class HypothesisError(ValueError):
    """A hypothesis of a stability certificate fails, or is not decided by the numbers.

    Attributes
    ----------
    hypothesis : str
        What would have to hold.
    margin : float
        By how much it does; negative or 0 where it fails, and within `margin_error` of 0 where that is not decided.
    margin_error : float
        Absolute error of the margin.
    """

    def __init__(self, hypothesis: str, margin: float, margin_error: float, advice: str = "") -> None:
        self.hypothesis, self.margin, self.margin_error = hypothesis, margin, margin_error
        if math.isnan(margin):
            what = "it could not be checked"
        else:
            undecided = abs(margin) <= margin_error
            what = f"{'not decided' if undecided else 'fails'}: margin {margin:.6g} +- {margin_error:.1e}"
        super().__init__(f"hypothesis {hypothesis!r}: {what}" + (f"; {advice}" if advice else ""))

    def __reduce__(self) -> tuple[type, tuple[str, float, float]]:
        return HypothesisError, (self.hypothesis, self.margin, self.margin_error)
