"""A direction in which the entropy falls, as an object."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

from fastsig.activations.definition import Activation
from fastsig.arguments import array, is_number
from fastsig.eafo.density import Density

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

Form = Literal["forward", "inverse"]


class Correction:
    """A direction in which the entropy of phi(X) falls; made by `correction`.

    Attributes
    ----------
    phi : Activation
        The activation.
    density : Density
        The law of the data.
    form : {"forward", "inverse"}
        Whether the direction changes phi, or its inverse.
    slope : float
        dH/de at e = 0, <= 0: -E s(phi(X))^2 forward, -integral of h^2 inverse.
    error : float
        Of the slope.
    """

    def __init__(
        self, phi: Activation, density: Density, form: Form, at_input: "Callable[[FloatArray], FloatArray]",
        inverse: "Callable[[FloatArray], FloatArray]", slope: float, error: float, places: "FloatArray",
    ) -> None:  # fmt: skip
        self.phi, self.density, self.form = phi, density, form
        self.slope, self.error = slope, error
        self.places = places
        self._at_input, self._inverse = at_input, inverse

    def __repr__(self) -> str:
        return f"Correction({self.phi.name!r}, {self.density.name}, form={self.form!r}, slope={self.slope:.6g})"

    def __call__(self, at: Any) -> Any:
        """Return psi(x) at inputs x (forward), or h(v) at outputs v (inverse); 0 where phi is flat."""
        points = array("at", at)
        flat = points.ravel()
        x = self._inverse(flat) if self.form == "inverse" else flat
        result = self._at_input(x).reshape(points.shape)
        return float(result) if is_number(at) else result

    def at_input(self, x: Any) -> Any:
        """Return psi(x), or h(phi(x)), at inputs."""
        points = array("x", x)
        result = self._at_input(points.ravel()).reshape(points.shape)
        return float(result) if is_number(x) else result

    def direction(self, x: Any) -> Any:
        """Return the first-order change of phi at inputs: psi(x), or -phi'(x) h(phi(x))."""
        points = array("x", x)
        flat = points.ravel()
        change = self._at_input(flat)
        if self.form == "inverse":
            change = -self.phi.batch(1, flat) * change
        result = change.reshape(points.shape)
        return float(result) if is_number(x) else result
