"""Signatures of several activations side by side, with their errors."""

import fastsig

for name in ("relu", "gelu", "swish", "tanh"):
    found = fastsig.signature(name, sigma=1.0)
    print(f"{name:6s} m2 {found.m2:.15f}  g2 {found.g2:.15f}  TV(phi') {found.tv:.15f}  (g2 +- {found.error.g2:.0e})")
