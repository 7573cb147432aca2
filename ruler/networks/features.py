"""Features and labels as arrays, and what is refused of them."""

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ruler.errors import BadInputError

# Rows are converted to float64 this many numbers at a time (8 MB), so that large float32 features
# are never copied whole.
BLOCK_NUMBERS = 1_000_000
# A scatter matrix of this width takes 512 MB.
MOST_WIDTH = 8192


def as_matrix(features: ArrayLike) -> NDArray[Any]:
    """Features as a real matrix (samples, width), without a copy where possible.

    Raises:
        BadInputError: no samples, no features, one axis only, or not real numbers.
    """
    try:
        values = np.asarray(features)
    except ValueError as error:
        raise BadInputError(f"features: the rows have different lengths ({error})") from error
    if values.dtype.kind not in "fiub":
        raise BadInputError(f"features: real numbers are needed, not {values.dtype}")
    if values.ndim < 2:
        raise BadInputError(
            f"features: shape {values.shape} has no sample axis and feature axis; use (samples, width), "
            "one feature alone as (samples, 1)"
        )
    if values.size == 0:
        raise BadInputError(f"features: shape {values.shape} is empty; at least one sample and one feature are needed")
    return values.reshape(len(values), -1)


def as_labels(labels: ArrayLike, samples: int) -> NDArray[Any]:
    """Labels as one class a sample, shape (samples,).

    Raises:
        BadInputError: another shape, or numbers that are not whole.
    """
    keys = np.asarray(labels)
    if keys.ndim == 2 and len(keys) == samples and keys.shape[1] > 1:
        raise BadInputError(
            f"labels: shape {keys.shape} looks like one column a class; use one class a sample, shape "
            f"({samples},), for example labels.argmax(axis=1)"
        )
    if keys.shape != (samples,):
        raise BadInputError(
            f"labels: shape {keys.shape} does not fit features of {samples} samples; ({samples},) is needed"
        )
    if keys.dtype.kind == "f" and not np.array_equal(keys, np.round(keys)):
        raise BadInputError("labels: they must be classes (whole numbers or text), but some are fractions or NaN")
    if keys.dtype.kind not in "fiubUS":
        raise BadInputError(f"labels: they must be classes (whole numbers or text), not {keys.dtype}")
    return keys


def rounding_of(matrix: NDArray[Any]) -> float:
    """Relative rounding error of an array's own type; that of float64 for whole numbers."""
    return float(np.finfo(matrix.dtype if matrix.dtype.kind == "f" else np.float64).eps)


def blocks(matrix: NDArray[Any]) -> Iterator[slice]:
    """Rows of a matrix, so many at a time that a copy in float64 is small."""
    rows = max(1, BLOCK_NUMBERS // matrix.shape[1])
    for start in range(0, len(matrix), rows):
        yield slice(start, start + rows)


def refuse_non_finite(block: NDArray[Any], first: int) -> None:
    """Refuse NaN and infinity.

    Args:
        block: shape (samples, width).
        first: number of its first sample, for the message.

    Raises:
        BadInputError: naming the first such number.
    """
    # The sum is NaN or infinite if any number is, and reading it costs no second array.
    if np.isfinite(block.sum(dtype=np.float64)):
        return
    places = np.argwhere(~np.isfinite(block))
    if len(places):
        row, column = places[0].tolist()
        raise BadInputError(
            f"features: sample {first + row}, feature {column} is {block[row, column]} ({len(places)} such "
            "numbers); every feature must be finite"
        )


def refuse_other_width(block: NDArray[Any], width: int) -> None:
    """Refuse a batch of another width than those before.

    Raises:
        BadInputError: as said.
    """
    if block.shape[1] != width:
        raise BadInputError(
            f"features: a batch has {block.shape[1]} numbers a sample, the batches before had {width}; every sample "
            "needs the same number of features"
        )


def refuse_too_wide(width: int) -> None:
    """Refuse features whose scatter matrix would not fit in memory.

    Raises:
        BadInputError: as said.
    """
    if width > MOST_WIDTH:
        raise BadInputError(
            f"features: {width} numbers a sample; a measure that needs their scatter matrix takes at most "
            f"{MOST_WIDTH}. Pool them (pool: mean), or take the trace-ratio, which needs no matrix"
        )
