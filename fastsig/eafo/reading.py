"""What users give as the law of their data."""

from typing import TYPE_CHECKING, Any

from fastsig.arguments import brief
from fastsig.eafo.density import Density

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    DensityLike = Density | ArrayLike | Any


def as_density(given: Any) -> Density:
    """Return the density that something stands for.

    Parameters
    ----------
    given : Density, frozen distribution, "normal" or array_like
        A `normal`, `mixture`, `samples` or `from_pdf`; a frozen continuous distribution
        of scipy.stats; "normal", mean 0 and sd 1; or an array of samples.

    Raises
    ------
    TypeError
        Something else.
    ValueError
        Samples that are too few, all equal, NaN or infinite.
    """
    if isinstance(given, Density):
        return given
    if isinstance(given, str):
        if given == "normal":
            from fastsig.eafo.normal_density import normal

            return normal()
        raise ValueError(f"the only density with a name is 'normal' (mean 0, sd 1); got {given!r}: give an object")
    if hasattr(given, "dist") and hasattr(given, "ppf"):
        if not hasattr(given, "pdf") or not hasattr(given.dist, "pdf"):
            raise TypeError(f"the distribution {given.dist.name} is discrete: it has no density, give a continuous one")
        return _frozen(given)
    if hasattr(given, "ppf") and hasattr(given, "freeze"):
        raise TypeError(f"freeze the distribution first, as in scipy.stats.{getattr(given, 'name', 'norm')}(...)")
    if callable(given):
        raise TypeError(f"a density function is given as eafo.from_pdf(function, support); got {brief(given)}")
    from fastsig.eafo.kernel_density import samples

    return samples(given)


def _frozen(distribution: Any) -> Density:
    import numpy as np

    from fastsig.eafo.frozen import Frozen
    from fastsig.eafo.normal_density import normal

    if distribution.dist.name == "norm" and all(np.ndim(v) == 0 for v in distribution.args):
        mean, sd = float(distribution.mean()), float(distribution.std())
        if sd > 0.0:
            return normal(mean, sd)
    return Frozen(distribution)
