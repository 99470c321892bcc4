from Cython.Build import cythonize
from setuptools import Extension, setup

import fastsig

extension = Extension(
    "foreign",
    ["foreign.pyx"],
    include_dirs=[fastsig.get_include()],
    library_dirs=[fastsig.get_library_dir()],
    libraries=["fastsig", "m"],
)
setup(name="foreign", ext_modules=cythonize([extension], language_level=3))
