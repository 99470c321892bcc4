"""Kernels of wide networks: how inputs lose their angle with depth, and how smoothness shows in the spectrum."""

import numpy as np

import fastsig
from fastsig.plot.canvas import save
from fastsig.plot.kernel_figure import draw_eigenvalues, draw_kernel_by_depth

NAMES = ("relu", "gelu", "tanh")

# One pair: the dual activation and its derivative, with errors.
k, slope = fastsig.kernel.dual("mish", 1.0, 2.0, 0.5), fastsig.kernel.dual_derivative("mish", 1.0, 2.0, 0.5)
print(f"mish: E phi(X) phi(Y) = {k.value:.15f} +- {k.error:.0e}, E phi' phi' = {slope.value:.15f}")

# Inputs on a circle; each network keeps the variance 1 (sigma_w = 1/sqrt(E phi^2)).
angle = np.linspace(0.0, np.pi, 91)
inputs = np.sqrt(2) * np.stack([np.cos(angle), np.sin(angle)], axis=1)
kernels = {}
for name in NAMES:
    gain = fastsig.moments(name, 1.0).m2 ** -0.5
    kernels[name] = fastsig.kernel.nngp(name, 16, inputs * gain**-1, sigma_w=gain)
    correlation = kernels[name].value[:, 0, 45] / kernels[name].value[:, 0, 0]
    print(f"{name:5s} correlation of orthogonal inputs after 0, 1, 4, 16 layers:", correlation[[0, 1, 4, 16]].round(4))
save(draw_kernel_by_depth(np.cos(angle[1:]), kernels, (0, 1, 2, 4, 16)), "kernels_by_depth.png")

# Eigenvalues on the sphere: a kink falls like a power, a smooth activation exponentially.
names = ("relu", "elu", "mish", "gelu", "tanh")
spectra = {name: fastsig.kernel.sphere_eigenvalues(name, 60, dimension=3) for name in names}
save(draw_eigenvalues(spectra), "kernel_eigenvalues.png")
for name in ("relu", "gelu"):
    print(f"{name:5s} eigenvalues of degree 2, 10, 20:", spectra[name].value[[2, 10, 20]])

# How well conditioned the Gram matrix of 20 random inputs is, by depth.
points = np.random.default_rng(0).normal(size=(20, 10))
for name in NAMES:
    found = fastsig.kernel.conditioning(name, points, 16, sigma_w=fastsig.moments(name, 1.0).m2 ** -0.5, kernel="ntk")
    print(f"{name:5s} condition number of the NTK after 1, 4, 16 layers:", found.condition[[1, 4, 16]].round(1))
