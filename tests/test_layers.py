"""The flow of the package: a module imports only from its own layer or from those before it."""

import ast
from pathlib import Path

import fastsig

ROOT = Path(fastsig.__file__).parent
# Plain modules at the top of the package come first, the target under them, then the flow.
LAYERS = [
    "lazy_names",
    "errors",
    "arrays",
    "array_kinds",
    "arguments",
    "numbers",
    "targets",
    "version",
    "activations",
    "rules",
    "sampling",
    "certified",
    "double_double",
    "integrals",
    "low_level",
    "signatures",
    "embedding",
    "jit",
    "taxonomy",
    "lyapunov",
    "kernel",
    "mean_field",
    "eafo",
    "torch",
    "plot",
    "benchmark",
    "sweeps",
    "cli",
]


def imported(path):
    """Names of fastsig modules that a file imports, also within functions."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("fastsig."):
            yield node.module.split(".")[1]
        elif isinstance(node, ast.Import):
            yield from (a.name.split(".")[1] for a in node.names if a.name.startswith("fastsig."))


def test_imports_go_one_way():
    wrong = []
    for path in ROOT.rglob("*.py"):
        layer = path.relative_to(ROOT).parts[0].removesuffix(".py")
        if layer in ("__init__", "__main__"):
            continue
        assert layer in LAYERS, f"{path}: give the new layer its place in the flow"
        wrong += [
            f"{path.relative_to(ROOT)} imports {name}"
            for name in imported(path)
            if LAYERS.index(name) > LAYERS.index(layer)
        ]
    assert not wrong
