"""The examples in docstrings, of the package that is installed."""

import doctest
import importlib
import pkgutil

import pytest

import fastsig

MODULES = [
    info.name
    for info in pkgutil.walk_packages(fastsig.__path__, "fastsig.")
    if not info.name.endswith(("native_binding", "cython_declarations", "__main__"))
]


@pytest.mark.parametrize("name", MODULES)
def test_examples(name):
    module = importlib.import_module(name)
    assert doctest.testmod(module).failed == 0


def test_there_are_examples():
    finder = doctest.DocTestFinder()
    modules = [importlib.import_module(name) for name in MODULES]
    assert sum(bool(test.examples) for module in modules for test in finder.find(module)) >= 10
