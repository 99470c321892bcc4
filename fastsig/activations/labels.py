"""Activations as text: ``NAME`` or ``NAME:PARAMETER=VALUE``."""

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.registry import activation


def read_label(text: str) -> BuiltIn:
    """Return the built-in activation that a label stands for.

    Raises
    ------
    ValueError
        Not written like a label; unknown name; parameter out of range.
    TypeError
        Unknown parameter.

    Examples
    --------
    >>> from fastsig.activations.labels import read_label
    >>> read_label("leaky_relu:slope=0.2")
    Activation('leaky_relu', slope=1/5)
    """
    name, colon, given = text.strip().partition(":")
    parameters: dict[str, str] = {}
    for part in given.split(",") if colon else ():
        key, equals, value = part.partition("=")
        if not (key and equals and value) or key in parameters:
            raise ValueError(f"parameters are written as in leaky_relu:slope=0.2; got {text.strip()!r}")
        parameters[key] = value
    return activation(name, **parameters)
