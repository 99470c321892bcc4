from fastsig cimport FASTSIG_OK, fastsig_activation, fastsig_activation_make, fastsig_status_message, fastsig_value


def mean_over(bytes name, double[::1] x):
    """The mean of an activation over samples, without the interpreter's lock."""
    cdef fastsig_activation phi
    cdef int status = fastsig_activation_make(name, NULL, &phi)
    if status != FASTSIG_OK:
        raise ValueError(fastsig_status_message(status).decode())
    cdef double total = 0.0
    cdef Py_ssize_t i
    with nogil:
        for i in range(x.shape[0]):
            total += fastsig_value(&phi, x[i])
    return total / x.shape[0]
