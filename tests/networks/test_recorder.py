"""A training that is recorded: the table against `measure`, the training left alone, kills, processes, callbacks."""

import json
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

import ruler
from ruler.errors import BadInputError
from ruler.networks import LoadRecorder, lightning_callback, measure, read_networks, trainer_callback

torch = pytest.importorskip("torch", reason="recording a training needs torch")
nn = torch.nn

GENERATOR = torch.Generator().manual_seed(0)
TESTS = str(Path(__file__).parent)
LABELS = torch.arange(3).repeat(40)
INPUTS = torch.randn(120, 10, generator=GENERATOR) + 2.0 * nn.functional.one_hot(LABELS, 10)
DATA = INPUTS, LABELS


def network():
    torch.manual_seed(1)
    return nn.Sequential(
        *(nn.Sequential(nn.Linear(10, 10), nn.BatchNorm1d(10), nn.ReLU(), nn.Dropout(0.1)) for _ in range(3)),
        nn.Linear(10, 3),
    )


def trained(model, steps, recorder=None, after=lambda _step: None, cast=False):
    optimiser = torch.optim.Adam(model.parameters(), 0.01)
    for step in range(1, steps + 1):
        optimiser.zero_grad()
        with torch.autocast("cpu", enabled=cast):
            nn.functional.cross_entropy(model(INPUTS), LABELS).backward()
        optimiser.step()
        if recorder is not None:
            recorder.step()
        after(step)
    return model


def record(model, path, **options):
    return LoadRecorder(model, DATA, path=path, **{"every": 5, "most_share": None, **options})


def test_the_table_is_what_measure_finds_on_the_same_weights(tmp_path):
    model, found = network(), {}

    def check(step):
        if step in {5, 10, 12}:
            found[step] = measure(model, DATA).separation[0]

    recorder = record(model, tmp_path / "run.csv", seed=4)
    first = measure(network(), DATA).separation[0]
    trained(model, 12, recorder, check)
    recorder.close()
    (profile,) = read_networks(tmp_path / "run.csv")
    assert (profile.epochs, profile.moments, profile.seeds) == ((0, 5, 10, 12), "step", (4,))
    assert profile.layers == ("0", "1", "2")
    np.testing.assert_allclose(profile.history[0], [first, *found.values()], rtol=1e-6)
    np.testing.assert_array_equal(profile.separation[0], profile.history[0, -1])
    assert profile.accuracy == pytest.approx(measure(model, DATA).accuracy)
    (row,) = ruler.compare("fast", tmp_path / "run.csv", resamples=0)
    assert row.comparison.layers == 3


@pytest.mark.parametrize("cast", [False, True])
def test_the_training_is_the_same_with_and_without(tmp_path, cast):
    alone = trained(network(), 8, cast=cast)
    model = network()
    with record(model, tmp_path / "run.csv", every=1) as recorder:
        trained(model, 8, recorder, cast=cast)
    assert all(torch.equal(a, b) for a, b in zip(alone.state_dict().values(), model.state_dict().values(), strict=True))
    assert all(module.training for module in model.modules())
    assert recorder.records == 9


def test_under_autocast_features_are_those_of_single_precision(tmp_path):
    model = network()
    recorder = record(model, tmp_path / "run.csv", every=1)
    trained(model, 2, cast=True)
    with torch.autocast("cpu"):
        recorder.step()
    recorder.close()
    np.testing.assert_allclose(recorder.profile().separation, measure(model, DATA).separation, rtol=1e-6)


@pytest.mark.parametrize("in_place", [False, True])
def test_a_compiled_model_is_recorded(tmp_path, in_place):
    # The eager backend makes a graph of the model as the others do, without a compiler.
    model = network()
    if in_place:
        model.compile(backend="eager")
    compiled = model if in_place else torch.compile(model, backend="eager")
    with record(compiled, tmp_path / "run.csv", every=2) as recorder:
        trained(compiled, 4, recorder)
    np.testing.assert_allclose(recorder.profile().separation, measure(model, DATA).separation, rtol=1e-6)
    assert recorder.profile().epochs == (0, 2, 4)


@pytest.mark.slow
def test_recording_takes_no_more_than_its_share(tmp_path, monkeypatch):
    """By a clock on which a step of the training and a record take 1 s each."""
    clock = SimpleNamespace(now=0.0)
    monkeypatch.setattr("ruler.networks.recorder.time", SimpleNamespace(perf_counter=lambda: clock.now))

    class Slow(nn.Sequential):
        def forward(self, inputs):
            clock.now += 1.0
            return super().forward(inputs)

    model = Slow(*network())
    recorder = record(model, tmp_path / "run.csv", every=1, most_share=0.05)
    trained(model, 300, recorder)
    share = recorder.time_share
    recorder.close()
    assert 0.03 < share <= 0.05
    assert recorder.left_out > 250
    # 300 steps and the start; the last step is recorded at the end if it was left out.
    assert recorder.records + recorder.left_out in (301, 302)
    about = json.loads((tmp_path / "run.json").read_text())
    assert about["left_out"] == recorder.left_out


