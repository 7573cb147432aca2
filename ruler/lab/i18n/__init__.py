"""The window's language: what is written goes through `_`, the translations stand in assets/languages/*.po.

English is written in the code itself. `python -m ruler.lab.i18n` brings the files of the other languages up to date.
"""

import gettext
import io
import locale
import os
import re
from pathlib import Path

from ruler.errors import BadInputError
from ruler.shipped import by_name, shipped
from ruler.text import suggest

ENGLISH = "en"
# As the languages call themselves; one that is not listed is shown by its code.
NAMES = {ENGLISH: "English", "de": "Deutsch"}

# A number that stands by itself or before a unit; what belongs to a name, an address or a version is none.
_NUMBER = re.compile(r"(?<![\w.=/\\:])(?<!\w-)(\d+)\.(\d+)(?=$|[\s%\u00b0\u00d7x)\],;\u2026\u2013]|[.:](?:\s|$))")

_now = ENGLISH
_decimal = "."
_translations = gettext.NullTranslations()


def catalogues() -> dict[str, Path]:
    """Code and .po file of every language but English."""
    return by_name(shipped("assets") / "languages", ".po")


def languages() -> tuple[str, ...]:
    """The codes of all languages, English first."""
    return (ENGLISH, *catalogues())


def language() -> str:
    """The code of the language in use."""
    return _now


def check_language(code: str) -> None:
    """That there is a language of this code.

    Raises:
        BadInputError: there is none.
    """
    if code not in languages():
        raise BadInputError(f"language {code!r}: {suggest(code, languages())}")


def use(code: str) -> None:
    """Write in this language from now on.

    Raises:
        BadInputError: there is no such language.
    """
    global _now, _translations, _decimal
    check_language(code)
    _translations, _decimal = gettext.NullTranslations(), "."
    if code != ENGLISH:
        from babel.numbers import get_decimal_symbol

        _translations, _decimal = _read(catalogues()[code], code), get_decimal_symbol(code)
    _now = code


def _read(path: Path, code: str) -> gettext.NullTranslations:
    """A .po file as it stands, so that a translation that was changed is seen without a build."""
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = io.BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=code))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


def chosen(remembered: object = None) -> str:
    """The language to begin with: the one remembered, else that of the user's system, else English."""
    wanted = [remembered, *os.environ.get("LANGUAGE", "").split(":")]
    # The first of these that is set decides, as POSIX has it.
    wanted.append(next((value for key in ("LC_ALL", "LC_MESSAGES", "LANG") if (value := os.environ.get(key))), None))
    wanted.append(locale.getlocale()[0])
    codes = (str(name).split("_")[0].split(".")[0].split("-")[0].lower() for name in wanted if name)
    known, windows = languages(), {"german": "de", "english": ENGLISH}
    return next((code for name in codes if (code := windows.get(name, name)) in known), ENGLISH)


def _(text: str) -> str:
    """The text in the language in use."""
    # The empty string is where a catalogue keeps its header.
    return _translations.gettext(text) if text else text


def ngettext(one: str, many: str, count: int) -> str:
    """One of the texts, by the count, in the language in use."""
    return _translations.ngettext(one, many, count)


def decimals(text: str) -> str:
    """The text with its numbers as they are written in the language in use: 0,5 in German."""
    return text if _decimal == "." else _NUMBER.sub(rf"\1{_decimal}\2", text)


def N_(text: str) -> str:  # noqa: N802
    """The text itself, marked to be translated where it is drawn: for what is written before a language is known."""
    return text
