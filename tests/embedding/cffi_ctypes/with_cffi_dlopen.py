from cffi import FFI

import fastsig

ffi = FFI()
ffi.cdef("""
    typedef struct { int id; double parameter; } fastsig_activation;
    int fastsig_activation_make(const char *name, const double *parameter, fastsig_activation *phi);
    double fastsig_value(const fastsig_activation *phi, double x);
""")
library = ffi.dlopen(fastsig.get_shared_library())

phi = ffi.new("fastsig_activation *")
assert library.fastsig_activation_make(b"gelu", ffi.NULL, phi) == 0
print(library.fastsig_value(phi, 1.0))
