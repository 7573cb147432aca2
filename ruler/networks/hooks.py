"""What comes out of the layers of any torch model, by forward hooks. torch is imported by the caller only."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Literal, get_args

import numpy as np
from numpy.typing import NDArray

from ruler.errors import BadInputError
from ruler.text import suggest

Pool = Literal["flatten", "mean", "last", "all"]
POOLS: tuple[str, ...] = get_args(Pool)
# Label of a token that does not count, as in torch and transformers.
IGNORED = -100


@dataclass(frozen=True)
class Output:
    """What a layer gave for one batch.

    Attributes:
        layer: its name; "NAME (2)" for the second use of a module.
        value: the tensor, detached; of a tuple or a mapping the first one.
    """

    layer: str
    value: Any


def plain_model(model: Any) -> Any:
    """The model itself, out of what torch.compile and DistributedDataParallel wrap around it."""
    # Both wrappers name what they wrap; a module of the user's may use one of these names too, as a layer.
    while type(model).__module__.startswith(("torch._dynamo", "torch.nn.parallel")):
        model = getattr(model, "_orig_mod", None) or model.module
    return model


def find_layers(model: Any, names: Sequence[str] | None) -> tuple[str, ...]:
    """The names of the layers to be measured, or those that a model is plainly made of.

    Without names: the entries of the largest torch.nn.ModuleList (the blocks of a transformer), else
    the direct children of the model without the last one, the output layer; a model with one child
    stands for that child.

    Raises:
        BadInputError: there are no such modules, or they cannot be guessed.
    """
    if names is None:
        return _guessed(model)
    if isinstance(names, str) or len(set(names)) != len(names) or not names:
        raise BadInputError("layers: name at least one module, and each only once")
    find_modules(model, names)
    return tuple(names)


def find_modules(model: Any, names: Sequence[str]) -> list[Any]:
    """The modules of these names, as in `model.named_modules()`.

    Raises:
        BadInputError: there is none of that name.
    """
    known = dict(model.named_modules())
    for name in names:
        if name == "" or name not in known:
            have = [each for each in known if each]
            few = ", ".join(have[:12]) + (f" and {len(have) - 12} more" if len(have) > 12 else "")
            near = suggest(name, have, "") if len(have) > 12 else ""
            raise BadInputError(f"layers: the model has no module {name!r}; {near.strip() or f'it has {few or None}'}")
    return [known[name] for name in names]


def _guessed(model: Any) -> tuple[str, ...]:
    lists = {
        name: module
        for name, module in model.named_modules()
        if type(module).__name__ == "ModuleList" and len(module) > 1
    }
    if lists:
        largest = max(lists, key=lambda name: sum(weight.numel() for weight in lists[name].parameters()))
        return tuple(f"{largest}.{number}" for number in range(len(lists[largest])))
    prefix, inner = "", model
    while len(children := [name for name, _ in inner.named_children()]) == 1:
        prefix, inner = f"{prefix}{children[0]}.", getattr(inner, children[0])
    if len(children) < 2:
        raise BadInputError(
            "layers: the model has fewer than two direct children, so its layers cannot be guessed; name "
            "them, as in model.named_modules()"
        )
    return tuple(prefix + name for name in children[:-1])


@contextmanager
def evaluation(torch: Any, model: Any) -> Iterator[None]:
    """Evaluation mode without gradients, every module's own mode restored: a user may have frozen some of them."""
    modes = [(module, module.training) for module in model.modules()]
    # A model compiled in place would run past the hooks; older torch does not know the word.
    stance = getattr(torch.compiler, "set_stance", None)
    model.eval()
    try:
        with torch.no_grad(), nullcontext() if stance is None else stance("force_eager"):
            yield
    finally:
        for module, training in modes:
            module.training = training


def run_layers(
    model: Any, names: Sequence[str], inputs: Any, caller: Callable[[Any], Any] | None = None
) -> tuple[list[Output], Any]:
    """What every layer gives for one batch, and what the model gives.

    Args:
        model: not wrapped; see `plain_model`.
        names: of modules; in this order, but in the order of running where one runs more than once.
        inputs: a tensor, or a mapping of the model's arguments.
        caller: runs the model on the inputs; default: it is called with them.

    Raises:
        BadInputError: a module does not run, or gives no tensor.
    """
    seen: list[tuple[str, Any]] = []
    hooks = []
    try:
        for name, module in zip(names, find_modules(model, names), strict=True):
            hooks.append(module.register_forward_hook(_keeper(name, seen)))
        final = call(model, inputs) if caller is None else caller(inputs)
    finally:
        for hook in hooks:
            hook.remove()
    ran = [name for name, _ in seen]
    for name in names:
        if name not in ran:
            raise BadInputError(f"layer {name!r}: it does not run when the model is called; name one that does")
    if len(set(ran)) == len(ran):
        seen.sort(key=lambda each: names.index(each[0]))
    uses: dict[str, int] = {}
    outputs = []
    for name, value in seen:
        uses[name] = uses.get(name, 0) + 1
        tensor = first_tensor(value)
        if tensor is None:
            raise BadInputError(f"layer {name!r}: it gives {type(value).__name__}; a tensor is needed")
        outputs.append(Output(name if uses[name] == 1 else f"{name} ({uses[name]})", tensor))
    return outputs, final


