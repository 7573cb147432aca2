"""The data networks are trained on: scikit-learn's digits, MNIST-like files of the user's, text of Python.

Nothing is ever downloaded.
"""

import gzip
import importlib
import platform
import struct
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler.errors import BadInputError
from ruler.io import need

Images = NDArray[np.float32]
Labels = NDArray[np.int64]

DIGITS_TRAIN = 1297
DIGITS_SOURCE = (
    "Optical Recognition of Handwritten Digits (test part, 1797 images of 8 x 8 pixels), E. Alpaydin and "
    "C. Kaynak, UCI Machine Learning Repository, doi 10.24432/C50P49, as shipped with scikit-learn"
)
DIGITS_LICENCE = "CC BY 4.0"

AUGMENTED_TRAIN, AUGMENTED_TEST = 2560, 2000
AUGMENTED_SIDE = 10  # pixels
ROTATION = 30.0  # deg, uniform in +-
SHIFT = 1.5  # pixels of the 10 x 10 image along x and y, uniform in +-
SCALE = (0.7, 1.1)  # times, uniform

# The split and the augmentation are drawn once: seeds of a training change the network, not the data.
DATA_SEED = 0

WHERE_TO_GET = {
    "mnist": "the four .gz files are at https://ossci-datasets.s3.amazonaws.com/mnist/",
    "fashion-mnist": "the four .gz files are linked from https://github.com/zalandoresearch/fashion-mnist",
}
LICENCES = {"mnist": "CC BY-SA 3.0 (Y. LeCun, C. Cortes)", "fashion-mnist": "MIT (Zalando SE)"}
IDX_UNSIGNED_BYTE = 8

TEXT_CHARACTERS, WINDOW = 262_144, 64
TEXT_SOURCE = f"topics of Python {platform.python_version()}'s help (pydoc_data.topics), as they come with Python"
TEXT_LICENCE = "Python Software Foundation License 2 (Python Software Foundation)"


@dataclass(frozen=True, eq=False)
class Dataset:
    """Images and their classes, split for training and testing.

    Attributes:
        name: such as "digits".
        train_inputs: shape (train samples, pixels), 0..1; of text (train samples, characters), whole
            numbers.
        train_labels: shape (train samples,), 0 .. classes-1; of text the next character, of the shape
            of the inputs.
        test_inputs: as `train_inputs`.
        test_labels: as `train_labels`.
        source: where the data come from.
        licence: their licence.
    """

    name: str
    train_inputs: NDArray[Any]
    train_labels: Labels
    test_inputs: NDArray[Any]
    test_labels: Labels
    source: str
    licence: str

    @property
    def classes(self) -> int:
        """Number of classes."""
        return int(self.train_labels.max()) + 1


def load_data(name: str, folder: Path | None = None) -> Dataset:
    """The data set of that name.

    Args:
        name: "digits", "digits-augmented", "mnist", "fashion-mnist" or "python-docs".
        folder: where the IDX files of mnist and fashion-mnist are; not used for the others.

    Returns:
        The data.

    Raises:
        BadInputError: no such data set, no folder, or a file is missing or damaged.
        MissingExtraError: scikit-learn is missing.
    """
    if name == "digits":
        return digits()
    if name == "digits-augmented":
        return augmented_digits()
    if name == "python-docs":
        return python_docs()
    if name in WHERE_TO_GET:
        return idx_dataset(name, folder)
    raise BadInputError(
        f"data: {name!r} is not known; use digits, digits-augmented, python-docs, {' or '.join(WHERE_TO_GET)}"
    )


def digits() -> Dataset:
    """scikit-learn's 1797 digits of 8 x 8 pixels, 1297 for training and 500 for testing.

    The split is random. In the file's own order the last 500 come from other writers and are
    harder: about 0.94 right instead of 0.98.
    """
    return _digits("digits", lambda images: images.reshape(len(images), -1))