def test_resuming_drops_what_was_lost_and_goes_on(tmp_path):
    path = tmp_path / "run.csv"
    model = network()
    recorder = record(model, path)
    trained(model, 15, recorder)
    recorder.release()
    kept = path.read_text().splitlines()[:3]
    with path.open("a") as file:
        file.write("0,20,0.1,0.5,0.")  # cut in a line
    again = record(network(), path, resume=True)
    assert again.records == 4
    again.resume_at(8)
    for step in range(9, 21):
        again.step(step)
    again.close()
    assert path.read_text().splitlines()[:3] == kept
    assert again.profile().epochs == (0, 5, 10, 15, 20)
    seconds = [float(line.split(",")[2]) for line in path.read_text().splitlines()[1:]]
    assert seconds == sorted(seconds)


LOOP = """
import sys, torch
sys.path.insert(0, {tests!r})
from test_recorder import *
model = network()
with record(model, {path!r}, resume=True, every=1) as recorder:
    trained(model, 10**6 if {killed} else 3, recorder)
"""


@pytest.mark.slow
def test_a_kill_loses_no_record(tmp_path):
    path = tmp_path / "run.csv"
    code = {key: LOOP.format(tests=TESTS, path=str(path), killed=key) for key in (True, False)}
    process = subprocess.Popen([sys.executable, "-c", code[True]])
    try:
        until(lambda: path.exists() and path.read_text().count("\n") > 5)
    finally:
        process.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        process.wait()
    (before,) = read_networks(path)
    assert len(before.epochs) >= 5
    subprocess.run([sys.executable, "-c", code[False]], check=True)
    (after,) = read_networks(path)
    assert after.epochs[: len(before.epochs)] == before.epochs
    assert after.epochs[-1] == before.epochs[-1] + 3
    np.testing.assert_array_equal(after.history[:, : len(before.epochs)], before.history)


def until(true, seconds=60.0):
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)


DISTRIBUTED = """
import sys, torch
sys.path.insert(0, {tests!r})
from test_recorder import *
rank = int(sys.argv[1])
torch.distributed.init_process_group("gloo", init_method={store!r}, rank=rank, world_size=2)
model = network()
shared = nn.parallel.DistributedDataParallel(model)
recorder = record(shared, {path!r}, every=2)
trained(shared, 5, recorder)
recorder.close()
assert (recorder.records > 0) == (rank == 0)
if rank == 0:
    np.testing.assert_allclose(recorder.profile().separation, measure(shared, DATA).separation, rtol=1e-6)
torch.distributed.destroy_process_group()
"""


@pytest.mark.slow
@pytest.mark.skipif(not torch.distributed.is_available(), reason="this torch has no distributed training")
def test_of_two_processes_one_records(tmp_path):
    path = tmp_path / "run.csv"
    code = DISTRIBUTED.format(tests=TESTS, path=str(path), store=(tmp_path / "store").as_uri())
    both = [subprocess.Popen([sys.executable, "-c", code, str(rank)]) for rank in range(2)]
    assert [process.wait(120) for process in both] == [0, 0]
    assert read_networks(path)[0].epochs == (0, 2, 4, 5)


def test_lightning_records_and_goes_on(tmp_path):
    lightning = pytest.importorskip("lightning.pytorch", reason="needs lightning, which is not installed")

    class Module(lightning.LightningModule):
        def __init__(self):
            super().__init__()
            self.network = network()

        def forward(self, inputs):
            return self.network(inputs)

        def training_step(self, batch, _number):
            return nn.functional.cross_entropy(self(batch[0]), batch[1])

        def configure_optimizers(self):
            return torch.optim.Adam(self.parameters(), 0.01)

    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(*DATA), batch_size=40)
    path, module = tmp_path / "run.csv", Module()

    def fit(epochs, **options):
        callback = lightning_callback(DATA, every=2, path=path, most_share=None)
        trainer = lightning.Trainer(
            max_epochs=epochs, callbacks=[callback], accelerator="cpu", logger=False, enable_checkpointing=False,
            enable_progress_bar=False, enable_model_summary=False,
        )  # fmt: skip
        trainer.fit(module, loader, **options)
        trainer.save_checkpoint(tmp_path / "checkpoint.ckpt")
        return callback.recorder

    recorder = fit(2)
    assert recorder.profile().epochs == (0, 2, 4, 6)
    assert recorder.profile().layers == ("network.0", "network.1", "network.2")
    np.testing.assert_allclose(recorder.profile().separation, measure(module, DATA).separation, rtol=1e-6)
    again = fit(3, ckpt_path=tmp_path / "checkpoint.ckpt")
    assert again.profile().epochs == (0, 2, 4, 6, 8, 9)


