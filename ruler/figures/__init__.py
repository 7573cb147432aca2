"""AS A PICTURE: recordings, comparisons, chains and phase diagrams drawn with matplotlib.

Only the modules that draw import it; a path is checked without.
"""

from pathlib import Path

from ruler.io import check

ENDINGS = (".png", ".svg", ".pdf")


def figure_path(target: str | Path, force: bool = False) -> Path:
    """Where a figure goes, checked before the work begins.

    Raises:
        BadInputError: wrong ending, missing folder, existing file without force.
    """
    return check(target, force, ENDINGS, "a figure")
