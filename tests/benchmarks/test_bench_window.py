"""What a frame of the window costs.

Run with `pytest tests/benchmarks --benchmark-enable`. Times depend on the machine and are reported,
not asserted; the ratio of a hundred hinges to ten is.
"""

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import time

import numpy as np
import pygame
import pytest

from ruler.lab.app import App
from ruler.lab.art.history import History
from ruler.lab.session import Session
from ruler.recording.recording import column_names
from ruler.scenario import load_scenario


@pytest.fixture(autouse=True)
def own_state(monkeypatch, tmp_path):
    monkeypatch.setenv("RULER_STATE", str(tmp_path))


def open_window(hinges):
    """A window of 1280 x 800 whose script is pulling, all overlays off, with twenty seconds of history."""
    scenario = load_scenario("steady", [f"ruler.hinges={hinges}"])
    app = App(Session(scenario, "steady"), scale=1.0, size=(1280, 800))
    app.hints_shown = app.draws_always = False
    app.do("play_script")
    app.clock.speed = 8.0
    for _ in range(150):
        app.frame(1 / 60, pygame.event.get())
    app.clock.speed = 1.0
    return app


def frame_times(app, frames=300):
    """Processor time of each frame, ms, and of the simulation in it, ms."""
    drawn, simulated = [], []
    advance = app.live.make_steps

    def timed(steps):
        start = time.process_time()
        advance(steps)
        simulated[-1] += time.process_time() - start

    app.live.make_steps = timed
    for _ in range(frames):
        simulated.append(0.0)
        start = time.process_time()
        app.frame(1 / 60, pygame.event.get())
        drawn.append(time.process_time() - start)
    return 1000 * np.array(drawn), 1000 * np.array(simulated)


@pytest.mark.parametrize("hinges", [10, 100])
def test_frame(benchmark, hinges):
    app = open_window(hinges)
    whole, simulated = frame_times(app)
    figures = {
        "median ms": float(np.median(whole)),
        "99th percentile ms": float(np.quantile(whole, 0.99)),
        "of it simulation, median ms": float(np.median(simulated)),
    }
    benchmark.extra_info.update(figures)
    print(hinges, "hinges:", {name: round(value, 2) for name, value in figures.items()})  # noqa: T201
    benchmark.pedantic(app.frame, args=(1 / 60, []), rounds=5)
    pygame.display.quit()


def test_an_hour_of_history_costs_no_more_than_a_minute(benchmark):
    """Drawing with an hour of samples in the graphs against drawing with a minute of them."""
    app = open_window(10)

    def median_with(seconds):
        times = np.arange(0.0, seconds, 0.01)
        table = np.zeros((times.size, len(column_names(10))))
        table[:, 0] = times
        table[:, 6:16] = np.outer(np.linspace(12.0, 115.0, times.size), np.linspace(0.5, 1.0, 10))
        app.live.history = History(10, lambda: table)
        app.clock.paused = True
        return float(np.median(frame_times(app, 60)[0]))

    ratio = median_with(3600.0) / median_with(60.0)
    benchmark.extra_info["ratio"] = ratio
    print(f"an hour against a minute of history: {ratio:.2f} x")  # noqa: T201
    benchmark.pedantic(app.frame, args=(1 / 60, []), rounds=5)
    pygame.display.quit()
    assert ratio < 1.5


def test_window_is_there(benchmark):
    """From nothing to the first frame, in this process (imports done)."""

    def first_frame():
        app = App(Session(load_scenario("steady"), "steady"), scale=1.0, size=(1280, 800))
        app.frame(1 / 60, [])
        pygame.display.quit()

    benchmark.pedantic(first_frame, rounds=3)
