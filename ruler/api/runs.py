"""One ruler: play it, write its layers."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from ruler import io
from ruler.analysis import layers, summarised, warn
from ruler.analysis.summary import PulledEnd
from ruler.analysis.tables import save_layers
from ruler.errors import FailedError
from ruler.mechanics import Simulation, SimulationError
from ruler.recording import Recorder, Recording, load_recording
from ruler.scenario import Scenario, load_scenario
from ruler.theory import Reference, play_reference

# Called every few milliseconds with the name of the scenario that is played, and its simulation.
Watch = Callable[[str, Simulation], None]


def simulate(
    scenario: Scenario, progress: Callable[[Simulation], None] | None = None, *, name: str | None = None
) -> Recording:
    """Play a scenario to its end and return the recording, with its summary.

    >>> run = ruler.simulate(ruler.load_scenario("fast"))
    >>> run.opening.shape  # rad, (samples, hinges)
    (217, 10)

    Args:
        scenario: what to play.
        progress: called every few milliseconds with the simulation, for a progress bar.
        name: what the recording calls it; default: the scenario's title.

    Raises:
        SimulationError: the run went wrong (a joint came apart, a phase that does not end).

    Warns:
        InaccurateWarning: the trust that the run deserves is poor.
    """
    recorder = Recorder(scenario, name=name)
    recorder.run(progress)
    recording = summarised(recorder.recording())
    warn(recording)
    return recording


def reference(
    scenario: Scenario,
    progress: Callable[[Reference], None] | None = None,
    *,
    name: str | None = None,
    rate: float | None = None,
) -> Recording:
    """A second opinion: the same scenario, on the same hand's path, by a dynamics of its own.

    >>> scenario = ruler.load_scenario("fast")
    >>> second = ruler.reference(scenario)
    >>> bool(abs(second.opening_deg[-1] - ruler.simulate(scenario).opening_deg[-1]).max() < 0.5)
    True

    Args:
        scenario: what to play; a recorded session of the window is not.
        progress: called every few milliseconds with the run, which has `time` and `planned_time`.
        name: what the recording calls it; default: the scenario's title.
        rate: steps a second; default: a whole part of the simulation's, 1000 or more, and what a hand that gives needs.

    Returns:
        A recording of kind "reference" with its summary.

    Raises:
        BadInputError: a recorded session, or a rate that is not above 0 and at most 100000.
        SimulationError: the ruler cannot follow the hand, or a phase does not end.
    """
    return play_reference(scenario, progress, name=name, rate=rate)


def play(source: str | Path, progress: Watch | None = None) -> Recording:
    """Play a scenario's file, or a shipped one by name.

    Args:
        source: a scenario file, or the name of a shipped one.
        progress: see `Watch`.

    Raises:
        BadInputError: there is no such scenario, or it is not valid.
        FailedError: the run went wrong.
    """
    name = Path(source).stem
    try:
        return simulate(load_scenario(source), None if progress is None else partial(progress, name), name=name)
    except SimulationError as error:
        raise FailedError(f"{source}: {error}") from None


def export(
    recordings: str | Path | Sequence[str | Path],
    output: str | Path,
    *,
    pulled_end: PulledEnd = "deep",
    force: bool = False,
) -> Path:
    """Write the layers of recordings as a table: opening, load share and load curve of each.

    >>> ruler.export("fast.csv", "layers.csv").read_text().splitlines()[0]
    'layer,hinge,opening_deg,load_share,load_curve'
    >>> ruler.export(["fast.csv", "jerky.csv"], "both.csv").read_text().splitlines()[0]
    'run,layer,hinge,opening_deg,load_share,load_curve'

    Args:
        recordings: files (each one of `io.FORMATS`). With more than one the table's first column, `run`,
            holds the name of the recording's file without its ending; a name that is there already
            gets a number.
        output: the table, one of `io.FORMATS` by its ending: one row per layer, from the input on, with columns
            layer, hinge, opening_deg, load_share (sum 1), load_curve (1 to 0).
        pulled_end: which end of the network the pulled end stands for, "deep" (the output) or "shallow".
        force: replace an existing file.

    Returns:
        The table's file.

    Raises:
        BadInputError: no recording, one that cannot be read, or a table that cannot be written.
    """
    files = [recordings] if isinstance(recordings, str | Path) else recordings
    for file in files:
        io.check_different(Path(output), Path(file))
    read = {name: layers(load_recording(file), pulled_end) for name, file in zip(_names(files), files, strict=True)}
    return save_layers(read, Path(output), force)


def _names(files: Sequence[str | Path]) -> list[str]:
    """A name for each recording, no two alike."""
    names: list[str] = []
    for stem in (Path(file).stem for file in files):
        name, number = stem, 1
        while name in names:
            number += 1
            name = f"{stem}-{number}"
        names.append(name)
    return names
