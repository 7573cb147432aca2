"""HOW it moves: sections, hinges, friction laws, table, hand; the fixed-step simulation on Pymunk."""

from ruler.mechanics.account import Samples as Samples
from ruler.mechanics.hand_path import find_impossible as find_impossible
from ruler.mechanics.simulation import Simulation as Simulation
from ruler.mechanics.simulation import SimulationError as SimulationError
from ruler.mechanics.snapshot import Snapshot as Snapshot
