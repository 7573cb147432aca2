"""The paper's own model and the slow limit of the ruler.

`spring_block` runs chains of blocks and springs, `equilibrium` says in closed form where they can
rest, `quasi_static` pulls a ruler infinitely slowly (extra `theory`: Clarabel and SciPy, imported
when a ruler is pulled).
"""

from ruler.theory.chain_run import CHAINS, ChainRun, chain_summary, run_chains
from ruler.theory.equilibrium import holds, net_spring_force, position_range, pulled_from_rest, shaken_bend
from ruler.theory.from_scenario import SlowPull, slow_pull_of
from ruler.theory.presets import PRESETS, Preset, make_chain
from ruler.theory.quasi_static import (
    QuasiStaticPull,
    QuasiStaticRuler,
    TablePoint,
    default_step,
    displacement_to,
    pull_slowly,
    reference_ruler,
    require_solver,
    rod_points,
)
from ruler.theory.recordings import quasi_static_recording, spring_block_recording
from ruler.theory.spring_block import (
    Ensemble,
    FirstOrder,
    MeanInterval,
    SecondOrder,
    mean_interval,
    simulate_chains,
)

__all__ = [
    "CHAINS",
    "PRESETS",
    "ChainRun",
    "Ensemble",
    "FirstOrder",
    "MeanInterval",
    "Preset",
    "QuasiStaticPull",
    "QuasiStaticRuler",
    "SecondOrder",
    "SlowPull",
    "TablePoint",
    "chain_summary",
    "default_step",
    "displacement_to",
    "holds",
    "make_chain",
    "mean_interval",
    "net_spring_force",
    "position_range",
    "pull_slowly",
    "pulled_from_rest",
    "quasi_static_recording",
    "reference_ruler",
    "require_solver",
    "rod_points",
    "run_chains",
    "shaken_bend",
    "simulate_chains",
    "slow_pull_of",
    "spring_block_recording",
]
