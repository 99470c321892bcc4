"""Gaussian functionals by name, as polynomials in phi, phi', phi'' and z.

A functional is a sum of terms sigma^j E[z^k G(phi, phi', phi'')] at x = mean + sigma z. The derivatives with respect
to mean and sigma follow from d/d mean E H(x) = E H'(x) and d/d sigma E H(x) = E[z H'(x)], where H' includes the jumps
of H: where phi' jumps, that of H(phi, phi') times sigma^j z^k pdf(z)/sigma is added.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

# coefficient, power of phi, of phi', of phi''
Monomial = tuple[int, int, int, int]


@dataclass(frozen=True)
class Term:
    """sigma^sigma_power E[z^z_power G], G a sum of monomials.

    Attributes
    ----------
    monomials : tuple of Monomial
        G.
    primitive : tuple of Monomial
        H, of which G is the derivative with respect to x, where jumps of H have to be added; else empty.
    absolute : bool
        Whether G is sign(phi') times the monomials: then H is abs(phi').
    """

    monomials: tuple[Monomial, ...]
    z_power: int = 0
    sigma_power: int = 0
    primitive: tuple[Monomial, ...] = ()
    absolute: bool = False

    def times(self, z_power: int, sigma_power: int = 0) -> "Term":
        """Return the term with further powers."""
        return replace(self, z_power=self.z_power + z_power, sigma_power=self.sigma_power + sigma_power)

    @property
    def orders(self) -> int:
        """How many of phi, phi', phi'' are needed."""
        return max(1 + max((k for k in (1, 2) if m[k + 1]), default=0) for m in self.monomials)


def value_of(monomials: Iterable[Monomial], jet: Any) -> Any:
    """Evaluate a sum of monomials for numbers, series or polynomials (phi, phi', phi'', as far as needed)."""
    total: Any = None
    for coefficient, *powers in monomials:
        product: Any = None
        for base, power in zip(jet, powers, strict=False):
            for _ in range(power):
                product = base if product is None else product * base
        term = product * coefficient if coefficient != 1 else product
        total = term if total is None else total + term
    return total


def _with_derivatives(name: str, term: Term, slope: Term) -> dict[str, tuple[Term, ...]]:
    return {name: (term,), f"{name}_mean": (slope,), f"{name}_sigma": (slope.times(1),)}


def _functionals() -> dict[str, tuple[Term, ...]]:
    table: dict[str, tuple[Term, ...]] = {}
    for n in (1, 2, 3, 4):
        table |= _with_derivatives(f"m{n}", Term(((1, n, 0, 0),)), Term(((n, n - 1, 1, 0),)))
    table |= _with_derivatives("m1z", Term(((1, 1, 0, 0),), 1), Term(((1, 0, 1, 0),), 1))
    slope = ((1, 0, 1, 0),)
    table |= _with_derivatives("g1", Term(slope), Term(((1, 0, 0, 1),), primitive=slope))
    square = ((1, 0, 2, 0),)
    bend = Term(((2, 0, 1, 1),), primitive=square)
    table |= _with_derivatives("g2", Term(square), bend)
    table |= _with_derivatives("g2z2", Term(square, 2), bend.times(2))
    table |= _with_derivatives(
        "abs_g1", Term(slope, absolute=True), Term(((1, 0, 0, 1),), primitive=slope, absolute=True)
    )
    # eta = E[sigma z phi phi'] depends on sigma twice.
    product = ((1, 1, 1, 0),)
    change = Term(((1, 0, 2, 0), (1, 1, 0, 1)), primitive=product)
    table["eta"] = (Term(product, 1, 1),)
    table["eta_mean"] = (change.times(1, 1),)
    table["eta_sigma"] = (Term(product, 1), change.times(2, 1))
    return table


FUNCTIONALS = _functionals()
LOG_SLOPE = "log_slope"


def parity_of(term: Term, parity: int) -> int:
    """Return 1 if the integrand is even in z at mean 0, -1 if odd, for an even (1) or odd (-1) phi; 0 unknown."""
    if not parity:
        return 0
    signs = set()
    for _, f, d, s in term.monomials:
        odd = f * (parity < 0) + d * (parity > 0) + s * (parity < 0) + term.z_power + (term.absolute and parity > 0)
        signs.add(-1 if odd % 2 else 1)
    return signs.pop() if len(signs) == 1 else 0
