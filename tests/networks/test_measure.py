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
    assert center is not None
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


class Twice(nn.Module):
    def __init__(self):
        super().__init__()
        self.first = nn.Linear(64, 64)
        self.unused = nn.Linear(2, 2)
        self.memory = nn.LSTM(64, 4)

    def forward(self, inputs):
        return self.memory(self.first(self.first(inputs.flatten(1))))[0]


@pytest.mark.parametrize(
    ("layers", "says"),
    [
        (["nine"], "no module 'nine'; it has first, unused, memory"),
        ([""], "no module ''"),
        (["first", "first"], "each only once"),
        ([], "at least one"),
        (["first"], "'first': it ran 2 times"),
        (["unused"], "'unused': it ran 0 times"),
        (["memory"], "'memory': it gives tuple; one tensor"),
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
