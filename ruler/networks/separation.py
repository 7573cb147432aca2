"""How well the features of one layer separate the classes: the number D, in several ways. NumPy only.

With S_within the covariance of the features around their class mean and S_between the covariance
of the class means (each class weighted by its samples), Shi, Pan and Dokmanić (PRL 2025,
arXiv 2407.19353) use D = log tr(S_within pinv(S_between)), the logarithm of the separation
fuzziness of He and Su (PNAS 2023, arXiv 2210.17020). The default here is the trace ratio
D = log tr S_within - log tr S_between: nearly linear networks hardly change the former, so that
its loads are rounding noise, while the latter behaves for every network.

Every D falls when a layer does work, and the load of a layer is what it takes away. A function with
`@separation_measure` is all that a new one needs to stand in commands, files and help.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ruler.errors import BadInputError
from ruler.networks.features import as_labels, as_matrix
from ruler.networks.statistics import RANK_MARGIN, ClassStatistics, Probe
from ruler.text import check_known

Separation = Literal["trace-ratio", "pseudo-inverse", "fuzziness", "nc1", "nc2", "effective-rank", "probe"]


class Gathered(Protocol):
    """One layer's D, batch by batch."""

    def add(self, features: ArrayLike, labels: ArrayLike) -> None:
        """Add a batch; see `ClassStatistics.add`."""

    def result(self) -> float:
        """D of everything added.

        Raises:
            BadInputError: it is not defined for these features and labels.
        """


@dataclass(frozen=True)
class SeparationMeasure:
    """A way to say how well features separate classes.

    Attributes:
        name: how it is asked for.
        words: its formula, for help.
        gather: begins a layer.
    """

    name: str
    words: str
    gather: Callable[[], Gathered]


SEPARATIONS: dict[str, SeparationMeasure] = {}
_Of = Callable[[ClassStatistics], float]


class _FromStatistics(ClassStatistics):
    def __init__(self, of: _Of, matrix: bool) -> None:
        super().__init__(matrix)
        self._of = of

    def result(self) -> float:
        self.traces()
        return self._of(self)


def separation_measure(name: str, words: str, matrix: bool = True) -> Callable[[_Of], _Of]:
    """Enter a function of class statistics among the measures; `matrix`: whether it needs the scatter matrix."""

    def enter(of: _Of) -> _Of:
        SEPARATIONS[name] = SeparationMeasure(name, words, lambda: _FromStatistics(of, matrix))
        return of

    return enter


@separation_measure("trace-ratio", "log tr S_within - log tr S_between", matrix=False)
def trace_ratio(statistics: ClassStatistics) -> float:
    """D = log tr S_within - log tr S_between, nats."""
    within, between = statistics.traces()
    return float(np.log(within) - np.log(between))


@separation_measure("fuzziness", "log of the separation fuzziness tr(S_within pinv(S_between)); the same number")
@separation_measure("pseudo-inverse", "log tr(S_within pinv(S_between))")
def log_fuzziness(statistics: ClassStatistics) -> float:
    """D = log tr(S_within pinv(S_between)), nats: log of the separation fuzziness.

    Shi, Pan and Dokmanić (PRL 2025); the fuzziness itself: He and Su, A law of data separation in
    deep learning (PNAS 2023, arXiv 2210.17020).
    """
    _, values, directions = np.linalg.svd(statistics.scaled_centers(), full_matrices=False)
    floor = RANK_MARGIN * statistics.rounding(float(values[0]))
    # The weighted centres sum to zero: never more than classes - 1 directions.
    rank = min(int(np.count_nonzero(values > floor)), statistics.classes - 1)
    if rank == 0:
        raise BadInputError("features: the class means differ by rounding only; D is not defined for this layer")
    whitening = directions[:rank].T / values[:rank]
    total = float(np.vdot(whitening, statistics.within() @ whitening))
    if total <= 0.0:
        raise BadInputError("features: no spread inside the classes along the class means; D is not defined")
    return float(np.log(total))


