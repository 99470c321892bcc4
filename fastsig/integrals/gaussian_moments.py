"""Gaussian moments of an activation: E f(phi, phi') at x = mean + sigma Z."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

from fastsig.activations.registry import ActivationLike, resolve_all
from fastsig.arguments import few
from fastsig.array_kinds import kind_of
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.dispatch import find
from fastsig.integrals.found import Found, OfKind
from fastsig.integrals.methods import Method, read_nodes
from fastsig.integrals.points import read_points
from fastsig.integrals.result import Moments
from fastsig.integrals.sampling_options import read_sampling
from fastsig.integrals.workers import read_workers

if TYPE_CHECKING:
    from collections.abc import MutableMapping

    from numpy.typing import ArrayLike

    from fastsig.arrays import FloatArray
    from fastsig.integrals.on_cuda import Target
    from fastsig.integrals.precise_shape import Precision
    from fastsig.sampling.key import RandomLike

MOST_NAMES = 100  # in `which`; there are about 30


def _check_names(names: Sequence[str]) -> None:
    if all(name in COMPONENTS for name in names):
        return
    from fastsig.integrals.functionals import NAMES

    for name in names:
        if name not in NAMES:
            further = ", ".join(n for n in NAMES if n not in COMPONENTS and not n.endswith(("_sigma", "_mean")))
            raise ValueError(
                f"which must name components among {', '.join(COMPONENTS)}, further ones among {further}, or one of "
                f"them with _sigma or _mean; got {name!r}"
            )


def moments(
    phi: ActivationLike | Sequence[ActivationLike],
    sigma: "ArrayLike",
    *,
    mean: "ArrayLike" = 0.0,
    which: Sequence[str] | str = COMPONENTS,
    method: Method = "auto",
    nodes: int | None = None,
    workers: int = 1,
    target: "Target" = "cpu",
    copy: bool = False,
    stream: Any = None,
    precision: "Precision | Literal['single']" = "double",
    digits: int | None = None,
    samples: int | None = None,
    rng: "RandomLike" = None,
    antithetic: bool = False,
    control_variates: int = 0,
    replications: int | None = None,
    out: "FloatArray | MutableMapping[str, FloatArray] | None" = None,
) -> Moments:
    """Gaussian moments of an activation at x = mean + sigma Z, Z standard normal.

    Parameters
    ----------
    phi : Activation, str, or a list of them
        The activation; a list adds a first axis to the results.
    sigma : float or array_like
        Scale of the input, in [0, 1e150]; 0 is the point mass at `mean`.
        Accuracy is promised for 1e-6 to 1e6. float32 and integers are computed
        and returned as float64. Torch and JAX arrays on the CPU give results of
        their kind, other arrays NumPy's.
    mean : float or array_like, optional
        Mean of the input, broadcast against `sigma`.
    which : sequence of str, optional
        Which of m1 = E phi, g1 = E phi', g2 = E phi'^2, m2 = E phi^2 and
        eta = E[(x - mean) phi phi']; further m3 = E phi^3, m4 = E phi^4,
        m1z = E[Z phi], abs_g1 = E abs(phi'), g2z2 = E[phi'^2 Z^2],
        log_slope = E ln abs(phi') (-inf where phi is flat); and the
        derivatives "<name>_sigma" and "<name>_mean" of all but the last
        (g1_mean is E phi'', jumps of phi' included).
    method : {"auto", "table", "closed_form", "adaptive", "gauss_legendre", "tanh_sinh", "gauss_hermite", ...}
        "auto" takes the most accurate one: a closed form, else the table
        (polynomials in sigma; series at small and large sigma), else the trapezoid
        rule around the mean ("gauss_trapezoid"), else adaptive Gauss-Kronrod.
        Methods under test: "gauss_legendre" is that rule with `nodes`
        nodes on each of the pieces with which "adaptive" starts, "tanh_sinh" halves
        its step on them; both estimate their own errors. "gauss_hermite" is the fixed
        rule with `nodes` nodes: its error is its distance from "auto". "monte_carlo" and
        "sobol" are means over samples: their errors are standard errors.
    nodes : int, optional
        Number of nodes, 1 to 10000, of "gauss_legendre" on each piece (default 40) or
        of "gauss_hermite" (default 100).
    workers : int, optional
        Number of threads for built-in activations (functions written in Python run
        one at a time). The results are the same for any number, to the bit.
    target : {"cpu", "cuda", "auto"}
        Where to compute. "cuda": on an NVIDIA GPU (extra `cuda`; the five components, by one rule with errors as
        estimates or by Monte Carlo; of built-ins, formulas, and functions of a float with `derivative=` that numba
        compiles; docs/cuda.md has more). "auto" follows the data: "cuda" for arrays on a GPU. Nothing falls back to
        another target.
    copy : bool, optional
        Let target="cuda" copy arrays of the host to the GPU and results back. Contiguous arrays of 64-bit floats
        that are there (``__cuda_array_interface__`` or DLPack; of one shape, or numbers) are read in place, and
        again when errors are asked for; results stay there. "monte_carlo" needs `copy` for them, too: it looks
        at points on the host first, and adds up there.
    stream : stream, optional
        What work at points on the GPU is queued on: a stream of numba, CuPy or torch, or its address.
    precision : {"double", "single", "double_double", "certified"}
        "single", for target="cuda": computed and returned in 32 bits, to some 1e-6 of E abs(integrand); points are
        rounded to 32 bits, too. Errors are what 64 bits make of the points that were given, and so take the time of
        those, when they are asked for.
        "double_double": values are `DoubleDouble` numbers of about 31 digits (built-ins only).
        "certified": they are `Ball`s, midpoint and radius, that enclose the exact values
        (extra `certified`; built-ins, scaled ones and expressions). sigma and mean may
        be decimal strings, read exactly; a float is the exact double. Arrays hold such
        numbers as objects. docs/thirty_digits.md has more.
    digits : int, optional
        Significant digits of certified values, 1 to 1000 (default 50).
    samples : int, optional
        Number of places at which the means of "monte_carlo" and "sobol" are taken, up to
        2^40 (default 1,000,000); "sobol" rounds up to whole replications. All points and
        activations of a call share the same normals.
    rng : None, int, SeedSequence, BitGenerator or Generator, optional
        Where the key of 128 bits is drawn from (SPEC 7): an int gives the same
        samples each time, on any machine and for any number of workers.
    antithetic : bool, optional
        Take samples in pairs, at z and -z.
    control_variates : int, optional
        Subtract this many Hermite polynomials of z, 0 to 4, fitted to other samples.
    replications : int, optional
        Independent scrambled sequences of "sobol", whose spread gives the
        standard error (default 32); it follows Student's distribution with one degree less.
        docs/monte_carlo.md has more.
    out : ndarray or dict of ndarray, optional
        Where the values go: a float64 array of shape (len(which), *shape), or
        (activations, len(which), *shape) if a list was given, strided or not, where shape is
        that of sigma and mean broadcast; or a dict with one array a name. It must not
        overlap sigma or mean. The values of the result are views of it.

    Returns
    -------
    Moments
        At mean 0 the relative error is below 1e-15 for sigma in [1e-3, 1e3] and
        1e-14 in [1e-6, 1e6]; `error` holds a bound for each number.

    Raises
    ------
    ValueError
        Unknown name, sigma or mean out of range or NaN, shapes that do not
        broadcast, a method that the activation does not have.
    TypeError
        Arguments that are no real numbers.
    MemoryError
        The result would not fit into memory; raised before any work.
    ImportError
        precision="certified" without python-flint.
    CudaUnavailableError
        target="cuda" without numba-cuda or a GPU; the message says what is missing.
    DigitsNotReachedError
        A certified value would have fewer digits; the message says how many were reached.

    Examples
    --------
    >>> import fastsig
    >>> round(fastsig.moments("gelu", 1.0).m2, 12)
    0.42522148257
    >>> fastsig.moments(["relu", "tanh"], [0.5, 2.0], which=["g2"]).g2.shape
    (2, 2)
    >>> print(fastsig.moments("tanh", "0.1", precision="certified", digits=30).m2)
    0.0098054687555324056422896371438
    """
    found: Found
    names = COMPONENTS
    if which is not COMPONENTS:
        names = (which,) if isinstance(which, str) else few("which", which, MOST_NAMES, "('m1', 'g2')")
        _check_names(names)
    plan = read_sampling(method, samples, rng, antithetic, control_variates, replications)
    if stream is not None and target == "cpu":
        raise ValueError(f'stream= goes with target="cuda"; got {stream!r} with target="cpu"')
    single = precision == "single"
    if target != "cpu":
        from fastsig.integrals.on_cuda import find_on_cuda, goes_to_cuda

        if goes_to_cuda(target, method, "double" if single else precision, digits, out, sigma=sigma, mean=mean):
            read_nodes(method, nodes)
            activations, several = resolve_all(phi)
            how: dict[str, Any] = {"copy": copy, "stream": stream, "single": single}
            found, there = find_on_cuda(activations, several, names, sigma, mean, plan, **how)
            kind = None if there else kind_of(sigma=sigma, mean=mean)
            return Moments(found if kind is None else OfKind(found, kind))
    if single:
        raise ValueError('precision="single" goes with target="cuda"; the CPU has precision="double"')
    if precision != "double" or digits is not None:
        from fastsig.integrals.many_digits import find_many_digits, read_exact_points, read_precision, refuse_options

        count = read_precision(precision, digits)
        if count:
            refuse_options(method, nodes, out)
            read_workers(workers)
            activations, several = resolve_all(phi)
            return Moments(
                find_many_digits(activations, several, names, read_exact_points(sigma, mean), precision, count)
            )
    kind = None if type(sigma) is type(mean) is float else kind_of(sigma=sigma, mean=mean)
    activations, several = resolve_all(phi)
    points = read_points(sigma, mean, rows=len(activations))
    count = read_nodes(method, nodes)
    threads = read_workers(workers)
    if out is None:
        if plan is None:
            found = find(activations, several, names, points, method, count, workers=threads)
        else:
            from fastsig.integrals.monte_carlo import find_by_sampling

            found = find_by_sampling(activations, several, names, points, plan, threads)
        return Moments(found if kind is None else OfKind(found, kind))
    from fastsig.integrals.output import Output

    points = points.as_arrays()
    output = Output(
        out, names, len(activations) if several else None, points.shape or (), {"sigma": sigma, "mean": mean}
    )
    if plan is None:
        found = find(activations, several, names, points, method, count, workers=threads, out=output.direct)
    else:
        from fastsig.integrals.monte_carlo import find_by_sampling

        found = find_by_sampling(activations, several, names, points, plan, threads)
    return Moments(output.deliver(found))
