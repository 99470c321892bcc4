from cffi import FFI

import fastsig

ffi = FFI()
ffi.cdef("double gelu_of(double x);")
ffi.set_source(
    "foreign",
    """
    #include <fastsig.h>

    static double gelu_of(double x)
    {
        fastsig_activation phi;
        fastsig_activation_make("gelu", NULL, &phi);
        return fastsig_value(&phi, x);
    }
    """,
    include_dirs=[fastsig.get_include()],
    library_dirs=[fastsig.get_library_dir()],
    libraries=["fastsig", "m"],
)

if __name__ == "__main__":
    ffi.compile()
