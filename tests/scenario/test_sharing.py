"""A session as a line of text."""

import zlib

import numpy as np
import pytest

import ruler
from ruler.errors import BadInputError
from ruler.scenario import load_scenario, scenario_from_data, scenario_to_data, shipped_scenarios
from ruler.scenario.sharing import is_scenario_text, scenario_from_text, scenario_to_text


def session():
    data = scenario_to_data(load_scenario("steady", ["ruler.hinges=4"]))
    data["phase"] = [{"name": "by hand", "hold": False, "until": {"time": 2.0}}]
    data["command"] = [
        {"step": 0, "grab": {"section": 5, "along": 1.0, "x": 0.1, "y": 0.0}},
        {"step": 3, "move": {"x": 0.1 + 1 / 3, "y": 0.01, "steps": 400}},
        {"step": 900, "end": True},
    ]
    return scenario_from_data(data, "session")


@pytest.mark.parametrize("name", shipped_scenarios())
def test_every_scenario_comes_back_as_it_was(name):
    scenario = load_scenario(name)
    text = scenario_to_text(scenario)
    assert is_scenario_text(text)
    assert len(text) < 2000
    assert scenario_from_text(text) == scenario


def test_a_session_pasted_plays_to_the_same_bytes():
    scenario = session()
    again = scenario_from_text(f"look at this:\n {scenario_to_text(scenario)} it is good")
    assert np.array_equal(ruler.simulate(again).table, ruler.simulate(scenario).table)


def test_line_breaks_of_a_mail_do_not_matter():
    text = scenario_to_text(session())
    broken = "\r\n".join(text[i : i + 40] for i in range(0, len(text), 40))
    assert scenario_from_text(broken) == session()


def test_what_is_not_whole_is_refused_whatever_is_missing():
    text = scenario_to_text(session())
    start = len("folding-ruler:1:")
    for place in range(start, len(text), 7):
        changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
        with pytest.raises(BadInputError):
            scenario_from_text(changed)
        with pytest.raises(BadInputError):
            scenario_from_text(text[:place] + text[place + 1 :])


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("", "holds no whole session"),
        ("folding-ruler:2:00000000:AAAA:", "version 2"),
        ("folding-ruler:1:00000000:AAAA:", "checksum"),
    ],
)
def test_what_is_wrong_is_said(text, told):
    with pytest.raises(BadInputError, match=told):
        scenario_from_text(text)


def packed(content):
    import base64

    data = zlib.compress(content, 9)
    return f"folding-ruler:1:{zlib.crc32(data):08x}:{base64.urlsafe_b64encode(data).decode()}:"


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"[]", "holds no scenario"),
        (b" " * 60_000_000, "50|47"),
        (b"[" * 100_000, "holds no scenario"),
        (b'{"format": 1, "hinge": {"torque": -1}}', "hinge.torque"),
    ],
    ids=["list", "bomb", "nested", "bad value"],
)
def test_what_was_packed_is_checked_like_a_file(content, told):
    with pytest.raises(BadInputError, match=told):
        scenario_from_text(packed(content))
