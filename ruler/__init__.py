"""The folding ruler: how a deep network shares its work over its layers, shown with a mechanical chain.

>>> import ruler
>>> run = ruler.simulate(ruler.load_scenario("steady"))
>>> run.opening.shape  # radians, (samples, hinges)
(1883, 10)
>>> round(ruler.summarise(run)["center_of_load"], 2)
0.75
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
