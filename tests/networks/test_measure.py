"""Any torch network by hooks: the numbers, and that the model is left as it was."""

import sys

import numpy as np
import pytest

from ruler.errors import BadInputError
from ruler.networks import measure, separation

torch = pytest.importorskip("torch", reason="measuring a torch network needs torch")
nn = torch.nn

LABELS = torch.arange(3).repeat(20)
IMAGES = torch.randn(60, 1, 8, 8, generator=torch.Generator().manual_seed(0)) + LABELS[:, None, None, None]


def small_cnn():
    torch.manual_seed(1)
    return nn.Sequential(
        nn.Sequential(nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4), nn.ReLU(inplace=True)),
        nn.Sequential(nn.Conv2d(4, 6, 3), nn.Dropout(0.5), nn.ReLU(inplace=True)),
        nn.Sequential(nn.Flatten(), nn.Linear(96, 3)),
    )


def by_hand(model, layers, kind="trace-ratio"):
    model.eval()
    features, values = IMAGES, [separation(IMAGES.numpy(), LABELS.numpy(), kind)]
    with torch.no_grad():
        for layer in model[:layers]:
            features = layer(features)
            values.append(separation(features.numpy(), LABELS.numpy(), kind))
    return values


def test_a_users_network_in_five_lines():
    from ruler.networks import measure

    model = small_cnn()
    profile = measure(model, (IMAGES, LABELS), layers=["0", "1"])
    center = profile.measures.center_of_load

    assert profile.layers == ("0", "1")
    # Not trained, it separates nothing: what is in no layer has no centre.
    assert profile.separation[0, -1] > profile.separation[0, 0]
    assert center is None
    np.testing.assert_allclose(profile.separation[0], by_hand(model, 2), rtol=1e-9)


@pytest.mark.parametrize("kind", ["trace-ratio", "pseudo-inverse"])
@pytest.mark.parametrize("batch_size", [7, 1000])
def test_batches_and_measures(kind, batch_size):
    model = small_cnn()
    profile = measure(model, (IMAGES, LABELS), separation=kind, batch_size=batch_size)
    assert profile.measure == kind
    # Convolutions of another batch size round differently in float32.
    np.testing.assert_allclose(profile.separation[0], by_hand(model, 2, kind), rtol=1e-4)


def test_a_data_loader_and_numpy_arrays():
    loader = torch.utils.data.DataLoader(torch.utils.data.TensorDataset(IMAGES, LABELS), batch_size=16)
    expected = measure(small_cnn(), (IMAGES, LABELS), ["0"]).separation
    np.testing.assert_allclose(measure(small_cnn(), loader, ["0"]).separation, expected, rtol=1e-5)
    np.testing.assert_allclose(
        measure(small_cnn(), (IMAGES.numpy(), LABELS.numpy()), ["0"]).separation, expected, rtol=1e-9
    )


def test_start_makes_another_layer_the_input():
    model = small_cnn()
    profile = measure(model, (IMAGES, LABELS), ["1"], start="0")
    np.testing.assert_allclose(profile.separation[0], by_hand(model, 2)[1:], rtol=1e-9)


def test_layers_inside_others_and_before_an_activation_in_place():
    model = small_cnn().eval()
    profile = measure(model, (IMAGES, LABELS), ["0.1", "0"])
    with torch.no_grad():
        before = model[0][1](model[0][0](IMAGES))
        expected = separation(before.numpy(), LABELS.numpy())
    assert profile.separation[0, 1] == pytest.approx(expected, rel=1e-9)
    assert profile.separation[0, 2] != profile.separation[0, 1]


def test_accuracy_is_that_of_the_model_in_evaluation_mode():
    model = small_cnn()
    profile = measure(model, (IMAGES, LABELS), ["0"])
    answers = model.eval()(IMAGES).argmax(1)
    assert profile.accuracy[0] == pytest.approx((answers == LABELS).float().mean().item())
    assert measure(nn.Sequential(*model[:2]), (IMAGES, LABELS), ["0"]).accuracy is None


@pytest.mark.parametrize("frozen", [False, True])
def test_every_module_gets_its_own_mode_back(frozen):
    model = small_cnn().train()
    if frozen:
        model[0][1].eval()
    modes = [module.training for module in model.modules()]
    weights = {key: value.clone() for key, value in model.state_dict().items()}
    measure(model, (IMAGES, LABELS))
    assert [module.training for module in model.modules()] == modes
    assert all(torch.equal(value, weights[key]) for key, value in model.state_dict().items())


