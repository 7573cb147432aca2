"""Train the authors' multilayer perceptron and record how it separates its classes.

The same settings, seed and number of threads give the same network on the same machine, to the
last bit, whether or not the training was interrupted in between.
"""

import pickle
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from ruler import io
from ruler._version import versions
from ruler.errors import BadInputError, FailedError
from ruler.networks.data import Dataset, load_data
from ruler.networks.measure import measure
from ruler.networks.mlp import INPUT_LAYER, build_network, hidden_layer
from ruler.networks.profile import LayerProfile, join_seeds, trained_profile
from ruler.networks.residuals import RESIDUAL, measure_residuals
from ruler.networks.settings import NetworkSettings

CHECKPOINT_FORMAT = 1
# What torch raises for a file that is no checkpoint, a cut one, or one of another network.
UNREADABLE = (OSError, RuntimeError, EOFError, KeyError, TypeError, ValueError, pickle.UnpicklingError)
CHECKPOINT_EVERY = 10  # epochs
PROBED_WINDOWS = 512  # of text, on which a transformer is measured
EPISODE = (*range(11), *range(15, 101, 5))  # epochs that tell of a training: closer together while much happens


@dataclass(frozen=True)
class Progress:
    """Where a training is.

    Attributes:
        epoch: epochs done.
        epochs: epochs in all.
        loss: mean cross entropy of the last epoch, nats.
        seed: which seed is trained.
    """

    epoch: int
    epochs: int
    loss: float
    seed: int


@dataclass(frozen=True, eq=False)
class TrainedNetwork:
    """A trained network and what was measured on it.

    Attributes:
        profile: D of its layers, accuracies, and D over the epochs if that was asked for.
        model: the torch.nn.Sequential, in evaluation mode.
    """

    profile: LayerProfile
    model: Any


def train(
    settings: NetworkSettings,
    seed: int = 0,
    *,
    data: Dataset | None = None,
    data_folder: Path | None = None,
    record: Sequence[int] = (),
    progress: Callable[[Progress], None] | None = None,
    checkpoint: Path | None = None,
    checkpoint_every: int = CHECKPOINT_EVERY,
    threads: int = 1,
) -> TrainedNetwork:
    """Train one network and measure it on its training data, in evaluation mode.

    torch's own random stream and number of threads are left as they were.

    Args:
        settings: network and training.
        seed: of weights, dropout, batches and noise; the data are the same for all seeds.
        data: instead of the data set named in the settings.
        data_folder: folder of the IDX files of MNIST and Fashion-MNIST.
        record: epochs after which D is recorded, rising, 0 = before training.
        progress: called after every epoch; may raise to stop the training.
        checkpoint: file that keeps the training every `checkpoint_every` epochs and at the end; if
            it exists the training goes on from there.
        checkpoint_every: epochs.
        threads: of torch. More are slower for networks as small as these.

    Returns:
        The network and its profile.

    Raises:
        BadInputError: data, epochs or checkpoint that cannot be used.
        FailedError: torch or scikit-learn is missing, or the training diverged.
    """
    torch = io.need("torch", "networks", "training a network")
    _check_counts(settings, seed, record, checkpoint_every, threads)
    dataset = data if data is not None else load_data(settings.data, data_folder)
    with _own_torch(torch, threads, seed):
        run = _Run(torch, settings, seed, dataset, tuple(record))
        if checkpoint is not None and Path(checkpoint).exists():
            run.load(Path(checkpoint))
        run.finish(progress, None if checkpoint is None else Path(checkpoint), checkpoint_every)
        return TrainedNetwork(run.profile(), run.model.eval())


def train_seeds(
    settings: NetworkSettings, seeds: Sequence[int], *, checkpoint: Path | None = None, **options: Any
) -> LayerProfile:
    """Train the same network with several seeds.

    Args:
        settings: network and training.
        seeds: one network each.
        checkpoint: as for `train`; with several seeds one for each, "-seed0" and so on added to its name.
        **options: as for `train`.

    Returns:
        One profile with a row for each seed.
    """
    if not seeds or len(set(seeds)) != len(seeds):
        raise BadInputError("seeds: at least one is needed, and each only once")
    kept = {seed: _own_checkpoint(checkpoint, seed, len(seeds)) for seed in seeds}
    return join_seeds([train(settings, seed, checkpoint=kept[seed], **options).profile for seed in seeds])


def _own_checkpoint(checkpoint: Path | None, seed: int, seeds: int) -> Path | None:
    if checkpoint is None or seeds == 1:
        return checkpoint
    return checkpoint.with_name(f"{checkpoint.stem}-seed{seed}{checkpoint.suffix}")


