from fastsig.kernel.dual_activation import dual as dual
from fastsig.kernel.dual_activation import dual_derivative as dual_derivative
