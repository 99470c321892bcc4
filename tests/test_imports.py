"""What importing loads, that everything can be imported, and that the names are what the stub says."""

import ast
import importlib
import inspect
import json
from pathlib import Path

import pytest

import fastsig
from tests.subprocesses import output

HEAVY = ("numpy", "numba", "scipy", "matplotlib", "pandas", "sympy", "mpmath", "flint")
STUB = Path(fastsig.__file__).with_suffix(".pyi")

# Build scripts, run by CMake.
NOT_MODULES = {"fastsig.targets.native_binding", "fastsig.targets.cython_declarations"}


@pytest.mark.parametrize(
    "code",
    [
        "import fastsig",
        "import fastsig; fastsig.__version__, dir(fastsig)",
        "import fastsig; fastsig.signature('gelu')",
        "import fastsig; print(fastsig.signature('swish', '1/3', mean=2)); fastsig.moments('relu', 1.0, which='m1')",
        "import fastsig; s = fastsig.signature('mish'); repr(s), s._repr_html_(), s.as_dict(), s == s",
        "import fastsig; fastsig.activation('swish', beta='1.5')(2.0)",
        "import fastsig; fastsig.total_variation('gelu'), fastsig.curvature('gelu'), fastsig.slopes('relu')",
        "import fastsig, pickle; pickle.loads(pickle.dumps(fastsig.signature('relu')))",
    ],
)
def test_scalar_answers_load_nothing_heavy(code: str) -> None:
    loaded = output(f"import sys\n{code}\nprint()\nprint([m for m in {HEAVY!r} if m in sys.modules])")
    assert loaded.splitlines()[-1] == "[]"


def test_array_answers_load_numpy_only() -> None:
    loaded = output(
        f"import sys, fastsig; fastsig.signature(['gelu', 'tanh'], [1.0, 2.0]); fastsig.gauss_hermite(3)\n"
        f"print([m for m in {HEAVY!r} if m in sys.modules])"
    )
    assert loaded.strip() == "['numpy']"


def test_every_submodule_imports_and_hides_no_function() -> None:
    """A folder with the name of a public function would replace it once imported."""
    code = f"""
    import importlib, json, pkgutil, warnings
    warnings.simplefilter("error")
    import fastsig

    names = [m.name for m in pkgutil.walk_packages(fastsig.__path__, "fastsig.")]
    names = [name for name in names if name not in {NOT_MODULES!r} and not name.endswith("__main__")]
    for name in names:
        importlib.import_module(name)
    fastsig.signature("gelu"), fastsig.moments("gelu", 1.0), fastsig.total_variation("gelu"), fastsig.curvature("gelu")
    fastsig.slopes("gelu"), fastsig.activation("gelu")(1.0), fastsig.gauss_hermite(5), fastsig.gauss_legendre(5)
    public = {{name: callable(getattr(fastsig, name)) for name in fastsig.__all__}}
    print(json.dumps([names, public, fastsig.activation_names()]))
    """
    names, public, activations = json.loads(output(code))
    folders = {"activations", "certified", "cli", "embedding", "integrals", "jit", "rules", "signatures", "targets"}
    assert {name.split(".")[1] for name in names} >= folders
    assert {f"fastsig.activations.{name}" for name in activations} <= set(names)
    assert [name for name, is_callable in public.items() if not is_callable] == ["__version__"]
    assert not {name.split(".")[1] for name in names} & set(public)


def test_every_submodule_states_what_it_is() -> None:
    import pkgutil

    for module in pkgutil.walk_packages(fastsig.__path__, "fastsig."):
        if module.name in NOT_MODULES or module.name.endswith(("__main__", "._native")):
            continue
        text = Path(importlib.import_module(module.name).__file__).read_text()
        assert not text or ast.get_docstring(ast.parse(text)), module.name


def test_stub_and_names_agree() -> None:
    tree = ast.parse(STUB.read_text())
    home = {}
    for node in tree.body:
        assert isinstance(node, ast.ImportFrom)
        for alias in node.names:
            assert alias.asname == alias.name  # re-exported, as type checkers want it
            home[alias.name] = node.module
    assert sorted(home) == list(fastsig.__all__)
    assert dir(fastsig) == list(fastsig.__all__)
    for name, module in home.items():
        assert getattr(fastsig, name) is getattr(importlib.import_module(module), name)
    assert (STUB.parent / "py.typed").exists()


def test_public_functions_are_documented_with_an_example() -> None:
    for name in fastsig.__all__:
        thing = getattr(fastsig, name)
        if inspect.isfunction(thing):
            for section in ("Returns", "Examples", ">>> "):
                assert section in thing.__doc__, name


def test_unknown_attribute() -> None:
    with pytest.raises(AttributeError, match="'fastsig' has no attribute 'signatur'"):
        _ = fastsig.signatur  # type: ignore[attr-defined]


def test_version_is_that_of_the_package() -> None:
    from importlib.metadata import version

    assert fastsig.__version__ == version("fastsig")
