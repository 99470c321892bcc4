"""Classifying an activation from numbers."""

import math

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.taxonomy.definition import Measured, Taxonomy
from fastsig.taxonomy.growth import growth_of, saturation_of
from fastsig.taxonomy.monotonicity import monotonicity_of
from fastsig.taxonomy.parity import parity_of
from fastsig.taxonomy.ranges import slope_range
from fastsig.taxonomy.regularity import bends_of, regularity_of
from fastsig.taxonomy.well_posedness import well_posedness_of


def classify(phi: ActivationLike) -> Taxonomy:
    """Say to which classes an activation belongs.

    Everything is decided from limits and numbers, never from a name, and each verdict carries the numbers that it
    rests on, with their errors. What they do not decide is "undecided". Samples end at abs(x) = 2^40: of what
    happens only beyond, nobody can know from values.

    Parameters
    ----------
    phi : Activation or str
        The activation: built-in or a user's of any kind, values only, too.

    Returns
    -------
    Taxonomy
        Growth, saturation, regularity, monotonicity, parity, Lipschitz constant, and which components of the
        signature are finite.

    Raises
    ------
    ValueError
        An unknown name; phi is not finite somewhere, or its derivative is unbounded at a finite place.

    Notes
    -----
    The classes are those of arXiv 2510.08456 as far as its abstract names them: saturating or linear growth, smooth
    or kinked, monotone or not. The lines between them are ours; docs/taxonomy.md has them.

    Examples
    --------
    >>> import fastsig
    >>> found = fastsig.classify("gelu")
    >>> print(found.growth, "|", found.saturation, "|", found.regularity, "|", found.monotonicity)
    linear | half-saturating | C1, finite curvature | neither
    >>> least = found.monotonicity.numbers["inf"]
    >>> round(least.value, 12), least.error < 1e-15
    (-0.128904145185, True)
    """
    activation = resolve(phi)
    if "taxonomy" in activation._cache:
        known: Taxonomy = activation._cache["taxonomy"]
        return known
    slopes = slope_range(activation)
    size, error = slopes.size
    lipschitz = Measured(size, error if math.isfinite(size) else 0.0)
    growth = growth_of(activation)
    profile = activation.profile()
    found = Taxonomy(
        name=activation.name,
        growth=growth,
        saturation=saturation_of(activation),
        regularity=regularity_of(activation),
        monotonicity=monotonicity_of(activation, slopes),
        parity=parity_of(activation),
        lipschitz=lipschitz,
        well_posedness=well_posedness_of(activation, lipschitz),
        kinks=profile.kinks,
        bends=bends_of(activation),
        message="ok" if slopes.complete else f"the range of phi' is what was seen: {growth.reason}",
    )
    activation._cache["taxonomy"] = found
    return found
