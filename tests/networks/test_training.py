"""Training: reproducible, resumable to the last bit, and polite to the rest of torch."""

import numpy as np
import pytest

from ruler.errors import BadInputError, FailedError
from ruler.networks import Dataset, NetworkSettings, measure, train, train_seeds

torch = pytest.importorskip("torch", reason="training needs torch")


def blobs(seed=0):
    rng = np.random.default_rng(seed)
    labels = np.tile(np.arange(3), 30)
    inputs = (rng.normal(size=(90, 6)) * 0.3 + np.eye(3, 6)[labels]).astype(np.float32)
    return Dataset("blobs", inputs[:61], labels[:61], inputs[61:], labels[61:], "made here", "none")


DATA = blobs()
SMALL = {"depth": 3, "width": 8, "epochs": 7, "learning_rate": 0.01}
NOISY = {**SMALL, "dropout": 0.2, "data_noise": 0.1, "label_noise": 0.1, "batch_size": 16}


class InterruptedTrainingError(Exception):
    pass


def interrupt_after(epoch):
    def stop(progress):
        if progress.epoch == epoch:
            raise InterruptedTrainingError

    return stop


def same_network(first, second):
    np.testing.assert_array_equal(first.profile.separation, second.profile.separation)
    np.testing.assert_array_equal(first.profile.accuracy, second.profile.accuracy)
    np.testing.assert_array_equal(first.profile.test_accuracy, second.profile.test_accuracy)
    states = first.model.state_dict(), second.model.state_dict()
    assert all(torch.equal(value, states[1][key]) for key, value in states[0].items())


def test_the_profile_has_one_load_for_each_hidden_layer():
    seen = []
    network = train(NetworkSettings(**SMALL), 5, data=DATA, progress=seen.append)
    profile = network.profile
    assert profile.layers == ("hidden 1", "hidden 2", "hidden 3")
    assert profile.seeds == (5,)
    assert profile.settings["width"] == 8
    assert profile.history is None
    assert [(step.epoch, step.epochs, step.seed) for step in seen] == [(epoch, 7, 5) for epoch in range(1, 8)]
    assert seen[-1].loss < seen[0].loss
    assert not network.model.training
    names = ["hidden_1", "hidden_2", "hidden_3"]
    again = measure(network.model, (DATA.train_inputs, DATA.train_labels), names, start="input")
    np.testing.assert_allclose(again.separation, profile.separation, rtol=1e-9)


@pytest.mark.parametrize("values", [SMALL, NOISY, {**NOISY, "optimiser": "sgd", "batch_norm": False}])
def test_a_seed_gives_the_same_network_and_another_seed_another(values):
    settings = NetworkSettings(**values)
    same_network(train(settings, 1, data=DATA), train(settings, 1, data=DATA))
    other = train(settings, 2, data=DATA)
    assert not np.array_equal(other.profile.separation, train(settings, 1, data=DATA).profile.separation)


@pytest.mark.parametrize("values", [SMALL, NOISY, {**NOISY, "optimiser": "sgd"}])
@pytest.mark.parametrize("stop", [3, 4, 7])
def test_a_resumed_training_is_the_uninterrupted_one(tmp_path, values, stop):
    settings, record = NetworkSettings(**values), (0, 1, 4, 5, 7)
    whole = train(settings, 1, data=DATA, record=record)
    file = tmp_path / "net.pt"
    options = {"data": DATA, "record": record, "checkpoint": file, "checkpoint_every": 2}
    with pytest.raises(InterruptedTrainingError):
        train(settings, 1, progress=interrupt_after(stop), **options)
    epochs = []
    resumed = train(settings, 1, progress=lambda step: epochs.append(step.epoch), **options)
    assert epochs == list(range({3: 3, 4: 5, 7: 8}[stop], 8))
    same_network(whole, resumed)
    np.testing.assert_array_equal(whole.profile.history, resumed.profile.history)
    assert [path.name for path in tmp_path.iterdir()] == ["net.pt"]


def test_a_finished_checkpoint_is_the_network(tmp_path):
    settings = NetworkSettings(**SMALL)
    first = train(settings, data=DATA, checkpoint=tmp_path / "net.pt")
    same_network(first, train(settings, data=DATA, checkpoint=tmp_path / "net.pt"))


def test_a_checkpoint_of_before_a_setting_was_there_goes_on(tmp_path):
    file, settings = tmp_path / "net.pt", NetworkSettings(**SMALL)
    first = train(settings, data=DATA, checkpoint=file)
    state = torch.load(file, weights_only=True)
    del state["identity"]["optimiser"]
    torch.save(state, file)
    same_network(first, train(settings, data=DATA, checkpoint=file))


