"""The two ways a command can end badly, and how the message says what went wrong where."""

from collections.abc import Iterator
from contextlib import contextmanager


class RulerError(Exception):
    """Base of every error whose message is written for the user.

    Attributes:
        exit_code: what the command line returns for it.
    """

    exit_code = 1


class BadInputError(RulerError):
    """A file, flag, path or size that cannot be used; nothing was changed. Exit code 2."""

    exit_code = 2


class InaccurateWarning(UserWarning):
    """The numbers of a run are not to be trusted: its trust is poor."""


class FailedError(RulerError):
    """The work was started and could not be finished. Exit code 1."""

    exit_code = 1


@contextmanager
def naming(what: str) -> Iterator[None]:
    """Errors of input in the block say what they are about, such as a layer or a cell."""
    try:
        yield
    except BadInputError as error:
        raise BadInputError(f"{what}: {error}") from None
