"""Nothing that only one kind of system has stands alone."""

import ast
from pathlib import Path

import pytest

import ruler

ROOT = Path(ruler.__file__).parent
SOURCES = sorted(ROOT.rglob("*.py"))
POSIX_ONLY = {"fcntl", "resource", "pwd", "grp", "termios", "tty", "pty"}
POSIX_CALLS = {
    "getppid",
    "access",
    "fork",
    "mkfifo",
    "getuid",
    "geteuid",
    "kill",
    "killpg",
    "setsid",
    "chmod",
    "link",
    "symlink",
}


def calls(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call)]


def called(node):
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_no_call_that_only_posix_has(path):
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
        names += [node.module] if isinstance(node, ast.ImportFrom) else []
        assert not POSIX_ONLY & set(names), f"line {node.lineno}: {names}"
    for node in calls(tree):
        owner = node.func.value if isinstance(node.func, ast.Attribute) else None
        of_os = isinstance(owner, ast.Name) and owner.id == "os"
        assert not (of_os and called(node) in POSIX_CALLS), f"line {node.lineno}: os.{called(node)}"
        if isinstance(owner, ast.Name) and owner.id == "signal" and called(node) == "signal":
            assert ast.unparse(node.args[0]) in ("signal.SIGINT", "signal.SIGTERM", "number"), f"line {node.lineno}"


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_text_file_is_opened_with_its_encoding(path):
    for node in calls(ast.parse(path.read_text(encoding="utf-8"))):
        given = {keyword.arg for keyword in node.keywords}
        if called(node) in ("read_text", "write_text") and isinstance(node.func, ast.Attribute):
            of_path = not (isinstance(node.func.value, ast.Name) and node.func.value.id == "io")
            assert not of_path or "encoding" in given, f"line {node.lineno}: {ast.unparse(node)}"
        if called(node) == "open" and not (
            isinstance(node.func, ast.Attribute)
            and ast.unparse(node.func.value) in ("os", "Image", "webbrowser", "archive")
        ):
            mode = next(
                (
                    ast.unparse(a)
                    for a in node.args
                    if isinstance(a, ast.Constant) and isinstance(a.value, str) and len(a.value) < 4
                ),
                "'r'",
            )
            assert "b" in mode or "encoding" in given, f"line {node.lineno}: {ast.unparse(node)}"
