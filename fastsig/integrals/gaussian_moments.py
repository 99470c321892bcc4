"""Gaussian moments of an activation: E f(phi, phi') at x = mean + sigma Z."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fastsig.activations.registry import ActivationLike, resolve_all
from fastsig.arguments import few
from fastsig.integrals.components import COMPONENTS, Components
from fastsig.integrals.dispatch import arrange, compute, first_failure
from fastsig.integrals.methods import Method, distinct_methods, error_kind, read_nodes
from fastsig.integrals.points import read_points
from fastsig.targets.cpu import lib, text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

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


@dataclass(frozen=True, slots=True, repr=False)
class Moments:
    """Gaussian moments with their errors; one attribute for each name in `which`.

    Attributes
    ----------
    values : Components
        The moments: floats, or arrays in the shape of the broadcast inputs,
        with a first axis for the activations if a list of them was given.
    error : Components
        Absolute errors, same names and shapes.
    error_kind : {"bound", "estimate"}
        A bound is never exceeded by the true error.
    method : str
        The methods behind the numbers, joined by "+".
    methods : Components
        The method of each number, same names and shapes.
    nfev : int
        Number of points at which phi and phi' were evaluated (0 for tables and
        closed forms).
    status : int
        0, or the status code of the first point that missed its accuracy.
    success : bool
        Whether status is 0.
    message : str
        "ok", or what went wrong.
    """

    values: Components
    error: Components
    error_kind: str
    method: str
    methods: Components
    nfev: int
    status: int
    message: str

    @property
    def success(self) -> bool:
        """Whether every number reached the accuracy aimed at."""
        return self.status == 0

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or name == "values":
            raise AttributeError(name)
        return getattr(self.values, name)

    def __getitem__(self, name: str) -> Any:
        return self.values[name]

    def __repr__(self) -> str:
        lines = [f"Moments ({self.method}; errors: {self.error_kind})"]
        lines += [f"  {name:>4} = {self.values[name]!r}  +- {self.error[name]!r}" for name in self.values]
        return "\n".join(lines)


def moments(
    phi: ActivationLike | Sequence[ActivationLike],
    sigma: "ArrayLike",
    *,
    mean: "ArrayLike" = 0.0,
    which: Sequence[str] | str = COMPONENTS,
    method: Method = "auto",
    nodes: int | None = None,
) -> Moments:
    """Gaussian moments of an activation at x = mean + sigma Z, Z standard normal.

    Parameters
    ----------
    phi : Activation, str, or a list of them
        The activation; a list adds a first axis to the results.
    sigma : float or array_like
        Scale of the input, in [0, 1e150]; 0 is the point mass at `mean`.
        Accuracy is promised for 1e-6 to 1e6. float32 and integers are computed
        and returned as float64.
    mean : float or array_like, optional
        Mean of the input, broadcast against `sigma`.
    which : sequence of str, optional
        Which of m1 = E phi, g1 = E phi', g2 = E phi'^2, m2 = E phi^2 and
        eta = E[(x - mean) phi phi']; further m3 = E phi^3, m4 = E phi^4,
        m1z = E[Z phi], abs_g1 = E abs(phi'), g2z2 = E[phi'^2 Z^2],
        log_slope = E ln abs(phi') (-inf where phi is flat); and the
        derivatives "<name>_sigma" and "<name>_mean" of all but the last and m1z
        (g1_mean is E phi'', jumps of phi' included).
    method : {"auto", "table", "closed_form", "adaptive", "gauss_legendre", "tanh_sinh", "gauss_hermite"}
        "auto" takes the most accurate one: a closed form, else the table
        (sinh-trapezoid; a series in sigma^2 at small sigma), else adaptive
        Gauss-Kronrod. Methods under test: "gauss_legendre" is that rule with `nodes`
        nodes on each of the pieces with which "adaptive" starts, "tanh_sinh" halves
        its step on them; both estimate their own errors. "gauss_hermite" is the fixed
        rule with `nodes` nodes: its error is its distance from "auto".
    nodes : int, optional
        Number of nodes, 1 to 10000, of "gauss_legendre" on each piece (default 40) or
        of "gauss_hermite" (default 100).

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

    Examples
    --------
    >>> import fastsig
    >>> round(fastsig.moments("gelu", 1.0).m2, 12)
    0.42522148257
    >>> fastsig.moments(["relu", "tanh"], [0.5, 2.0], which=["g2"]).g2.shape
    (2, 2)
    """
    names = (which,) if isinstance(which, str) else few("which", which, MOST_NAMES, "('m1', 'g2')")
    _check_names(names)
    activations, several = resolve_all(phi)
    points = read_points(sigma, mean, rows=len(activations))
    count = read_nodes(method, nodes)
    computed = [compute(one, names, points, method, count) for one in activations]

    single = points.shape is None
    status = next((worst for c in computed if (worst := first_failure(c.status))), 0)
    used = distinct_methods([row for c in computed for row in c.method], single=single)
    return Moments(
        values=arrange(computed, "value", names, points, several),
        error=arrange(computed, "error", names, points, several),
        error_kind=error_kind(used, activations),
        method=used,
        methods=arrange(computed, "method", names, points, several),
        nfev=sum(c.nfev for c in computed),
        status=status,
        message=text(lib.fastsig_status_message(status)),
    )
