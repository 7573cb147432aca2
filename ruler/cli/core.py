"""The program's entry: its commands, what is said of a mistyped one, exit codes."""

import errno
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from functools import cached_property
from itertools import takewhile
from typing import Any

from cyclopts import App

from ruler._version import __version__
from ruler.cli.console import prepare, say
from ruler.errors import BadInputError, RulerError
from ruler.faults import keep_details
from ruler.text import reason, suggest


class _Help:
    """The help, with what there is to choose from where it has one of the names of `listed` in braces."""

    @cached_property
    def _plain(self) -> Any:
        # Read only for a help.
        from cyclopts.help import DefaultFormatter

        return DefaultFormatter()

    def __call__(self, console: Any, options: Any, panel: Any) -> None:
        """Show a panel of it."""
        texts = [entry.description.primary_renderable for entry in panel.entries if entry.description is not None]
        for text in texts:
            if "{" in text.plain:
                for name, choices in listed().items():
                    text.plain = text.plain.replace(name, choices)
        self._plain(console, options, panel)

    def render_usage(self, console: Any, options: Any, usage: Any) -> None:
        """Show how the command is called."""
        self._plain.render_usage(console, options, usage)

    def render_description(self, console: Any, options: Any, description: Any) -> None:
        """Show what the command does."""
        self._plain.render_description(console, options, description)


def listed() -> dict[str, str]:
    """What stands in a help for its names in braces: endings of tables, themes, what is fitted of the next token."""
    # Read only for a help that names them: it takes as long as all the rest.
    from ruler.io import FORMATS, either
    from ruler.lab.art.palettes import NAMES
    from ruler.networks.residuals import TARGETS
    from ruler.networks.tables import TABLE_ENDINGS

    endings = {"{tables}": FORMATS, "{layer_tables}": TABLE_ENDINGS}
    choices = {name: ", ".join(each) for name, each in {**endings, "{themes}": NAMES, "{targets}": TARGETS}.items()}
    return {**choices, "{a_table}": either(FORMATS)}


def _version() -> str:
    from ruler.mechanics.engine import kernel_in_words

    return f"folding-ruler {__version__} (step kernel: {kernel_in_words()})"


app = App(
    name="ruler",
    version=_version,
    help="Pull open a folding ruler and see how a deep network shares its work over its layers.",
    help_format="plaintext",
    help_epilogue="Start with: ruler demo",
    help_formatter=_Help(),
    # `main` says that it was interrupted and exits with 1.
    suppress_keyboard_interrupt=False,
)
app.register_install_completion_command(help="Have the shell complete commands and options.")


def group(name: str, about: str, start: str) -> App:
    """A command that has commands, such as `ruler network`."""
    made = App(name=name, help=about, help_format="plaintext", help_epilogue=start)
    app.command(made)
    return made


def run() -> int:
    """Run the command line; returns its exit code: 0 done, 1 failed or interrupted, 2 bad input."""
    prepare()
    try:
        _check_command(sys.argv[1:])
        app()
        sys.stdout.flush()
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else int(left.code is not None)
    except RulerError as error:
        say(f"ruler: {error}", error=True)
        return error.exit_code
    except BrokenPipeError:
        # The reader of our output has gone (ruler ... | head): nothing is wrong.
        _leave_output()
    except OSError as error:
        if error.errno != errno.ENOSPC:
            return report_fault(error)
        _leave_output()
        say(f"ruler: the output could not be written: {error.strerror}", error=True)
        return 1
    except Exception as error:  # the last door: what nobody thought of
        return report_fault(error)
    return 0


def _leave_output() -> None:
    """Nobody takes what is still to be written to standard output."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def report_fault(error: Exception) -> int:
    """Say in a line that the program is at fault, and where the details are; returns the exit code."""
    where = keep_details(error)
    what = reason(error)
    say(
        f"ruler: a fault of this program, {type(error).__name__}: {what}; {where}; what was recorded so far is kept",
        error=True,
    )
    return 1


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
