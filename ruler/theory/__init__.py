"""The paper's own model and the slow limit of the ruler.

`spring_block` runs chains of blocks and springs, `equilibrium` says in closed form where they can
rest, `quasi_static` pulls a ruler infinitely slowly. `reference` plays a scenario by an independent
dynamics: section angles (`dynamics`), convex implicit steps (`least_dissipation`).
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