@separation_measure("nc1", "log of neural collapse 1, tr(S_within pinv(S_between)) / classes")
def log_nc1(statistics: ClassStatistics) -> float:
    """D = log NC1, nats: how much is left of the spread inside classes, NC1 = tr(S_within pinv(S_between)) / classes.

    Papyan, Han and Donoho, Prevalence of neural collapse (PNAS 2020, arXiv 2008.08186). It is the
    fuzziness over the number of classes, so its loads are the same.
    """
    return log_fuzziness(statistics) - float(np.log(statistics.classes))


@separation_measure("nc2", "log of neural collapse 2, how far the class means are from a regular simplex", matrix=False)
def log_nc2(statistics: ClassStatistics) -> float:
    """D = log NC2, nats: how far the class means are from equal lengths and equal angles.

    With M the class means minus their mean, NC2 = |G / |G| - P / sqrt(classes - 1)|, G = M M^T,
    P = 1 - 1 1^T / classes, Frobenius norms: 0 for a regular simplex. As Zhu et al., A geometric
    analysis of neural collapse (NeurIPS 2021, arXiv 2105.02375), compute it, there for the weights.
    """
    means = statistics.centers()
    means = means - means.mean(axis=0)
    classes = len(means)
    gram = means @ means.T
    simplex = (np.eye(classes) - 1.0 / classes) / np.sqrt(classes - 1)
    apart = float(np.linalg.norm(gram / np.linalg.norm(gram) - simplex))
    if apart <= RANK_MARGIN * statistics.exactness:
        raise BadInputError("features: the class means are a regular simplex exactly (as any two are); log 0 is no D")
    return float(np.log(apart))


@separation_measure("effective-rank", "log of the effective rank of the features")
def log_effective_rank(statistics: ClassStatistics) -> float:
    """D = log of the effective rank, nats: the entropy of the features' singular values as shares of their sum.

    Roy and Vetterli, The effective rank (EUSIPCO 2007), of the features minus their mean. It says
    nothing of the classes; it falls as features are gathered into fewer directions.
    """
    sizes = np.sqrt(np.clip(np.linalg.eigvalsh(statistics.total()), 0.0, None))
    shares = sizes[sizes > 0.0] / sizes.sum()
    return float(-(shares @ np.log(shares)))


class _ProbeError(Probe):
    def result(self) -> float:
        return self.error()


# Alain and Bengio, Understanding intermediate layers using linear classifier probes (2016, arXiv 1610.01644).
SEPARATIONS["probe"] = SeparationMeasure(
    "probe", "share of held out samples that a linear classifier of the features gets wrong, 0 to 1", _ProbeError
)


def separation(
    features: ArrayLike,
    labels: ArrayLike,
    kind: Separation = "trace-ratio",
    *,
    classes: int | None = None,
) -> float:
    """The separation D of one layer's features; lower is better separated.

    All kinds are unchanged by a rotation, a common shift and a common scale of the features;
    "pseudo-inverse" also by any invertible linear map when the class means span the whole width.

    Args:
        features: shape (samples, width), or (samples, ...), which is flattened. Any real type;
            sums are kept in float64.
        labels: shape (samples,), the class of every sample: integers or text.
        kind: one of `SEPARATIONS`, which say what each is.
        classes: if given, labels must be 0 .. classes-1 and every one of them must occur.

    Returns:
        D, in nats; for "probe" a share from 0 to 1.

    Raises:
        BadInputError: shapes that do not fit, NaN or infinity, one class, an empty class, no more
            samples than classes, or a scatter of zero, for which D is not defined.
    """
    layer = gather(kind)
    matrix = as_matrix(features)
    keys = as_labels(labels, len(matrix))
    _refuse_empty_classes(keys, classes)
    layer.add(matrix, keys)
    return layer.result()


def gather(kind: str) -> Gathered:
    """Begin a layer whose features come batch by batch.

    Raises:
        BadInputError: `kind` is not one of `SEPARATIONS`.
    """
    check_known("separation", kind, SEPARATIONS)
    return SEPARATIONS[kind].gather()


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
