"""What a network is and how it is trained: one strict, frozen model, checked when it is made.

A field carries all words that are needed for it. Tables, titles, diagrams, messages and help take
them from here; a table without a column for a setting was made with its default.
"""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field, ValidationError, model_validator

from ruler.errors import BadInputError
from ruler.scenario.messages import describe
from ruler.scenario.parts import StrictModel

DataName = Literal["digits", "digits-augmented", "mnist", "fashion-mnist", "python-docs"]
Architecture = Literal["perceptron", "convolutional", "transformer"]

# Of a transformer.
HEADS = 4


def _setting(default: Any, text: str, *, title: str = "", rank: int = 5, label: str = "", **limits: Any) -> Any:
    """A field with its words.

    Args:
        default: its value unless another is given.
        text: its meaning, with the unit if it has one, for help and messages.
        title: how a value that is not the default is told in a title; without, "KEY VALUE".
        rank: where in the title; equal ranks in the order of the fields.
        label: what an axis of a diagram is called; without, the key.
        **limits: pydantic's ge, gt, le, lt.
    """
    return Field(default, description=text, json_schema_extra={"title": title, "rank": rank, "label": label}, **limits)


class NetworkSettings(StrictModel):
    """The multilayer perceptron of Shi, Pan and Dokmanić and its training, or another network beside it.

    `depth` blocks of Linear, BatchNorm, LeakyReLU(alpha) and dropout, then the output layer, batch
    norm on the input, cross entropy. The defaults are the settings under which the paper's three
    regimes are there on scikit-learn's digits. `alpha` is the friction of the theory; dropout, the
    other noises and the learning rate are its noise. Without batch norm there is no concave regime.
    Convolutional: blocks with a convolution of 3 x 3 pixels instead, then the mean over the image.
    Transformer: blocks of causal attention that read text by its characters and predict the next.
    """

    model_config = ConfigDict(allow_inf_nan=False)

    data: DataName = _setting(
        "digits",
        "digits or digits-augmented, from scikit-learn; mnist or fashion-mnist, from files of yours; or python-docs, "
        "text that comes with Python, for a transformer",
        title="{}",
        rank=9,
    )
    depth: int = _setting(7, "hidden layers, which are the layers that carry load", title="{} layers", ge=1, le=1000)
    width: int = _setting(100, "features of a hidden layer", ge=1, le=100_000)
    alpha: float = _setting(
        0.0,
        "slope of LeakyReLU below zero, from 0 = ReLU to 1 = linear",
        label="slope below zero, alpha (1 = linear, 0 = ReLU)",
        ge=0.0,
        le=1.0,
    )
    batch_norm: bool = _setting(True, "batch norm on the input and in every layer")
    dropout: float = _setting(0.0, "probability that a feature is dropped in a step", ge=0.0, lt=1.0)
    learning_rate: float = _setting(1e-3, "step of the optimiser", title="learning rate {:g}", rank=1, gt=0.0, le=100.0)
    batch_size: Annotated[int, Field(ge=2)] | Literal["full"] = _setting(
        "full", "samples a step, or full for all at once", title="batch {}", rank=3
    )
    epochs: int = _setting(100, "passes over the training data", title="{} epochs", ge=1)
    data_noise: float = _setting(
        0.0,
        "standard deviation of noise on the inputs, drawn anew in each step, in units of black to white",
        title="data noise {:g}",
        rank=2,
        ge=0.0,
    )
    label_noise: float = _setting(
        0.0,
        "share of labels replaced at random, drawn anew in each step",
        title="label noise {:g}",
        rank=2,
        ge=0.0,
        le=1.0,
    )
    optimiser: Literal["adam", "sgd"] = _setting("adam", "adam, or sgd without momentum", title="{}")
    architecture: Architecture = _setting(
        "perceptron", "perceptron, convolutional (images) or transformer (text)", title="{}", rank=1
    )

    @model_validator(mode="after")
    def _data_fit(self) -> "NetworkSettings":
        if (self.data == "python-docs") != (self.architecture == "transformer"):
            raise ValueError(
                f"a {self.architecture} network does not read the data {self.data}: a transformer reads "
                "python-docs, the others images"
            )
        if self.architecture == "transformer" and self.data_noise:
            raise ValueError("characters take no data_noise; use label_noise or dropout")
        if self.architecture == "transformer" and self.width % HEADS:
            raise ValueError(f"width: {self.width} is no multiple of the {HEADS} heads of a transformer")
        return self

    @property
    def layer_names(self) -> tuple[str, ...]:
        """Names of the layers that carry load: the hidden ones, not the output layer."""
        return tuple(f"hidden {number}" for number in range(1, self.depth + 1))

    @property
    def title(self) -> str:
        """A short name for people, such as "ReLU, dropout 0.2"."""
        activation = {0.0: "ReLU", 1.0: "linear"}.get(self.alpha, f"LeakyReLU {self.alpha:g}")
        changed = self.model_dump(exclude={"alpha", "dropout"}, exclude_defaults=True)
        words = {key: setting_words(key) for key in changed}
        told = [words[key]["title"].format(changed[key]) for key in sorted(words, key=lambda key: words[key]["rank"])]
        return ", ".join([activation, f"dropout {self.dropout:g}" if self.dropout else "no dropout", *told])


def setting_words(key: str) -> dict[str, Any]:
    """How a setting is spoken of: its `label` on an axis; in a title its `title`, in the order of `rank`."""
    words = NetworkSettings.model_fields[key].json_schema_extra
    given = {name: word for name, word in words.items() if word} if isinstance(words, dict) else {}
    spoken = key.replace("_", " ")
    return {"label": spoken, "title": f"{spoken} {{}}", **given}


def make_settings(values: Mapping[str, Any], where: str = "settings", *, text: bool = False) -> NetworkSettings:
    """Settings from plain values, with messages for people.

    Args:
        values: keys of `NetworkSettings`; a missing key takes its default.
        where: file or flag the values came from, for the message.
        text: whether the values are text, as in a table, such as "0.2".

    Returns:
        The settings.

    Raises:
        BadInputError: naming every key that is unknown, of the wrong type or out of range.
    """
    read = NetworkSettings.model_validate_strings if text else NetworkSettings.model_validate
    try:
        return read(dict(values))
    except ValidationError as error:
        raise BadInputError(f"{where}: " + "; ".join(describe(error, NetworkSettings))) from None