def augmented_digits() -> Dataset:
    """The digits on 10 x 10 pixels, turned, moved and scaled at random: 2560 and 2000 samples.

    Harder than the digits, so that the noise that generalises best shows in the accuracy. Test
    samples are made from other images than training samples. Ranges: `ROTATION`, `SHIFT`, `SCALE`.
    """
    rng = np.random.default_rng([DATA_SEED, 1])
    return _digits("digits-augmented", lambda images: augment(images, rng), AUGMENTED_TRAIN, AUGMENTED_TEST)


def _digits(
    name: str, prepared: Callable[[Images], Images], train_samples: int | None = None, test_samples: int | None = None
) -> Dataset:
    """The digits, split and prepared; more samples than there are take the images of their part again."""
    bunch: Any = need("sklearn.datasets", "networks", "the digits data set").load_digits()
    images, labels = np.asarray(bunch.images / 16.0, dtype=np.float32), np.asarray(bunch.target, dtype=np.int64)
    order = np.random.default_rng(DATA_SEED).permutation(len(labels))
    train, test = order[:DIGITS_TRAIN], order[DIGITS_TRAIN:]
    train, test = np.resize(train, train_samples or len(train)), np.resize(test, test_samples or len(test))
    train_inputs, test_inputs = prepared(images[train]), prepared(images[test])
    return Dataset(name, train_inputs, labels[train], test_inputs, labels[test], DIGITS_SOURCE, DIGITS_LICENCE)


def python_docs() -> Dataset:
    """The first characters of the topics of Python's help, which come with Python, in windows of `WINDOW`.

    The last tenth of the windows is for testing. Another version of Python has a slightly other text.
    """
    topics = importlib.import_module("pydoc_data.topics").topics
    text = "\n".join(topics[key] for key in sorted(topics))[: TEXT_CHARACTERS + 1]
    _, codes = np.unique(np.array(list(text)), return_inverse=True)
    windows = (len(codes) - 1) // WINDOW
    inputs, labels = (
        codes[shift : shift + windows * WINDOW].reshape(windows, WINDOW).astype(np.int64) for shift in (0, 1)
    )
    train = windows - windows // 10
    return Dataset(
        "python-docs", inputs[:train], labels[:train], inputs[train:], labels[train:], TEXT_SOURCE, TEXT_LICENCE
    )


def augment(images: Images, rng: np.random.Generator) -> Images:
    """Each image turned, scaled and moved at random, sampled bilinearly on 10 x 10 pixels.

    Args:
        images: shape (samples, side, side).
        rng: draws angle, scale and shift of every image.

    Returns:
        Shape (samples, 100); outside the image is 0.
    """
    count, side = len(images), images.shape[1]
    angle = np.deg2rad(rng.uniform(-ROTATION, ROTATION, count))[:, None, None]
    scale = rng.uniform(*SCALE, count)[:, None, None]
    shift_y, shift_x = rng.uniform(-SHIFT, SHIFT, (2, count, 1, 1))
    middle = (AUGMENTED_SIDE - 1) / 2
    rows, columns = np.meshgrid(np.arange(AUGMENTED_SIDE) - middle, np.arange(AUGMENTED_SIDE) - middle, indexing="ij")
    # Where each new pixel comes from: undo the shift, the scale, the turn, then change the pixel size.
    y, x = (rows - shift_y) / scale, (columns - shift_x) / scale
    pixel = side / AUGMENTED_SIDE
    source_y = (np.cos(angle) * y - np.sin(angle) * x) * pixel + (side - 1) / 2
    source_x = (np.sin(angle) * y + np.cos(angle) * x) * pixel + (side - 1) / 2
    return _bilinear(images, source_y, source_x).reshape(count, -1)


