"""Same scenario, same seed: same bits, in any process and in any chunks. And never a silent change of physics."""

import hashlib
import subprocess
import sys
import threading

import numpy as np
import pytest

import ruler
from ruler.mechanics import Simulation, background, engine
from ruler.mechanics.account import join_samples
from ruler.mechanics.engine import COMPILED, INTERPRETED, VARIABLE, can_compile

# Final openings in units of 1e-6 rad, from the fixed end, of three calm scenarios, and the SHA-256 of
# these numbers as little-endian 64-bit integers. When the physics is changed on purpose, put in what
# the failing test prints, and say in the changelog what changed.
GOLDEN = {
    "dry-steady": (
        [174538, 174540, 174518, 503285, 1239029, 1825176, 2084274, 2253175, 2382590, 2463448],
        "7e1fbbbe9114b7cedde1728a46da4a0635cd6a4a71ea72d43bdb118d6356b878",
    ),
    "steady": (
        [174506, 174533, 189663, 506308, 1150785, 1741103, 2129042, 2340573, 2458363, 2531790],
        "a9274430bc964438819967a3886c38294612ed3097446dd90c074e2fefc80926",
    ),
    "frictionless-table": (
        [1214283, 1217909, 1215086, 1194644, 1162966, 1138692, 1128533, 1126992, 1126763, 1124178],
        "2908db14ec773de803d89590760fe58f9a0a720c1a4522b0032000f3dd920880",
    ),
}


def fingerprint(run):
    numbers = np.round(run.opening[-1] * 1e6).astype("<i8")
    return numbers.tolist(), hashlib.sha256(numbers.tobytes()).hexdigest()


@pytest.mark.parametrize("name", GOLDEN)
def test_final_openings_have_not_changed(shipped_run, name):
    numbers, digest = fingerprint(shipped_run(name))
    expected_numbers, expected_digest = GOLDEN[name]
    assert numbers == expected_numbers
    assert digest == expected_digest


@pytest.mark.slow
@pytest.mark.skipif(not can_compile(), reason="needs numba")
@pytest.mark.parametrize("name", ruler.shipped_scenarios())
def test_compiled_and_interpreted_kernels_give_the_same_bits(name, monkeypatch):
    # The paper's light ruler asks for 16000 steps a second; of fewer the bits are as telling.
    sets = ["phase.0.until={extension=0.1}", "simulation.rate=2000"] if name.startswith("paper") else []
    scenario = ruler.load_scenario(name, sets or ["phase.0.until={extension=0.3}"])
    tables = {}
    for kernel in (INTERPRETED, COMPILED):
        monkeypatch.setenv(VARIABLE, kernel)
        run = ruler.simulate(scenario)
        assert run.meta["kernel"] == kernel
        tables[kernel] = run.table.tobytes()
    assert tables[INTERPRETED] == tables[COMPILED]


@pytest.mark.skipif(not can_compile(), reason="needs numba")
def test_a_kernel_that_is_loaded_meanwhile_is_compiled_before_it_is_used(monkeypatch):
    """A window does not stand still while Numba compiles."""
    monkeypatch.setattr(engine, "_compiled", [])
    monkeypatch.setattr(engine, "_work", 0.0)
    monkeypatch.delenv(VARIABLE, raising=False)
    rehearsed = []

    def first_step(kernel):
        step(kernel)
        rehearsed.append((kernel, list(engine._compiled)))

    step = background.first_step
    monkeypatch.setattr(background, "first_step", first_step)
    background.load_in_background()
    for thread in threading.enumerate():
        if thread.name == "kernel":
            thread.join()
    ((kernel, in_use),) = rehearsed
    assert kernel._entry is not None
    assert in_use == []
    assert engine._compiled == [kernel]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["jerky", "dry-shaken", "table-shake"])
def test_two_processes_write_the_same_arrays(tmp_path, name):
    archives = []
    for number in range(2):
        path = tmp_path / f"{number}.npz"
        command = ["-c", "from ruler.cli import main; main()", "run", name, "-o", str(path)]
        subprocess.run([sys.executable, *command], check=True, capture_output=True, timeout=120)
        with np.load(path) as archive:
            archives.append({key: archive[key].tobytes() for key in archive.files})
    assert archives[0].keys() == archives[1].keys()
    for key, content in archives[0].items():
        assert content == archives[1][key], key


# What each kind of stretch takes: a Coulomb coast, limits set at every step, a soft hand, a force.
KINDS = {
    "dry": ("dry-steady", ["phase.0.pull.speed=0.5"]),
    "shaken": ("jerky", ["phase.0.pull.speed=0.5"]),
    "table": ("table-shake", ["phase.0.pull.speed=0.8"]),
    "soft": ("jerky", ["phase.0.pull.speed=0.5", "hand.stiffness=300.0", "hand.damping=2.0"]),
    "static": ("fast", ["hinge.static_torque=0.02", "table.static_friction=0.4"]),
    "force": (
        "fast",
        ["phase.0.pull={force=1.5}", "phase.0.until={extension=0.55,time=1.0}", "recording.rate=33"],
    ),
}


def samples_in_chunks(scenario, chunk):
    simulation, parts = Simulation(scenario), []
    while not simulation.finished:
        simulation.advance(chunk)
        part = simulation.take_samples()
        if part is not None:
            parts.append(part)
    return join_samples(parts)


@pytest.mark.parametrize("kind", KINDS)
def test_chunks_change_no_bit(kind):
    name, overrides = KINDS[kind]
    scenario = ruler.load_scenario(name, overrides)
    whole = samples_in_chunks(scenario, 1_000_000)
    for chunk in (1, 7, 1000):
        parts = samples_in_chunks(scenario, chunk)
        for field, values in vars(whole).items():
            assert getattr(parts, field).tobytes() == values.tobytes(), (chunk, field)


def test_recording_rate_changes_no_bit_of_the_motion():
    coarse, fine = (ruler.simulate(ruler.load_scenario("fast", [f"recording.rate={rate}"])) for rate in (10, 1000))
    assert coarse.opening[-1].tobytes() == fine.opening[-1].tobytes()


@pytest.mark.slow
@pytest.mark.parametrize("name", ["jerky", "table-shake"])
def test_different_seeds_differ(play, name):
    first, second = (play(name, seed=seed).opening_deg[-1] for seed in (1, 2))
    assert np.abs(first - second).max() > 0.1


def test_seed_does_not_matter_without_shaking():
    one, two = (ruler.simulate(ruler.load_scenario("fast", seed=seed)) for seed in (1, 2))
    assert one.table.tobytes() == two.table.tobytes()
