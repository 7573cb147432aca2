"""Layer separation of any torch network, by forward hooks. torch is imported only when called."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler.errors import BadInputError, naming
from ruler.io import need
from ruler.networks.profile import LayerProfile
from ruler.networks.separation import ClassStatistics, Separation, check_separation
from ruler.networks.separation import separation as separation_of

BATCH_SIZE = 1024  # samples, when the data come as two arrays


def measure(
    model: Any,
    data: Any,
    layers: Sequence[str] | None = None,
    *,
    start: str | None = None,
    separation: Separation = "trace-ratio",
    batch_size: int = BATCH_SIZE,
    name: str = "network",
) -> LayerProfile:
    """Measure how a torch network separates its classes, layer by layer.

    The network is run once over the data in evaluation mode and without gradients. It keeps its
    device, and every module gets its own mode back, also after an error. With the trace ratio
    features are not kept: memory does not grow with the number of samples.

    Args:
        model: a torch.nn.Module that takes one batch of inputs.
        data: (inputs, labels), two tensors or arrays with the samples along the first axis, or an
            iterable of such pairs, for example a DataLoader.
        layers: names of the modules (as in `model.named_modules()`) whose outputs are measured, in
            order. Default: the direct children of the model without the last one, the output layer.
        start: the module whose output counts as the input, D_0; default: the inputs themselves.
        separation: "trace-ratio" or "pseudo-inverse" (keeps all features in memory).
        batch_size: samples a batch, when `data` is one pair.
        name: for people.

    Returns:
        The profile; `accuracy` is set when the model gives one number a class.

    Raises:
        BadInputError: no such layer, a layer that is not run once a batch, data or features that
            cannot be used.
        MissingExtraError: torch is missing.
    """
    check_separation(separation)
    torch = need("torch", "networks", "measuring a network")
    names = tuple(layers) if layers is not None else _children_without_output(model)
    watched = [*([start] if start is not None else []), *names]
    modules = _find_modules(model, watched)
    measured = [_Layer(layer, separation) for layer in ("input", *names)]
    score = _Score()
    with _evaluation(model), torch.no_grad():
        for inputs, labels in _batches(torch, data, batch_size):
            outputs, final = _run(model, watched, modules, inputs)
            features = outputs if start is not None else [inputs, *outputs]
            classes = _as_array(labels)
            score.add(final, classes)
            for layer, values in zip(measured, features, strict=True):
                layer.add(_as_array(values), classes)
    return LayerProfile(
        name=name,
        layers=names,
        separation=np.array([[layer.result() for layer in measured]]),
        measure=separation,
        accuracy=score.result(),
    )


class _Layer:
    """One layer, batch by batch: class means and scatter are all the trace ratio needs, else all features are."""

    def __init__(self, name: str, separation: Separation) -> None:
        self._what, self._separation = f"layer {name!r}", separation
        self._statistics = ClassStatistics()
        self._batches: list[tuple[NDArray[Any], NDArray[Any]]] = []

    def add(self, features: NDArray[Any], labels: NDArray[Any]) -> None:
        with naming(self._what):
            if self._separation == "trace-ratio":
                self._statistics.add(features, labels)
            else:
                self._batches.append((features.reshape(len(features), -1), labels))

    def result(self) -> float:
        with naming(self._what):
            if self._separation == "trace-ratio":
                return self._statistics.trace_ratio()
            features, labels = map(np.concatenate, zip(*self._batches, strict=True))
            return separation_of(features, labels, self._separation)


class _Score:
    """Share of right answers, as long as the outputs are one number a class."""

    def __init__(self) -> None:
        self._right, self._samples, self._possible = 0, 0, True

    def add(self, outputs: Any, labels: NDArray[Any]) -> None:
        scores = _as_array(outputs) if hasattr(outputs, "detach") else np.empty(0)
        fits = scores.ndim == 2 and labels.shape == (len(scores),) and labels.dtype.kind in "iu" and scores.shape[1] > 1
        self._possible = self._possible and fits
        if self._possible:
            self._right += int(np.count_nonzero(scores.argmax(axis=1) == labels))
            self._samples += len(labels)

    def result(self) -> NDArray[np.float64] | None:
        return np.array([self._right / self._samples]) if self._possible and self._samples else None


@contextmanager
def _evaluation(model: Any) -> Iterator[None]:
    """Evaluation mode, every module's own mode restored: a user may have frozen some of them."""
    modes = [(module, module.training) for module in model.modules()]
    model.eval()
    try:
        yield
    finally:
        for module, training in modes:
            module.training = training


