"""docs/window.md lists every action of the binding table, where it is seen, its keys, and a test of what it does.

`python tests/lab/test_window_page.py` brings the table up to date; what has no test yet gets a question mark.
"""

import ast
import re
from pathlib import Path

import pytest

from ruler.lab.actions_table import shown_keys, sorted_actions, where_seen

TESTS = Path(__file__).parent
PAGE = TESTS.parents[1] / "docs" / "window.md"
HEAD = "| action | keys | where | test |\n|---|---|---|---|\n"
pytestmark = pytest.mark.skipif(not PAGE.is_file(), reason="the documentation is not here")


def named_tests():
    """The test of each action, as the page has it."""
    rows = re.findall(r"^\| (.+?) \| .* \| (\S+) \|$", PAGE.read_text(encoding="utf-8"), flags=re.M)
    return {label: test.strip("`") for label, test in rows if label not in ("action", "---")}


def table(tests):
    rows = [
        f"| {action.label} | {shown_keys(action).replace('|', chr(92) + '|')} | {where_seen(action)} "
        f"| `{tests.get(action.label, '?')}` |\n"
        for action in sorted_actions()
    ]
    return f"<!-- actions -->\n{HEAD}{''.join(rows)}<!-- end -->"


def test_the_page_has_every_action_as_it_is():
    assert table(named_tests()) in PAGE.read_text(encoding="utf-8")


def test_every_action_has_a_test_that_is_there():
    there = {
        f"{path.name}::{node.name}"
        for path in TESTS.rglob("test_*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert {label: test for label, test in named_tests().items() if test not in there} == {}


if __name__ == "__main__":
    text = PAGE.read_text(encoding="utf-8")
    made = re.sub(r"<!-- actions -->.*<!-- end -->", lambda _: table(named_tests()), text, flags=re.S)
    PAGE.write_text(made, encoding="utf-8")
