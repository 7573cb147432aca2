"""Load per block of a language model in a folder, by next-token prediction on a text of the user's.

Nothing is downloaded.
"""

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ruler import io
from ruler.analysis.loads import LOAD_MEASURES, Measures
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.networks.hooks import as_array, evaluation, find_layers, first_tensor, token_embedding
from ruler.networks.profile import LayerProfile
from ruler.networks.residuals import TARGETS, ResidualGatherer
from ruler.text import check_known, reason, regime

TOKENS = 20_000
CONTEXT = 512  # tokens that are read together, at most
SCORED = 2048  # tokens on which the model's own prediction is judged
# What transformers and its tokenizers raise for a folder that they cannot read.
UNREADABLE = (OSError, ValueError, KeyError, TypeError, RuntimeError, ImportError, AttributeError)


@dataclass(frozen=True, eq=False)
class LanguageMeasurement:
    """A language model, measured.

    Attributes:
        profile: D = log prediction residual after every block, the embedding first.
        separation: of the same features, D of the tokens in classes that the same token follows.
        tokens: how many were used.
        target: what was fitted, "index" or "embedding".
        loss: of the model's own prediction on some of the tokens, nats a token.
        unigram: entropy of the tokens' frequencies in the text, nats: a model that knows no more has this loss.
        wall: s.
    """

    profile: LayerProfile
    separation: LayerProfile
    tokens: int
    target: str
    loss: float
    unigram: float
    wall: float

    @property
    def noise(self) -> float:
        """Twice the standard error of D_0 - D_last if it were of two unrelated fits, nats.

        The log of a mean square of n residuals has the variance 2/n; fits to the same tokens differ by less.
        """
        return 4.0 / math.sqrt(self.tokens)

    @property
    def note(self) -> str | None:
        """Why the loads say nothing, or None."""
        if self.loss >= self.unigram:
            return (
                f"the model predicts no better than the frequency of tokens (loss {self.loss:.2f}, "
                f"{self.unigram:.2f} nats): it has not learned this text, and its loads say nothing"
            )
        if self.profile.loads.sum() <= self.noise:
            return f"the blocks lower D by {self.profile.loads.sum():.3f}, within its noise of {self.noise:.3f}"
        return None

    @property
    def measures(self) -> Measures:
        """Measures of the loads; none where these say nothing."""
        note = self.note
        return self.profile.measures if note is None else Measures(None, dict.fromkeys(LOAD_MEASURES), note)

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        measures = self.measures
        separation = self.separation
        return {
            "layers": list(self.profile.layers),
            "D": self.profile.separation[0].tolist(),
            "loads": self.profile.loads.tolist(),
            **measures.as_dict(),
            "straightness_r2_of_blocks": straightness(self.profile.separation[0, 1:]),
            "regime": regime(measures.unevenness, measures.center_of_load),
            "tokens": self.tokens,
            "measure": self.profile.measure,
            "target": self.target,
            "loss": self.loss,
            "unigram_entropy": self.unigram,
            "class_separation": {"D": separation.separation[0].tolist(), "loads": separation.loads.tolist()},
            "wall_s": self.wall,
        }


def straightness(values: Floats) -> float | None:
    """R^2 of D over the blocks to its line, as He and Su report it, who leave out the embedding; None for under 3."""
    if len(values) < 3 or np.ptp(values) == 0.0:
        return None
    return float(np.corrcoef(np.arange(len(values)), values)[0, 1] ** 2)


