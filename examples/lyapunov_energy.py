"""Certificates for the recursion x -> phi(a x + b), what is refused, and the energy with trajectories."""

from fastsig import lyapunov
from fastsig.plot.canvas import save
from fastsig.plot.lyapunov_figure import lyapunov_figure

for name, a, b in (("tanh", 0.5, 0.3), ("tanh", 3.0, 0.0), ("gelu", 0.9, 0.0), ("tanh", -3.0, 0.0), ("relu", 1.0, 1.0)):
    print(f"{name}, a = {a}, b = {b}")
    for search in (lyapunov.contraction, lyapunov.primitive):
        try:
            found = search(name, a, b)
        except lyapunov.HypothesisError as refusal:
            print(f"  {search.__name__}: {refusal}")
            continue
        checked = found.verify()
        print(f"  {search.__name__}: {found}")
        print(f"    at {checked.points} points: {checked.violations} violations")
    for point in lyapunov.fixed_points(name, a, b):
        print(f"  x* = {point.x:.15g} +- {point.error:.0e}, slope {point.multiplier:.6g}: {point.stability}")

save(lyapunov_figure(lyapunov.primitive("tanh", 3.0, 0.1)), "energy.png")
