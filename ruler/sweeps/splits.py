"""One agreement over several splits: what does not depend on which cells were fitted."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from ruler.sweeps.agreement import Agreement
from ruler.sweeps.judgement import MECHANICS


@dataclass(frozen=True)
class Spread:
    """A prediction over the splits.

    Attributes:
        curves: RMS distance of load curves, mean of the splits.
        behind: how much farther it is than the mechanics, mean of the splits; None for the mechanics.
        low: lower end of its 95 % interval, mean of the splits': as wide as one split's, since the splits
            judge much the same networks.
        high: upper end.
        better: splits in which the mechanics is better by the split's own 95 % interval.
        worse: likewise.
    """

    curves: float
    behind: float | None = None
    low: float | None = None
    high: float | None = None
    better: int = 0
    worse: int = 0

    @property
    def verdict(self) -> str:
        """What the mechanics is: "beats" it or "loses" to it if the interval leaves out 0, else "equals" it."""
        if self.low is None or self.high is None:
            return ""
        return "beats" if self.low > 0.0 else "loses" if self.high < 0.0 else "equals"


def over_splits(found: Sequence[Agreement]) -> dict[str, dict[str, Spread]]:
    """For each set of cells, each prediction over the splits.

    Args:
        found: of the same tables, each with another split.
    """
    return {
        name: {key: _spread([each.judged[name] for each in found], key) for key in table}
        for name, table in found[0].judged.items()
    }


def _spread(tables: Sequence[Any], key: str) -> Spread:
    curves = float(np.mean([table[key].curves.value for table in tables]))
    if key == MECHANICS:
        return Spread(curves)
    behind = [table[key].behind for table in tables]
    value, low, high = (float(np.mean([getattr(each, end) for each in behind])) for end in ("value", "low", "high"))
    verdicts = [table[key].verdict for table in tables]
    return Spread(curves, value, low, high, verdicts.count("better"), verdicts.count("worse"))


def spreads_as_dict(found: Sequence[Agreement]) -> dict[str, Any]:
    """Plain data for JSON."""
    return {
        "mechanics": found[0].mechanics,
        "splits": [each.split for each in found],
        "third_axis": [{name: dict([third]) for name, third in each.thirds.items()} for each in found],
        "maps": [{name: dict(numbers) for name, numbers in each.maps.items()} for each in found],
        "judged": {
            name: {key: {**asdict(spread), "mechanics": spread.verdict} for key, spread in table.items()}
            for name, table in over_splits(found).items()
        },
    }