@pytest.mark.parametrize("images", [IMAGES[:, :, :4, :4], IMAGES * float("nan")])
def test_mode_and_hooks_are_restored_after_an_error(images):
    model = small_cnn().train()
    with pytest.raises((RuntimeError, BadInputError)):
        measure(model, (images, LABELS))
    assert all(module.training for module in model.modules())
    assert not any(module._forward_hooks for module in model.modules())


def test_inputs_follow_the_model_which_keeps_its_device():
    model = small_cnn().to("meta")
    with pytest.raises((NotImplementedError, RuntimeError), match="meta"):  # the only other device everywhere
        measure(model, (IMAGES, LABELS))
    assert all(parameter.device.type == "meta" for parameter in model.parameters())


def test_a_model_that_works_in_place_does_not_change_the_data():
    images = IMAGES.clone()
    model = nn.Sequential(nn.ReLU(inplace=True), nn.Flatten(), nn.Linear(64, 3))
    profile = measure(model, (images, LABELS), ["0"])
    assert torch.equal(images, IMAGES)
    assert profile.separation[0, 0] == pytest.approx(separation(IMAGES.numpy(), LABELS.numpy()), rel=1e-9)
    assert profile.separation[0, 1] != profile.separation[0, 0]


def test_inputs_of_another_precision_and_models_without_parameters():
    expected = measure(small_cnn(), (IMAGES, LABELS), ["0"]).separation
    doubles = measure(small_cnn(), (IMAGES.double().numpy(), LABELS), ["0"]).separation
    np.testing.assert_allclose(doubles, expected, rtol=1e-6)
    plain = measure(nn.Sequential(nn.Flatten(), nn.Softmax(1)), (IMAGES, LABELS))
    assert plain.separation[0, 0] == pytest.approx(plain.separation[0, 1], rel=1e-9)


def test_half_precision_features():
    model = nn.Sequential(nn.Flatten(), nn.Linear(64, 5), nn.Linear(5, 3)).to(torch.bfloat16)
    profile = measure(model, (IMAGES.to(torch.bfloat16), LABELS))
    assert profile.layers == ("0", "1")
    assert np.isfinite(profile.separation).all()


class Word(nn.Module):
    def forward(self, inputs):
        return "word"


class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(64, 64)
        self.unused = nn.Linear(2, 2)
        self.memory = nn.LSTM(64, 4)
        self.nothing = Word()

    def forward(self, inputs):
        self.nothing(inputs)
        return self.memory(self.first(self.first(inputs.flatten(1))))[0]


def test_a_module_that_runs_twice_is_two_layers_and_a_tuple_stands_for_its_first_tensor():
    torch.manual_seed(2)
    model, flat = Twice(), IMAGES.flatten(1)
    profile = measure(model, (IMAGES, LABELS), ["memory", "first"])
    assert profile.layers == ("first", "first (2)", "memory")
    with torch.no_grad():
        once = model.first(flat)
        twice = model.first(once)
        expected = [separation(each.numpy(), LABELS.numpy()) for each in (flat, once, twice, model.memory(twice)[0])]
    np.testing.assert_allclose(profile.separation[0], expected, rtol=1e-6)


def test_labels_of_text_and_batches_as_mappings():
    names = np.array(["pear", "fig", "plum"])[LABELS]
    expected = measure(small_cnn(), (IMAGES, LABELS), ["0"]).separation
    for labels in (names, list(names)):
        np.testing.assert_allclose(measure(small_cnn(), (IMAGES, labels), ["0"]).separation, expected, rtol=1e-9)
    batches = [{"input": IMAGES[half::2], "labels": LABELS[half::2]} for half in (0, 1)]
    np.testing.assert_allclose(measure(small_cnn(), batches, ["0"]).separation, expected, rtol=1e-5)


class Blocks(nn.Module):
    """As transformers are built: an embedding, blocks that give tuples, an output for every token."""

    def __init__(self):
        super().__init__()
        self.embed = nn.Embedding(9, 6)
        self.blocks = nn.ModuleList(nn.GRU(6, 6, batch_first=True) for _ in range(3))
        self.head = nn.Linear(6, 9)

    def forward(self, tokens, shift=None):
        hidden = self.embed(tokens)
        for block in self.blocks:
            hidden = hidden + block(hidden)[0]
        return self.head(hidden)


