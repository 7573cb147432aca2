"""The program's entry: its commands, what is said of a mistyped one, exit codes."""

import os
import sys
from collections.abc import Sequence
from itertools import takewhile

from cyclopts import App

from ruler._version import __version__
from ruler.errors import BadInputError, RulerError
from ruler.text import suggest

app = App(
    name="ruler",
    version=f"folding-ruler {__version__}",
    help="Pull open a folding ruler and see how a deep network shares its work over its layers.",
    help_format="plaintext",
    help_epilogue="Start with: ruler demo",
    # main() says that it was interrupted and exits with 1.
    suppress_keyboard_interrupt=False,
)


def group(name: str, about: str, start: str) -> App:
    """A command that has commands, such as `ruler network`."""
    made = App(name=name, help=about, help_format="plaintext", help_epilogue=start)
    app.command(made)
    return made


def main() -> None:
    """Run the command line and exit: 0 done, 1 failed or interrupted, 2 bad input."""
    try:
        _check_command(sys.argv[1:])
        app()
        sys.stdout.flush()
    except RulerError as error:
        print(f"ruler: {error}", file=sys.stderr)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        print("ruler: interrupted", file=sys.stderr)
        sys.exit(1)
    except BrokenPipeError:
        # The reader of our output has gone (ruler ... | head): nothing is wrong.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(0)


def _check_command(words: Sequence[str]) -> None:
    """Refuse a word that is no command, also before --help."""
    # To cyclopts --help is a command too.
    names, apps, _ = app.parse_commands([*takewhile(lambda word: not word.startswith("-"), words)])
    asked, rest = apps[-1], words[len(names) :]
    commands = [name for name in asked if not name.startswith("-")]
    if not commands:
        # What is left are the arguments of a command.
        return
    for name in commands:
        # The help describes them all, so those that are read when they are used are read now.
        _ = asked[name]
    if not rest or rest[0] in asked:
        return
    where, option = " ".join(("ruler", *names)), rest[0].startswith("-")
    choices = [name for name in asked if name.startswith("-") == option]
    raise BadInputError(
        f"{rest[0]!r} is not {'an option' if option else 'a command'} of {where}; {suggest(rest[0], choices)} "
        f"(see: {where} --help)"
    )
