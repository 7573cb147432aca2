"""HOW it moves: sections, hinges, friction laws, table, hand; the fixed-step simulation on Pymunk."""

from ruler.mechanics.ledger import Samples
from ruler.mechanics.simulation import Simulation, SimulationError
from ruler.mechanics.snapshot import Snapshot

__all__ = ["Samples", "Simulation", "SimulationError", "Snapshot"]
