"""The other side of the comparison: how real networks share their work over their layers.

Measuring features and reading tables needs NumPy only. Training and `measure` import torch when
they are called, not before (`pip install folding-ruler[networks]`).
"""

from ruler.networks.advise import Advice as Advice
from ruler.networks.advise import Advised as Advised
from ruler.networks.advise import check_advice as check_advice
from ruler.networks.callbacks import lightning_callback as lightning_callback
from ruler.networks.callbacks import trainer_callback as trainer_callback
from ruler.networks.data import Dataset as Dataset
from ruler.networks.data import load_data as load_data
from ruler.networks.language import LanguageMeasurement as LanguageMeasurement
from ruler.networks.language import measure_language as measure_language
from ruler.networks.library import LEAST_ACCURACY as LEAST_ACCURACY
from ruler.networks.library import Resemblance as Resemblance
from ruler.networks.library import ShippedNetwork as ShippedNetwork
from ruler.networks.library import closest as closest
from ruler.networks.library import find_network as find_network
from ruler.networks.library import is_trained as is_trained
from ruler.networks.library import load_table as load_table
from ruler.networks.library import network_address as network_address
from ruler.networks.library import network_title as network_title
from ruler.networks.library import one_network as one_network
from ruler.networks.library import open_networks as open_networks
from ruler.networks.library import select as select
from ruler.networks.library import shipped_networks as shipped_networks
from ruler.networks.library import shipped_tables as shipped_tables
from ruler.networks.measure import measure as measure
from ruler.networks.profile import LayerProfile as LayerProfile
from ruler.networks.profile import join_seeds as join_seeds
from ruler.networks.profile import profile_from_loads as profile_from_loads
from ruler.networks.recorder import LoadRecorder as LoadRecorder
from ruler.networks.separation import SEPARATIONS as SEPARATIONS
from ruler.networks.separation import Separation as Separation
from ruler.networks.separation import separation as separation
from ruler.networks.settings import NetworkSettings as NetworkSettings
from ruler.networks.settings import make_settings as make_settings
from ruler.networks.settings import setting_words as setting_words
from ruler.networks.statistics import ClassStatistics as ClassStatistics
from ruler.networks.tables import is_network_file as is_network_file
from ruler.networks.tables import read_companion as read_companion
from ruler.networks.tables import read_features as read_features
from ruler.networks.tables import read_layer_table as read_layer_table
from ruler.networks.tables import read_network_table as read_network_table
from ruler.networks.tables import read_networks as read_networks
from ruler.networks.tables import write_layer_table as write_layer_table
from ruler.networks.tables import write_network_table as write_network_table
from ruler.networks.training import Progress as Progress
from ruler.networks.training import TrainedNetwork as TrainedNetwork
from ruler.networks.training import about_training as about_training
from ruler.networks.training import train as train
from ruler.networks.training import train_seeds as train_seeds
