"""The numbers behind each graph, for the clipboard, tables and figures."""

from collections.abc import Callable

import numpy as np

from ruler.analysis.graph_data import GraphData
from ruler.analysis.loads import load_curve
from ruler.arrays import Floats
from ruler.errors import BadInputError
from ruler.lab.art.plot import Shown
from ruler.lab.art.quantities import QUANTITIES
from ruler.lab.i18n import _


def _over_time(shown: Shown) -> GraphData:
    quantity = QUANTITIES[shown.quantity]
    series = quantity.of(shown.history)
    if not len(series):
        raise BadInputError(_("There is nothing in this graph yet."))
    time, values = series.samples()
    hinges = shown.history.hinges
    numbers = range(1, hinges + 1) if shown.deep else range(hinges, 0, -1)
    names = [_(line) for line in quantity.lines] or [f"{_('hinge')} {number}" for number in numbers]
    lines = dict(zip(names, values.T, strict=True))
    return GraphData(_(quantity.title), _("time (s)"), _(quantity.about), time, lines)


def _shares(shown: Shown) -> Floats:
    if shown.shares is None:
        raise BadInputError(_("There is nothing in this graph yet."))
    return np.asarray(shown.shares, dtype=np.float64)


def _bars(shown: Shown) -> GraphData:
    shares = _shares(shown)
    layers = np.arange(1.0, len(shares) + 1.0)
    return GraphData(_("Load per layer"), _("layer"), _("share"), layers, {_("share"): shares}, bars=True)


def _curve(shown: Shown) -> GraphData:
    """On the layers of the ruler, or of the first network where it has not opened."""
    if shown.shares is None and not shown.ghosts:
        raise BadInputError(_("There is nothing in this graph yet."))
    own = None if shown.shares is None else load_curve(_shares(shown))
    layers = len(own if own is not None else shown.ghosts[0].curve) - 1
    depth = np.linspace(0.0, 1.0, layers + 1)
    lines = {} if own is None else {_("this ruler"): own}
    for ghost in shown.ghosts:
        lines[ghost.name] = np.interp(depth, np.linspace(0.0, 1.0, len(ghost.curve)), ghost.curve)
    lines[_("even")] = 1.0 - depth
    return GraphData(_("Load curve"), _("layer"), _("load left to carry"), layers * depth, lines)


_DATA: dict[str, Callable[[Shown], GraphData]] = {"openings": _over_time, "bars": _bars, "curve": _curve}


def data_of(graph: str, shown: Shown) -> GraphData:
    """The numbers behind a graph, by its name in the layout.

    Raises:
        BadInputError: there is nothing in it yet.
    """
    return _DATA[graph](shown)