def test_places_in_time_are_pooled_and_blocks_are_found():
    torch.manual_seed(3)
    model, tokens = Blocks(), torch.randint(9, (30, 5))
    labels = tokens[:, 0] % 3
    after = {}
    with torch.no_grad():
        hidden = after["start"] = model.embed(tokens)
        after["first"] = model.blocks[0](hidden)[0]
    for pool, of in {
        "last": lambda values: (values[:, -1], labels),
        "mean": lambda values: (values.mean(1), labels),
        "all": lambda values: (values.reshape(-1, 6), labels.repeat_interleave(5)),
        "flatten": lambda values: (values.flatten(1), labels),
    }.items():
        profile = measure(model, (tokens, labels), start="embed", pool=pool)
        assert profile.layers == ("blocks.0", "blocks.1", "blocks.2")
        expected = [separation(*map(np.asarray, of(after[key]))) for key in ("start", "first")]
        np.testing.assert_allclose(profile.separation[0, :2], expected, rtol=1e-5, err_msg=pool)
    each = tokens % 2
    each[0, 0] = -100
    profile = measure(model, ({"tokens": tokens, "shift": tokens}, each), start="embed", pool="all")
    rows, keys = after["first"].reshape(-1, 6)[1:], each.flatten()[1:]
    assert profile.separation[0, 1] == pytest.approx(separation(rows.numpy(), keys.numpy()), rel=1e-5)


def test_images_are_pooled_over_their_places():
    model = small_cnn().eval()
    profile = measure(model, (IMAGES, LABELS), ["1"], pool="mean", separation="fuzziness")
    with torch.no_grad():
        means = model[:2](IMAGES).mean(dim=(2, 3))
    assert profile.separation[0, 1] == pytest.approx(separation(means.numpy(), LABELS.numpy(), "fuzziness"), rel=1e-5)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"pool": "max"}, "pool: 'max' is not known"),
        ({"start": "blocks.0"}, "start: 'blocks.0' is one of the layers"),
        ({"pool": "all"}, "no axis of places; with a label for every place name the module"),
        ({"start": "embed", "pool": "all", "labels": 4}, "do not fit|does not fit"),
        ({"start": "embed", "separation": "trace"}, "separation: 'trace' is not known"),
        ({"layers": "blocks.0"}, "name at least one module"),
    ],
)
def test_what_does_not_fit_together_is_refused(arguments, says):
    tokens = torch.arange(60).reshape(12, 5) % 9
    data = (tokens, tokens[:, : arguments.pop("labels", 5)])
    with pytest.raises(BadInputError, match=says):
        measure(Blocks(), data, **arguments)


@pytest.mark.slow
def test_a_model_that_is_compiled_or_that_several_processes_share_is_measured_as_itself():
    expected = measure(small_cnn(), (IMAGES, LABELS)).separation
    np.testing.assert_array_equal(measure(torch.compile(small_cnn()), (IMAGES, LABELS)).separation, expected)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_data():
    import tracemalloc

    def batches(count):
        generator = torch.Generator().manual_seed(0)
        for _ in range(count):
            yield torch.randn(500, 40, generator=generator), torch.arange(500) % 3

    model, peaks = nn.Sequential(nn.Linear(40, 60), nn.Linear(60, 3)), []
    for count in (4, 40):
        tracemalloc.start()
        measure(model, batches(count), separation="fuzziness")
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    assert peaks[1] < 1.2 * peaks[0]


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        (["nine"], "no module 'nine'; it has first, unused, memory, nothing"),
        ([""], "no module ''"),
        (["first", "first"], "each only once"),
        ([], "at least one"),
        (["unused"], "'unused': it does not run"),
        (["first", "unused"], "'unused': it does not run"),
        (["nothing"], "'nothing': it gives str; a tensor"),
    ],
)
def test_layers_that_cannot_be_measured_are_refused(layers, says):
    with pytest.raises(BadInputError, match=says):
        measure(Twice(), (IMAGES, LABELS), layers)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ((IMAGES, LABELS[:9]), "60 inputs and 9 labels"),
        ((IMAGES[:0], LABELS[:0]), "0 inputs and 0 labels"),
        ([], "no batches"),
        (5, "an iterable of such pairs"),
        ([IMAGES], "every batch must be a pair"),
        ((IMAGES, LABELS * 0), "layer 'input': labels: 1 class"),
        ((IMAGES, nn.functional.one_hot(LABELS)), "layer 'input': labels: shape.*argmax"),
    ],
)
def test_data_that_cannot_be_used_are_refused(data, says):
    with pytest.raises(BadInputError, match=says):
        measure(small_cnn(), data)


def test_layers_of_a_model_without_children_cannot_be_guessed():
    with pytest.raises(BadInputError, match="cannot be guessed"):
        measure(nn.Linear(2, 2), (IMAGES, LABELS))
    with pytest.raises(BadInputError, match="batch_size: 0"):
        measure(small_cnn(), (IMAGES, LABELS), batch_size=0)


def test_missing_torch_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(
        BadInputError, match=r'measuring a network needs torch.*pip install "folding-ruler\[networks\]"'
    ):
        measure(None, (IMAGES, LABELS))
