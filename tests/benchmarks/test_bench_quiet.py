"""What the window costs while nothing happens, and what a frame costs while the ruler is pulled, at three sizes.

Run with `pytest tests/benchmarks/test_bench_quiet.py --benchmark-enable -s`. Shares are of one core;
they depend on the machine and are reported, not asserted.
"""

import os

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")
os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")

import time

import numpy as np
import pygame
import pytest

from ruler.lab.app import App
from ruler.lab.quiet import NAP
from ruler.lab.session import Session
from ruler.scenario import load_scenario

SIZES = [((800, 600), 1.0), ((1280, 800), 1.0), ((2560, 1440), 2.0)]
SETTLED, SECONDS = 2.0, 2.0


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
    """Processor time of the window's loop for so many seconds, as a share of them, once it has come to rest.

    The loop's own pace is kept without waiting for it, so that a machine busy with other things tells the same.
    """
    app.draws_always = False
    began = gone = 0.0
    while gone < SETTLED + seconds:
        if gone < SETTLED:
            began = time.process_time()
        step = NAP / 1000.0 if app.quiet.asleep else 1 / 60
        app.frame(step, [])
        if app.drawn:
            pygame.display.flip()
        gone += step
    return (time.process_time() - began) / seconds


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
    # As the window runs: all is drawn only where it is new.
    app.draws_always = False
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
