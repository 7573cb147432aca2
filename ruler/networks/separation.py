"""How well the features of one layer separate the classes: the number D. NumPy only.

With S_within the covariance of the features around their class mean and S_between the covariance
of the class means (each class weighted by its samples), Shi, Pan and Dokmanić (PRL 2025,
arXiv 2407.19353) use D = log tr(S_within pinv(S_between)). The default here is the trace ratio
D = log tr S_within - log tr S_between: nearly linear networks hardly change the former, so that
its loads are rounding noise, while the latter behaves for every network.

D falls when the classes become more compact or move apart. Neither scatter matrix is ever built:
the traces need only sums of squares, and pinv(S_between) has at most (classes - 1) directions.
"""

from collections.abc import Iterator
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.text import suggest

Separation = Literal["trace-ratio", "pseudo-inverse"]
SEPARATIONS: tuple[str, ...] = get_args(Separation)

# Rows are converted to float64 this many numbers at a time (8 MB), so that large float32 features
# are never copied whole.
BLOCK_NUMBERS = 1_000_000

# A trace smaller than this part of the total is rounding: amplitudes 1e-14 of the spread.
SMALLEST_TRACE = 1e-28

# Singular values of the class means below this many rounding errors count as zero.
RANK_MARGIN = 8.0


class ClassStatistics:
    """Class means and within-class scatter, gathered batch by batch in one pass.

    Batches are merged with the pairwise update of Chan, Golub and LeVeque (1983), relative to the
    first sample, so neither a large common offset nor the number of batches costs accuracy.
    Memory is (classes x width), whatever the number of samples.
    """

    def __init__(self) -> None:
        self._reference: Floats = np.zeros(0)
        self._counts: dict[Any, int] = {}
        self._means: dict[Any, Floats] = {}
        self._within = 0.0

    @property
    def samples(self) -> int:
        """How many samples were added."""
        return sum(self._counts.values())

    def add(self, features: ArrayLike, labels: ArrayLike) -> None:
        """Add a batch.

        Args:
            features: shape (samples, width), or (samples, ...), which is flattened.
            labels: shape (samples,), the class of every sample.

        Raises:
            BadInputError: a shape does not fit, or a feature is NaN or infinite.
        """
        matrix = as_matrix(features)
        keys = as_labels(labels, len(matrix))
        block = np.asarray(matrix, dtype=np.float64)
        _refuse_non_finite(block, self.samples)
        if not self._counts:
            self._reference = block[0].copy()
        elif block.shape[1] != self._reference.size:
            raise BadInputError(
                f"features: a batch has {block.shape[1]} numbers a sample, the batches before had "
                f"{self._reference.size}; every sample needs the same number of features"
            )
        block = block - self._reference
        for key in np.unique(keys).tolist():
            self._merge(key, block[keys == key])

    def trace_ratio(self) -> float:
        """D of everything added: log tr S_within - log tr S_between, in nats.

        Raises:
            BadInputError: fewer than two classes, no more samples than classes, or a trace of zero.
        """
        self._refuse_too_few()
        centers = self.scaled_centers()
        within, between = self._within, float(np.vdot(centers, centers)) * self.samples
        _refuse_no_scatter(within, between)
        return float(np.log(within) - np.log(between))

    def scaled_centers(self) -> Floats:
        """B with S_between = B^T B: class mean minus mean, times sqrt(share of the samples).

        Returns:
            Shape (classes, width), in the order in which classes were met.
        """
        counts = np.array(list(self._counts.values()), dtype=np.float64)
        means = np.stack(list(self._means.values()))
        weights = counts / counts.sum()
        return np.asarray((means - weights @ means) * np.sqrt(weights)[:, None])

    def residuals(self, features: ArrayLike, labels: NDArray[Any]) -> Floats:
        """Features minus the mean of their class, shape (samples, width)."""
        block = np.asarray(features, dtype=np.float64) - self._reference
        for key, mean in self._means.items():
            block[labels == key] -= mean
        return np.asarray(block)

    def peak(self) -> float:
        """Largest size of a class mean: what the rounding of the features is proportional to."""
        return max(float(np.abs(mean + self._reference).max()) for mean in self._means.values())

    def _merge(self, key: Any, rows: Floats) -> None:
        mean = rows.mean(axis=0)
        rest = rows - mean
        self._within += float(np.vdot(rest, rest))
        before, new = self._counts.get(key, 0), len(rows)
        if before:
            step = mean - self._means[key]
            self._within += float(step @ step) * before * new / (before + new)
            mean = self._means[key] + step * (new / (before + new))
        self._counts[key] = before + new
        self._means[key] = mean

    def _refuse_too_few(self) -> None:
        classes = len(self._counts)
        if classes < 2:
            raise BadInputError(
                f"labels: {classes} class in {self.samples} samples; separation compares classes, "
                "so at least 2 different labels are needed"
            )
        if self.samples <= classes:
            raise BadInputError(
                f"labels: {self.samples} samples for {classes} classes; the spread inside a class "
                "needs more samples than classes, at least two in some class"
            )


