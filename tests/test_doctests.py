"""The examples in docstrings, of the package that is installed, and in the README."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

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


def test_the_readme_shows_what_comes_out():
    text = (Path(__file__).parents[1] / "README.md").read_text()
    blocks = re.findall(r"^```pycon\n(.*?)^```$", text, flags=re.MULTILINE | re.DOTALL)
    examples = doctest.DocTestParser().get_doctest("".join(blocks), {}, "README.md", "README.md", 0)
    assert len(examples.examples) >= 15
    assert doctest.DocTestRunner().run(examples).failed == 0
