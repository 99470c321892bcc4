"""The law of the data on the command line: NAME:PARAMETER=VALUE of scipy.stats, or a file of samples."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

from fastsig.cli.usage import UsageError

if TYPE_CHECKING:
    from fastsig.eafo.density import Density

HINT = "write normal, logistic:scale=2, t:df=5, ..., a distribution of scipy.stats, or a file of samples (.npy or text)"


def read_law(texts: list[str], weights: list[str] | None) -> "Density":
    """Return what --data and --weights stand for; several make a mixture."""
    from fastsig.eafo.mixtures import mixture

    parts = [_read_one(text.strip()) for text in texts]
    if weights is None and len(parts) == 1:
        return parts[0]
    shares = [1.0 / len(parts)] * len(parts) if weights is None else [_number("--weights", w) for w in weights]
    try:
        return mixture(shares, parts)
    except ValueError as error:
        raise UsageError(f"--weights: {error}") from None


def _read_one(text: str) -> "Density":
    from fastsig.eafo.reading import as_density

    path = Path(text)
    if path.suffix in (".npy", ".txt", ".csv", ".dat") or (path.exists() and path.is_file()):
        return as_density_or_usage(_samples(path), as_density)
    from scipy import stats

    name, colon, given = text.partition(":")
    distribution = stats.norm if name in ("normal", "norm") else getattr(stats, name, None)
    if not isinstance(distribution, stats.rv_continuous):
        raise UsageError(f"--data: {text!r} is no continuous distribution; {HINT}")
    parameters: dict[str, float] = {}
    for part in given.split(",") if colon else ():
        key, equals, value = part.partition("=")
        if not (key and equals and value) or key in parameters:
            raise UsageError(f"--data: parameters are written as in t:df=5,scale=2; got {text!r}")
        key = {"mean": "loc", "sd": "scale"}.get(key, key) if distribution is stats.norm else key
        parameters[key] = _number("--data", value)
    try:
        return as_density_or_usage(distribution(**parameters), as_density)
    except TypeError as error:
        wanted = f"{distribution.shapes}, " if distribution.shapes else ""
        raise UsageError(f"--data: {name} takes {wanted}loc, scale; {error}") from None


def as_density_or_usage(given: Any, read: Any) -> "Density":
    """Return the density; what is wrong with it is bad usage."""
    try:
        found: Density = read(given)
    except ValueError as error:
        raise UsageError(f"--data: {error}") from None
    return found


def _samples(path: Path) -> Any:
    import numpy as np

    try:
        if path.suffix == ".npy":
            return np.load(path, allow_pickle=False)
        return np.loadtxt(path, delimiter="," if path.suffix == ".csv" else None)
    except OSError as error:
        raise UsageError(f"--data: cannot read {path}: {error.strerror or error}") from None
    except ValueError as error:
        raise UsageError(f"--data: {path} has no numbers as expected: {error}") from None


def _number(option: str, text: str) -> float:
    from fastsig.arguments import number

    try:
        return number(option, text.strip())
    except ValueError as error:
        raise UsageError(str(error)) from None