def test_recording_does_not_change_the_training_and_ends_at_its_result():
    settings = NetworkSettings(**NOISY)
    plain = train(settings, data=DATA)
    recorded = train(settings, data=DATA, record=range(8))
    same_network(plain, recorded)
    assert recorded.profile.history.shape == (1, 8, 4)
    np.testing.assert_array_equal(recorded.profile.history[:, -1], recorded.profile.separation)


@pytest.mark.parametrize("noise", ["dropout", "data_noise", "label_noise"])
def test_every_noise_changes_the_training(noise):
    quiet = train(NetworkSettings(**SMALL), data=DATA).profile.separation
    assert not np.array_equal(quiet, train(NetworkSettings(**SMALL, **{noise: 0.2}), data=DATA).profile.separation)


def test_torch_is_left_as_it_was():
    before, threads = torch.get_rng_state(), torch.get_num_threads()
    train(NetworkSettings(**SMALL), data=DATA)
    with pytest.raises(InterruptedTrainingError):
        train(NetworkSettings(**SMALL), data=DATA, progress=interrupt_after(2), threads=2)
    assert torch.equal(torch.get_rng_state(), before)
    assert torch.get_num_threads() == threads


def test_a_rest_of_one_sample_is_skipped():
    # 61 samples in batches of 20: batch norm could not take the last one alone.
    profile = train(NetworkSettings(**{**SMALL, "batch_size": 20}), data=DATA).profile
    assert np.isfinite(profile.separation).all()


def test_seeds_are_joined():
    settings = NetworkSettings(**SMALL)
    profile = train_seeds(settings, [3, 1], data=DATA)
    assert profile.seeds == (3, 1)
    np.testing.assert_array_equal(profile.separation[1:], train(settings, 1, data=DATA).profile.separation)
    for seeds in ([], [1, 1]):
        with pytest.raises(BadInputError, match="each only once"):
            train_seeds(settings, seeds, data=DATA)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (
            {"settings": NetworkSettings(**{**SMALL, "alpha": 0.5})},
            r"another training \(alpha 0.0, now 0.5\)",
        ),
        ({"seed": 2}, r"\(seed 1, now 2\)"),
        ({"record": (1, 2)}, "recorded epochs"),
        ({"data": blobs(1)}, "data checksum"),
    ],
)
def test_a_checkpoint_of_another_training_is_refused(tmp_path, change, says):
    call = {"settings": NetworkSettings(**SMALL), "seed": 1, "data": DATA, "checkpoint": tmp_path / "net.pt"}
    train(**call)
    with pytest.raises(BadInputError, match=says):
        train(**{**call, **change})


def test_damaged_checkpoints_are_refused(tmp_path):
    file = tmp_path / "net.pt"
    call = {"settings": NetworkSettings(**SMALL), "data": DATA, "checkpoint": file}
    train(**call)
    whole = file.read_bytes()
    for content in (b"", b"hello", whole[: len(whole) // 2], b"\x80\x02X\x03\x00\x00\x00abcq\x00."):
        file.write_bytes(content)
        with pytest.raises(BadInputError, match="not a checkpoint of a network training, or damaged"):
            train(**call)
    torch.save({"format": 99}, file)
    with pytest.raises(BadInputError, match="format 99"):
        train(**call)


def test_a_checkpoint_that_cannot_be_written_is_an_error(tmp_path):
    with pytest.raises(FailedError, match="could not be written"):
        train(NetworkSettings(**SMALL), data=DATA, checkpoint=tmp_path / "none" / "net.pt")


@pytest.mark.filterwarnings("ignore")
def test_a_training_that_diverges_says_so():
    settings = NetworkSettings(
        **{**SMALL, "optimiser": "sgd", "learning_rate": 100.0, "batch_norm": False, "epochs": 50}
    )
    with pytest.raises(FailedError, match=r"diverged in epoch|cannot be measured"):
        train(settings, data=DATA)


@pytest.mark.parametrize(
    ("options", "says"),
    [
        ({"seed": -1}, "seed: -1"),
        ({"record": (3, 1)}, r"record: epochs must rise from 0 to at most 7, not \[3, 1\]"),
        ({"record": (8,)}, "record"),
        ({"checkpoint_every": 0}, "checkpoint_every 0"),
        ({"threads": 0}, "threads 0"),
    ],
)
def test_wrong_options_are_refused(options, says):
    with pytest.raises(BadInputError, match=says):
        train(NetworkSettings(**SMALL), data=DATA, **options)
