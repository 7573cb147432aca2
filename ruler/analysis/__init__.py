"""WHAT IT MEANS: load shares, load curve, measures, comparisons."""

from ruler.analysis.loads import LOAD_MEASURES as LOAD_MEASURES
from ruler.analysis.loads import LoadMeasure as LoadMeasure
from ruler.analysis.loads import Measures as Measures
from ruler.analysis.loads import center_of_load as center_of_load
from ruler.analysis.loads import curvature as curvature
from ruler.analysis.loads import load_curve as load_curve
from ruler.analysis.loads import load_shares as load_shares
from ruler.analysis.loads import measure_loads as measure_loads
from ruler.analysis.loads import outer_share as outer_share
from ruler.analysis.loads import unevenness as unevenness
from ruler.analysis.summary import Layers as Layers
from ruler.analysis.summary import energy_error as energy_error
from ruler.analysis.summary import layers as layers
from ruler.analysis.summary import recording_measures as recording_measures
from ruler.analysis.summary import summarise as summarise
from ruler.analysis.summary import summarised as summarised
from ruler.analysis.summary import warn as warn
