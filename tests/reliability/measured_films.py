"""Made-up films, clean and spoilt, tracked: how far the openings are off, and how quickly it goes.

Run it by hand: python tests/reliability/measured_films.py. Joints are clicked with an error of 1 px.
docs/reliability.md has what it gave; `tests/measured/test_track.py` tracks two of them.
"""

import itertools
import tempfile
import time
from dataclasses import fields, replace
from pathlib import Path

import numpy as np

import ruler
from ruler.errors import FailedError
from ruler.measured.film import Film
from ruler.measured.filming import CLEAN, SPOILT, STYLES, FilmMaker, Spoiling, Style, make_film
from ruler.measured.track import track_film

CLICK_ERROR = 1.0
PULLS = {
    "quick pull": ("steady", "phase.0.pull.speed=0.4"),
    "shaken pull": ("jerky", "phase.0.until.extension=0.4"),
}


def tracked(pull: str, style: Style, spoiling: Spoiling, fps: float, folder: Path) -> str:
    """Film a pull, track the film, and say how far off the openings are."""
    name, *keys = PULLS[pull]
    run = ruler.simulate(ruler.load_scenario(name, keys))
    path = folder / "film.mp4"
    make_film(run, path, style, spoiling, fps=fps)
    joints = FilmMaker(run, style, spoiling).joints(CLICK_ERROR)
    began = time.process_time()
    track = track_film(Film(path), joints)
    spent = time.process_time() - began
    try:
        recording = track.recording()
    except FailedError as error:
        return f"refused: {error}"
    true = np.array([np.interp(recording.time, run.time, values) for values in run.opening_deg.T]).T
    error, unsure = np.abs(recording.opening_deg - true), int(recording.extra["unsure"].sum())
    return (
        f"{np.median(error):.2f} median, {np.percentile(error, 95):.2f} 95 %, {error.max():.1f} worst; "
        f"{len(track.poses)} frames, {unsure} unsure, {len(track.poses) / spent:.0f} frames a second"
    )


def main() -> None:
    """Track them all; deg."""
    single = {each.name: replace(CLEAN, **{each.name: getattr(SPOILT, each.name)}) for each in fields(Spoiling)}
    with tempfile.TemporaryDirectory() as folder:
        for pull in PULLS:
            for style in STYLES:
                for fps, (spoilt, spoiling) in itertools.product((30.0, 60.0), {"all": SPOILT, "clean": CLEAN}.items()):
                    found = tracked(pull, style, spoiling, fps, Path(folder))
                    print(f"{pull}, {style}, {fps:g}/s, {spoilt}: {found}", flush=True)
        for name, spoiling in single.items():
            print(
                f"quick pull, wood, 30/s, {name}: {tracked('quick pull', 'wood', spoiling, 30.0, Path(folder))}",
                flush=True,
            )


if __name__ == "__main__":
    main()