def separation(
    features: ArrayLike,
    labels: ArrayLike,
    kind: Separation = "trace-ratio",
    *,
    classes: int | None = None,
) -> float:
    """The separation D of one layer's features, in nats; lower is better separated.

    Both kinds are unchanged by a rotation, a common shift and a common scale of the features;
    "pseudo-inverse" also by any invertible linear map when the class means span the whole width.

    Args:
        features: shape (samples, width), or (samples, ...), which is flattened. Any real type;
            sums are kept in float64.
        labels: shape (samples,), the class of every sample: integers or text.
        kind: "trace-ratio" for log tr S_within - log tr S_between, "pseudo-inverse" for
            log tr(S_within pinv(S_between)).
        classes: if given, labels must be 0 .. classes-1 and every one of them must occur.

    Returns:
        D.

    Raises:
        BadInputError: shapes that do not fit, NaN or infinity, one class, an empty class, no more
            samples than classes, or a scatter of zero, for which D is not defined.
    """
    check_separation(kind)
    matrix = as_matrix(features)
    keys = as_labels(labels, len(matrix))
    _refuse_empty_classes(keys, classes)
    statistics = ClassStatistics()
    for rows in _blocks(matrix):
        statistics.add(matrix[rows], keys[rows])
    trace_ratio = statistics.trace_ratio()
    if kind == "trace-ratio":
        return trace_ratio
    return _pseudo_inverse(matrix, keys, statistics)


def check_separation(kind: str) -> None:
    """Refuse a kind of separation that does not exist.

    Raises:
        BadInputError: it is not one of `SEPARATIONS`.
    """
    if kind not in SEPARATIONS:
        raise BadInputError(f"separation: {kind!r} is not known; {suggest(kind, SEPARATIONS)}")


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


def _blocks(matrix: NDArray[Any]) -> Iterator[slice]:
    rows = max(1, BLOCK_NUMBERS // matrix.shape[1])
    for start in range(0, len(matrix), rows):
        yield slice(start, start + rows)


def _pseudo_inverse(matrix: NDArray[Any], keys: NDArray[Any], statistics: ClassStatistics) -> float:
    """Log tr(S_within pinv(S_between)) = log sum_r |residuals v_r|^2 / (samples s_r^2), B = U s V^T."""
    centers = statistics.scaled_centers()
    _, values, directions = np.linalg.svd(centers, full_matrices=False)
    # Noise of size e in every number of a (classes, width) matrix moves its singular values by
    # about e (sqrt(classes) + sqrt(width)). Features are only as exact as their own type.
    exactness = np.finfo(matrix.dtype).eps if matrix.dtype.kind == "f" else np.finfo(np.float64).eps
    noise = float(exactness) * (np.sqrt(centers.shape[0]) + np.sqrt(centers.shape[1]))
    floor = RANK_MARGIN * noise * max(float(values[0]), statistics.peak())
    # The weighted centres sum to zero: never more than classes - 1 directions.
    rank = min(int(np.count_nonzero(values > floor)), len(centers) - 1)
    if rank == 0:
        raise BadInputError("features: the class means differ by rounding only; D is not defined for this layer")
    whitening = directions[:rank].T / values[:rank]
    total = 0.0
    for rows in _blocks(matrix):
        projected = statistics.residuals(matrix[rows], keys[rows]) @ whitening
        total += float(np.vdot(projected, projected))
    if total <= 0.0:
        raise BadInputError("features: no spread inside the classes along the class means; D is not defined")
    return float(np.log(total / len(matrix)))


def _refuse_non_finite(block: Floats, first: int) -> None:
    # The sum is NaN or infinite if any number is, and reading it costs no second array.
    if np.isfinite(block.sum()):
        return
    places = np.argwhere(~np.isfinite(block))
    if len(places):
        row, column = places[0].tolist()
        raise BadInputError(
            f"features: sample {first + row}, feature {column} is {block[row, column]} ({len(places)} such "
            "numbers); every feature must be finite"
        )


def _refuse_empty_classes(keys: NDArray[Any], classes: int | None) -> None:
    if classes is None:
        return
    if keys.dtype.kind not in "fiub":
        raise BadInputError("classes: a number of classes can only be given with whole-number labels")
    if len(keys) < classes:
        raise BadInputError(f"labels: {len(keys)} samples for {classes} classes; more samples than classes are needed")
    present = set(keys.tolist())
    missing = [number for number in range(classes) if number not in present]
    outside = sorted(present - set(range(classes)))
    if missing:
        raise BadInputError(f"labels: class {missing[0]} of 0..{classes - 1} has no samples; every class needs some")
    if outside:
        raise BadInputError(f"labels: class {outside[0]} is outside 0..{classes - 1}")


def _refuse_no_scatter(within: float, between: float) -> None:
    total = within + between
    if not np.isfinite(total):
        raise BadInputError("features: so large that their squares overflow; divide them by a common factor")
    if total == 0.0:
        raise BadInputError("features: all samples are equal; D is not defined for this layer")
    if between <= SMALLEST_TRACE * total:
        raise BadInputError("features: all class means coincide, so log tr S_between is not defined")
    if within <= SMALLEST_TRACE * total:
        raise BadInputError("features: every sample equals its class mean, so log tr S_within is not defined")
