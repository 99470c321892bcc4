"""How many samples a Monte Carlo mean really rests on.

A standard error that was taken from the samples is worth something if enough of them contribute. Where one in
a million does (softshrink at sigma 0.1: those beyond 5 standard deviations), a handful of hits makes value and error
alike, and their ratio is no normal number. With f the integrand, n samples count like

    n_eff = n (E (f - E f)^2)^2 / E (f - E f)^4 = n / kurtosis,

which is n p for an event of small probability p. The moments are computed by quadrature, not taken from the samples.
"""

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from fastsig.integrals.expectation import expectation

if TYPE_CHECKING:
    from fastsig.activations.built_in import BuiltIn

# Of (z, phi, phi'), up to factors: they do not change a kurtosis.
INTEGRANDS: dict[str, Callable[[Any, Any, Any], Any]] = {
    "m1": lambda z, f, d: f,
    "m2": lambda z, f, d: f**2,
    "m3": lambda z, f, d: f**3,
    "m4": lambda z, f, d: f**4,
    "g1": lambda z, f, d: d,
    "g2": lambda z, f, d: d**2,
    "eta": lambda z, f, d: z * f * d,
    "m1z": lambda z, f, d: z * f,
    "abs_g1": lambda z, f, d: abs(d),
    "g2z2": lambda z, f, d: (z * d) ** 2,
}


def kurtoses(phi: "BuiltIn", component: str, sigma: Sequence[float], mean: float) -> list[float]:
    """Return E (f - E f)^4 / (E (f - E f)^2)^2 for each sigma; NaN where f does not vary, or is not known.

    Examples
    --------
    >>> import fastsig
    >>> from fastsig.sweeps.effective import kurtoses
    >>> round(kurtoses(fastsig.activation("identity"), "m1", [1.0], 0.0)[0], 6)  # of a normal number
    3.0
    """
    if component not in INTEGRANDS:
        return [math.nan] * len(sigma)
    import numpy as np

    integrand = INTEGRANDS[component]
    # Powers of the difference from the value at the mean: where f hardly varies, those of f itself would cancel.
    middle = integrand(0.0, phi(mean), phi.derivative(mean))

    def moment(power: int) -> Any:
        found = expectation(
            lambda z, f, d, _: (integrand(z, f, d) - middle) ** power, phi, sigma, mean=mean, method="gauss_legendre"
        )
        return np.asarray(found.value)

    with np.errstate(all="ignore"):
        first, second, third, fourth = map(moment, (1, 2, 3, 4))
        central = fourth - 4 * first * third + 6 * first**2 * second - 3 * first**4
        found: list[float] = (central / (second - first**2) ** 2).tolist()
    return found
