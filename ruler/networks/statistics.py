"""What is kept of features that come batch by batch: class means, scatter, a linear probe, a least-squares fit.

Memory does not grow with the number of samples. Batches are merged with the pairwise update of
Chan, Golub and LeVeque (1983), relative to the first sample, so neither a large common offset nor
the number of batches costs accuracy.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.networks.features import (
    as_labels,
    as_matrix,
    blocks,
    refuse_non_finite,
    refuse_other_width,
    refuse_too_wide,
    rounding_of,
)

# A trace smaller than this part of the total is rounding: amplitudes 1e-14 of the spread.
SMALLEST_TRACE = 1e-28
# Singular values below this many rounding errors count as zero.
RANK_MARGIN = 8.0

# Of a probe one sample in HELD_OUT is kept to judge it, until there are MOST_HELD_OUT of them.
HELD_OUT, MOST_HELD_OUT = 5, 2000


class ClassStatistics:
    """Class means and within-class scatter.

    Args:
        matrix: also keep the scatter matrix, (width x width), and not only its trace.

    Attributes:
        exactness: relative rounding error of the features' own type.
    """

    def __init__(self, matrix: bool = False) -> None:
        self._reference: Floats = np.zeros(0)
        self._rows: dict[Any, int] = {}
        self._counts: Floats = np.zeros(0)
        self._means: Floats = np.zeros((0, 0))
        self._within = 0.0
        self._keep_matrix, self._matrix = matrix, np.zeros((0, 0))
        # Features are only as exact as their own type.
        self.exactness = float(np.finfo(np.float64).eps)

    @property
    def samples(self) -> int:
        """How many samples were added."""
        return int(self._counts.sum())

    @property
    def classes(self) -> int:
        """How many different labels were met."""
        return len(self._rows)

    def add(self, features: ArrayLike, labels: ArrayLike) -> None:
        """Add a batch.

        Args:
            features: shape (samples, width), or (samples, ...), which is flattened.
            labels: shape (samples,), the class of every sample.

        Raises:
            BadInputError: a shape does not fit, a feature is NaN or infinite, or a scatter matrix
                would be too large.
        """
        matrix = as_matrix(features)
        keys = as_labels(labels, len(matrix))
        for rows in blocks(matrix):
            block = np.asarray(matrix[rows], dtype=np.float64)
            refuse_non_finite(block, self.samples)
            if not self.classes:
                self._begin(block)
            refuse_other_width(block, self._reference.size)
            self._merge(block - self._reference, keys[rows])
        self.exactness = max(self.exactness, rounding_of(matrix))

    def scaled_centers(self) -> Floats:
        """B with S_between = B^T B: class mean minus mean, times sqrt(share of the samples).

        Returns:
            Shape (classes, width), in the order in which classes were met.
        """
        weights = self._counts / self._counts.sum()
        return np.asarray(self.centers() * np.sqrt(weights)[:, None])

    def centers(self) -> Floats:
        """Class means minus the mean of all samples, shape (classes, width)."""
        return np.asarray(self._means - (self._counts / self._counts.sum()) @ self._means)

    def traces(self) -> tuple[float, float]:
        """Traces of S_within and S_between, times the number of samples.

        Raises:
            BadInputError: fewer than two classes, no more samples than classes, or a trace of zero.
        """
        self._refuse_too_few()
        centers = self.scaled_centers()
        within, between = self._within, float(np.vdot(centers, centers)) * self.samples
        _refuse_no_scatter(within, between)
        return within, between

    def within(self) -> Floats:
        """S_within, shape (width, width); needs `matrix`."""
        return np.asarray(self._matrix / self.samples)

    def rounding(self, largest: float) -> float:
        """How far rounding of the features moves singular values of the class means, of which `largest` is one.

        Noise of size e in every number of a (classes, width) matrix moves its singular values by
        about e (sqrt(classes) + sqrt(width)), e being proportional to the largest of the numbers.
        """
        peak = max(largest, float(np.abs(self._means + self._reference).max()))
        return float(self.exactness * (np.sqrt(self.classes) + np.sqrt(self._means.shape[1])) * peak)

    def total(self) -> Floats:
        """S_within + S_between, the covariance of all features, shape (width, width); needs `matrix`."""
        centers = self.scaled_centers()
        return np.asarray(self.within() + centers.T @ centers)

    def least_squares(self, features: ArrayLike) -> NDArray[Any]:
        """Classes of samples by the least-squares fit of one-hot labels to all that was added; needs `matrix`."""
        weights = self._counts / self._counts.sum()
        centers = self.centers()
        coefficients = solve(self.total(), (centers * weights[:, None]).T, self.exactness)
        middle = self._reference + weights @ self._means
        scores = (as_matrix(features).astype(np.float64) - middle) @ coefficients + weights
        return np.asarray(np.array(list(self._rows))[scores.argmax(axis=1)])

    def _begin(self, block: Floats) -> None:
        width = block.shape[1]
        self._reference = block[0].copy()
        self._means = np.zeros((0, width))
        if self._keep_matrix:
            refuse_too_wide(width)
            self._matrix = np.zeros((width, width))

    def _merge(self, block: Floats, keys: NDArray[Any]) -> None:
        found, which = np.unique(keys, return_inverse=True)
        order = np.argsort(which, kind="stable")
        new = np.bincount(which).astype(np.float64)
        starts = np.concatenate(([0], np.cumsum(new[:-1]).astype(np.intp)))
        means = np.add.reduceat(block[order], starts, axis=0) / new[:, None]
        rows = self._rows_of(found.tolist())
        before, step = self._counts[rows], means - self._means[rows]
        # Of a class that was met before, the two means differ: that is spread too.
        apart = step * np.sqrt(before * new / (before + new))[:, None]
        for rest in (block - means[which], apart):
            self._within += float(np.vdot(rest, rest))
            if self._keep_matrix:
                self._matrix += rest.T @ rest
        self._means[rows] += step * (new / (before + new))[:, None]
        self._counts[rows] = before + new

    def _rows_of(self, keys: list[Any]) -> NDArray[np.intp]:
        met = len(self._rows)
        for key in keys:
            self._rows.setdefault(key, len(self._rows))
        if (more := len(self._rows) - met) > 0:
            self._counts = np.concatenate((self._counts, np.zeros(more)))
            self._means = np.concatenate((self._means, np.zeros((more, self._means.shape[1]))))
        return np.array([self._rows[key] for key in keys], dtype=np.intp)

    def _refuse_too_few(self) -> None:
        if self.classes < 2:
            raise BadInputError(
                f"labels: {self.classes} class in {self.samples} samples; separation compares classes, "
                "so at least 2 different labels are needed"
            )
        if self.samples <= self.classes:
            raise BadInputError(
                f"labels: {self.samples} samples for {self.classes} classes; the spread inside a class "
                "needs more samples than classes, at least two in some class"
            )


class Probe:
    """A linear classifier of the features, fitted by least squares and judged on samples it was not fitted to."""

    def __init__(self) -> None:
        self._all, self._fitted = ClassStatistics(), ClassStatistics(matrix=True)
        self._held_out: list[tuple[NDArray[Any], NDArray[Any]]] = []

    def add(self, features: ArrayLike, labels: ArrayLike) -> None:
        """Add a batch; see `ClassStatistics.add`."""
        matrix = as_matrix(features)
        keys = as_labels(labels, len(matrix))
        first = self._all.samples
        self._all.add(matrix, keys)
        place = np.arange(first, first + len(keys))
        held = (place % HELD_OUT == HELD_OUT - 1) & (place < HELD_OUT * MOST_HELD_OUT)
        self._held_out.append((matrix[held].copy(), keys[held]))
        if not held.all():
            self._fitted.add(matrix[~held], keys[~held])

    def error(self) -> float:
        """Share of the held out samples that it gets wrong, 0 to 1.

        Raises:
            BadInputError: as `ClassStatistics.traces`, or too few samples to hold one out.
        """
        for statistics in (self._all, self._fitted):
            statistics.traces()
        features, labels = map(np.concatenate, zip(*self._held_out, strict=True))
        if not len(labels):
            raise BadInputError(f"labels: {self._all.samples} samples; a probe needs at least {HELD_OUT}")
        return float(np.mean(self._fitted.least_squares(features) != labels))


class LeastSquares:
    """The linear fit of some numbers to others, from their scatter alone."""

    def __init__(self) -> None:
        self._samples = 0
        self._mean: Floats = np.zeros(0)
        self._scatter: Floats = np.zeros((0, 0))
        self._width = 0
        self._exactness = float(np.finfo(np.float64).eps)

    def add(self, features: ArrayLike, targets: ArrayLike) -> None:
        """Add a batch.

        Args:
            features: shape (samples, width).
            targets: what is fitted, shape (samples, numbers).

        Raises:
            BadInputError: a shape does not fit, or a number is NaN or infinite.
        """
        matrix, wanted = as_matrix(features), as_matrix(targets)
        block = np.concatenate((matrix, wanted), axis=1, dtype=np.float64)
        refuse_non_finite(block, self._samples)
        if not self._samples:
            refuse_too_wide(block.shape[1])
            self._width = matrix.shape[1]
            self._mean = block.mean(axis=0)
            self._scatter = np.zeros((block.shape[1],) * 2)
        refuse_other_width(block, self._mean.size)
        self._exactness = max(self._exactness, rounding_of(matrix))
        mean = block.mean(axis=0)
        rest, step = block - mean, mean - self._mean
        before, new = self._samples, len(block)
        self._scatter += rest.T @ rest + np.outer(step, step) * (before * new / (before + new))
        self._mean = self._mean + step * (new / (before + new))
        self._samples += new

    def unexplained(self) -> float:
        """Share of the targets' variance that the fit leaves, 0 to 1 (for several targets, of their sum)."""
        own, cross, targets = (
            self._scatter[: self._width, : self._width],
            self._scatter[: self._width, self._width :],
            self._scatter[self._width :, self._width :],
        )
        total = float(np.trace(targets))
        if total <= 0.0:
            raise BadInputError("targets: all are equal; there is no variance to explain")
        explained = float(np.vdot(cross, solve(own, cross, self._exactness)))
        return float(np.clip(1.0 - explained / total, 0.0, 1.0))


def solve(matrix: Floats, right: Floats, exactness: float) -> Floats:
    """Least-squares solution of a positive semidefinite system; directions of mere rounding count for nothing.

    Args:
        matrix: shape (width, width).
        right: shape (width, columns).
        exactness: relative rounding error of the features whose scatter the matrix is.
    """
    # A scatter has the squares of the features' sizes; the rounding of its own sums is that of float64.
    smallest = RANK_MARGIN * max(exactness**2, float(np.finfo(np.float64).eps)) * float(np.trace(matrix))
    return np.asarray(np.linalg.solve(matrix + smallest * np.eye(len(matrix)), right))


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
