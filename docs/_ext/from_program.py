"""What the site takes from the program itself: commands, keys of files, the Python interface, pictures and films."""

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from hashlib import sha256
from html import escape
from importlib import import_module
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from docutils import nodes
from docutils.parsers.rst import directives
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined
from sphinx.application import Sphinx
from sphinx.util.docutils import SphinxDirective
from sphinx.util.typing import ExtensionMetadata

FILMS = (".mp4",)
# What pydantic calls a limit, and how it is told.
LIMITS = {"ge": "≥ {}", "gt": "> {}", "le": "≤ {}", "lt": "< {}"}
LIMITS |= {"min_length": "{} or more", "max_length": "at most {}"}
RUN = [sys.executable, "-c", "from ruler.cli import main; main()"]


def commands_page() -> str:
    """Markdown of every command, from the command line's own parser."""
    from ruler.cli import demo, fit, lab, networks, recordings, runs, sweep, theory, track  # noqa: F401
    from ruler.cli.core import app, listed

    text: str = app.generate_docs(output_format="markdown", heading_level=1, usage_name="ruler")
    # The title and the contents are the page's own.
    text = text[text.index("## ruler demo") :]
    # cyclopts tells how this Python was started.
    text = text.replace(" -m sphinx", "")
    for name, endings in listed().items():
        text = text.replace(name, endings)
    return re.sub(r"Example: (ruler\b.*)", r"Example: `\1`", text)


def keys_table(model: Any) -> str:
    """Markdown table of a model's keys: unit, what is allowed, default, meaning."""
    from ruler.scenario.parts import StrictModel, unit_of

    rows = ["| key | unit | allowed | default | meaning |", "|---|---|---|---|---|"]
    for name, field in model.model_fields.items():
        inner = [part for part in _parts(field.annotation) if isinstance(part, type) and issubclass(part, StrictModel)]
        default = "(a table)" if inner and not field.is_required() else _default(field)
        unit = "" if inner or unit_of(field) == "1" else unit_of(field)
        cells = (f"`{field.alias or name}`", unit, allowed(field), default, field.description or "")
        rows.append(f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |")
    return "\n".join(rows)


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "*needed*"
    value = field.get_default(call_default_factory=True)
    if value is None or value is PydanticUndefined:
        return "none"
    return f"`{str(value).lower() if isinstance(value, bool) else value}`" if value != "" else "empty"


def _parts(annotation: Any) -> Iterator[Any]:
    """A type and every type in it."""
    yield annotation
    for part in get_args(annotation):
        yield from _parts(part)


def allowed(field: FieldInfo) -> str:
    """What a key takes, in words: kinds and ranges."""
    kinds = get_args(field.annotation) if get_origin(field.annotation) in (Union, UnionType) else (field.annotation,)
    texts = [_kind(kind, field.metadata) for kind in kinds if kind is not type(None)]
    return " or ".join(dict.fromkeys(texts))


def _kind(kind: Any, outer: list[Any] | tuple[Any, ...]) -> str:
    if get_origin(kind) is Annotated:
        kind, *inner = get_args(kind)
        return _kind(kind, [*inner, *outer])
    if get_origin(kind) is Literal:
        return ", ".join(f"`{value}`" for value in get_args(kind))
    if get_origin(kind) is list:
        return f"list{_range(outer)}: {_kind(get_args(kind)[0], ())}"
    words = {int: "whole number", float: "number", str: "text", bool: "`true`, `false`"}
    return words.get(kind, "table" if isinstance(kind, type) else "any") + _range(outer)


def _range(metadata: list[Any] | tuple[Any, ...]) -> str:
    """The limits among what pydantic keeps of a field."""
    limits: dict[str, Any] = {}
    for each in metadata:
        for part in getattr(each, "metadata", None) or [each]:
            for sign in LIMITS:
                if getattr(part, sign, None) is not None:
                    limits[sign] = getattr(part, sign)
    least, most = limits.get("min_length"), limits.get("max_length")
    if least is not None and least == most:
        return f" of {least}"
    found = [text.format(_number(limits[sign])) for sign, text in LIMITS.items() if sign in limits]
    return f"{',' if least or most else ''} {', '.join(found)}" if found else ""


def _number(value: float) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)


