"""What the window costs while nothing happens, and what a frame costs while the ruler is pulled, at three sizes.

Run with `pytest tests/benchmarks/test_bench_quiet.py --benchmark-enable -s`. Shares are of one core, over some
seconds of the window's own loop; they depend on the machine and are reported, not asserted.
"""

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import threading
import time

import numpy as np
import pygame
import pytest

from ruler.lab.app import App
from ruler.lab.session import Session
from ruler.scenario import load_scenario

SIZES = [((800, 600), 1.0), ((1280, 800), 1.0), ((2560, 1440), 2.0)]
SECONDS = 2.0


@pytest.fixture(autouse=True)
def own_state(monkeypatch, tmp_path):
    monkeypatch.setenv("RULER_STATE", str(tmp_path))


def opened(size, scale):
    app = App(Session(load_scenario("steady"), "steady"), scale=scale, size=size)
    app.hints_shown = False
    for _ in range(5):
        app.frame(1 / 60, pygame.event.get())
    return app


def busy(app, seconds=SECONDS):
    """Share of a core that the window's loop takes, once it has come to rest."""
    began = {}

    def begin():
        began.update(cpu=time.process_time(), wall=time.perf_counter())

    def end():
        began["share"] = (time.process_time() - began["cpu"]) / (time.perf_counter() - began["wall"])
        app.running = False

    timers = [threading.Timer(1.5, begin), threading.Timer(1.5 + seconds, end)]
    for timer in timers:
        timer.start()
    app.run()
    return began["share"]


def paused(app):
    app.do("play_pause")


def dialog(app):
    app.dialogs.tell("A message", "It waits for an answer.")


def idle(app):
    app.clock.paused = False


@pytest.mark.parametrize(("size", "scale"), SIZES)
@pytest.mark.parametrize("state", [paused, dialog, idle])
def test_nothing_happens(benchmark, size, scale, state):
    app = opened(size, scale)
    state(app)
    share = busy(app)
    benchmark.extra_info["share of a core"] = share
    print(f"{state.__name__}, {size[0]} x {size[1]} at {scale:g}: {100 * share:.0f} % of a core")  # noqa: T201
    benchmark.pedantic(lambda: None, rounds=1)


@pytest.mark.parametrize(("size", "scale"), SIZES)
def test_a_frame_of_a_pull(benchmark, size, scale):
    app = opened(size, scale)
    app.do("play_script")
    for _ in range(120):
        app.frame(1 / 60, pygame.event.get())
    took = []
    for _ in range(400):
        start = time.process_time()
        app.frame(1 / 60, pygame.event.get())
        took.append(1000 * (time.process_time() - start))
    figures = {"median ms": float(np.median(took)), "p99 ms": float(np.quantile(took, 0.99))}
    benchmark.extra_info.update(figures)
    print(  # noqa: T201
        f"a frame of a pull, {size[0]} x {size[1]} at {scale:g}:", {k: round(v, 2) for k, v in figures.items()}
    )
    benchmark.pedantic(lambda: None, rounds=1)
    pygame.display.quit()
