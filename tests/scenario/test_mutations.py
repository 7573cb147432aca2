"""Two thousand broken scenarios: each is refused with a message, or is fine; never a traceback, never a hang."""

import copy
import math
import time
import tomllib

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import ruler
from ruler.errors import BadInputError
from ruler.scenario import Scenario, load_scenario, scenario_from_data

VALID = [tomllib.loads(path.read_text(encoding="utf-8")) for path in ruler.shipped_scenarios().values()] + [
    {
        "ruler": {"hinges": 3, "opening": [10.0, 20.0, 30.0], "limits": [5.0, 170.0]},
        "hand": {"strength": 5.0, "stiffness": 300.0, "damping": 2.0},
        "phase": [
            {"pull": {"path": [[0.0, 0.0, 0.0], [1.0, 0.1, 0.0]]}, "until": {"extension": 0.3}},
            {"pull": {"force": 1.0}, "until": {"extension": 0.5, "time": 9.0}},
        ],
    }
]
WORDS = st.sampled_from(
    ["hinges", "torque", "noise", "tip", "pinned", "phase", "until", "extension", "time", "path", "", "float"]
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.sampled_from([0, -1, 1, 10**9, 10**30, 2**63, 1e-300, 1e300, -0.0, math.nan, math.inf, -math.inf]),
    st.floats(),
    st.text(max_size=20),
    WORDS,
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.one_of(WORDS, st.text(max_size=8)), inner, max_size=4)
    ),
    max_leaves=6,
)


def places(data, path=()):
    """Every place in nested data, the root left out."""
    entries = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, value in entries:
        yield (*path, key)
        yield from places(value, (*path, key))


def mutate(draw, data):
    """Replace, remove, repeat or add something at a random place."""
    path = draw(st.sampled_from(sorted(places(data), key=repr)))
    here = data
    for key in path[:-1]:
        here = here[key]
    action = draw(st.sampled_from(["replace", "replace", "remove", "repeat", "add"]))
    if action == "replace":
        here[path[-1]] = draw(VALUES)
    elif action == "remove":
        del here[path[-1]]
    elif action == "repeat" and isinstance(here, list):
        here.insert(path[-1], copy.deepcopy(here[path[-1]]))
    elif isinstance(here, dict):
        here[draw(st.one_of(WORDS, st.text(max_size=8)))] = draw(VALUES)
    else:
        here.append(draw(VALUES))


@st.composite
def mutated(draw):
    data = copy.deepcopy(draw(st.sampled_from(VALID)))
    for _ in range(draw(st.integers(1, 4))):
        if not list(places(data)):
            break
        mutate(draw, data)
    return data


def refusal(read):
    """The message with which a scenario is refused, or None when it is fine."""
    try:
        assert isinstance(read(), Scenario)
    except BadInputError as error:
        return str(error)
    return None


@given(mutated())
@settings(max_examples=2000, deadline=None, suppress_health_check=list(HealthCheck))
@pytest.mark.slow
def test_mutated_scenario_is_refused_with_a_message_or_fine(data):
    started = time.perf_counter()
    message = refusal(lambda: scenario_from_data(data, "mutant.toml"))
    if message is not None:
        assert message.startswith("mutant.toml: ")
        assert "Traceback" not in message
    assert time.perf_counter() - started < 5.0


@given(st.binary(max_size=300))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_bytes_are_refused_with_a_message(tmp_path_factory, content):
    path = tmp_path_factory.getbasetemp() / "bytes.toml"
    path.write_bytes(content)
    with pytest.raises(BadInputError, match=r"bytes\.toml: "):
        load_scenario(path)


@given(st.sampled_from(sorted(ruler.shipped_scenarios())), st.integers(0, 1500), st.characters(codec="utf-8"))
@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_slip_of_the_finger_is_refused_with_a_message_or_fine(tmp_path_factory, name, place, character):
    text = ruler.shipped_scenarios()[name].read_text(encoding="utf-8")
    place %= len(text)
    path = tmp_path_factory.getbasetemp() / "slip.toml"
    path.write_text(text[:place] + character + text[place + 1 :], encoding="utf-8")
    message = refusal(lambda: load_scenario(path))
    assert message is None or "slip.toml: " in message


@given(st.text(max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_override_is_refused_with_a_message_or_fine(override):
    message = refusal(lambda: load_scenario("steady", [override]))
    assert message is None or message.strip()
