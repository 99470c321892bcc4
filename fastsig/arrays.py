"""The array type of the interface (importing this loads NumPy)."""

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
