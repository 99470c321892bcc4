"""Is the stated error true? Three methods against double-double, journalled, judged row by row.

Needs the extra `sweep`. Run it twice: the second time nothing is computed, as the journal has it all.
"""

from fastsig.sweeps import Plan, judge, read, run

plan = Plan.of("relu,tanh,gelu", sigma="0.01:100:9", methods="double,gauss_hermite:100,monte_carlo:1e5", seed=1)
run(plan, "sweep.parquet")  # on other machines: executor=distributed.Client("tcp://...").get_executor()

verdict = judge(read("sweep.parquet").rows)
for method in verdict.methods:
    print(f"{method.method:18} {method.verdicts}")
    if method.worst:
        print(f"    worst error {method.worst_error:.1e}: {method.worst.activation} {method.worst.component}")
print("passed" if verdict.passed else "FAILED")