class Commands(SphinxDirective):
    """`{ruler-commands}`: every command with its arguments and options."""

    def run(self) -> list[nodes.Node]:
        """The sections."""
        return self.parse_text_to_nodes(commands_page(), allow_section_headings=True)


class Keys(SphinxDirective):
    """`{ruler-keys} module:Model`: the keys of a table of a file."""

    required_arguments = 1

    def run(self) -> list[nodes.Node]:
        """What the model says of itself, and its keys."""
        module, name = self.arguments[0].split(":")
        return self.parse_text_to_nodes(keys_table(getattr(import_module(module), name)))


class Interface(SphinxDirective):
    """`{ruler-interface}`: everything that `import ruler` gives, and the classes named in the content."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """Their signatures and docstrings."""
        import ruler

        names = [name for name in ruler.__all__ if callable(getattr(ruler, name))]
        functions = sorted(name for name in names if not isinstance(getattr(ruler, name), type))
        classes = sorted(set(names) - set(functions))
        lines = [f".. autofunction:: ruler.{name}\n" for name in functions]
        named = [*(f"ruler.{name}" for name in classes), *self.content]
        lines += [f".. autoclass:: {name}\n   :members:\n" for name in named]
        return self.parse_text_to_nodes("\n".join(["```{eval-rst}", *lines, "```"]))


class Made(SphinxDirective):
    """`{made} FILE`: a picture or film, made by the commands beneath it, which stand in the content.

    What was made is kept beside the doctrees and used again while commands and version are the same.
    """

    required_arguments = 1
    has_content = True
    option_spec = {"caption": directives.unchanged_required}  # noqa: RUF012

    def run(self) -> list[nodes.Node]:
        """The picture, its caption and its commands."""
        made = self.make()
        box = nodes.container(classes=["made"])
        caption = self.options["caption"]
        if made.suffix in FILMS:
            box += self.film(made, caption)
        else:
            where = os.path.relpath(made, self.env.srcdir)
            box += nodes.image(uri=f"/{Path(where).as_posix()}", alt=caption)
        line = nodes.paragraph(classes=["caption"])
        line += self.parse_inline(caption)[0]
        box += line
        box += nodes.literal_block("\n".join(self.content), "\n".join(self.content), language="sh")
        return [box]

    def make(self) -> Path:
        """Run the commands, unless that has been done."""
        from ruler._version import __version__

        said = "\n".join(self.content)
        folder = Path(self.env.doctreedir) / "made" / sha256(f"{__version__}\n{said}".encode()).hexdigest()[:16]
        made = folder / self.arguments[0]
        if not made.is_file():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir(parents=True)
            for command in self.content:
                program, *words = shlex.split(command)
                if program != "ruler":
                    raise self.error(f"{command}: only the program's own commands are run")
                done = subprocess.run([*RUN, *words], cwd=folder, capture_output=True, text=True, check=False)  # noqa: S603
                if done.returncode:
                    raise self.error(f"{command}: {done.stderr}")
        return made

    def film(self, made: Path, caption: str) -> nodes.Node:
        """A film that plays by itself, without sound, over and over."""
        name = f"{made.parent.name}-{made.name}"
        films = Path(self.env.app.outdir) / "_films"
        films.mkdir(parents=True, exist_ok=True)
        shutil.copy(made, films / name)
        up = "../" * self.env.docname.count("/")
        told = f'src="{up}_films/{name}" aria-label="{escape(caption)}"'
        return nodes.raw("", f"<video {told} autoplay loop muted playsinline controls></video>", format="html")


def setup(app: Sphinx) -> ExtensionMetadata:
    """Called by Sphinx."""
    app.add_directive("ruler-commands", Commands)
    app.add_directive("ruler-keys", Keys)
    app.add_directive("ruler-interface", Interface)
    app.add_directive("made", Made)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
