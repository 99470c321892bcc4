"""Which activations have a definition for ball arithmetic: built-ins, scaled ones, SymPy expressions."""

from fractions import Fraction

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.activations.expression import Expression
from fastsig.activations.scaled import Scaled
from fastsig.certified.built_ins import built_in, is_known
from fastsig.certified.definition import Definition


def definition_of(phi: Activation) -> Definition:
    """Return the definition of an activation.

    Raises
    ------
    ValueError
        If phi is a function of which only values are known: nothing can be proved from them.
    """
    if "certified" not in phi._cache:
        phi._cache["certified"] = _definition_of(phi)
    found: Definition = phi._cache["certified"]
    return found


def _definition_of(phi: Activation) -> Definition:
    if isinstance(phi, BuiltIn):
        if not is_known(phi.name):
            raise ValueError(
                f"{phi.name} has no definition for ball arithmetic; add one to fastsig/certified/built_ins.py"
            )
        return built_in(phi.name, phi.parameter)
    if isinstance(phi, Scaled):
        return definition_of(phi.base).scaled(*(Fraction(k) for k in (phi.a, phi.b, phi.c, phi.d)))
    if isinstance(phi, Expression):
        from fastsig.certified.expression import definition_of_expression

        return definition_of_expression(phi)
    raise ValueError(
        f"certified results need a formula, and {phi} is a function of which only values are known; "
        "use a built-in activation or Activation.from_expression"
    )
