"""Gaussian functionals of built-in activations as pairs of doubles (csrc/double_double)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from fastsig.double_double.number import Pair, read_number
from fastsig.targets.cpu import check, ffi, lib, text

# Looked up once: parsing a type's name takes longer than making one of it.
_DOUBLES, _INTS, _COUNTS = ffi.typeof("double[]"), ffi.typeof("int[]"), ffi.typeof("int64_t[]")
_POINTS, _OUTPUT = ffi.typeof("fastsig_double_double_points *"), ffi.typeof("fastsig_double_double_output *")
_ACTIVATION = ffi.typeof("fastsig_activation_double_double *")

__all__ = ["Functionals", "functional_names", "moments_pairs", "pair_activation"]


@cache
def functional_names() -> dict[str, int]:
    """Return the functionals that there are: their codes by name.

    Examples
    --------
    >>> from fastsig.double_double.functionals import functional_names
    >>> sorted(functional_names())[:4]
    ['abs_g1', 'abs_g1_mean', 'abs_g1_sigma', 'eta']
    """
    return {text(lib.fastsig_functional_name(i)): i for i in range(lib.fastsig_functional_count())}


@dataclass(frozen=True)
class Functionals:
    """Values by name, one of each list for each point.

    Attributes
    ----------
    hi, lo
        The values: hi + lo.
    error
        Bounds of their absolute errors.
    size
        E of the absolute value of the integrand to a percent or so, which errors are relative to; 0 for what
        vanishes by symmetry.
    evaluations
        Points at which phi was evaluated.
    success
        Whether the rule's part of every error is below 1e-29 of the size. Roundings may be above next to a
        zero of phi' or phi'', as they are relative to the terms of which it is made.
    """

    hi: dict[str, list[float]]
    lo: dict[str, list[float]]
    error: dict[str, list[float]]
    size: dict[str, list[float]]
    evaluations: list[int]
    success: list[bool]


def pair_activation(name: str, parameters: Mapping[str, Pair]) -> object:
    """Return the C struct of a built-in; a parameter that is not given is the exact decimal of its default."""
    code, known, (hi, lo) = _built_in(name)
    for other in parameters:
        if other != known:
            raise ValueError(f"{name} has no parameter {other!r}; it has {known or 'none'}")
    hi, lo = parameters.get(known, (hi, lo)) if known else (hi, lo)
    return ffi.new(_ACTIVATION, (code, hi, lo))


@cache
def _built_in(name: str) -> tuple[int, str | None, Pair]:
    """Return the number of a built-in, the name of its parameter, and the default."""
    phi = ffi.new("fastsig_activation *")
    check(lib.fastsig_activation_make(name.encode(), ffi.NULL, phi), name=name)
    info = ffi.new("fastsig_activation_info *")
    check(lib.fastsig_activation_describe(phi.id, info))
    known = text(info.parameter_name) if info.parameter_name else None
    return phi.id, known, read_number(repr(info.parameter_default)) if known else (0.0, 0.0)


def moments_pairs(
    name: str,
    parameters: Mapping[str, Pair],
    sigma_pairs: Sequence[Pair],
    mean_pairs: Sequence[Pair],
    which: Sequence[str],
) -> Functionals:
    """Compute Gaussian functionals of a built-in at points (sigma, mean).

    Parameters
    ----------
    name : str
        The activation.
    parameters : mapping of str to (hi, lo)
        Its parameter, if it is not the default.
    sigma_pairs, mean_pairs : sequence of (hi, lo)
        The points, of one length.
    which : sequence of str
        Names of `functional_names`.

    Returns
    -------
    Functionals
        Values with bounds of their errors.

    Raises
    ------
    ValueError
        If a name is unknown, or a number out of range.

    Examples
    --------
    >>> from fastsig.double_double.functionals import moments_pairs
    >>> relu = moments_pairs("relu", {}, [(2.0, 0.0)], [(0.0, 0.0)], ["m2"])
    >>> abs(relu.hi["m2"][0] + relu.lo["m2"][0] - 2.0) < 1e-15
    True
    """
    codes = functional_names()
    for functional in which:
        if functional not in codes:
            raise ValueError(f"no functional {functional!r}; there are {', '.join(codes)}")
    if len(sigma_pairs) != len(mean_pairs):
        raise ValueError(f"{len(sigma_pairs)} sigmas and {len(mean_pairs)} means; give as many of each")
    phi = pair_activation(name, parameters)
    n, rows = len(sigma_pairs), len(which)
    columns = [[pair[part] for pair in pairs] for pairs in (sigma_pairs, mean_pairs) for part in (0, 1)]
    arrays = [ffi.new(_DOUBLES, column) for column in columns]
    points = ffi.new(_POINTS, arrays)
    results = [ffi.new(_DOUBLES, rows * n) for _ in range(4)]
    evaluations, status = ffi.new(_COUNTS, n), ffi.new(_INTS, n)
    output = ffi.new(_OUTPUT, [*results, evaluations, status])
    asked = ffi.new(_INTS, [codes[f] for f in which])
    check(lib.fastsig_moments_double_double(phi, rows, asked, n, points, output), name=name)
    unpacked = [ffi.unpack(result, rows * n) for result in results]
    hi, lo, error, size = ({f: one[r * n : (r + 1) * n] for r, f in enumerate(which)} for one in unpacked)
    return Functionals(hi, lo, error, size, list(evaluations), [s == lib.FASTSIG_OK for s in status])
