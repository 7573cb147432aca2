"""Language models in folders: the residual against NumPy and theory, what is refused, the command."""

import json
import sys

import numpy as np
import pytest

from ruler.errors import BadInputError
from ruler.networks import LanguageMeasurement, LayerProfile, measure_language, read_layer_table
from ruler.networks.data import load_data
from ruler.networks.mlp import build_network, hidden_layer
from ruler.networks.residuals import measure_residuals
from ruler.networks.settings import make_settings

torch = pytest.importorskip("torch", reason="language models need torch")
transformers = pytest.importorskip("transformers", reason="needs transformers, which is not installed")
tokenizers = pytest.importorskip("tokenizers", reason="needs tokenizers, which is not installed")

WIDTH, LETTERS = 16, "abcdefgh "


def saved(folder, cls="GPT2", **options):
    """A small model with a tokenizer of letters, in a folder."""
    signs = {sign: number for number, sign in enumerate(LETTERS)}
    tokenizer = tokenizers.Tokenizer(tokenizers.models.WordLevel(signs, unk_token=" "))
    tokenizer.pre_tokenizer = tokenizers.pre_tokenizers.Split("", "isolated")
    transformers.PreTrainedTokenizerFast(tokenizer_object=tokenizer).save_pretrained(folder)
    torch.manual_seed(0)
    if cls == "GPT2":
        config = transformers.GPT2Config(
            n_layer=3, n_embd=WIDTH, n_head=2, n_positions=32, vocab_size=9, bos_token_id=0, eos_token_id=0, **options
        )
        model = transformers.GPT2LMHeadModel(config)
    else:
        config = transformers.LlamaConfig(
            hidden_size=WIDTH, intermediate_size=24, num_hidden_layers=2, num_attention_heads=2, vocab_size=9,
            max_position_embeddings=64, bos_token_id=0, eos_token_id=0,
        )  # fmt: skip
        model = transformers.LlamaForCausalLM(config)
    model.save_pretrained(folder)
    return model


@pytest.fixture(scope="module")
def text(tmp_path_factory):
    """Each letter is followed by the next of the alphabet, four times in five."""
    rng, path = np.random.default_rng(0), tmp_path_factory.mktemp("text") / "letters.txt"
    places = [0]
    for jump in rng.random(4000):
        places.append((places[-1] + 1) % 9 if jump < 0.8 else int(rng.integers(9)))
    path.write_text("".join(LETTERS[place] for place in places))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    path = tmp_path_factory.mktemp("gpt2")
    saved(path)
    return path


def unexplained(features, targets):
    """By NumPy's own least squares."""
    design = np.column_stack([np.ones(len(features)), features])
    rest = targets - design @ np.linalg.lstsq(design, targets, rcond=None)[0]
    return (rest**2).sum() / ((targets - targets.mean(axis=0)) ** 2).sum()


