"""The declarations for Cython are those of the header."""

import re
from pathlib import Path

import fastsig


def names_in_header() -> tuple[list[str], list[str]]:
    """Functions, and types and constants, that the installed header declares, found by plain patterns."""
    text = Path(fastsig.get_include(), "fastsig.h").read_text()
    text = text.split("[begin cffi] */")[1].split("/* [end cffi]")[0]
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    functions = re.findall(r"^(?!typedef)[a-z].*?[ *](fastsig_\w+)\(", text, flags=re.MULTILINE)
    types = re.findall(r"^} (fastsig_\w+);", text, flags=re.MULTILINE) + re.findall(r"\(\*(fastsig_\w+)\)", text)
    constants = re.findall(r"\b(FASTSIG_\w+)\b(?: =| \d)", text)
    return functions, types + constants


def test_every_name_of_the_header_is_declared_and_nothing_else() -> None:
    functions, others = names_in_header()
    declared = Path(fastsig.get_include()).with_name("__init__.pxd").read_text()
    assert set(functions) | set(others) == set(re.findall(r"\bfastsig_\w+|\bFASTSIG_\w+", declared))
    assert len(functions) == len(set(functions)) >= 24
    assert len(others) == len(set(others)) >= 50
    for name in functions:
        assert re.search(rf"\b{name}\(.*\) noexcept nogil$", declared, flags=re.MULTILINE), name
