"""What certificates of T(x) = phi(a x + b) have in common: a statement that can be verified, and proved."""

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, Any

from fastsig.activations.definition import Activation
from fastsig.lyapunov.recursion import Recursion
from fastsig.lyapunov.verification import Verification, sample, verified
from fastsig.taxonomy.ranges import Interval

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.lyapunov.proof import Proof


class Certificate(ABC):
    """A statement on a domain that T maps into itself."""

    __slots__ = ()

    activation: Activation
    a: float
    b: float
    domain: Interval

    @property
    @abstractmethod
    def statement(self) -> str:
        """What is claimed, in one sentence."""

    @property
    def recursion(self) -> Recursion:
        """T."""
        return Recursion(self.activation, self.a, self.b)

    def verify(self, *, points: int = 10_000, rng: Any = 0) -> Verification:
        """Check the inequality on a grid, at random points, and beside kinks and fixed points.

        Parameters
        ----------
        points : int
            About how many.
        rng : int, SeedSequence or Generator
            For the random ones.

        Returns
        -------
        Verification
        """
        return verified(self._margin, sample(self.recursion, self.domain, points, rng))

    def prove(self, *, digits: int = 30) -> "Proof":
        """Prove the hypotheses in ball arithmetic (extra `certified`).

        For built-ins and scaled ones; for expressions on an interval, as what these do far out is not proved.

        Raises
        ------
        HypothesisError
            They do not hold for the exact numbers a and b.
        DigitsNotReachedError, ValueError
            They could not be decided.
        """
        return self._prove(digits)

    @abstractmethod
    def _margin(self, x: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        """By how much the inequality holds at points, and the error of that."""

    @abstractmethod
    def _prove(self, digits: int) -> "Proof": ...

    def __str__(self) -> str:
        return self.statement