@pytest.mark.slow
@pytest.mark.parametrize("cls", ["GPT2", "Llama"])
@pytest.mark.parametrize("target", ["index", "embedding"])
def test_the_residual_is_that_of_a_direct_fit(tmp_path, text, cls, target):
    model = saved(tmp_path, cls).eval()
    measured = measure_language(tmp_path, text, target=target, tokens=1000)
    numbers = torch.tensor([LETTERS.index(sign) for sign in text.read_text()[:1000]])
    length = 32 if cls == "GPT2" else 64
    rows = numbers[: 1000 // length * length].reshape(-1, length)
    with torch.no_grad():
        hidden = model(rows[:, :-1], output_hidden_states=True).hidden_states
    # The last is after the final norm, which a fit does not see; the first has places where there are any.
    layers = range(1, len(hidden) - 1)
    following = rows[:, 1:].reshape(-1)
    targets = np.arange(9.0)[:, None] if target == "index" else model.get_input_embeddings().weight.detach().numpy()
    for layer in layers:
        features = hidden[layer].reshape(-1, WIDTH).double().numpy()
        if cls == "GPT2":
            features = features - features.mean(axis=1, keepdims=True)
        features = features / np.sqrt((features**2).mean(axis=1, keepdims=True) + 1e-5)
        expected = unexplained(features, targets.astype(float)[following])
        assert measured.profile.separation[0, layer] == pytest.approx(np.log(expected), rel=1e-5), layer
    assert measured.tokens == len(following)
    loss = torch.nn.functional.cross_entropy(model(rows[:, :-1]).logits.flatten(0, 1), following)
    assert measured.loss == pytest.approx(loss.item(), rel=1e-5)


@pytest.mark.slow
def test_random_weights_have_no_regime(folder, text):
    measured = measure_language(folder, text)
    assert "has not learned this text" in measured.note
    assert measured.as_dict()["regime"] == "-"
    assert measured.measures.load is None
    assert measured.unigram == pytest.approx(np.log(9), abs=0.01)  # all letters are equally frequent


def found(values, loss=1.0, tokens=10_000):
    profile = LayerProfile("model", ("1", "2", "3"), np.array([values]), measure="prediction-residual")
    return LanguageMeasurement(profile, profile, tokens, "index", loss, unigram=3.0, wall=0.1)


def test_loads_are_told_of_a_model_that_knows_more_than_frequencies_and_beyond_the_noise():
    straight = found([-0.1, -0.3, -0.5, -0.7])
    assert straight.note is None
    assert straight.as_dict()["regime"] == "straight"
    assert straight.as_dict()["straightness_r2"] == pytest.approx(1.0)
    assert straight.as_dict()["straightness_r2_of_blocks"] == pytest.approx(1.0)
    assert "has not learned this text" in found([-0.1, -0.3, -0.5, -0.7], loss=3.0).note
    # Twice sqrt(2) times the standard error sqrt(2 / 10,000) of a log of a variance: 0.04.
    assert "within its noise of 0.040" in found([-0.1, -0.12, -0.13, -0.139]).note
    assert found([-0.1, -0.12, -0.13, -0.141]).note is None
    assert found([-0.1, -0.09, -0.08, -0.07]).measures.load is None


def test_the_transformer_trained_here_is_measured_the_same_way():
    settings = make_settings({"architecture": "transformer", "data": "python-docs", "depth": 2, "width": 8})
    torch.manual_seed(0)
    model = build_network(settings, 64, 102).eval()
    data = load_data("python-docs")
    tokens, following = (torch.from_numpy(each[:40]) for each in (data.train_inputs, data.train_labels))
    assert (data.train_labels[:, :-1] == data.train_inputs[:, 1:]).all()
    names = [hidden_layer(number) for number in (1, 2)]
    profile = measure_residuals(model, tokens, following, names, start="input")
    with torch.no_grad():
        features = model[1](model[0](tokens)).reshape(-1, 8).double().numpy()
        # Of causal attention a later character changes nothing earlier.
        other = tokens.clone()
        other[:, -1] = 0
        assert torch.allclose(model(tokens)[:, :-1], model(other)[:, :-1])
    features -= features.mean(axis=1, keepdims=True)
    features /= np.sqrt((features**2).mean(axis=1, keepdims=True) + 1e-5)
    expected = unexplained(features, following.reshape(-1, 1).double().numpy())
    assert profile.separation[0, 1] == pytest.approx(np.log(expected), rel=1e-5)


@pytest.mark.slow
def test_the_command(cli, folder, text, tmp_path):
    done = cli("network", "measure", folder, text, "--tokens", "600", "--json", "-o", tmp_path / "layers.csv")
    assert done.code == 0
    answer = json.loads(done.out)
    assert {"layers", "D", "load", "center_of_load", "straightness_r2", "tokens", "measure", "wall_s"} <= set(answer)
    assert answer["measure"] == "prediction-residual"
    assert answer["layers"] == [f"transformer.h.{number}" for number in range(3)]
    assert read_layer_table(tmp_path / "layers.csv").separation[0].tolist() == answer["D"]
    report = cli("network", "measure", folder, text, "--tokens", "600").out
    assert "3 blocks" in report
    assert "has not learned this text" in report


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("{folder}", "{short}"), "tokens are too few for a fit to 16 features; at least 32"),
        (("{empty}", "{text}"), "is no folder of a model"),
        (("{text}", "{text}"), "is no folder of a model"),
        (("{broken}", "{text}"), "is no model and tokenizer that transformers reads"),
        (("{folder}", "nowhere.txt"), "nowhere.txt"),
        (("{folder}", "{text}", "--tokens", "1"), "at least 2"),
        (("{folder}", "{text}", "--target", "word"), "word"),
        (("{folder}", "{text}", "-o", "layers.txt"), "must end in"),
        (("{folder}",), "measure takes a file"),
    ],
)
def test_bad_input_is_told(cli, folder, text, tmp_path, arguments, says):
    (tmp_path / "empty").mkdir()
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / "config.json").write_text('{"model_type": "gpt2"}')
    (tmp_path / "short.txt").write_text("abc")
    places = {"folder": folder, "text": text, **{name: tmp_path / name for name in ("empty", "broken")}}
    done = cli("network", "measure", *(each.format(**places, short=tmp_path / "short.txt") for each in arguments))
    assert (done.code, says in done.err, "Traceback" in done.err) == (2, True, False), done.err


def test_a_missing_library_is_named(monkeypatch, folder, text):
    for name in [name for name in sys.modules if name.partition(".")[0] == "transformers"]:
        monkeypatch.setitem(sys.modules, name, None)
    with pytest.raises(BadInputError, match=r'needs transformers.*pip install "folding-ruler\[language\]"'):
        measure_language(folder, text)
