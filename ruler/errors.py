"""The two ways a command can end badly, and nothing else."""


class RulerError(Exception):
    """Base of every error whose message is written for the user.

    Attributes:
        exit_code: what the command line returns for it.
    """

    exit_code = 1


class BadInputError(RulerError):
    """A file, flag, path or size that cannot be used; nothing was changed. Exit code 2."""

    exit_code = 2


class FailedError(RulerError):
    """The work was started and could not be finished. Exit code 1."""

    exit_code = 1
