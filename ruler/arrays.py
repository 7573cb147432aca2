"""The type of arrays of numbers, in one place."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
