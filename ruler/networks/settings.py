"""What a network is and how it is trained: one strict, frozen model, checked when it is made."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from ruler.errors import BadInputError

DataName = Literal["digits", "digits-augmented", "mnist", "fashion-mnist"]


class NetworkSettings(BaseModel):
    """The multilayer perceptron of Shi, Pan and Dokmanić and its training.

    `depth` blocks of Linear, BatchNorm, LeakyReLU(alpha) and dropout, then the output layer, batch
    norm on the input, cross entropy. The defaults are the settings under which the paper's three
    regimes are there on scikit-learn's digits.

    Attributes:
        data: "digits", "digits-augmented" (scikit-learn's, no download), "mnist" or "fashion-mnist".
        depth: hidden layers, which are the layers that carry load.
        width: features of every hidden layer.
        alpha: slope of LeakyReLU below nought: 0 = ReLU, 1 = linear. The friction of the theory.
        batch_norm: batch norm on the input and in every hidden layer; without it there is no
            concave regime.
        dropout: probability that a hidden feature is dropped in a step. Noise of the theory, as are
            the next noises and the learning rate.
        learning_rate: step of the optimiser.
        batch_size: samples a step, or "full" for all at once.
        epochs: passes over the training data.
        data_noise: standard deviation of Gaussian noise added to the inputs, drawn anew in every
            step, in units of the input (0..1 from black to white).
        label_noise: share of the labels replaced by a random class, drawn anew in every step.
        optimiser: "adam" or "sgd" (no momentum).
    """

    model_config = ConfigDict(strict=True, frozen=True, extra="forbid", allow_inf_nan=False)

    data: DataName = "digits"
    depth: Annotated[int, Field(ge=1, le=1000)] = 7
    width: Annotated[int, Field(ge=1, le=100_000)] = 100
    alpha: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    batch_norm: bool = True
    dropout: Annotated[float, Field(ge=0.0, lt=1.0)] = 0.0
    learning_rate: Annotated[float, Field(gt=0.0, le=100.0)] = 1e-3
    batch_size: Annotated[int, Field(ge=2)] | Literal["full"] = "full"
    epochs: Annotated[int, Field(ge=1)] = 100
    data_noise: Annotated[float, Field(ge=0.0)] = 0.0
    label_noise: Annotated[float, Field(ge=0.0, le=1.0)] = 0.0
    optimiser: Literal["adam", "sgd"] = "adam"

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Names of the layers that carry load: the hidden ones, not the output layer."""
        return tuple(f"hidden {number}" for number in range(1, self.depth + 1))

    @property
    def title(self) -> str:
        """A short name for people, such as "ReLU, dropout 0.2"."""
        activation = {0.0: "ReLU", 1.0: "linear"}.get(self.alpha, f"LeakyReLU {self.alpha:g}")
        parts = [activation, f"dropout {self.dropout:g}" if self.dropout else "no dropout"]
        defaults = NetworkSettings()
        for key, words in _TITLE_WORDS.items():
            value = getattr(self, key)
            if value != getattr(defaults, key):
                parts.append(words.format(value))
        return ", ".join(parts)


_TITLE_WORDS = {
    "learning_rate": "learning rate {:g}",
    "data_noise": "data noise {:g}",
    "label_noise": "label noise {:g}",
    "batch_size": "batch {}",
    "depth": "{} layers",
    "width": "width {}",
    "batch_norm": "batch norm {}",
    "epochs": "{} epochs",
    "optimiser": "{}",
    "data": "{}",
}


def make_settings(values: Mapping[str, Any], where: str = "settings") -> NetworkSettings:
    """Settings from plain values, with messages for people.

    Args:
        values: keys of `NetworkSettings`; a missing key takes its default.
        where: file or flag the values came from, for the message.

    Returns:
        The settings.

    Raises:
        BadInputError: naming every key that is unknown, of the wrong type or out of range.
    """
    try:
        return NetworkSettings.model_validate(dict(values))
    except ValidationError as error:
        raise BadInputError(f"{where}: " + "; ".join(_problems(error))) from error


def _problems(error: ValidationError) -> list[str]:
    problems: dict[str, list[str]] = {}
    for item in error.errors():
        key = str(item["loc"][0]) if item["loc"] else "settings"
        if item["type"] == "extra_forbidden":
            message = f"no such setting; there are {', '.join(NetworkSettings.model_fields)}"
        else:
            message = f"{item['input']!r} is not allowed: {item['msg'].lower()}"
        problems.setdefault(key, []).append(message)
    return [f"{key}: {' or '.join(messages)}" for key, messages in problems.items()]
