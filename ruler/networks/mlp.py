"""The authors' multilayer perceptron, built from its settings."""

from collections import OrderedDict
from typing import Any

from ruler.io import need
from ruler.networks.settings import NetworkSettings

INPUT_LAYER = "input"
OUTPUT_LAYER = "output"


def hidden_layer(number: int) -> str:
    """Module name of hidden layer `number` (from 1)."""
    return f"hidden_{number}"


def build_mlp(settings: NetworkSettings, inputs: int, classes: int) -> Any:
    """An untrained network; torch's own random stream draws the weights.

    Args:
        settings: depth, width, alpha, batch norm and dropout are used.
        inputs: numbers a sample.
        classes: outputs.

    Returns:
        A torch.nn.Sequential of modules "input" (batch norm, or nothing), "hidden_1" ...
        "hidden_<depth>" (Linear, BatchNorm, LeakyReLU, Dropout) and "output" (Linear).

    Raises:
        MissingExtraError: torch is missing.
    """
    nn = need("torch", "networks", "building a network").nn
    modules: OrderedDict[str, Any] = OrderedDict()
    modules[INPUT_LAYER] = nn.BatchNorm1d(inputs) if settings.batch_norm else nn.Identity()
    width = inputs
    for number in range(1, settings.depth + 1):
        block = [nn.Linear(width, settings.width)]
        if settings.batch_norm:
            block.append(nn.BatchNorm1d(settings.width))
        block += [nn.LeakyReLU(settings.alpha), nn.Dropout(settings.dropout)]
        modules[hidden_layer(number)] = nn.Sequential(*block)
        width = settings.width
    modules[OUTPUT_LAYER] = nn.Linear(width, classes)
    return nn.Sequential(modules)
