"""Load per block of a language model: how much of the next token a linear fit to a layer's features leaves.

The prediction residual of He and Su, A law of next-token prediction in large language models (arXiv
2408.13442): the next token's number in the vocabulary is fitted by least squares, with a constant,
to the features of a token after a layer; PR is the mean square that is left over the variance of
that number, on the same tokens. Features of each token are normalised first, with the model's kind
of norm and neither gain nor bias, as their code does (github.com/HornHehhf/LLM-ELL). Here D = log PR, whose
straight line over the layers is their law. Instead of its number the next token's embedding can be
fitted, the squares then summed over its components.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from ruler.arrays import Floats
from ruler.errors import BadInputError, naming
from ruler.io import need
from ruler.networks.hooks import as_array, evaluation, run_layers
from ruler.networks.profile import LayerProfile
from ruler.networks.separation import Gathered, gather
from ruler.networks.statistics import LeastSquares

RESIDUAL = "prediction-residual"
# What of the next token is fitted: vectors of all tokens, shape (tokens, numbers), from the model's embedding of them.
TARGETS: dict[str, Callable[[Floats], Floats]] = {
    "index": lambda embedding: np.arange(len(embedding), dtype=np.float64)[:, None],
    "embedding": lambda embedding: embedding,
}
WINDOWS = 16  # sequences a batch
_EPSILON = 1e-5  # of layer norms


class ResidualGatherer:
    """D of every layer of a language model, batch by batch; the model is in evaluation mode, without gradients.

    Args:
        model: takes token numbers, shape (sequences, tokens).
        layers: names of its blocks.
        start: module that makes features of the tokens.
        target: vectors of the tokens, shape (tokens there are, numbers), which are fitted.
        root_mean_square: whether features are normalised by their root mean square alone, not less their mean.
        classes: also gather how tokens are separated by the token that follows.
    """

    def __init__(
        self,
        model: Any,
        layers: Sequence[str],
        start: str,
        target: Floats,
        *,
        root_mean_square: bool = False,
        classes: bool = False,
    ) -> None:
        self._model, self._watched, self._target = model, [start, *layers], target
        self._root_mean_square, self._classes = root_mean_square, classes
        self._fits: dict[str, tuple[LeastSquares, Gathered]] = {}
        self.tokens = 0

    def add(self, tokens: Any, following: Any, call: Callable[[Any], Any] | None = None) -> Any:
        """Run a batch.

        Args:
            tokens: shape (sequences, tokens).
            following: the next token of each.
            call: runs the model; default: it is called.

        Returns:
            What the model gives.
        """
        outputs, final = run_layers(self._model, self._watched, tokens, call)
        next_tokens = as_array(following).reshape(-1)
        self.tokens += len(next_tokens)
        for output in outputs:
            fit, separated = self._fits.setdefault(output.layer, (LeastSquares(), gather("trace-ratio")))
            values = as_array(output.value)
            features = self._normalised(values.reshape(len(next_tokens), -1))
            with naming(f"layer {output.layer!r}"):
                fit.add(features, self._target[next_tokens])
                if self._classes:
                    separated.add(features, next_tokens)
        return final

    def profile(self, name: str) -> LayerProfile:
        """D = log PR of every layer."""
        values = []
        for layer, (fit, _) in self._fits.items():
            with naming(f"layer {layer!r}"):
                left = fit.unexplained()
                if left <= 0.0:
                    raise BadInputError("the fit leaves nothing: fewer tokens than features, or all tokens alike")
                values.append(float(np.log(left)))
        return LayerProfile(name, tuple(self._fits)[1:], np.array([values]), measure=RESIDUAL)

    def separation(self, name: str) -> LayerProfile:
        """D of tokens in classes of those that are followed by the same token; needs `classes`."""
        values = [separated.result() for _, separated in self._fits.values()]
        return LayerProfile(name, tuple(self._fits)[1:], np.array([values]))

    def _normalised(self, values: Any) -> Floats:
        # In double precision: less their mean features lie in a plane, whose normal must not be rounding noise.
        features = np.asarray(values, dtype=np.float64)
        if not self._root_mean_square:
            features = features - features.mean(axis=1, keepdims=True)
        return np.asarray(features / np.sqrt((features**2).mean(axis=1, keepdims=True) + _EPSILON))


def measure_residuals(
    model: Any, tokens: Any, following: Any, layers: Sequence[str], *, start: str, name: str = "network"
) -> LayerProfile:
    """The prediction residual of a model that gives a number for every token there is.

    Args:
        model: takes token numbers, shape (sequences, tokens), and gives (sequences, tokens, vocabulary).
        tokens: of text, shape (sequences, tokens).
        following: the next token of each.
        layers: names of the blocks.
        start: the module that makes features of tokens.
        name: for people.

    Returns:
        The profile; `accuracy` is the share of next tokens that the model guesses.

    Raises:
        BadInputError: layers that are not there, or too little text.
        MissingExtraError: torch is missing.
    """
    torch = need("torch", "networks", "measuring a network")
    vocabulary = int(max(tokens.max(), following.max())) + 1
    gathered = ResidualGatherer(model, layers, start, np.arange(vocabulary, dtype=np.float64)[:, None])
    right = 0
    with evaluation(torch, model):
        for first in range(0, len(tokens), WINDOWS):
            rows = slice(first, first + WINDOWS)
            final = gathered.add(tokens[rows], following[rows])
            right += int((final.argmax(-1) == following[rows]).sum())
    profile = gathered.profile(name)
    return replace(profile, accuracy=np.array([right / gathered.tokens]))
