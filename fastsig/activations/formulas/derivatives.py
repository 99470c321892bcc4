"""Derivatives of a formula as programs, in the form that loses least.

SymPy's derivative of x/sqrt(1 + x^2) is 1/(1 + x^2)^(1/2) - x^2/(1 + x^2)^(3/2),
which cancels; over one denominator it is 1/(1 + x^2)^(3/2). Which form is better
is seen from the bounds of its errors.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from fastsig.activations.formulas.end_limits import CALLS, within
from fastsig.activations.formulas.program import Program
from fastsig.activations.formulas.stable_form import stable_form
from fastsig.activations.formulas.stable_functions import stable_functions

LARGEST_FORM = 400  # operations of a derivative that is still worth rearranging
MOST_PIECES = 3  # levels of pieces that are rearranged by themselves
FEW = 0.02  # share of points that need many digits with which a form is taken as it is


def programs(expression: Any, x: Any) -> tuple[Program, Program, Program]:
    """Compile a formula of x and its first two derivatives."""
    value = stable_form(expression)
    slope = stable_form(value.diff(x))
    bend = stable_form(slope.diff(x))
    return Program(value, x), _best_program(slope, x), _best_program(bend, x)


def _best_program(form: Any, x: Any) -> Program:
    """Compile a derivative, over one denominator if it is better so."""
    out = np.geomspace(1e-4, 1e6, 100)
    points = np.concatenate([out, -out])

    def share(program: Program) -> float:
        return float(np.mean(program.doubtful(points, program.bounded(points))))

    best = Program(form, x)
    least = share(best)
    if least > FEW and form.count_ops() <= LARGEST_FORM:
        for candidate in _rearranged(form):
            program = Program(candidate, x)
            if (found := share(program)) < 0.9 * least:
                best, least = program, found
    return best


def _rearranged(form: Any) -> list[Any]:
    """The same formula in other forms, as far as SymPy finds them soon."""
    import sympy as sp

    def over_one_denominator(piece: Any) -> Any:
        top, bottom = sp.fraction(sp.together(piece))
        return stable_form(stable_form(sp.expand(top)) / bottom)

    def factored(piece: Any) -> Any:
        return stable_form(sp.factor(piece))

    changes = (over_one_denominator, factored)
    found = [within(CALLS, partial(_by_pieces, form, change)) for change in changes]
    return [candidate for candidate in found if candidate is not None and candidate != form]


def _by_pieces(form: Any, change: Callable[[Any], Any], depth: int = 0) -> Any:
    """Change each smooth piece of a formula by itself."""
    import sympy as sp

    known = stable_functions()
    if depth < MOST_PIECES:
        for one in form.atoms(known.Modulus, known.Sign):
            u = one.args[0]
            plus, minus, zero = (
                _by_pieces(form.xreplace({known.Modulus(u): s * u, known.Sign(u): s}), change, depth + 1)
                for s in (sp.Integer(1), sp.Integer(-1), sp.Integer(0))
            )
            return known.Pick(u, plus, known.Pick(-u, minus, zero))
        for one in form.atoms(known.Pick):
            same = [other for other in form.atoms(known.Pick) if other.args[0] == one.args[0]]
            a, b = (
                _by_pieces(form.xreplace({other: other.args[i] for other in same}), change, depth + 1) for i in (1, 2)
            )
            return known.Pick(one.args[0], a, b)
    return change(form)
