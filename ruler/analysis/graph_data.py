"""What a graph shows, as numbers."""

from dataclasses import dataclass

from ruler.arrays import Floats


@dataclass(frozen=True)
class GraphData:
    """A graph as numbers.

    Attributes:
        title: above it.
        x_name, y_name: of the axes.
        x: shape (samples,).
        lines: name to values, shape (samples,) each.
        bars: whether it is drawn in bars.
    """

    title: str
    x_name: str
    y_name: str
    x: Floats
    lines: dict[str, Floats]
    bars: bool = False

    @property
    def columns(self) -> dict[str, Floats]:
        """All of it as the columns of a table."""
        return {self.x_name: self.x, **self.lines}
