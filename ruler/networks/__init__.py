"""The other side of the comparison: how real networks share their work over their layers.

Measuring features and reading tables needs NumPy only. Training and `measure` import torch when
they are called, not before (`pip install folding-ruler[networks]`).
"""

from ruler.networks.data import Dataset, load_data
from ruler.networks.library import (
    LEAST_ACCURACY,
    Resemblance,
    ShippedNetwork,
    closest,
    find_network,
    is_trained,
    load_table,
    network_address,
    network_title,
    open_networks,
    select,
    shipped_networks,
    shipped_tables,
)
from ruler.networks.measure import measure
from ruler.networks.profile import LayerProfile, join_seeds, profile_from_loads
from ruler.networks.separation import SEPARATIONS, ClassStatistics, Separation, separation
from ruler.networks.settings import NetworkSettings, make_settings, setting_words
from ruler.networks.tables import (
    read_companion,
    read_features,
    read_layer_table,
    read_network_table,
    read_networks,
    write_layer_table,
    write_network_table,
)
from ruler.networks.training import Progress, TrainedNetwork, about_training, train, train_seeds

__all__ = [
    "LEAST_ACCURACY",
    "SEPARATIONS",
    "ClassStatistics",
    "Dataset",
    "LayerProfile",
    "NetworkSettings",
    "Progress",
    "Resemblance",
    "Separation",
    "ShippedNetwork",
    "TrainedNetwork",
    "about_training",
    "closest",
    "find_network",
    "is_trained",
    "join_seeds",
    "load_data",
    "load_table",
    "make_settings",
    "measure",
    "network_address",
    "network_title",
    "open_networks",
    "profile_from_loads",
    "read_companion",
    "read_features",
    "read_layer_table",
    "read_network_table",
    "read_networks",
    "select",
    "separation",
    "setting_words",
    "shipped_networks",
    "shipped_tables",
    "train",
    "train_seeds",
    "write_layer_table",
    "write_network_table",
]
