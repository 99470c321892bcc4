"""Write the declarations of the C interface for Cython (run by CMake).

    python cython_declarations.py fastsig.h fastsig/__init__.pxd

As for native_binding.py, the header is the only place where they are written.
The parser is pycparser, which cffi needs anyway.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from pycparser import c_ast, c_generator, c_parser

HEAD = """\
# The C interface of fastsig, for cimport. Generated from fastsig.h, which says what is what.
from libc.stdint cimport int64_t, uint32_t, uint64_t

cdef extern from "fastsig.h":
"""
FOREIGN_TYPES = {"size_t": "unsigned long", "int64_t": "long", "uint32_t": "unsigned int", "uint64_t": "unsigned long"}


def declarations(header: str) -> str:
    return header.split("/* [begin cffi] */")[1].split("/* [end cffi] */")[0]


def is_callable(node: c_ast.Node) -> bool:
    """Whether a type is a function or a pointer to one; Cython wants to hear that it needs no interpreter."""
    return isinstance(node.type if isinstance(node, c_ast.PtrDecl) else node, c_ast.FuncDecl)


def line(node: c_ast.Decl | c_ast.Typedef) -> str:
    text: str = c_generator.CGenerator().visit(node).removeprefix("typedef ").replace("(void)", "()")
    return text + (" noexcept nogil" if is_callable(node.type) else "")


def lines(header: str) -> Iterator[str]:
    text = re.sub(r"/\*.*?\*/", "", declarations(header), flags=re.DOTALL)
    for name in re.findall(r"^#define (\w+)", text, flags=re.MULTILINE):
        yield f"enum: {name}"
    foreign = "".join(f"typedef {like} {name};" for name, like in FOREIGN_TYPES.items())
    tree = c_parser.CParser().parse(foreign + re.sub(r"^#.*$", "", text, flags=re.MULTILINE))
    for node in tree.ext[len(FOREIGN_TYPES) :]:
        kind = node.type.type if isinstance(node, c_ast.Typedef) and isinstance(node.type, c_ast.TypeDecl) else None
        yield ""
        if isinstance(kind, c_ast.Enum):
            yield f"ctypedef enum {node.name}:"
            yield from (f"    {one.name}" for one in kind.values.enumerators)
        elif isinstance(kind, c_ast.Struct):
            yield f"ctypedef struct {node.name}:"
            yield from (f"    {line(one)}" for one in kind.decls)
        else:
            yield ("ctypedef " if isinstance(node, c_ast.Typedef) else "") + line(node)


def main(header: str, output: str) -> None:
    body = "".join(f"    {one}".rstrip() + "\n" for one in lines(Path(header).read_text()))
    Path(output).write_text(HEAD + body)


if __name__ == "__main__":
    main(*sys.argv[1:])
