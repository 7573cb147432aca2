"""The paper's own model and the slow limit of the ruler.

`spring_block` runs chains of blocks and springs, `equilibrium` says in closed form where they can
rest, `quasi_static` pulls a ruler infinitely slowly (extra `theory`: Clarabel and SciPy, imported
when a ruler is pulled).
"""

from ruler.theory.equilibrium import holds, net_spring_force, position_range, pulled_from_rest, shaken_bend
from ruler.theory.quasi_static import (
    QuasiStaticPull,
    QuasiStaticRuler,
    TablePoint,
    displacement_to,
    pull_slowly,
    reference_ruler,
    rod_points,
)
from ruler.theory.spring_block import (
    Ensemble,
    FirstOrder,
    MeanInterval,
    SecondOrder,
    mean_interval,
    simulate_chains,
)

__all__ = [
    "Ensemble",
    "FirstOrder",
    "MeanInterval",
    "QuasiStaticPull",
    "QuasiStaticRuler",
    "SecondOrder",
    "TablePoint",
    "displacement_to",
    "holds",
    "mean_interval",
    "net_spring_force",
    "position_range",
    "pull_slowly",
    "pulled_from_rest",
    "reference_ruler",
    "rod_points",
    "shaken_bend",
    "simulate_chains",
]