def _run(model: Any, names: Sequence[str], modules: Sequence[Any], inputs: Any) -> tuple[list[Any], Any]:
    """Outputs of the modules for one batch, and the model's own."""
    seen: dict[str, list[Any]] = {name: [] for name in names}
    hooks = []
    try:
        for name, module in zip(names, modules, strict=True):
            hooks.append(module.register_forward_hook(_keeper(seen[name])))
        final = model(_fitting(model, inputs))
    finally:
        for hook in hooks:
            hook.remove()
    for name, outputs in seen.items():
        if len(outputs) != 1:
            raise BadInputError(
                f"layer {name!r}: it ran {len(outputs)} times for one batch; only a layer that runs once can "
                "be measured"
            )
        if not hasattr(outputs[0], "detach"):
            raise BadInputError(f"layer {name!r}: it gives {type(outputs[0]).__name__}; one tensor is needed")
    return [seen[name][0] for name in names], final


def _keeper(outputs: list[Any]) -> Callable[[Any, Any, Any], None]:
    def keep(_module: Any, _inputs: Any, output: Any) -> None:
        # Cloned, because a following in-place activation would change it before it is read.
        outputs.append(output.detach().clone() if hasattr(output, "detach") else output)

    return keep


def _fitting(model: Any, inputs: Any) -> Any:
    """A copy of the inputs on the model's device, in its precision: the model may work in place."""
    parameter = next(iter(model.parameters()), None)
    if parameter is None:
        return inputs.clone()
    both_floating = inputs.is_floating_point() and parameter.is_floating_point()
    return inputs.to(device=parameter.device, dtype=parameter.dtype if both_floating else None, copy=True)


def _children_without_output(model: Any) -> tuple[str, ...]:
    names = [name for name, _ in model.named_children()]
    if len(names) < 2:
        raise BadInputError(
            "layers: the model has fewer than two direct children, so its layers cannot be guessed; name "
            "them, as in model.named_modules()"
        )
    return tuple(names[:-1])


def _find_modules(model: Any, names: Sequence[str]) -> list[Any]:
    known = dict(model.named_modules())
    for name in names:
        if name == "" or name not in known:
            raise BadInputError(
                f"layers: the model has no module {name!r}; it has {', '.join(filter(None, known)) or 'none'}"
            )
    if len(set(names)) != len(names) or not names:
        raise BadInputError("layers: name at least one module, and each only once")
    return [known[name] for name in names]


def _batches(torch: Any, data: Any, batch_size: int) -> Iterator[tuple[Any, Any]]:
    if _is_pair_of_arrays(data):
        if batch_size < 1:
            raise BadInputError(f"batch_size: {batch_size}; at least 1 sample is needed")
        inputs, labels = torch.as_tensor(data[0]), torch.as_tensor(data[1])
        if len(inputs) != len(labels) or len(inputs) == 0:
            raise BadInputError(
                f"data: {len(inputs)} inputs and {len(labels)} labels; as many of both, and some, needed"
            )
        for first in range(0, len(inputs), batch_size):
            yield inputs[first : first + batch_size], labels[first : first + batch_size]
        return
    if not isinstance(data, Iterable):
        raise BadInputError("data: give (inputs, labels) or an iterable of such pairs, for example a DataLoader")
    batches = 0
    for batch in data:
        if not _is_pair_of_arrays(batch):
            raise BadInputError("data: every batch must be a pair (inputs, labels)")
        batches += 1
        yield torch.as_tensor(batch[0]), torch.as_tensor(batch[1])
    if batches == 0:
        raise BadInputError("data: there are no batches")


def _is_pair_of_arrays(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and len(value) == 2 and all(hasattr(part, "shape") for part in value)


def _as_array(tensor: Any) -> NDArray[Any]:
    values = tensor.detach().cpu()
    if values.is_floating_point() and values.element_size() < 4:
        values = values.float()
    return np.asarray(values.numpy())
