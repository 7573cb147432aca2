"""`ruler demo --real`: the paper's ruler, photographed and simulated."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import ruler
from ruler.cli.console import say
from ruler.cli.options import playing

if TYPE_CHECKING:
    from ruler.recording import Recording


def real_demo(folder: Path) -> None:
    """The paper's ruler, photographed and simulated."""
    import numpy as np

    from ruler.analysis import load_curve
    from ruler.api.runs import play
    from ruler.cli.measured_reports import real_demo_report
    from ruler.figures.fits import Photograph, plot_photographs
    from ruler.figures.frame import save_figure
    from ruler.measured import load_measured

    rows, pulls = {}, []
    with playing() as watch:
        for name in ("paper-steady", "paper-jerky"):
            made, seen = play(name, watch), load_measured(name)
            ruler.save_recording(made, folder / f"{name}.csv")
            off = made.opening_deg[-1] - seen.opening_deg[-1]
            curves = [load_curve(_shares(each)) for each in (seen, made)]
            rms, apart = (float(np.sqrt(np.mean(each**2))) for each in (off, curves[1] - curves[0]))
            rows[name] = {
                "photograph_deg": seen.opening_deg[-1],
                "simulated_deg": made.opening_deg[-1],
                "rms_deg": rms,
                "curve_rms": apart,
            }
            note = f"{rms:.1f} deg rms, load curve {apart:.3f}"
            pulls.append(Photograph(name, seen.opening_deg[0], seen.opening_deg[-1], made.opening_deg[-1], note))
    save_figure(plot_photographs(pulls), folder / "real.png")
    say(real_demo_report(rows))
    say(f"\nrecordings and figure: {folder}{os.sep} (real.png, {', '.join(f'{name}.csv' for name in rows)})")


def _shares(recording: "Recording") -> list[float]:
    from ruler.analysis import recording_measures

    return list(recording_measures(recording).load or ())
