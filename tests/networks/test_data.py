"""The data sets: digits, augmented digits, and MNIST-like files of the user's."""

import gzip
import struct

import numpy as np
import pytest

from ruler.errors import BadInputError
from ruler.networks.data import Dataset, augment, load_data, read_idx


def idx(array):
    array = np.asarray(array, dtype=np.uint8)
    return bytes([0, 0, 8, array.ndim]) + struct.pack(f">{array.ndim}I", *array.shape) + array.tobytes()


IMAGES = np.arange(5 * 4 * 4).reshape(5, 4, 4)
LABELS = np.array([0, 1, 2, 1, 0])
FILES = {
    "train-images-idx3-ubyte": idx(IMAGES),
    "train-labels-idx1-ubyte": idx(LABELS),
    "t10k-images-idx3-ubyte": idx(IMAGES[:2]),
    "t10k-labels-idx1-ubyte": idx(LABELS[:2]),
}


def fill(folder, packed=False, **changes):
    for name, content in FILES.items():
        content = changes.get(name.split("-idx")[0].replace("-", "_"), content)
        if content is not None:
            (folder / (name + ".gz" if packed else name)).write_bytes(gzip.compress(content) if packed else content)
    return folder


@pytest.mark.parametrize("packed", [True, False])
@pytest.mark.parametrize("name", ["mnist", "fashion-mnist"])
def test_idx_files_packed_or_not(tmp_path, packed, name):
    data = load_data(name, fill(tmp_path, packed))
    np.testing.assert_allclose(data.train_inputs, IMAGES.reshape(5, 16) / 255, rtol=1e-6)
    np.testing.assert_array_equal(data.train_labels, LABELS)
    assert data.test_inputs.shape == (2, 16)
    assert data.train_inputs.dtype == np.float32
    assert data.classes == 3


def test_names_with_a_dot_are_found(tmp_path):
    fill(tmp_path)
    for file in list(tmp_path.iterdir()):
        file.rename(tmp_path / file.name.replace("-idx", ".idx"))
    assert load_data("mnist", tmp_path).classes == 3


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"train_images": None}, "train-images-idx3-ubyte.*is missing; mnist: .*https://"),
        ({"t10k_labels": None}, "t10k-labels-idx1-ubyte.*is missing"),
        ({"train_images": idx(IMAGES)[:-1]}, "79 bytes of data, its header says 80"),
        ({"train_images": idx(IMAGES) + b"x"}, "81 bytes of data"),
        (
            {"train_images": idx(LABELS)},
            "not an IDX file of bytes with 3 axes; it must begin with 00 00 08 03",
        ),
        ({"train_images": b""}, "not an IDX file"),
        ({"train_images": b"\x00\x00\x08\x03\x00"}, "not an IDX file"),
        ({"train_images": gzip.compress(idx(IMAGES))[:-9]}, "cannot be read"),
        ({"train_labels": idx(LABELS[:4])}, "4 labels for the 5 images"),
        ({"t10k_images": idx(IMAGES[:2, :2])}, "different sizes"),
    ],
)
def test_damaged_idx_files_are_refused(tmp_path, changes, says):
    with pytest.raises(BadInputError, match=says) as caught:
        load_data("mnist", fill(tmp_path, **changes))
    assert str(tmp_path) in str(caught.value)


def test_a_header_that_promises_the_world_is_refused(tmp_path):
    (tmp_path / "x").write_bytes(bytes([0, 0, 8, 3]) + b"\xff" * 12)
    with pytest.raises(BadInputError, match="header says"):
        read_idx(tmp_path / "x", axes=3)


def test_a_folder_is_asked_for(tmp_path):
    with pytest.raises(BadInputError, match=r"needs the folder.*https://ossci-datasets"):
        load_data("mnist")
    with pytest.raises(BadInputError, match=r"no such folder.*zalandoresearch"):
        load_data("fashion-mnist", tmp_path / "none")
    with pytest.raises(BadInputError, match="'cifar' is not known; use digits, digits-augmented, python-docs, mnist"):
        load_data("cifar")


def test_a_missing_library_says_what_to_install(monkeypatch):
    def missing(name):
        raise ImportError(f"No module named {name!r}")

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(BadInputError, match=r'digits data set needs sklearn.*pip install "folding-ruler\[networks\]"'):
        load_data("digits")


@pytest.mark.parametrize(
    ("name", "train", "test", "pixels"), [("digits", 1297, 500, 64), ("digits-augmented", 2560, 2000, 100)]
)
def test_digits(name, train, test, pixels):
    pytest.importorskip("sklearn", reason="the digits come with scikit-learn")
    data = load_data(name)
    assert isinstance(data, Dataset)
    assert data.train_inputs.shape == (train, pixels)
    assert data.test_inputs.shape == (test, pixels)
    assert 0 <= data.train_inputs.min() < data.train_inputs.max() <= 1
    assert set(data.train_labels) == set(data.test_labels) == set(range(10))
    np.testing.assert_array_equal(data.train_inputs, load_data(name).train_inputs)
    assert "CC BY 4.0" in data.licence


def test_test_images_are_not_among_the_training_images():
    pytest.importorskip("sklearn", reason="the digits come with scikit-learn")
    data = load_data("digits")
    train = {image.tobytes() for image in data.train_inputs}
    assert not any(image.tobytes() in train for image in data.test_inputs)


def test_augmenting_without_any_change_is_bilinear_upsampling(monkeypatch):
    monkeypatch.setattr("ruler.networks.data.ROTATION", 0.0)
    monkeypatch.setattr("ruler.networks.data.SHIFT", 0.0)
    monkeypatch.setattr("ruler.networks.data.SCALE", (1.0, 1.0))
    rows = np.tile(np.arange(8, dtype=np.float32)[:, None], (1, 8))
    image = augment(rows[None], np.random.default_rng(0)).reshape(10, 10)
    np.testing.assert_allclose(image[1:-1, 5], (np.arange(1, 9) - 4.5) * 0.8 + 3.5, atol=1e-6)
    assert np.allclose(image[:, 4], image[:, 5])


def test_augmenting_turns_anticlockwise_and_moves_and_leaves_zero_outside(monkeypatch):
    monkeypatch.setattr("ruler.networks.data.ROTATION", 0.0)
    monkeypatch.setattr("ruler.networks.data.SHIFT", 0.0)
    monkeypatch.setattr("ruler.networks.data.SCALE", (0.5, 0.5))
    image = augment(np.ones((1, 8, 8), dtype=np.float32), np.random.default_rng(0)).reshape(10, 10)
    assert image.sum() == pytest.approx(25.0, rel=0.05)  # a quarter of 100 pixels
    assert image[0].max() == image[:, 0].max() == 0
