"""What README and site show: every command is one that the program takes, and what is quick is done as it stands.

Tutorials, gallery and start page are done whole when the site is built (`python -m sphinx -W --keep-going docs site`).
"""

import re
import shlex
from contextlib import nullcontext, suppress
from pathlib import Path

import pytest
from cyclopts import MissingArgumentError

import ruler
from ruler.cli import demo, fit, lab, networks, recordings, runs, sweep, theory, track  # noqa: F401
from ruler.cli.core import app

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
pytestmark = pytest.mark.skipif(not (ROOT / "docs").is_dir(), reason="the documentation is not here")

# Left out where the page is done: a window, a file of a killed run, a change of the shell; what takes long.
NOT_DONE = {"lab", "recover", "--install-completion"}
LONG = {
    "ruler sweep phase-ruler-tip -o tip",
    "ruler phase tip -o tip.png",
    "ruler compare dropout-digits:alpha=0,dropout=0.2 --closest",  # plays every scenario; test_api.py does
}
BLOCK = re.compile(r"^```.*?^```", flags=re.M | re.S)


def blocks(page, language):
    """The blocks of a page in a language, as written."""
    return re.findall(
        rf"^```{re.escape(language)}[^\n]*\n(.*?)^```", page.read_text(encoding="utf-8"), flags=re.M | re.S
    )


def commands(pages):
    """The commands in blocks and tutorials' cells, and those in sentences, which may leave arguments out."""
    texts = [page.read_text(encoding="utf-8") for page in pages]
    shown = [line for text in texts for block in BLOCK.findall(text) for line in block.splitlines()]
    said = [command for text in texts for command in re.findall(r"`(ruler [^`\n]*)`", BLOCK.sub("", text))]
    return tuple(
        sorted({command(line) for line in lines if line.removeprefix("!").startswith("ruler ")})
        for lines in (shown, said)
    )


def command(line):
    """A line without what is no part of the command."""
    return line.removeprefix("!").split("  #")[0].split(" > ")[0].strip()


def filled(command):
    """A command with something in the place of what stands for any number, file or further word."""
    words = [word for word in shlex.split(command)[1:] if word != "..."]
    return [{"N": "1", "$k": "1", "FOLDER": "folder"}.get(word, word) for word in words]


SHOWN, SAID = commands(PAGES)


def test_there_are_commands():
    assert len(SHOWN) > 60
    assert len(SAID) > 60


@pytest.mark.parametrize("shown", sorted({*SHOWN, *SAID}))
def test_every_command_shown_is_taken(shown):
    """Names of commands and options, and the kinds of their values; files need not be there."""
    words = filled(shown)
    _, apps, rest = app.parse_commands(words)
    if (not rest and len(apps) > 1) or {"--help", "--version", "--install-completion"} & set(words):
        return
    with nullcontext() if shown in SHOWN else suppress(MissingArgumentError):
        app.parse_args(words, exit_on_error=False, print_error=False)


@pytest.mark.slow
def test_how_to_is_done_in_its_order(cli, tmp_path, monkeypatch):
    page = ROOT / "docs" / "how-to.md"
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.toml").write_text(blocks(page, "toml")[0], encoding="utf-8")
    for shown in (command(line) for block in blocks(page, "sh") for line in block.splitlines()):
        words = filled(shown)
        if words[0] not in NOT_DONE and shown not in LONG:
            done = cli(*words)
            assert done.code == 0, f"{shown}: {done.err}"
    for block in blocks(page, "python"):
        exec(block, {"ruler": ruler})
    assert (tmp_path / "mine.mp4").stat().st_size > 1000


@pytest.fixture
def small_network():
    """A network with the layers that the README names, and data for it."""
    torch = pytest.importorskip("torch")
    nn = torch.nn
    torch.manual_seed(0)

    class Small(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.conv2 = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
            self.fc1, self.fc2 = nn.Linear(256, 16), nn.Linear(16, 3)

        def forward(self, x):
            x = self.conv2(self.conv1(x).relu()).relu().flatten(1)
            return self.fc2(self.fc1(x).relu())

    labels = torch.arange(3).repeat(40)
    images = torch.randn(120, 1, 8, 8) + labels[:, None, None, None]
    return {"model": Small(), "images": images, "labels": labels}


@pytest.mark.slow
def test_the_readme_s_python_is_done(tmp_path, monkeypatch, small_network):
    pytest.importorskip("sklearn")
    # One epoch instead of all: what is shown is the call.
    train = ruler.train
    monkeypatch.setattr(ruler, "train", lambda *args, **options: train(*args, epochs=1, **options))
    names = {"ruler": ruler, **small_network}
    for i, block in enumerate(blocks(ROOT / "README.md", "python")):
        (tmp_path / str(i)).mkdir()
        monkeypatch.chdir(tmp_path / str(i))
        exec(block, names)
    assert names["run"].opening.shape[1] == 12
    assert (tmp_path / "0" / "both.png").is_file()
    assert names["profile"].loads.shape == (3,)


def test_every_key_of_a_scenario_is_on_the_site():
    """The reference names each table of the file; its keys come from the models."""
    page = (ROOT / "docs" / "reference" / "files.md").read_text(encoding="utf-8")
    named = set(re.findall(r"\{ruler-keys\} (\S+)", page))
    from ruler.scenario.model import TABLES

    assert {f"ruler.scenario.model:{model.__name__}" for model in TABLES.values()} <= named
    assert {f"ruler.scenario.model:{name}" for name in ("Phase", "Pull", "Shake", "Until")} <= named
