"""What `ruler check` and `ruler scenarios` say of experiments for teaching."""

import textwrap
from typing import Any

from ruler.errors import BadInputError
from ruler.networks import find_network
from ruler.scenario.experiment import load_experiment, shipped_experiments
from ruler.text import count


def check_experiment(source: str, overrides: list[str] | None) -> tuple[dict[str, Any], str]:
    """Check an experiment with its scenario and network: for `--json`, and in words.

    Raises:
        BadInputError: with every fault, one a line.
    """
    if overrides:
        raise BadInputError("check: --set changes a scenario; an experiment is checked as it is in its file")
    experiment, scenario = load_experiment(source)
    if experiment.network:
        try:
            find_network(experiment.network)
        except BadInputError as error:
            raise BadInputError(f"{source}: {error}") from None
    content = {"experiment": source, "valid": True, "title": experiment.title, "scenario": experiment.scenario}
    choices = count(len(experiment.choice), "choice")
    words = f'{source}: valid experiment ("{experiment.title}", on "{scenario.title}", {choices})'
    return content, f"{words}\ntry it with: ruler lab {source}"


def experiments_listed() -> list[dict[str, str]]:
    """Name, title and question of each shipped experiment."""
    loaded = {name: load_experiment(path)[0] for name, path in shipped_experiments().items()}
    return [{"name": name, "title": each.title, "question": each.question} for name, each in loaded.items()]


def experiments_report() -> str:
    """The shipped experiments, for people."""
    lines = ["Experiments for teaching (predict, do, see):", ""]
    for each in experiments_listed():
        indented = textwrap.wrap(each["question"], 76, initial_indent="    ", subsequent_indent="    ")
        lines += [f"{each['name']}: {each['title']}", *indented]
    return "\n".join([*lines, "", "try one with: ruler lab NAME"])
