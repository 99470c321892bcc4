"""Is a Gauss-Hermite rule right? Ask Monte Carlo, and see what it can tell.

    python examples/monte_carlo.py

Plain samples confirm three digits with a million of them, scrambled Sobol points five or more: enough to see that
100 nodes are fine for a smooth activation, and miss a kink and a narrow bend.
"""

import fastsig

SAMPLES = 2**20
CASES = (("gelu", 1.0, "m2"), ("relu", 1.0, "m1"), ("tanh", 10.0, "g2"))


def main() -> None:
    """Compare three ways to one number, for three activations."""
    print(f"{'':12}{'Gauss-Hermite 100':>20}{'Monte Carlo':>28}{'Sobol':>28}   deviation of the rule")
    for seed, (name, sigma, what) in enumerate(CASES):
        rule = fastsig.moments(name, sigma, which=what, method="gauss_hermite", nodes=100)
        plain, sobol = (
            fastsig.moments(name, sigma, which=what, method=method, samples=SAMPLES, rng=seed)
            for method in ("monte_carlo", "sobol")
        )
        columns = [f"{r[what]:.9f} +- {r.error[what]:.0e}" for r in (plain, sobol)]
        deviation = (rule[what] - sobol[what]) / sobol.error[what]
        verdict = "within the noise" if abs(deviation) < 4 else f"{abs(deviation):.0f} standard errors"
        print(f"{name:>5} {what} {sigma:>3g}{rule[what]:20.9f}{columns[0]:>28}{columns[1]:>28}   {verdict}")


if __name__ == "__main__":
    main()
