"""Settings of the spring-block chain that show each regime, and the authors' own."""

from typing import NamedTuple

from ruler.theory.spring_block import FirstOrder, SecondOrder


class Preset(NamedTuple):
    """A chain, how long it runs, and what marks it.

    Attributes:
        model: the chain and its step.
        steps: how many steps.
        what: its mark in a few words.
    """

    model: FirstOrder | SecondOrder
    steps: int
    what: str


PRESETS = {
    "lazy": Preset(FirstOrder(), 10_000, "friction, no noise"),
    "active": Preset(FirstOrder(noise=0.1), 10_000, "friction and noise"),
    "convex": Preset(FirstOrder(noise=0.5, friction_left=0.16), 10_000, "uneven friction, much noise"),
    "notebook": Preset(SecondOrder(), 14_000, "the authors' second order"),
}
# One chain says all there is to say when nothing is random.
CHAINS = 200
