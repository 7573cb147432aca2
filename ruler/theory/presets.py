"""Settings of the spring-block chain that show each regime, and the authors' own."""

from typing import NamedTuple

from ruler.theory.spring_block import FirstOrder, SecondOrder


class Preset(NamedTuple):
    """A chain, how long it runs, and what it shows.

    Attributes:
        model: the chain and its step.
        steps: how many steps.
        shows: what to see, in one line.
    """

    model: FirstOrder | SecondOrder
    steps: int
    shows: str


PRESETS = {
    "lazy": Preset(FirstOrder(), 10_000, "friction without noise: concave, the deep layers take the load"),
    "active": Preset(FirstOrder(noise=0.1), 10_000, "friction and noise: straight, every layer does its share"),
    "convex": Preset(
        FirstOrder(noise=0.5, friction_left=0.16),
        10_000,
        "harder to move left, strong noise: convex, the early layers take the load",
    ),
    "notebook": Preset(SecondOrder(), 14_000, "the authors' second order notebook, run to t = 700: nearly straight"),
}
# One chain says all there is to say when nothing is random.
CHAINS = 200
