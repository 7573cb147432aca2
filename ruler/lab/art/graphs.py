"""The graphs of the lab: what is listed here stands in the window, in a film and in the layout."""

from ruler.lab.art.load_graphs import load_bars, load_curves
from ruler.lab.art.openings_graph import openings

# In the order in which they stand.
GRAPHS = {graph.name: graph for graph in (openings, load_bars, load_curves)}
