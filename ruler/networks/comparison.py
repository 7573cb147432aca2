"""A ruler beside a network: the numbers of their comparison, and how the two are called."""

from dataclasses import dataclass
from typing import Any

from ruler.analysis.compare import Comparison
from ruler.networks.library import is_trained, network_title
from ruler.networks.profile import LayerProfile


@dataclass(frozen=True, eq=False)
class Row:
    """One comparison and how its two sides are called.

    Attributes:
        ruler: name of the ruler.
        address: how the network is named on the command line.
        profile: the network.
        comparison: the numbers.
    """

    ruler: str
    address: str
    profile: LayerProfile
    comparison: Comparison

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return {
            "network": self.address,
            "title": network_title(self.profile),
            **self.profile.mean_accuracies,
            "trained": is_trained(self.profile),
            "comparison": self.comparison.as_dict(),
        }
