"""The pictures of the README, made as its captions say: `python .ci/pictures.py`, without a display, into docs/images.

Each is what the window shows after the command and the keys under the picture; the claims beside it are checked.
"""

import os
import tempfile
from pathlib import Path

os.environ |= {"SDL_VIDEODRIVER": "dummy", "PYGAME_HIDE_SUPPORT_PROMPT": "1", "RULER_STATE": tempfile.mkdtemp()}

import pygame

import ruler
from ruler.analysis import Measures
from ruler.lab import files
from ruler.lab.app import App
from ruler.lab.session import Session

IMAGES = Path(__file__).resolve().parent.parent / "docs" / "images"
SIZE = (1280, 800)
NETWORK = "dropout-digits:alpha=0,dropout=0.2"


def window(scenario: str) -> App:
    """The window that `ruler lab SCENARIO` opens, without the offer of its start."""
    app = App(Session(ruler.load_scenario(scenario), scenario), scale=1.0, size=SIZE)
    app.hints_shown = False
    return app


def play(app: App, extension: float) -> None:
    """Let it run until the tip is at an extension."""
    while app.session.recorder.rows[-1:, 4].max(initial=0.0) < extension and not app.session.finished:
        app.frame(1 / 60, [])
    app.clock.paused = True


def save(app: App, name: str) -> Measures:
    """Save what the window shows; returns the measures it reads out."""
    app.message_left = 0.0
    app.frame(0.0, [])
    pygame.image.save(app.surface, IMAGES / f"{name}.png")
    return app.measures(app.player.scenes()[0])


def main() -> None:
    """Make them all."""
    app = window("jerky")
    app.ghosts.show_network(NETWORK)
    app.do("play_script")
    play(app, 0.53)
    measures = save(app, "lab-shaken")
    (row,) = ruler.compare("jerky", NETWORK)
    assert measures.unevenness is not None
    assert measures.unevenness < 0.15
    assert row.comparison.rms_distance.value is not None
    assert row.comparison.rms_distance.value < 0.03

    app = window("steady")
    app.do("pull_for_me")
    play(app, 0.4)
    measures = save(app, "lab-slow")
    assert measures.center_of_load is not None
    assert measures.center_of_load > 0.75

    app = window("steady")
    app.do("play_script")
    play(app, 0.45)
    app.do("show_tension")
    app.do("show_friction")
    scene = app.session.scene()
    x, y = app.views[0].to_screen(scene.outer[7]).tolist()
    app.mouse_at = (round(x), round(y))
    save(app, "lab-overlays")

    app = window("steady")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("steady", "jerky"):
            ruler.save_recording(ruler.simulate(ruler.load_scenario(name)), Path(folder) / f"{name}.csv")
        files.open_file(app, Path(folder) / "steady.csv")
        files.open_beside(app, Path(folder) / "jerky.csv")
        app.do("to_end")
        save(app, "lab-replay")


main()
