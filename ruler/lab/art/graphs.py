"""The live graphs: openings over time, load per layer, load curve.

Load shares and curves are given in the order of the layers, from the input. A graph draws within its
rectangle only, fills it, and keeps nothing but pictures of what it drew last.
"""

from ruler.lab.art.history import History
from ruler.lab.art.load_graphs import Ghost, draw_load_bars, draw_load_curve
from ruler.lab.art.openings_graph import draw_openings_graph

__all__ = ["Ghost", "History", "draw_load_bars", "draw_load_curve", "draw_openings_graph"]