def _keeper(name: str, seen: list[tuple[str, Any]]) -> Callable[[Any, Any, Any], None]:
    def keep(_module: Any, _inputs: Any, output: Any) -> None:
        tensor = first_tensor(output)
        # Cloned, because a following in-place activation would change it before it is read.
        seen.append((name, output if tensor is None else tensor.detach().clone()))

    return keep


def first_tensor(value: Any) -> Any:
    """A tensor as it is; of a tuple, a list or a mapping the first in it; None if there is none."""
    if hasattr(value, "detach"):
        return value
    parts = value.values() if isinstance(value, Mapping) else value if isinstance(value, tuple | list) else ()
    return next((tensor for part in parts if (tensor := first_tensor(part)) is not None), None)


def token_embedding(model: Any, inputs: Any) -> str | None:
    """The module that makes features of tokens, as transformers models name it; None where there is no need of it."""
    tokens = isinstance(inputs, Mapping) or (hasattr(inputs, "is_floating_point") and not inputs.is_floating_point())
    if not tokens or not hasattr(model, "get_input_embeddings"):
        return None
    embedding = model.get_input_embeddings()
    return next((name for name, module in model.named_modules() if name and module is embedding), None)


def call(model: Any, inputs: Any) -> Any:
    """The model's answer to a copy of the inputs on its device, in its precision: it may work in place."""
    parameter = next(iter(model.parameters()), None)
    if isinstance(inputs, Mapping):
        return model(**{key: _fitting(parameter, value) for key, value in inputs.items()})
    return model(_fitting(parameter, inputs))


def _fitting(parameter: Any, inputs: Any) -> Any:
    if not hasattr(inputs, "detach"):
        return inputs
    if parameter is None:
        return inputs.clone()
    both_floating = inputs.is_floating_point() and parameter.is_floating_point()
    return inputs.to(device=parameter.device, dtype=parameter.dtype if both_floating else None, copy=True)


def pooled(features: NDArray[Any], labels: NDArray[Any], pool: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Features with one row a sample, and their labels.

    Args:
        features: shape (samples, ...); places in time or in an image are those of (samples, time,
            width), and of (samples, width, height, ...).
        labels: shape (samples,), or with "all" one for every place, shape (samples, time); those
            of `IGNORED` do not count.
        pool: "flatten": all numbers of a sample; "mean": over its places; "last": its last place;
            "all": every place is a sample of its own.

    Raises:
        BadInputError: labels that do not fit.
    """
    if pool == "flatten" or (features.ndim < 3 and labels.ndim < 2):
        return features, labels
    if features.ndim < 3:
        raise BadInputError(
            f"features: shape {features.shape} has no axis of places; with a label for every place name the module "
            "that makes features of them (start), such as the embedding"
        )
    # As (samples, places, width).
    places = features if features.ndim == 3 else np.moveaxis(features.reshape(*features.shape[:2], -1), 1, 2)
    if pool == "mean":
        return places.mean(axis=1), labels
    if pool == "last":
        return places[:, -1], labels
    if labels.ndim == 1:
        labels = np.repeat(labels, places.shape[1])
    elif labels.shape != places.shape[:2]:
        raise BadInputError(f"labels: shape {labels.shape} does not fit the {places.shape[:2]} places of the features")
    labels, rows = labels.reshape(-1), places.reshape(-1, places.shape[2])
    if labels.dtype.kind in "iu" and (labels == IGNORED).any():
        rows, labels = rows[labels != IGNORED], labels[labels != IGNORED]
    return rows, labels


def as_array(tensor: Any) -> NDArray[Any]:
    """A tensor, or what is one already, as an array; of less than single precision as single."""
    if not hasattr(tensor, "detach"):
        return np.asarray(tensor)
    values = tensor.detach().cpu()
    if values.is_floating_point() and values.element_size() < 4:
        values = values.float()
    return np.asarray(values.numpy())
