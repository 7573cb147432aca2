"""The actions of the graph over time; each is entered in the binding table."""

from collections.abc import Callable
from dataclasses import replace

from ruler.lab.art.quantities import QUANTITIES
from ruler.lab.bindings import action
from ruler.lab.i18n import _
from ruler.lab.plotting import zoom_time
from ruler.lab.window import Window

# One press of the key.
ZOOM = 1.5


@action(
    "shift+z",
    "graph over time: a longer stretch (or turn the wheel over it)",
    "View",
    "time_out",
    label="Longer time",
    at=("openings",),
    factor=1.0 / ZOOM,
)
@action(
    "z",
    "graph over time: a shorter stretch (or turn the wheel over it)",
    "View",
    "time_in",
    label="Shorter time",
    at=("openings",),
    rule=True,
    factor=ZOOM,
)
def _zoom_time(window: Window, factor: float) -> None:
    zoom_time(window, factor)


@action("x", "graph over time: all since the start", "View", label="All of the time", at=("openings",))
def _all_time(window: Window) -> None:
    window.options = replace(window.options, length=None, end=None)


@action("q", "graph over time: the next quantity", "View", label="Next quantity", at=("openings",))
def _next_quantity(window: Window) -> None:
    names = list(QUANTITIES)
    _plot(window, names[(names.index(window.options.quantity) + 1) % len(names)])


def _plot(window: Window, quantity: str) -> None:
    window.options = replace(window.options, quantity=quantity)
    window.say(_("Over time: {quantity}. Q shows the next one.").format(quantity=_(QUANTITIES[quantity].title)))


def _plotted(quantity: str) -> Callable[[Window], bool]:
    return lambda window: window.options.quantity == quantity


for _quantity in QUANTITIES.values():
    action(
        "",
        _quantity.about,
        "View",
        f"plot_{_quantity.name}",
        label=_quantity.title,
        at=("openings",),
        on=_plotted(_quantity.name),
        rule=_quantity.name == "openings",
        quantity=_quantity.name,
    )(_plot)
