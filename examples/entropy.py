"""Entropy of outputs: worst activation, correction, CRReLU's sign, and a few steps of optimisation."""

from math import e, log, pi, sqrt

from scipy import stats

from fastsig import eafo

for name in ("relu", "gelu", "tanh"):
    found = eafo.output_entropy(name, stats.norm())
    atoms = ", ".join(f"P({value:g}) = {share:g}" for value, share in found.atoms) or "no atoms"
    print(f"{name:6s} entropy {found.entropy:+.10f} nats, {atoms}")

data = stats.logistic()
worst = eafo.wafbc(data, low=-1.0, high=1.0)  # tanh(x/2)
print(
    f"worst activation for logistic data: entropy {eafo.output_entropy(worst, data).entropy:.10f}, ln 2 = {log(2):.10f}"
)

h = eafo.correction("relu", "normal", form="inverse")  # v exp(-v^2/2)/sqrt(2 pi): CRReLU
print(f"correction of relu at 1: {h(1.0):.10f}, times sqrt(2 pi e) = {h(1.0) * sqrt(2 * pi * e):.10f}")
print(f"dH/deps of CRReLU at 0, normal data: {eafo.crrelu_entropy_slope('normal').value:+.6f} (positive eps raises it)")

lower = eafo.optimize("gelu", data, steps=10, constraints=("mean", "variance"))
print(f"gelu, 10 steps: {lower.history[0].entropy:.4f} -> {lower.history[-1].entropy:.4f} nats ({lower.message})")
