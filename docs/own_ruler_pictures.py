"""Makes the pictures of your-own-ruler.md (python docs/own_ruler_pictures.py).

Everything on the page is done here: a run is filmed, clicked, tracked, fitted and played beside its film.
"""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("SDL_VIDEODRIVER", "dummy")

import pygame
from PIL import Image

import ruler
from ruler.figures.fits import plot_fit
from ruler.figures.frame import save_figure
from ruler.lab.app import App
from ruler.lab.clicks import as_pairs
from ruler.lab.measured import measured_beside
from ruler.lab.session import Session
from ruler.lab.tracking_window import TrackingWindow
from ruler.measured import FitSettings, fit_recording
from ruler.measured.film import Film
from ruler.measured.filming import Spoiling, make_film
from ruler.scenario import scenario_to_toml

IMAGES = Path(__file__).parent / "images"
SPOILT = Spoiling(noise=5.0, blur=0.3, light=0.15, tremble=1.5, tilt=12.0, hand=True)
KEYS = ["ruler.hinges=8", "hinge.viscous=0.03", "phase.0.pull.speed=0.3", "phase.1.until.time=0.2"]


def save(surface: pygame.Surface, name: str) -> None:
    """A small picture."""
    size = surface.get_size()
    picture = Image.frombytes("RGB", size, pygame.image.tobytes(surface, "RGB"))
    picture = picture.resize((800, round(800 * size[1] / size[0])), Image.Resampling.LANCZOS)
    picture.save(IMAGES / f"{name}.jpg", quality=72, optimize=True)


def main() -> None:
    """Make them all."""
    folder = Path(tempfile.mkdtemp())
    run = ruler.simulate(ruler.load_scenario("steady", KEYS))
    film = folder / "pull.mp4"
    joints = make_film(run, film, "wood", SPOILT)
    window = TrackingWindow(Film(film), 0, folder / "pull.csv")
    window.clicks.points = as_pairs(joints.points[:4])
    window.length = "0.2"
    window._mouse = tuple(round(each) for each in window.to_window(tuple(joints.points[4])))
    window.step(0.0, [])
    save(window.surface, "own-click")
    window.clicks.points = as_pairs(joints.points)
    window.clicks.corners, window.size = as_pairs(joints.plane), "x".join(map(str, joints.plane_size_m))
    window.begin_tracking()
    while window.busy:
        window.step(0.01, [])
    window._go(2 * len(window.track.poses) // 3)
    window.step(0.0, [])
    save(window.surface, "own-track")
    window.save()
    recording = ruler.load_recording(folder / "pull.csv")
    fit = fit_recording(recording, FitSettings(per_hinge=True), base=ruler.load_scenario("steady", ["ruler.hinges=8"]))
    save_figure(plot_fit(fit), folder / "fit.png")
    picture = Image.open(folder / "fit.png").convert("RGB")
    picture = picture.resize((800, 533), Image.Resampling.LANCZOS)
    picture.quantize(256, dither=Image.Dither.NONE).save(IMAGES / "own-fit.png", optimize=True)
    scenario = folder / "fitted.toml"
    scenario.write_text(scenario_to_toml(fit.scenario.model_copy(update={"measured": "pull.csv"})), encoding="utf-8")
    loaded = ruler.load_scenario(scenario)
    session = Session(loaded, "fitted")
    session.beside = measured_beside(loaded, scenario)
    app = App(session, size=(1280, 800))
    app.hints_shown = False
    session.reset(scripted=True)
    while session.simulation.time < 0.75 * run.time[-1]:
        session.advance(200)
    app.clock.paused = True
    app.fit()
    app.frame(0.2, [])
    save(app.surface, "own-beside")


if __name__ == "__main__":
    main()
