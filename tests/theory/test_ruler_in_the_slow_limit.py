"""The simulated ruler against the slow limit: two programs that share nothing but the ruler."""

import numpy as np
import pytest

from ruler.mechanics import Simulation
from ruler.scenario.files import scenario_from_data
from ruler.theory import displacement_to, pull_slowly, reference_ruler

pytest.importorskip("clarabel", reason="the slow limit needs the extra 'theory'")

HINGES = (3, 5, 7, 9, 11, 13, 14, 16, 18, 20, 22, 24)
SPEED = 0.02  # m/s, slow enough: half of it changes no hinge by more than 0.1 deg


def random_ruler(hinges, rng):
    """Options of `reference_ruler`: friction in hinges and on the table of comparable strength."""
    length, mass, friction = rng.uniform(0.1, 0.3), rng.uniform(0.005, 0.03), rng.uniform(0.1, 0.5)
    ratio = np.exp(rng.uniform(np.log(0.3), np.log(3.0)))
    return {
        "hinges": hinges,
        "section_length": length,
        "section_mass": mass,
        "friction": friction,
        "torque": ratio * friction * mass * 9.81 * length,
        "opening": np.deg2rad(rng.uniform(5.0, 20.0)),
    }


def simulated(options):
    """Openings, deg, after a slow simulated pull of a dry ruler to 0.55 of its length."""
    data = {
        "format": 1,
        "ruler": {
            "hinges": options["hinges"],
            "section_length": options["section_length"],
            "section_mass": options["section_mass"],
            "opening": float(np.rad2deg(options["opening"])),
        },
        "hinge": {"torque": options["torque"], "viscous": 0.0},
        "table": {"friction": options["friction"]},
        "phase": [
            {"name": "pull", "pull": {"speed": SPEED}, "until": {"extension": 0.55}},
            {"name": "rest", "until": {"time": 0.3}},
        ],
    }
    simulation = Simulation(scenario_from_data(data, "a random ruler"))
    while not simulation.finished:
        simulation.advance(5000)
        simulation.take_samples()
    return np.rad2deg(simulation.opening())


@pytest.mark.slow
def test_twelve_random_dry_rulers():
    rng = np.random.default_rng(3)
    worst = {}
    for hinges in HINGES:
        options = random_ruler(hinges, rng)
        ruler = reference_ruler(**options)
        run = pull_slowly(ruler, displacement_to(ruler, 0.55))
        worst[hinges] = float(np.abs(simulated(options) - np.rad2deg(run.opening[-1])).max())
    print("worst hinge, deg:", {hinges: round(error, 2) for hinges, error in worst.items()})  # noqa: T201
    assert np.median(list(worst.values())) < 0.5
    assert max(worst.values()) < 2.5
