"""Choose a measured network: a list with a picture of each load curve, filtered by what is typed."""

from functools import partial

import numpy as np
import pygame

from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.plot import Ghost
from ruler.lab.art.sprites import draw_dashed, draw_lines
from ruler.lab.bindings import action
from ruler.lab.finder import Finder, Item
from ruler.lab.i18n import N_, _
from ruler.lab.i18n.phrases import spoken
from ruler.lab.window import Window
from ruler.networks import ShippedNetwork, closest, network_title, shipped_networks
from ruler.networks.advise import advise
from ruler.text import interval, number

ROW = 46.0  # px at scale 1
# Fewer than a command takes: the window waits for it.
ADVICE_DRAWS = 30
SETTINGS = (N_("dropout"), N_("learning rate"))


@action(
    "shift+n",
    "load curve: choose a measured network, by name, setting or nearness",
    "Compare",
    label="Choose a network ...",
    at=("curve",),
)
def _choose_network(window: Window) -> None:
    shares = window.in_layer_order(window.player.scenes()[0].share)
    before = window.ghosts.network
    items = [Item(_("No network"), partial(window.ghosts.put_network, None), words="none clear")]
    for distance, network in _in_order(shares):
        items.append(_item(window, network, distance))

    def look_at(item: Item | None) -> None:
        # On the way through the list each is drawn at once; giving up brings back what was there.
        window.ghosts.put_network(before if item is None else item.value)

    title = _("Networks, the nearest to this ruler first") if shares is not None else _("Networks")
    window.overlay = Finder(
        title, items, _("relu, dropout 0.2, augmented ..."), size=(620, 520), row=ROW, looked_at=look_at, start=1
    )


def _in_order(shares: Floats | None) -> list[tuple[float | None, ShippedNetwork]]:
    """All networks that have a load: by how near they are to the ruler, else as they are listed."""
    if shares is None:
        return [(None, network) for network in shipped_networks() if network.profile.load_curve is not None]
    nearest = closest(shares, len(shipped_networks()), trained_only=False)
    return [(found.distance, found.network) for found in nearest]


def _item(window: Window, network: ShippedNetwork, distance: float | None) -> Item:
    curve = np.asarray(network.profile.load_curve, dtype=np.float64)
    title = spoken(network.title)
    ghost = Ghost(title, curve)
    away = "" if distance is None else _("distance {distance}").format(distance=f"{distance:.3f}")
    trained = "" if network.trained else _(" (has not learned its task)")

    def choose() -> None:
        window.ghosts.put_network(ghost, network.profile)
        window.say(_("In the load curve: {network}.").format(network=title))

    return Item(
        f"{title}{trained}",
        choose,
        detail=away,
        words=f"{network.address} {network.title}",
        picture=partial(draw_thumbnail, curve=curve),
        value=ghost,
    )


@action(
    "", "load curve: what would even the load of the network that is shown", "Compare", label="Advise", at=("curve",)
)
def _advise(window: Window) -> None:
    profile = window.ghosts.profile
    if profile is None:
        raise BadInputError(_("No network is shown: choose one, or open a file of one."))
    advised = advise(profile, ADVICE_DRAWS)
    lines = [
        _("{setting}: {now} to {change}, unevenness then about {expected}").format(
            setting=_(each.setting.replace("_", " ")),
            now=f"{each.now:.3g}",
            change=interval(each.advised, each.low, each.high, ".3g"),
            expected=f"{each.expected:.2f}",
        )
        for each in advised.advice
    ] or [_("Not known: {reason}").format(reason=advised.not_known)]
    now = _("centre of load {center}, unevenness {unevenness}").format(
        center=number(advised.center_of_load), unevenness=number(advised.unevenness)
    )
    window.dialogs.tell(_("What would even this load"), "\n".join([f"{network_title(profile)}: {now}", "", *lines]))


def draw_thumbnail(canvas: Canvas, box: pygame.Rect, curve: Floats) -> None:
    """A load curve in a small box, over that of an even load."""
    canvas.card(box, theme.PANEL, edge=theme.LINE, radius=3.0)
    inner = box.inflate(-canvas.px(6), -canvas.px(6))
    heights = np.clip(curve, -0.1, 1.2)
    xs = np.linspace(inner.left, inner.right, len(curve)).tolist()
    points = [(x, inner.bottom - float(y) * inner.height) for x, y in zip(xs, heights, strict=True)]
    even = [(float(inner.left), float(inner.top)), (float(inner.right), float(inner.bottom))]
    draw_dashed(canvas.surface, theme.MUTED, even, 2 * canvas.scale, 3 * canvas.scale, max(1.0, canvas.scale))
    draw_lines(canvas.surface, theme.GHOSTS[0], points, 1.8 * canvas.scale)
