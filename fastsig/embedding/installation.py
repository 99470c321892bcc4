"""Where the parts for other languages are installed: header, libraries, CMake package."""

from pathlib import Path
from shlex import quote

from fastsig.targets import _native


def _installed() -> Path:
    # Next to the extension module, also when the Python files are those of a source tree.
    return Path(_native.__file__).parents[1]


def get_include() -> str:
    """Return the folder of the C header fastsig.h.

    Returns
    -------
    str
        What a compiler gets with -I.

    Examples
    --------
    >>> import os
    >>> import fastsig
    >>> os.listdir(fastsig.get_include())
    ['fastsig.h']
    """
    return str(_installed() / "include")


def get_library_dir() -> str:
    """Return the folder of the static library libfastsig.a.

    It also has ``cmake/fastsig``, which CMake's find_package reads.

    Returns
    -------
    str
        What a linker gets with -L; the library needs libm, too.

    Examples
    --------
    >>> import os
    >>> import fastsig
    >>> sorted(os.listdir(fastsig.get_library_dir()))
    ['cmake', 'libfastsig.a']
    """
    return str(_installed() / "lib")


def get_shared_library() -> str:
    """Return the shared library with the C interface, for ctypes and for cffi's dlopen.

    Returns
    -------
    str
        Path of the extension module that fastsig itself uses; it can be loaded
        in Python processes only. Other programs link the static library.

    Examples
    --------
    >>> import ctypes
    >>> import fastsig
    >>> library = ctypes.CDLL(fastsig.get_shared_library())
    >>> library.fastsig_version.restype = ctypes.c_char_p
    >>> library.fastsig_version().decode() == fastsig.__version__
    True
    """
    return str(_native.__file__)


def compiler_flags() -> str:
    """Return what a C compiler needs to find the header."""
    return f"-I{quote(get_include())}"


def linker_flags() -> str:
    """Return what a linker needs."""
    return f"-L{quote(get_library_dir())} -lfastsig -lm"


def cmake_dir() -> str:
    """Return the folder for ``cmake -Dfastsig_DIR=...``."""
    return str(Path(get_library_dir(), "cmake", "fastsig"))