def need_training() -> None:
    """Refuse to train without the libraries for it, before anything is begun.

    Raises:
        MissingExtraError: naming those that are missing, and how to install them.
    """
    libraries = {"torch": "torch", "sklearn": "scikit-learn"}
    missing = [name for module, name in libraries.items() if find_spec(module) is None]
    if missing:
        raise io.MissingExtraError(
            f"training needs {' and '.join(missing)}, which this Python does not have; install with: pip install "
            "torch scikit-learn (the extra 'networks': pip install folding-ruler[networks]). Listing, measuring "
            "files and comparing need neither"
        )
    # There, and yet perhaps not to be loaded.
    for module in libraries:
        io.need(module, "networks", "training a network")


def about_training(
    command: str, seeds: Sequence[int], sources: Mapping[str, str], measured: str = "trace-ratio"
) -> dict[str, Any]:
    """What the .json file of a table says: how it was made, with what, from which data.

    Args:
        command: the command line.
        seeds: trained for every network.
        sources: source of every data set, to its licence.
        measured: what D is.

    Raises:
        MissingExtraError: torch or scikit-learn is missing.
    """
    need_training()
    what = {
        "trace-ratio": "log tr S_within - log tr S_between of the features after hidden layer l, nats; D_0 is the "
        "input after its batch norm; evaluation mode, training data",
        RESIDUAL: "log of the share of variance of the next character's number that a least-squares fit to the "
        "features after block l leaves, nats; D_0 is the embedding; evaluation mode, training data",
    }
    return {
        "format": 1,
        "command": command,
        "columns": {
            "D_l": what[measured],
            "load": "d_l = D_(l-1) - D_l",
            "train_accuracy, test_accuracy": "share of right answers, 0..1",
            "settings": "as in ruler.networks.NetworkSettings, which gives the units",
        },
        "note": "A network with a low train_accuracy has not learned its task; its loads say little.",
        "measure": measured,
        "seeds": list(seeds),
        "data": [{"source": source, "licence": licence} for source, licence in sources.items()],
        "versions": versions(("torch", "scikit-learn")),
    }