def test_the_trainer_of_transformers_records(tmp_path, monkeypatch):
    transformers = pytest.importorskip("transformers", reason="needs transformers, which is not installed")
    pytest.importorskip("accelerate", reason="the Trainer of transformers needs accelerate, which is not installed")
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    config = transformers.BertConfig(
        vocab_size=9, hidden_size=12, num_hidden_layers=3, num_attention_heads=2, intermediate_size=16, num_labels=3
    )
    torch.manual_seed(0)
    model = transformers.BertForSequenceClassification(config)
    tokens = torch.randint(9, (60, 5), generator=torch.Generator().manual_seed(1))
    labels = tokens[:, 0] % 3
    callback = trainer_callback(({"input_ids": tokens}, labels), every=2, path=tmp_path / "run.csv", pool="mean",
                                most_share=None)  # fmt: skip
    rows = [{"input_ids": row, "labels": label} for row, label in zip(tokens, labels, strict=True)]
    arguments = transformers.TrainingArguments(
        output_dir=str(tmp_path / "out"), max_steps=5, report_to=[], save_strategy="no", use_cpu=True, disable_tqdm=True
    )
    transformers.Trainer(model, arguments, train_dataset=rows, callbacks=[callback]).train()
    profile = callback.recorder.profile()
    assert profile.epochs == (0, 2, 4, 5)
    assert profile.layers == tuple(f"bert.encoder.layer.{number}" for number in range(3))
    expected = measure(model, ({"input_ids": tokens}, labels), pool="mean")
    np.testing.assert_allclose(profile.separation, expected.separation, rtol=1e-6)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"model": nn.Linear(10, 3)}, "cannot be guessed"),
        ({"probe": (INPUTS, LABELS * 0)}, "1 class in 120 samples"),
        ({"probe": (INPUTS[:1], LABELS[:1])}, "1 class in 1 samples"),
        ({"probe": (INPUTS, LABELS[:7])}, "120 inputs and 7 labels"),
        ({"probe": (INPUTS * float("nan"), LABELS)}, "feature 0 is nan"),
        ({"probe": (["a", "b"], LABELS)}, "data"),
        ({"probe": (np.array([["a"], ["b"]]), LABELS[:2])}, "inputs must be numbers"),
        ({"every": 0}, "at least|from 1"),
        ({"most_share": 0.0}, "a share above 0"),
        ({"separation": "trace"}, "did you mean 'trace-ratio'"),
        ({"layers": ["9"]}, "no module '9'"),
        ({"path": "run.npz"}, "must end in .csv"),
        ({"path": "nowhere/run.csv"}, "does not exist"),
    ],
)
def test_bad_input_is_refused_before_the_training(tmp_path, monkeypatch, change, says):
    monkeypatch.chdir(tmp_path)
    arguments = {"model": network(), "probe": DATA, "path": "run.csv", **change}
    with pytest.raises(BadInputError, match=says):
        LoadRecorder(arguments.pop("model"), arguments.pop("probe"), **arguments)
    assert not any(tmp_path.iterdir())


def test_a_file_of_another_training_is_kept(tmp_path):
    path = tmp_path / "run.csv"
    record(network(), path).close()
    before = path.read_text()
    for options, says in (
        ({}, "exists already; resume=True"),
        ({"resume": True, "layers": ["0", "1"]}, r"of another training \(layers"),
        ({"resume": True, "separation": "fuzziness"}, r"of another training \(measure trace-ratio, now fuzziness"),
    ):
        with pytest.raises(BadInputError, match=says):
            record(network(), path, **options)
    with (
        pytest.raises(BadInputError, match="another training is being recorded"),
        record(network(), tmp_path / "a.csv"),
    ):
        record(network(), tmp_path / "a.csv", resume=True)
    assert path.read_text() == before


def test_classes_that_the_probe_lacks_are_told(tmp_path):
    with pytest.warns(UserWarning, match="no sample of class 2, which the model knows"):
        LoadRecorder(network(), (INPUTS[LABELS < 2], LABELS[LABELS < 2]), path=tmp_path / "run.csv").close()


@pytest.mark.parametrize(
    ("library", "make", "extra"),
    [("lightning", lightning_callback, "lightning"), ("transformers", trainer_callback, "language")],
)
def test_missing_libraries_are_named(monkeypatch, library, make, extra):
    for name in [name for name in sys.modules if name.partition(".")[0] == library] or [library]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(BadInputError, match=rf'needs {library}.*pip install "folding-ruler\[{extra}\]"'):
        make(DATA)


def test_the_example_of_the_page_runs(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    loop = textwrap.dedent("""
    recorder = ruler.LoadRecorder(model, probe=(x, y), every=50, path="run.csv")
    for _ in range(3):
        recorder.step()
    recorder.close()
    """)
    exec(loop, {"ruler": ruler, "model": network(), "x": INPUTS, "y": LABELS})
    assert read_networks("run.csv")[0].epochs == (0, 3)
