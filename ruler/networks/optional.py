"""Libraries that only some users have: imported where they are needed, never before."""

import importlib
from typing import Any

from ruler.errors import FailedError


def require(module: str, extra: str, purpose: str) -> Any:
    """Import `module` now, or say which extra brings it.

    Args:
        module: name to import, such as "torch".
        extra: the extra of folding-ruler that installs it.
        purpose: what it is needed for, as in "training a network".

    Returns:
        The imported module.

    Raises:
        FailedError: it is not installed, or cannot be loaded.
    """
    try:
        return importlib.import_module(module)
    except ImportError as error:
        raise FailedError(
            f"{purpose} needs {module}, which could not be imported ({error}); "
            f"install it with: pip install folding-ruler[{extra}]"
        ) from error
