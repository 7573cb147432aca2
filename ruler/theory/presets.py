"""Settings of the spring-block chain that show each regime, and the authors' own."""

from dataclasses import fields, replace
from typing import Any, NamedTuple

from ruler.errors import BadInputError
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


def make_chain(
    preset: str | None = None,
    order: int | None = None,
    *,
    steps: int | None = None,
    time: float | None = None,
    **settings: Any,
) -> Preset:
    """A chain and how long it runs, from a preset and what is changed in it.

    Args:
        preset: a key of `PRESETS`; None for the defaults of the order.
        order: 1 (overdamped) or 2 (with inertia); None for the preset's, or 1.
        steps: how many steps; None for the preset's.
        time: how long, in the model's time, instead of steps.
        **settings: fields of `FirstOrder` or `SecondOrder`.

    Raises:
        BadInputError: naming the field or argument that cannot be used.
    """
    chosen = PRESETS[preset or ("notebook" if order == 2 else "lazy")]
    of_order = chosen.model.order
    if order is not None and order != of_order:
        raise BadInputError(f"order: {order} does not fit the preset {preset}, which is of order {of_order}")
    known = {field.name for field in fields(chosen.model)}
    for key, value in settings.items():
        if key not in known:
            where = "give --order 2 too" if preset is None else f"the preset {preset} is of order {of_order}"
            raise BadInputError(f"{key}: {value}: only the second order has it; {where}")
    model = replace(chosen.model, **settings)
    return Preset(model, _steps(chosen.steps, model.step, steps, time), chosen.what)


def _steps(usual: int, step: float, steps: int | None, time: float | None) -> int:
    if time is None:
        return usual if steps is None else steps
    if steps is not None:
        raise BadInputError(f"time: {time}: give either --time or --steps, not both")
    if not (time > 0.0 and time / step < 1e15):
        raise BadInputError(f"time: {time} must be above 0 and finite")
    return max(1, round(time / step))
