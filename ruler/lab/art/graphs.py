"""The graphs of the lab: what is listed here stands in the window, in a film and in the layout."""

from ruler.lab.art.load_graphs import load_bars, load_curves
from ruler.lab.art.time_graph import over_time

# In the order in which they stand.
GRAPHS = {graph.name: graph for graph in (over_time, load_bars, load_curves)}
