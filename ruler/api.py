"""The verbs of the Python interface that need more than one room."""

from collections.abc import Callable

from ruler.analysis import summarised
from ruler.mechanics import Simulation
from ruler.recording import Recorder, Recording
from ruler.scenario import Scenario


def simulate(scenario: Scenario, progress: Callable[[Simulation], None] | None = None) -> Recording:
    """Play a scenario to its end and return the recording, with its summary.

    Args:
        scenario: what to play.
        progress: called every few milliseconds with the simulation, for a progress bar.

    Raises:
        SimulationError: the run went wrong (a joint came apart, a phase that does not end).
    """
    recorder = Recorder(scenario)
    recorder.run(progress)
    return summarised(recorder.recording())
