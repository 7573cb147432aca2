"""The version, in one place."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

__version__ = "0.2.0"


def versions(libraries: "Iterable[str]" = ("pymunk",)) -> dict[str, str]:
    """Versions of what a result depends on.

    Args:
        libraries: the names under which they are installed; default: what a simulation needs.
    """
    # Here, so that `ruler` itself is there in no time.
    import platform
    from importlib.metadata import PackageNotFoundError, version

    found = {"folding-ruler": __version__}
    for library in (*libraries, "numpy"):
        try:
            found[library] = version(library)
        except PackageNotFoundError:
            found[library] = "unknown"
    return {**found, "python": platform.python_version()}
