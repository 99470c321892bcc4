/* Status codes and their messages. */
#include "fastsig.h"

const char *fastsig_status_message(int status)
{
    switch (status) {
    case FASTSIG_OK: return "ok";
    case FASTSIG_ERROR_NULL: return "a required pointer is null";
    case FASTSIG_ERROR_ACTIVATION: return "no such activation; fastsig_activation_describe lists them";
    case FASTSIG_ERROR_PARAMETER: return "the activation's parameter is not finite or outside its range";
    case FASTSIG_ERROR_SIGMA: return "sigma must be a number in [0, 1e150]";
    case FASTSIG_ERROR_MEAN: return "mean must be a number in [-1e150, 1e150]";
    case FASTSIG_ERROR_NODES: return "nodes must be in [1, 10000]";
    case FASTSIG_ERROR_METHOD: return "the method is unknown or not available for this activation and mean";
    case FASTSIG_ERROR_ORDER: return "the order of a derivative must be 0, 1 or 2";
    case FASTSIG_ERROR_MEMORY: return "out of memory";
    case FASTSIG_ERROR_NOT_CONVERGED: return "the requested accuracy was not reached; the error says how far it got";
    case FASTSIG_ERROR_CPU_LEVEL: return "FASTSIG_CPU_LEVEL names a level that this machine or build lacks";
    case FASTSIG_ERROR_CALLBACK: return "the integrand reported failure";
    case FASTSIG_ERROR_NOT_FINITE: return "the integrand is NaN or infinite somewhere";
    case FASTSIG_ERROR_ROWS: return "rows must be in [1, 64]";
    case FASTSIG_ERROR_SIGNATURE: return "the signature of a function pointer must be one of fastsig_signature";
    case FASTSIG_ERROR_SAMPLES:
        return "samples must be numbered below 2^44, probabilities of tails be in [1e-29, 0.5], points at most 32";
    default: return "unknown status code";
    }
}
