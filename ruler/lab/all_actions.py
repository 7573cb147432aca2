"""Fills the binding table, in the order in which the actions stand in their menus."""

# isort: off
from ruler.lab import actions as actions
from ruler.lab import part_actions as part_actions
from ruler.lab import files as files
from ruler.lab import saving as saving
from ruler.lab import view_actions as view_actions
from ruler.lab import graph_actions as graph_actions
from ruler.lab import appearance as appearance
from ruler.lab import lessons as lessons
from ruler.lab import chooser as chooser
from ruler.lab import sharing as sharing
from ruler.lab import real_rulers as real_rulers
