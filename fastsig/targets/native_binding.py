"""Write the C source of the extension module (run by CMake).

    python native_binding.py fastsig.h OUTPUT.c

The declarations are cut from the public header, between its two markers, so
that they exist once. The C compiler checks the constants.
"""

import sys
from pathlib import Path

from cffi import FFI


def declarations(header: str) -> str:
    return header.split("/* [begin cffi] */")[1].split("/* [end cffi] */")[0]


# How C calls back: the context is a handle of the Python object that
# fastsig/integrals/adaptive.py passed in.
CALLBACK = """
extern "Python" int fastsig_python_integrand(size_t n, const double *z, const double *x, double *values,
                                             void *context);
"""


def main(header: str, output: str) -> None:
    ffi = FFI()
    ffi.cdef(declarations(Path(header).read_text()) + CALLBACK)
    ffi.set_source("fastsig.targets._native", '#include "fastsig.h"')
    ffi.emit_c_code(output)


if __name__ == "__main__":
    main(*sys.argv[1:])
