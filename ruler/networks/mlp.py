"""Networks built from their settings: the authors' multilayer perceptron, and others beside it."""

import math
from collections import OrderedDict
from typing import Any

from ruler.errors import BadInputError
from ruler.io import need
from ruler.networks.settings import HEADS, NetworkSettings

INPUT_LAYER = "input"
OUTPUT_LAYER = "output"


def hidden_layer(number: int) -> str:
    """Module name of hidden layer `number` (from 1)."""
    return f"hidden_{number}"


def build_network(settings: NetworkSettings, inputs: int, classes: int) -> Any:
    """An untrained network; torch's own random stream draws the weights.

    Args:
        settings: architecture, depth, width, alpha, batch norm and dropout are used.
        inputs: numbers a sample: pixels of a square image, or characters of a text.
        classes: outputs; of a transformer also the characters there are.

    Returns:
        A torch.nn.Sequential of modules "input" (batch norm, or nothing; the embedding of a
        transformer), "hidden_1" ... "hidden_<depth>" and "output".

    Raises:
        BadInputError: images that are not square, for a convolutional network.
        MissingExtraError: torch is missing.
    """
    nn = need("torch", "networks", "building a network").nn
    parts = {"perceptron": _perceptron, "convolutional": _convolutional, "transformer": _transformer}
    first, blocks, last = parts[settings.architecture](nn, settings, inputs, classes)
    modules = OrderedDict({INPUT_LAYER: first})
    modules.update((hidden_layer(number), block) for number, block in enumerate(blocks, start=1))
    modules[OUTPUT_LAYER] = last
    return nn.Sequential(modules)


_Parts = tuple[Any, list[Any], Any]


def _input_norm(nn: Any, settings: NetworkSettings, inputs: int) -> Any:
    return nn.BatchNorm1d(inputs) if settings.batch_norm else nn.Identity()


def _perceptron(nn: Any, settings: NetworkSettings, inputs: int, classes: int) -> _Parts:
    """Blocks of Linear, BatchNorm, LeakyReLU and dropout."""
    blocks, width = [], inputs
    for _ in range(settings.depth):
        norm = [nn.BatchNorm1d(settings.width)] if settings.batch_norm else []
        blocks.append(
            nn.Sequential(
                nn.Linear(width, settings.width), *norm, nn.LeakyReLU(settings.alpha), nn.Dropout(settings.dropout)
            )
        )
        width = settings.width
    return _input_norm(nn, settings, inputs), blocks, nn.Linear(width, classes)


def _convolutional(nn: Any, settings: NetworkSettings, inputs: int, classes: int) -> _Parts:
    """Blocks of a convolution of 3 x 3 pixels, BatchNorm, LeakyReLU and dropout; the output reads their mean."""
    side = math.isqrt(inputs)
    if side * side != inputs:
        raise BadInputError(f"architecture: convolutional needs square images, not {inputs} pixels")
    blocks, channels = [], 1
    for _ in range(settings.depth):
        norm = [nn.BatchNorm2d(settings.width)] if settings.batch_norm else []
        blocks.append(
            nn.Sequential(
                nn.Conv2d(channels, settings.width, 3, padding=1),
                *norm,
                nn.LeakyReLU(settings.alpha),
                nn.Dropout(settings.dropout),
            )
        )
        channels = settings.width
    first = nn.Sequential(_input_norm(nn, settings, inputs), nn.Unflatten(1, (1, side, side)))
    last = nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes))
    return first, blocks, last


def _transformer(nn: Any, settings: NetworkSettings, inputs: int, classes: int) -> _Parts:
    """Embedding of characters and places, pre-norm blocks of causal attention, layer norm and output."""

    class Embedding(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            self.tokens, self.places = nn.Embedding(classes, settings.width), nn.Embedding(inputs, settings.width)

        def forward(self, tokens: Any) -> Any:
            return self.tokens(tokens) + self.places.weight[: tokens.shape[1]]

    class Block(nn.Module):  # type: ignore[misc]
        def __init__(self) -> None:
            super().__init__()
            width = settings.width
            self.before, self.between = nn.LayerNorm(width), nn.LayerNorm(width)
            self.mix, self.join = nn.Linear(width, 3 * width), nn.Linear(width, width)
            self.think = nn.Sequential(
                nn.Linear(width, 4 * width), nn.LeakyReLU(settings.alpha), nn.Linear(4 * width, width)
            )
            self.drop = nn.Dropout(settings.dropout)

        def forward(self, hidden: Any) -> Any:
            parts = self.mix(self.before(hidden)).unflatten(-1, (3, HEADS, -1)).permute(2, 0, 3, 1, 4)
            seen = nn.functional.scaled_dot_product_attention(*parts, is_causal=True)
            hidden = hidden + self.drop(self.join(seen.transpose(1, 2).flatten(2)))
            return hidden + self.drop(self.think(self.between(hidden)))

    last = nn.Sequential(nn.LayerNorm(settings.width), nn.Linear(settings.width, classes))
    return Embedding(), [Block() for _ in range(settings.depth)], last
