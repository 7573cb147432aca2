"""Layer separation of any torch network, by forward hooks. torch is imported only when called."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler.errors import BadInputError, naming
from ruler.io import need
from ruler.networks.hooks import (
    POOLS,
    Output,
    Pool,
    as_array,
    evaluation,
    find_layers,
    first_tensor,
    plain_model,
    pooled,
    run_layers,
    token_embedding,
)
from ruler.networks.profile import LayerProfile
from ruler.networks.separation import SEPARATIONS, Gathered, Separation, gather
from ruler.text import check_known

BATCH_SIZE = 1024  # samples, when the data come as two arrays
LABELS_KEY = "labels"


def measure(
    model: Any,
    data: Any,
    layers: Sequence[str] | None = None,
    *,
    start: str | None = None,
    separation: Separation = "trace-ratio",
    pool: Pool = "flatten",
    batch_size: int = BATCH_SIZE,
    name: str = "network",
) -> LayerProfile:
    """Measure how a torch network separates its classes, layer by layer.

    The network is run once over the data in evaluation mode and without gradients. It keeps its
    device, and every module gets its own mode back, also after an error. Features are not kept:
    memory does not grow with the number of samples, but for most measures with the square of the
    width; pool wide ones.

    Args:
        model: a torch.nn.Module that takes one batch of inputs, compiled or distributed or not.
        data: (inputs, labels), two tensors or arrays with the samples along the first axis, or an
            iterable of such pairs, for example a DataLoader, or of mappings with a key "labels"
            whose other keys are arguments of the model. Labels are whole numbers or text.
        layers: names of the modules (as in `model.named_modules()`) whose outputs are measured, in
            order; a module that runs twice is two layers, and of a tuple the first tensor counts.
            Default: the blocks of a transformer, else the direct children of the model without
            the last one, the output layer.
        start: the module whose output counts as the input, D_0; default: the inputs themselves, for
            tokens of a transformers model its embedding.
        separation: one of `ruler.networks.SEPARATIONS`.
        pool: what is done with outputs that have places, in time (samples, time, width) or in an
            image (samples, width, height, ...): "flatten" them, take their "mean" or the "last", or
            take "all", each as a sample with the label of its own or of its sequence.
        batch_size: samples a batch, when `data` is one pair.
        name: for people.

    Returns:
        The profile; `accuracy` is set when the model gives one number a class.

    Raises:
        BadInputError: no such layer, a layer that is not run, data or features that cannot be used.
        MissingExtraError: torch is missing.
    """
    check_known("separation", separation, SEPARATIONS)
    check_known("pool", pool, POOLS)
    torch = need("torch", "networks", "measuring a network")
    model = plain_model(model)
    names = find_layers(model, layers)
    layers_of = LayerGatherer(model, names, start, separation, pool)
    with evaluation(torch, model):
        for inputs, labels in batches(torch, data, batch_size):
            layers_of.add(inputs, labels)
    return layers_of.profile(name)


class LayerGatherer:
    """D of every layer of a model, batch by batch; the model is in evaluation mode, without gradients.

    Args:
        model: not wrapped.
        names: of its layers.
        start: module of the input, or None for the inputs.
        separation: one of `SEPARATIONS`.
        pool: one of `POOLS`.
    """

    def __init__(self, model: Any, names: Sequence[str], start: str | None, separation: Separation, pool: Pool) -> None:
        self._model, self._start, self._separation, self._pool = model, start, separation, pool
        self._watched = [*([] if start is None else [start]), *names]
        if len(set(self._watched)) != len(self._watched):
            raise BadInputError(f"start: {start!r} is one of the layers; the input is before them")
        self._layers: dict[str, Gathered] = {}
        self._score = _Score()

    def add(self, inputs: Any, labels: Any) -> None:
        """Run a batch."""
        if self._start is None and not self._layers and (found := token_embedding(self._model, inputs)):
            self._start = found
            self._watched.insert(0, found)
        outputs, final = run_layers(self._model, self._watched, inputs)
        if self._start is None:
            outputs.insert(0, Output("input", _only_tensor(inputs)))
        classes = as_array(labels)
        self._score.add(final, classes)
        if not self._layers:
            self._layers = {output.layer: gather(self._separation) for output in outputs}
        if list(self._layers) != [output.layer for output in outputs]:
            raise BadInputError("layers: the modules run another number of times for another batch")
        for output in outputs:
            with naming(f"layer {output.layer!r}"):
                self._layers[output.layer].add(*pooled(as_array(output.value), classes, self._pool))

    @property
    def missing_classes(self) -> list[int]:
        """Classes that the model gives numbers for, but of which there was no sample."""
        return self._score.missing_classes

    def profile(self, name: str) -> LayerProfile:
        """What was found; see `measure`."""
        values = []
        for layer, gathered in self._layers.items():
            with naming(f"layer {layer!r}"):
                values.append(gathered.result())
        _, *names = self._layers
        accuracy = self._score.result()
        return LayerProfile(name, tuple(names), np.array([values]), measure=self._separation, accuracy=accuracy)


class _Score:
    """Share of right answers, as long as the outputs are one number a class."""

    def __init__(self) -> None:
        self._right, self._samples, self._possible = 0, 0, True
        self._classes, self._met = 0, set[int]()

    def add(self, outputs: Any, labels: NDArray[Any]) -> None:
        tensor = outputs if hasattr(outputs, "detach") else getattr(outputs, "logits", None)
        scores = np.empty(0) if tensor is None else as_array(tensor)
        fits = scores.ndim == 2 and labels.shape == (len(scores),) and labels.dtype.kind in "iu" and scores.shape[1] > 1
        self._possible = self._possible and fits
        if self._possible:
            self._right += int(np.count_nonzero(scores.argmax(axis=1) == labels))
            self._samples += len(labels)
            self._classes = scores.shape[1]
            self._met.update(labels.tolist())

    @property
    def missing_classes(self) -> list[int]:
        return sorted(set(range(self._classes)) - self._met) if self._possible else []

    def result(self) -> NDArray[np.float64] | None:
        return np.array([self._right / self._samples]) if self._possible and self._samples else None


def _only_tensor(inputs: Any) -> Any:
    if not isinstance(inputs, Mapping):
        return inputs
    if len(inputs) == 1:
        return first_tensor(inputs)
    raise BadInputError(
        f"start: the model takes {', '.join(map(str, inputs))}; name the module whose output is the input of the layers"
    )


def batches(torch: Any, data: Any, batch_size: int = BATCH_SIZE) -> Iterator[tuple[Any, Any]]:
    """Inputs and labels batch by batch; see `measure`.

    Raises:
        BadInputError: they are not as described there.
    """
    if _is_pair(data):
        if batch_size < 1:
            raise BadInputError(f"batch_size: {batch_size}; at least 1 sample is needed")
        inputs, labels = _tensors(torch, data[0]), _labels(torch, data[1])
        samples = len(inputs) if not isinstance(inputs, Mapping) else min(map(len, inputs.values()))
        if samples != len(labels) or samples == 0:
            raise BadInputError(f"data: {samples} inputs and {len(labels)} labels; as many of both, and some, needed")
        for first in range(0, samples, batch_size):
            rows = slice(first, first + batch_size)
            yield _cut(inputs, rows), labels[rows]
        return
    if not isinstance(data, Iterable) or isinstance(data, Mapping):
        raise BadInputError("data: give (inputs, labels) or an iterable of such pairs, for example a DataLoader")
    batches = 0
    for batch in data:
        batches += 1
        if isinstance(batch, Mapping) and LABELS_KEY in batch:
            rest = {key: value for key, value in batch.items() if key != LABELS_KEY}
            yield _tensors(torch, rest), _labels(torch, batch[LABELS_KEY])
        elif _is_pair(batch):
            yield _tensors(torch, batch[0]), _labels(torch, batch[1])
        else:
            raise BadInputError(f"data: every batch must be a pair (inputs, labels) or a mapping with {LABELS_KEY!r}")
    if batches == 0:
        raise BadInputError("data: there are no batches")


def _is_pair(value: Any) -> bool:
    """Whether it is (inputs, labels) and not two batches."""
    if not isinstance(value, tuple | list) or len(value) != 2:
        return False
    inputs, labels = value
    arrays = hasattr(inputs, "shape") or isinstance(inputs, Mapping)
    plain = isinstance(labels, list | tuple) and bool(labels) and isinstance(labels[0], str | int)
    return arrays and (hasattr(labels, "shape") or plain)


def _tensors(torch: Any, inputs: Any) -> Any:
    if isinstance(inputs, Mapping):
        return {key: torch.as_tensor(value) for key, value in inputs.items()}
    try:
        return torch.as_tensor(inputs)
    except TypeError as error:
        raise BadInputError(f"data: inputs must be numbers ({error})") from None


def _labels(torch: Any, labels: Any) -> Any:
    """Labels as they are, as an array where they are text."""
    values = labels if hasattr(labels, "detach") else np.asarray(labels)
    return values if hasattr(values, "detach") or values.dtype.kind in "US" else torch.as_tensor(values)


def _cut(inputs: Any, rows: slice) -> Any:
    return {key: value[rows] for key, value in inputs.items()} if isinstance(inputs, Mapping) else inputs[rows]
