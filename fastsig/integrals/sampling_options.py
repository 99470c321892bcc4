"""The options of the methods that sample: what is allowed, and the plan that they make."""

from typing import TYPE_CHECKING, Any

from fastsig.arguments import whole_number

if TYPE_CHECKING:
    from fastsig.sampling.key import RandomLike
    from fastsig.sampling.plan import Plan

SAMPLING_METHODS = ("monte_carlo", "sobol")
DEFAULT_SAMPLES = 1_000_000
MOST_SAMPLES = 1 << 40  # a day or so
REPLICATIONS = 32
MOST_CONTROLS = 4


def read_sampling(
    method: object,
    samples: int | None,
    rng: "RandomLike",
    antithetic: bool,
    control_variates: int,
    replications: int | None,
) -> "Plan | None":
    """Check the options that go with sampling methods; return the plan, None for other methods."""
    plain = samples is rng is replications is None and antithetic is False and type(control_variates) is int
    if plain and control_variates == 0 and method not in SAMPLING_METHODS:
        return None
    given: dict[str, Any] = {
        "samples": samples,
        "rng": rng,
        "antithetic": antithetic or None,
        "control_variates": control_variates or None,
        "replications": replications,
    }
    if not isinstance(method, str) or method not in SAMPLING_METHODS:
        for name, value in given.items():
            if value is not None:
                raise ValueError(f"{name}= goes with method='monte_carlo' or 'sobol' only; got method={method!r}")
        return None
    if not isinstance(antithetic, bool):
        raise TypeError(f"antithetic must be True or False; got {antithetic!r}")
    controls = whole_number("control_variates", control_variates, 0, MOST_CONTROLS)
    parts = 1
    if method == "sobol":
        parts = REPLICATIONS if replications is None else whole_number("replications", replications, 2, 10_000)
    elif replications is not None:
        raise ValueError("replications= goes with method='sobol' only; Monte Carlo needs none for its standard error")
    in_one = 2 if antithetic else 1
    least = 2 * parts * in_one
    asked = DEFAULT_SAMPLES if samples is None else whole_number("samples", samples, least, MOST_SAMPLES)
    if method == "monte_carlo" and asked % in_one:
        raise ValueError(f"samples must be even with antithetic=True, as they come in pairs; got {asked}")
    from fastsig.sampling.key import read_key
    from fastsig.sampling.plan import Plan

    return Plan(read_key(rng), -(-asked // (parts * in_one)), parts, antithetic, controls)