def _bilinear(images: Images, y: NDArray[np.float64], x: NDArray[np.float64]) -> Images:
    side = images.shape[1]
    # A border of zero, so that everything outside reads as background.
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1)))
    y, x = np.clip(y + 1, 0, side + 1), np.clip(x + 1, 0, side + 1)
    top, left = np.minimum(y.astype(np.intp), side), np.minimum(x.astype(np.intp), side)
    down, right = y - top, x - left
    which = np.arange(len(images))[:, None, None]
    upper = padded[which, top, left] * (1 - right) + padded[which, top, left + 1] * right
    lower = padded[which, top + 1, left] * (1 - right) + padded[which, top + 1, left + 1] * right
    return np.asarray(upper * (1 - down) + lower * down, dtype=np.float32)


def idx_dataset(name: str, folder: Path | None) -> Dataset:
    """MNIST or Fashion-MNIST from the user's own IDX files, packed (.gz) or not.

    Args:
        name: "mnist" or "fashion-mnist".
        folder: holds train-images-idx3-ubyte, train-labels-idx1-ubyte, t10k-images-idx3-ubyte and
            t10k-labels-idx1-ubyte, each with or without .gz.

    Returns:
        The data, pixels 0..1.

    Raises:
        BadInputError: no folder, or a file is missing, damaged or does not fit the others.
    """
    if folder is None:
        raise BadInputError(f"data: {name} needs the folder that holds its files; {WHERE_TO_GET[name]}")
    folder = Path(folder)
    if not folder.is_dir():
        raise BadInputError(f"{folder}: no such folder; {name}: {WHERE_TO_GET[name]}")
    train = _idx_pair(folder, "train", name)
    test = _idx_pair(folder, "t10k", name)
    if train[0].shape[1] != test[0].shape[1]:
        raise BadInputError(f"{folder}: training and test images have different sizes")
    return Dataset(name, *train, *test, WHERE_TO_GET[name], LICENCES[name])


def _idx_pair(folder: Path, part: str, name: str) -> tuple[Images, Labels]:
    image_file = _find_idx(folder, f"{part}-images-idx3-ubyte", name)
    label_file = _find_idx(folder, f"{part}-labels-idx1-ubyte", name)
    images, labels = read_idx(image_file, axes=3), read_idx(label_file, axes=1)
    if len(images) != len(labels):
        raise BadInputError(f"{label_file}: {len(labels)} labels for the {len(images)} images of {image_file.name}")
    pixels = images.reshape(len(images), -1).astype(np.float32) / np.float32(255)
    return pixels, labels.astype(np.int64)


def _find_idx(folder: Path, stem: str, name: str) -> Path:
    # Some mirrors write a dot before idx.
    for file in (stem, stem.replace("-idx", ".idx")):
        for ending in ("", ".gz"):
            if (folder / (file + ending)).is_file():
                return folder / (file + ending)
    raise BadInputError(f"{folder}: {stem} (or {stem}.gz) is missing; {name}: {WHERE_TO_GET[name]}")


def read_idx(path: Path, axes: int) -> NDArray[np.uint8]:
    """An IDX file of unsigned bytes (the format of MNIST), packed with gzip or not.

    Args:
        path: the file.
        axes: how many axes it must have: 3 for images, 1 for labels.

    Returns:
        Its array.

    Raises:
        BadInputError: it cannot be read, is not such a file, or is cut short.
    """
    try:
        raw = path.read_bytes()
        content = gzip.decompress(raw) if raw[:2] == b"\x1f\x8b" else raw
    except (OSError, EOFError, zlib.error) as error:
        raise BadInputError(f"{path}: cannot be read: {error}") from error
    magic = bytes([0, 0, IDX_UNSIGNED_BYTE, axes])
    start = 4 + 4 * axes
    if content[:4] != magic or len(content) < start:
        raise BadInputError(f"{path}: not an IDX file of bytes with {axes} axes; it must begin with {magic.hex(' ')}")
    shape = struct.unpack(f">{axes}I", content[4:start])
    wanted = int(np.prod(shape, dtype=object))
    if len(content) - start != wanted or wanted == 0:
        raise BadInputError(f"{path}: {len(content) - start} bytes of data, its header says {wanted} {shape}")
    return np.frombuffer(content, dtype=np.uint8, offset=start).reshape(shape)