def measure_language(
    model: str | Path,
    text: str | Path,
    *,
    layers: Sequence[str] | None = None,
    target: str = "index",
    tokens: int = TOKENS,
    progress: Callable[[int, int], None] | None = None,
) -> LanguageMeasurement:
    """Measure how much each block of a language model does to predict the next token.

    Features and fit are gathered batch by batch; memory does not grow with the text.

    Args:
        model: folder that transformers' `from_pretrained` reads, with its tokenizer.
        text: file of text in UTF-8.
        layers: names of the blocks; default: the largest torch.nn.ModuleList.
        target: what is fitted of the next token, its "index" in the vocabulary (as He and Su do, see
            `ruler.networks.residuals`) or its "embedding".
        tokens: how many are used, from the beginning of the text.
        progress: called with tokens done and in all.

    Raises:
        BadInputError: a folder that is no model, a text that is too short, layers that are not there.
        MissingExtraError: transformers is missing.
    """
    began = time.perf_counter()
    check_known("target", target, TARGETS)
    torch = io.need("torch", "language", "measuring a language model")
    transformers = io.need("transformers", "language", "measuring a language model")
    numbers, network = _loaded(transformers, Path(model), Path(text), tokens)
    names = find_layers(network, layers)
    start = token_embedding(network, {"input_ids": None})
    if start is None:
        raise BadInputError(f"{model}: the model does not say which module makes features of tokens")
    width = int(network.get_input_embeddings().weight.shape[1])
    rows = _sequences(numbers, network, text, width)
    gathered = ResidualGatherer(
        network,
        names,
        start,
        TARGETS[target](np.asarray(as_array(network.get_input_embeddings().weight), dtype=np.float64)),
        root_mean_square=any("RMS" in type(module).__name__ for module in network.modules()),
        classes=True,
    )
    body = getattr(network, network.base_model_prefix, network)
    losses: list[float] = []
    with evaluation(torch, network):
        for row in rows:
            ids = torch.as_tensor(row[None, :-1])
            scored = gathered.tokens < SCORED
            # The numbers for every token there is take long, and are needed of some tokens only.
            final = gathered.add(ids, row[1:], network if scored else body)
            if scored:
                logits = torch.as_tensor(as_array(first_tensor(final)))[0].float()
                following = torch.as_tensor(row[1:])
                losses += torch.nn.functional.cross_entropy(logits, following, reduction="none").tolist()
            if progress is not None:
                progress(gathered.tokens, len(numbers) - len(rows))
    name = Path(model).resolve().name
    shares = np.bincount(numbers) / len(numbers)
    shares = shares[shares > 0.0]
    return LanguageMeasurement(
        gathered.profile(name),
        gathered.separation(name),
        gathered.tokens,
        target,
        float(np.mean(losses)),
        float(-(shares @ np.log(shares))),
        time.perf_counter() - began,
    )


def _loaded(transformers: Any, folder: Path, text: Path, tokens: int) -> tuple[Any, Any]:
    """The text's tokens, and the model."""
    words = io.read_text(text, io.MOST_TABLE)
    if not io.is_folder(folder) or not (folder / "config.json").is_file():
        raise BadInputError(f"{folder}: is no folder of a model, as save_pretrained writes them, with a config.json")
    if tokens < 2:
        raise BadInputError(f"tokens: {tokens}; at least 2 are needed")
    said = transformers.logging.get_verbosity()
    transformers.logging.set_verbosity_error()
    try:
        tokenizer = transformers.AutoTokenizer.from_pretrained(folder, local_files_only=True)
        # A model that is asked for more text than it will use is slow: some characters a token are plenty.
        numbers = tokenizer(words[: 16 * tokens], add_special_tokens=False)["input_ids"][:tokens]
        model = transformers.AutoModelForCausalLM.from_pretrained(folder, local_files_only=True)
    except UNREADABLE as error:
        raise BadInputError(f"{folder}: is no model and tokenizer that transformers reads: {reason(error)}") from None
    finally:
        transformers.logging.set_verbosity(said)
    return np.asarray(numbers, dtype=np.int64), model.float()


def _sequences(numbers: Any, model: Any, text: str | Path, width: int) -> list[Any]:
    """The tokens in sequences of equal length, which the model can read."""
    longest = min(CONTEXT, getattr(model.config, "max_position_embeddings", None) or CONTEXT)
    least = 2 * width
    if len(numbers) < least:
        raise BadInputError(
            f"{text}: {len(numbers)} tokens are too few for a fit to {width} features; at least {least} are needed"
        )
    vocabulary = model.get_input_embeddings().weight.shape[0]
    if numbers.max() >= vocabulary:
        raise BadInputError(f"{text}: its tokens go up to {numbers.max()}, the model knows {vocabulary} only")
    length = min(longest, len(numbers))
    return list(numbers[: len(numbers) // length * length].reshape(-1, length))
