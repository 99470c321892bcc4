import ctypes

import fastsig


class Activation(ctypes.Structure):
    _fields_ = (("id", ctypes.c_int), ("parameter", ctypes.c_double))


library = ctypes.CDLL(fastsig.get_shared_library())
library.fastsig_value.restype = ctypes.c_double
library.fastsig_value.argtypes = [ctypes.POINTER(Activation), ctypes.c_double]

phi = Activation()
assert library.fastsig_activation_make(b"gelu", None, ctypes.byref(phi)) == 0
print(library.fastsig_value(ctypes.byref(phi), 1.0))
