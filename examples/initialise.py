"""Gains and critical points of some activations, and where the variance really goes."""

import warnings

import fastsig
from fastsig.mean_field import VarianceMap, critical_init, gain

for name in ("relu", "tanh", "gelu", "swish", "sigmoid"):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", fastsig.RepellingVarianceWarning)
        point = critical_init(name)
    print(f"{name:8s} forward {gain(name):.6f}  backward {gain(name, 'backward'):.6f}")
    if not point.exists:
        print(f"         {point.message}")
        continue
    here = VarianceMap(name, point.sigma_w, point.sigma_b)
    ends = [f"{start} -> {here.limit(start).q:.4g}" for start in (0.9, 1.1)]
    print(f"         edge of chaos at sigma_w {point.sigma_w:.6f}, sigma_b {point.sigma_b:.6f}, V' {point.v_slope:.4f}")
    print(f"         variances that start beside 1: {', '.join(ends)}")
