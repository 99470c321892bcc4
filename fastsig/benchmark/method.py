"""A method under test: what it is called, what it needs, how it is prepared."""

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec

from fastsig.arrays import FloatArray
from fastsig.benchmark.problem import ACTIVATIONS, BATCH_SIGMA, COMPONENTS

Run = Callable[[], FloatArray]


@dataclass(frozen=True)
class Method:
    """One way to compute the batch.

    Attributes
    ----------
    name, title : str
        For the command line; for people.
    prepare : callable
        Maps an array of sigma to what is timed, a function without arguments that
        returns the values, shape (activation, component, sigma). What does not
        depend on phi (nodes, weights) and compilation stay out of the timed part.
    promise : float
        Its class of error, which tests hold it to: the worst relative error on the certified grid.
    packages : dict
        What it needs beside fastsig's own dependencies, importable name -> name to install.
    components : tuple of str
        What it can compute, of COMPONENTS.
    sigmas : int
        How many of the batch's sigma are timed; the time is scaled up to all.
    certified_step : int
        Errors are over every so-manieth certified sigma.
    remark : str
        What a reader should know.
    """

    name: str
    title: str
    prepare: Callable[[FloatArray], Run]
    promise: float
    packages: dict[str, str] = field(default_factory=dict)
    components: tuple[str, ...] = COMPONENTS
    sigmas: int = BATCH_SIGMA.size
    certified_step: int = 1
    remark: str = ""

    def integrals(self, sigmas: int) -> int:
        """Return how many integrals this method computes at so many sigma."""
        return len(ACTIVATIONS) * len(self.components) * sigmas

    def missing(self) -> str | None:
        """Return why the method cannot run here, None if all it needs is installed."""
        absent = [name for name in self.packages if not _importable(name)]
        if not absent:
            return None
        wanted = " ".join(f"'{name}'" if "[" in name else name for name in self.packages.values())
        return f"{', '.join(absent)} not installed: pip install {wanted}"

    def version(self, own: str) -> str:
        """Return the version of what computes: the first package needed, else fastsig's own."""
        for distribution in self.packages.values():
            try:
                return version(distribution.partition("[")[0])
            except PackageNotFoundError:
                return "unknown"
        return own


def _importable(name: str) -> bool:
    try:
        return find_spec(name) is not None
    except (ImportError, ValueError):
        return False
