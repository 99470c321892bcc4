"""The rule of the GPU, its source run in plain Python, one lane after the other."""

import math

import numpy as np

from fastsig.activations.scalar_sources import parameter_of, scalar_sources
from fastsig.integrals import panel_sums
from fastsig.integrals.cuda_moments import layout, parts_of, rule
from fastsig.targets.scalar import compile_source


def plain(function):
    return function


class Rule:
    """All lanes of one point, one after the other."""

    def __init__(self, phi):
        sources, parts = scalar_sources(phi), parts_of(phi)
        assert (parts[panel_sums.phi], parts[panel_sums.phi_slope]) == sources[:2]
        done = {panel_sums.phi: sources.value, panel_sums.phi_slope: sources.derivative}
        self.lay = compile_source(panel_sums.lay_panels, plain, done)
        self.add = compile_source(panel_sums.sum_over_panels, plain, done)
        self.parameter = parameter_of(phi)
        self.layout = layout(phi)
        self.stops, self.node, self.weight = (array.tolist() for array in rule())

    def __call__(self, sigma, mean, parts=1, sizes=False):
        panels = [math.nan] * (3 * panel_sums.MOST_PANELS)
        edges, breaks = self.layout.edges.tolist(), self.layout.breaks.tolist()
        count = self.lay(sigma, mean, self.layout.scale, parts, self.stops, breaks, edges, panels)
        at = (count, panels, sigma, self.parameter, sizes, self.node, self.weight)
        return np.sum([self.add(lane, *at) for lane in range(32)], axis=0)
