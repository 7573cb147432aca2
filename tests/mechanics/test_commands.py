"""Commands given while the ruler moves: a session that is played again gives the same bits."""

import numpy as np
import pytest

from ruler.errors import BadInputError
from ruler.mechanics import Simulation
from ruler.mechanics.account import join_samples
from ruler.scenario import scenario_from_data
from ruler.scenario.commands import command

TIP = 2.0 * 0.0871557427476582  # m, start of the tip: full length x sin 5 deg
SESSION = [
    (50, {"grab": {"section": 11, "along": 1.0, "x": TIP, "y": 0.0}}),
    (60, {"move": {"x": TIP + 0.3, "y": 0.05, "steps": 400}}),
    (200, {"shake": {"where": "tip", "amplitude": 0.005}}),
    (301, {"set": {"key": "table.friction", "value": 0.1}}),
    (400, {"shake": {"where": "table", "kind": "sine", "amplitude": 0.004, "frequency": 9.0}}),
    (500, {"still": "tip"}),
    (613, {"set": {"key": "hinge.torque", "value": 0.002}}),
    (700, {"release": True}),
    (900, {"end": True}),
]


def scenario(commands=(), **tables):
    data = {"phase": [{"hold": False, "until": {"time": 2.0}}], **tables}
    data["command"] = [{"step": step, **action} for step, action in commands]
    return scenario_from_data(data, "a session")


def played(simulation, chunk):
    parts = []
    while not simulation.finished:
        simulation.advance(chunk)
        parts.append(simulation.take_samples())
    return join_samples([part for part in parts if part is not None])


def differing(one, other):
    """Names of what is not the same to the last bit."""
    return [name for name, values in vars(one).items() if values.tobytes() != getattr(other, name).tobytes()]


@pytest.mark.parametrize("dry", [True, False])
def test_chunks_change_no_bit(dry):
    session = scenario(SESSION, hinge={"viscous": 0.0 if dry else 0.05})
    whole = played(Simulation(session), 100_000)
    assert np.degrees(whole.opening[-1] - whole.opening[0]).max() > 5.0
    for chunk in (1, 7, 1000):
        assert differing(played(Simulation(session), chunk), whole) == []


@pytest.mark.parametrize("dry", [True, False])
def test_live_commands_give_the_bits_of_the_session_they_make(dry):
    tables = {"hinge": {"viscous": 0.0 if dry else 0.05}}
    live = Simulation(scenario(**tables), live=True)
    for step, action in SESSION:
        live.advance(step - live.step)
        live.apply(command(step, **action))
    assert live.finished
    again = played(Simulation(scenario(SESSION, **tables)), 100_000)
    assert differing(live.take_samples(), again) == []


def test_session_ends_when_it_was_ended():
    simulation = Simulation(scenario(SESSION))
    samples = played(simulation, 1000)
    assert simulation.step == 900
    assert samples.time[-1] == pytest.approx(0.9)


def test_released_ruler_is_left_alone():
    samples = played(Simulation(scenario(SESSION)), 1000)
    assert (samples.pull_force[samples.step > 720] == 0.0).all()
    assert np.abs(samples.pull_force[samples.step < 700]).max() > 0.1


def test_parameter_acts_from_its_step_on():
    """The same pull with less friction on the table from step 500 on: the same until then, lighter afterwards."""
    pull = {"phase": [{"pull": {"speed": 0.2}, "until": {"time": 1.0}}]}
    plain = played(Simulation(scenario(**pull), live=True), 1000)
    commands = [(500, {"set": {"key": "table.friction", "value": 0.05}}), (1000, {"end": True})]
    less = played(Simulation(scenario(commands, **pull)), 1000)
    before = plain.step <= 500
    assert less.opening[before].tobytes() == plain.opening[before].tobytes()
    assert less.pull_force[-1] < 0.8 * plain.pull_force[-1]


def test_parameter_out_of_range_is_refused():
    live = Simulation(scenario(), live=True)
    with pytest.raises(BadInputError, match=r"table\.friction: -1\.0: must be a number, 0 or more"):
        live.apply(command(0, set={"key": "table.friction", "value": -1.0}))


WRONG = pytest.mark.parametrize(
    ("action", "message"),
    [
        ({}, "give exactly one of grab, move"),
        ({"release": True, "end": True}, "got release and end"),
        ({"set": {"key": "ruler.hinges", "value": 3.0}}, "must be 'hinge.torque'"),
        ({"grab": {"section": 0, "x": 0.0, "y": 0.0}}, "1 or more"),
        ({"grab": {"section": 99, "x": 0.0, "y": 0.0}}, "section"),
        ({"shake": {"where": "sky", "amplitude": 0.1}}, "must be 'tip' or 'table'"),
        ({"shake": {"amplitude": 0.1, "frequency": 900.0}}, "an eighth of simulation.rate"),
    ],
)


def test_session_without_its_end_is_refused():
    with pytest.raises(BadInputError, match="the last one must be the session's end"):
        scenario([(5, {"release": True})])


@WRONG
def test_wrong_command_is_refused(action, message):
    with pytest.raises(BadInputError, match=r"command\.0") as refused:
        scenario([(5, action), (9, {"end": True})])
    assert message in str(refused.value)


def test_energy_account_closes_in_a_session():
    samples = played(Simulation(scenario(SESSION)), 1000)
    kept = samples.kinetic + samples.hinge_loss + samples.table_loss + samples.elastic
    assert np.abs(samples.work - kept).max() < 0.015 * samples.work[-1]
