"""The texts that the window uses, collected; and the .po files of the languages brought up to date with them."""

from collections.abc import Iterator
from pathlib import Path
from typing import get_args

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from ruler.analysis import LOAD_MEASURES
from ruler.lab import app as app
from ruler.lab import i18n
from ruler.lab.bindings import ACTIONS
from ruler.lab.bindings import GROUPS as ACTION_GROUPS
from ruler.lab.parameters import GROUPS, PARAMETERS
from ruler.scenario import load_scenario, shipped_scenarios
from ruler.scenario.experiment import load_experiment, shipped_experiments
from ruler.scenario.model import Hand, Table

# What is called with texts, and which of its arguments they are; of one without a number all are.
KEYWORDS = {"_": None, "N_": None, "ngettext": (1, 2)}
_HEADER = """\
msgid ""
msgstr ""
"Project-Id-Version: folding-ruler\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plural_forms}\\n"

"""
_LAB = Path(__file__).resolve().parent.parent


def _from_data() -> Iterator[str]:
    """Texts that are no arguments of `_`: of actions, parameters, load measures, shipped scenarios."""
    yield from GROUPS
    for parameter in PARAMETERS:
        yield from (parameter.label, parameter.help)
    yield from ACTION_GROUPS
    for action in ACTIONS.values():
        yield from (action.label, action.text)
    yield from (*get_args(Table.model_fields["anchor"].annotation), *get_args(Hand.model_fields["grip"].annotation))
    for measure in LOAD_MEASURES.values():
        yield from (measure.label, measure.words)
    for name in shipped_scenarios():
        scenario = load_scenario(name)
        yield from (scenario.title, " ".join(scenario.description.split()))
    for name in shipped_experiments():
        experiment, _scenario = load_experiment(name)
        yield from (experiment.title, experiment.question, experiment.task, experiment.again, experiment.network_name)
        yield from (*experiment.meaning.model_dump().values(), *(choice.text for choice in experiment.choice))


def used() -> Catalog:
    """Every text that the window uses."""
    found = Catalog(project="folding-ruler", charset="utf-8")
    for _file, _line, text, comments, _context in extract_from_dir(
        _LAB, method_map=[("**.py", "python")], keywords=KEYWORDS, comment_tags=("translators:",)
    ):
        found.add(text, auto_comments=comments)
    for text in _from_data():
        if text:
            found.add(text)
    return found


def read(code: str) -> Catalog:
    """A language's catalogue as it stands in its file."""
    with i18n.catalogues()[code].open("rb") as file:
        return read_po(file, locale=code)


def missing(catalogue: Catalog, wanted: Catalog) -> list[str]:
    """Texts that are used and have no translation."""
    return [_id(message) for message in wanted if message.id and not _translated(catalogue.get(message.id))]


def stale(catalogue: Catalog, wanted: Catalog) -> list[str]:
    """Texts that are translated and not used."""
    return [_id(message) for message in catalogue if message.id and message.id not in wanted]


def _id(message: Message) -> str:
    return str(message.id if isinstance(message.id, str) else message.id[0])


def _translated(message: Message | None) -> bool:
    if message is None or not message.string:
        return False
    return isinstance(message.string, str) or all(message.string)


def update() -> Iterator[str]:
    """Bring every language's file up to date: new texts come in empty, those no longer used go; says what is to do."""
    wanted = used()
    for code, path in i18n.catalogues().items():
        before = read(code)
        # Without dates and line numbers, and sorted: a change of the code elsewhere leaves the file alone.
        catalogue = Catalog(locale=code, charset="utf-8", header_comment="")
        for message in wanted:
            if message.id:
                known = before.get(message.id)
                catalogue.add(message.id, known.string if known else "", auto_comments=message.auto_comments)
        with path.open("wb") as file:
            file.write(_HEADER.format(language=code, plural_forms=catalogue.plural_forms).encode())
            write_po(file, catalogue, width=120, no_location=True, sort_output=True, omit_header=True)
        yield f"{path}: {len(catalogue)} texts"
        yield from (f"  to translate: {text}" for text in missing(catalogue, wanted))
