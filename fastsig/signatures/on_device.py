"""Signatures at points that are on the GPU, where they stay."""

from collections.abc import Mapping, Sequence
from typing import Any

from fastsig.activations.definition import Activation
from fastsig.integrals.device_inputs import DeviceInputs
from fastsig.integrals.found import Field, Found
from fastsig.signatures.compute import WithShape, spread_over
from fastsig.signatures.definition import Signature


def signature_on_device(
    means: Found, activations: Sequence[Activation], several: bool, points: DeviceInputs, sigma: Any, mean: Any
) -> Signature:
    """Return a signature whose numbers are arrays on the GPU; sigma and mean stay what was given."""

    def spread(rows: Sequence[Mapping[str, Any]], field: Field) -> dict[str, Any]:
        if field == "method":
            return spread_over(points.shape, rows, several)
        return {name: points.result([points.filled(row[name]) for row in rows], several) for name in rows[0]}

    found = WithShape(means, activations, spread)
    return Signature(found, tuple(activations) if several else activations[0], sigma, mean)
