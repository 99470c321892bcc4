"""The (m2', g2) plane: at which scales an activation keeps variances and gradients stable.

At a fixed point q of the variance map V'(q) = sigma_w^2 m2'(q), m2' = dm2/dq = eta/q, and chi = sigma_w^2
g2. So (m2', g2) decides, once sigma_w is given: variances are stable where abs(m2') < 1/sigma_w^2, gradients
do not grow where g2 < 1/sigma_w^2. The edge of chaos is the line g2 = 1/sigma_w^2, and beside the diagonal
m2' = g2 one of the two is lost first: below it (m2' > g2) a network on the edge has a variance that repels.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import array, array_in_range
from fastsig.mean_field.variance_functions import variance_functions

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastsig.activations.definition import Activation

SIGMA = (0.1, 30.0, 200)


@dataclass(frozen=True, slots=True, eq=False)
class StabilityCurve:
    """The curve sigma -> (m2'(sigma), g2(sigma)) of an activation; arrays in the shape of sigma.

    Attributes
    ----------
    activation : Activation
        The activation.
    sigma : ndarray
        Scales, square roots of the variance q.
    m2_slope : ndarray
        m2' = dm2/dq = eta/q.
    g2 : ndarray
        E phi'^2.
    attainable : ndarray of bool
        Whether the edge of chaos with the fixed point sigma^2 exists: sigma^2 >= m2/g2.
    attracts : ndarray of bool
        Whether sigma^2 attracts there: abs(m2') < g2.
    """

    activation: "Activation"
    sigma: Any
    m2_slope: Any
    g2: Any
    attainable: Any
    attracts: Any

    def stable(self, sigma_w: float) -> Any:
        """Return where variances are stable and gradients do not grow: abs(m2') and g2 below 1/sigma_w^2.

        Examples
        --------
        >>> import fastsig
        >>> fastsig.mean_field.stability_curve("relu", [1.0, 2.0]).stable(1.2).tolist()
        [True, True]
        """
        return sigma_w * sigma_w * np.maximum(np.abs(self.m2_slope), self.g2) < 1.0


def stability_curve(phi: ActivationLike, sigma: "ArrayLike | None" = None) -> StabilityCurve:
    """Return the curve of an activation in the (m2', g2) plane.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    sigma : array_like, optional
        Scales, in [0, 1e150]; 200 from 0.1 to 30 if not given.

    Returns
    -------
    StabilityCurve
        m2', g2 and what they mean.

    Raises
    ------
    ValueError
        A scale outside of [0, 1e150]; an unknown name.

    Notes
    -----
    The stability region of arXiv 2510.08456 by (m2', g2); that m2' is the derivative in the variance is our
    reading: only then one region serves all scales.

    Examples
    --------
    >>> import fastsig
    >>> curve = fastsig.mean_field.stability_curve("gelu", [1.0, 3.0])
    >>> (curve.m2_slope / curve.g2).round(4).tolist()  # V' on the edge of chaos: q = 1 repels, q = 9 does not
    [1.0672, 0.9824]
    """
    activation = resolve(phi)
    scales = np.geomspace(*SIGMA) if sigma is None else array_in_range("sigma", array("sigma", sigma))
    found = variance_functions(activation).at((scales * scales).ravel())
    m2, slope, g2 = (row.reshape(scales.shape) for row in found)
    room = scales * scales * g2 - m2
    return StabilityCurve(activation, scales, slope, g2, room >= -1e-13 * m2, np.abs(slope) < g2)
