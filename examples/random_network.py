"""Variances and correlations in real random networks, beside what mean-field theory predicts.

Three networks of width 2048 and depth 50: in the ordered phase, on the edge of chaos, and in the chaotic one.
Two inputs with the same variance and correlation 0.6 go through all layers.
"""

import numpy as np
from matplotlib.figure import Figure

import fastsig

WIDTH, DEPTH, Q, C = 2048, 50, 1.5, 0.6
PHI = fastsig.activation("tanh")
edge = fastsig.mean_field.critical_init(PHI, q=1.0)
SETTINGS = [("ordered", 0.9, 0.4), ("edge of chaos", edge.sigma_w, edge.sigma_b), ("chaotic", 2.0, 0.3)]
rng = np.random.default_rng(0)


def networks() -> tuple[np.ndarray, np.ndarray]:
    """Return variances and correlations of the preactivations: by setting, layer (and input).

    The three networks use the same random numbers, each is a random network all the same.
    """
    start = np.sqrt(Q) * np.linalg.cholesky([[1.0, C], [C, 1.0]]) @ rng.standard_normal((2, WIDTH))
    states = [start] * len(SETTINGS)
    variances, correlations = np.empty((len(SETTINGS), DEPTH + 1, 2)), np.empty((len(SETTINGS), DEPTH + 1))
    for layer in range(DEPTH + 1):
        weights = rng.standard_normal((WIDTH, WIDTH), dtype=np.float32)
        biases = rng.standard_normal(WIDTH)
        for k, (_, sigma_w, sigma_b) in enumerate(SETTINGS):
            h = states[k]
            variances[k, layer] = (h * h).mean(axis=1)
            correlations[k, layer] = (h[0] * h[1]).mean() / np.sqrt(variances[k, layer].prod())
            states[k] = sigma_w / np.sqrt(WIDTH) * (PHI(h).astype(np.float32) @ weights.T) + sigma_b * biases
    return variances, correlations


figure = Figure(figsize=(9.0, 3.8), layout="constrained")
left, right = figure.subplots(1, 2)
layers = np.arange(DEPTH + 1)
all_variances, all_correlations = networks()
for k, (name, sigma_w, sigma_b) in enumerate(SETTINGS):
    colour, marker = ("#0072B2", "#000000", "#D55E00")[k], ("o", "s", "^")[k]
    variances, correlations = all_variances[k], all_correlations[k]
    theory = fastsig.mean_field.VarianceMap(PHI, sigma_w, sigma_b)
    orbit = theory.orbit(Q, DEPTH)
    rho = [C]
    for q in orbit[:-1]:
        rho.append(theory.correlation_map(rho[-1], q))
    label = f"{name}: sigma_w = {sigma_w:.3g}, sigma_b = {sigma_b:.3g}"
    left.plot(layers, orbit, color=colour, linewidth=1.4, label=label)
    left.plot(layers, variances[:, 0], marker, color=colour, markersize=3.5, markerfacecolor="none")
    right.plot(layers, rho, color=colour, linewidth=1.4)
    right.plot(layers, correlations, marker, color=colour, markersize=3.5, markerfacecolor="none")
    off = np.abs(variances.mean(axis=1) / orbit - 1).max(), np.abs(correlations - rho).max()
    scale = theory.depth_scale()
    print(f"{name:13s} q* = {orbit[-1]:.4f}  c after {DEPTH} layers = {rho[-1]:.4f}  depth scales: "
          f"q {scale.variance:.2f}, c {scale.correlation:.1f} layers  largest deviation of the network: "
          f"q {off[0]:.1%}, c {off[1]:.3f}")  # fmt: skip
left.set(xlabel="layer", ylabel="variance of preactivations", ylim=(0.0, None), xlim=(0, DEPTH))
right.set(xlabel="layer", ylabel="correlation of two inputs", ylim=(0.0, 1.03), xlim=(0, DEPTH))
figure.suptitle(f"tanh, width {WIDTH}: theory (lines), one network each (marks)", fontsize=10)
figure.legend(loc="outside lower center", ncols=3, fontsize=8, frameon=False)
figure.savefig("random_network.png", dpi=120)
