import jax

import fastsig

jax.config.update("jax_enable_x64", True)  # otherwise results are float32, and their errors say so
sigma = jax.numpy.array([0.5, 1.0, 2.0])
moments = fastsig.moments("gelu", sigma)
print(type(moments.m2).__name__, moments.m2.dtype, moments.m2.tolist(), moments.error.m2.tolist())