class _Run:
    """One training: network, optimiser, what was recorded, and where it is."""

    def __init__(self, torch: Any, settings: NetworkSettings, seed: int, data: Dataset, record: tuple[int, ...]):
        self._torch = torch
        self._settings, self._seed, self._data, self._record = settings, seed, data, record
        self._inputs = torch.from_numpy(data.train_inputs)
        self._labels = torch.from_numpy(data.train_labels)
        self.model = build_network(settings, data.train_inputs.shape[1], data.classes)
        optimiser = {"adam": torch.optim.Adam, "sgd": torch.optim.SGD}[settings.optimiser]
        self._optimiser = optimiser(self.model.parameters(), lr=settings.learning_rate)
        self._epoch = 0
        self._history: list[list[float]] = []

    def finish(self, progress: Callable[[Progress], None] | None, checkpoint: Path | None, every: int) -> None:
        """Train the epochs that are left."""
        settings = self._settings
        if self._epoch == 0 and not self._history:
            self._record_separation()
        while self._epoch < settings.epochs:
            loss = self._train_epoch()
            self._epoch += 1
            if not np.isfinite(loss):
                raise FailedError(
                    f"training diverged in epoch {self._epoch} (seed {self._seed}, learning rate "
                    f"{settings.learning_rate:g}); use a smaller learning rate"
                )
            self._record_separation()
            if checkpoint is not None and (self._epoch % every == 0 or self._epoch == settings.epochs):
                self._save(checkpoint)
            if progress is not None:
                progress(Progress(self._epoch, settings.epochs, loss, self._seed))

    def profile(self) -> LayerProfile:
        """D of every layer on the training data, and the accuracies."""
        measured = self._measure()
        return trained_profile(
            self._settings,
            measured.separation,
            self._seed,
            measure=measured.measure,
            accuracy=measured.accuracy,
            test_accuracy=np.array([self._accuracy(self._data.test_inputs, self._data.test_labels)]),
            epochs=self._record,
            history=np.array([self._history]) if self._record else None,
        )

    def _train_epoch(self) -> float:
        self.model.train()
        count, settings = len(self._inputs), self._settings
        if settings.batch_size == "full":
            return self._step(self._inputs, self._labels)
        order = self._torch.randperm(count)
        losses, sizes = [], []
        for first in range(0, count, settings.batch_size):
            chosen = order[first : first + settings.batch_size]
            # Batch norm has no variance of a single sample: a rest of one waits for the next epoch.
            if len(chosen) > 1:
                losses.append(self._step(self._inputs[chosen], self._labels[chosen]))
                sizes.append(len(chosen))
        return float(np.average(losses, weights=sizes))

    def _step(self, inputs: Any, labels: Any) -> float:
        torch, settings = self._torch, self._settings
        if settings.data_noise:
            inputs = inputs + settings.data_noise * torch.randn_like(inputs)
        if settings.label_noise:
            wrong = torch.rand(labels.shape) < settings.label_noise
            labels = torch.where(wrong, torch.randint(self._data.classes, labels.shape), labels)
        self._optimiser.zero_grad()
        # Of text every character is a sample.
        loss = torch.nn.functional.cross_entropy(self.model(inputs).flatten(0, -2), labels.flatten())
        loss.backward()
        self._optimiser.step()
        return float(loss.item())

    def _record_separation(self) -> None:
        if self._epoch in self._record:
            self._history.append(self._measure().separation[0].tolist())

    def _measure(self) -> LayerProfile:
        names = [hidden_layer(number) for number in range(1, self._settings.depth + 1)]
        try:
            if self._settings.architecture == "transformer":
                some = slice(PROBED_WINDOWS)
                return measure_residuals(self.model, self._inputs[some], self._labels[some], names, start=INPUT_LAYER)
            return measure(self.model, (self._inputs, self._labels), names, start=INPUT_LAYER)
        except BadInputError as error:
            raise FailedError(
                f"after epoch {self._epoch} (seed {self._seed}) the network cannot be measured: {error}"
            ) from error

    def _accuracy(self, inputs: Any, labels: Any) -> float:
        self.model.eval()
        with self._torch.no_grad():
            answers = self.model(self._torch.from_numpy(inputs)).argmax(dim=-1).numpy()
        return float(np.mean(answers == labels))

    def _save(self, path: Path) -> None:
        state = {
            "format": CHECKPOINT_FORMAT,
            "identity": self._identity(),
            "epoch": self._epoch,
            "history": self._history,
            "model": self.model.state_dict(),
            "optimiser": self._optimiser.state_dict(),
            "random": self._torch.get_rng_state(),
        }
        # torch names its own errors of writing; a file that was written to memory first raises the usual ones.
        content = BytesIO()
        self._torch.save(state, content)
        with io.whole(path) as beside:
            beside.write_bytes(content.getbuffer())

    def load(self, path: Path) -> None:
        """Go on from a checkpoint.

        Raises:
            BadInputError: it is no checkpoint, or one of another training.
        """
        try:
            state = self._torch.load(path, weights_only=True)
            if state["format"] != CHECKPOINT_FORMAT:
                raise BadInputError(f"{path}: checkpoint of format {state['format']}, {CHECKPOINT_FORMAT} is needed")
            self._refuse_other_training(path, state["identity"])
            self.model.load_state_dict(state["model"])
            self._optimiser.load_state_dict(state["optimiser"])
            self._epoch, self._history = state["epoch"], state["history"]
            self._torch.set_rng_state(state["random"])
        except UNREADABLE as error:
            raise BadInputError(f"{path}: not a checkpoint of a network training, or damaged ({error})") from error

    def _identity(self) -> dict[str, Any]:
        data = self._data
        return {
            **self._settings.model_dump(),
            "seed": self._seed,
            "recorded epochs": list(self._record),
            "training samples": len(data.train_labels),
            "numbers a sample": data.train_inputs.shape[1],
            "data checksum": zlib.crc32(data.train_labels.tobytes(), zlib.crc32(data.train_inputs.tobytes())),
        }

    def _refuse_other_training(self, path: Path, theirs: dict[str, Any]) -> None:
        # A setting that the checkpoint does not know had its default.
        ours, theirs = self._identity(), {**NetworkSettings().model_dump(), **theirs}
        key = next((key for key in ours if theirs.get(key) != ours[key]), None)
        if key is not None:
            raise BadInputError(
                f"{path}: checkpoint of another training ({key} {theirs.get(key)}, now {ours[key]}); name "
                "another file or remove this one"
            )


@contextmanager
def _own_torch(torch: Any, threads: int, seed: int) -> Iterator[None]:
    """A random stream and a number of threads of its own for torch, both put back afterwards."""
    before = torch.get_num_threads()
    with torch.random.fork_rng(devices=[]):
        torch.set_num_threads(threads)
        torch.manual_seed(seed)
        try:
            yield
        finally:
            torch.set_num_threads(before)


def _check_counts(settings: NetworkSettings, seed: int, record: Sequence[int], every: int, threads: int) -> None:
    if not 0 <= seed < 2**63:
        raise BadInputError(f"seed: {seed}; a whole number from 0 to 2**63 - 1 is needed")
    if every < 1 or threads < 1:
        raise BadInputError(f"checkpoint_every {every} and threads {threads}: at least 1 is needed")
    check_record(settings, record)


def check_record(settings: NetworkSettings, record: Sequence[int]) -> None:
    """Refuse epochs to be recorded that do not rise, or that the training does not have.

    Raises:
        BadInputError: as said.
    """
    rising = all(first < second for first, second in pairwise(record))
    if record and (not rising or record[0] < 0 or record[-1] > settings.epochs):
        raise BadInputError(f"record: epochs must rise from 0 to at most {settings.epochs}, not {list(record)}")
