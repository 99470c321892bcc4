/* Functions given as C pointers, applied to arrays. */
#include "fastsig.h"

#include <string.h>

/* One view of the same pointer for each signature; memcpy, as C has no cast
 * from object to function pointers. */
union function {
    double (*d_d)(double);
    double (*d_dp)(double, void *);
    double (*d_id)(int, double *);
    double (*d_idp)(int, double *, void *);
};

int fastsig_apply(void *function, int signature, void *user_data, size_t n, const double *x, double *y)
{
    union function f;
    if (!function || (n && (!x || !y))) return FASTSIG_ERROR_NULL;
    memcpy(&f, &function, sizeof function);
    for (size_t i = 0; i < n; i++) {
        double point = x[i]; /* its own copy: the function may write to it */
        switch (signature) {
        case FASTSIG_SIGNATURE_D_D: y[i] = f.d_d(point); break;
        case FASTSIG_SIGNATURE_D_DP: y[i] = f.d_dp(point, user_data); break;
        case FASTSIG_SIGNATURE_D_ID: y[i] = f.d_id(1, &point); break;
        case FASTSIG_SIGNATURE_D_IDP: y[i] = f.d_idp(1, &point, user_data); break;
        default: return FASTSIG_ERROR_SIGNATURE;
        }
    }
    return FASTSIG_OK;
}
