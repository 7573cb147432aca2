"""The window's memory between sessions: recent files, settings, and whether it has been opened before."""

import json
import os
from pathlib import Path

MOST = 10


def state_folder() -> Path:
    """Where the window keeps its own files (RULER_STATE, or the user's state folder)."""
    base = os.environ.get("RULER_STATE") or os.environ.get("XDG_STATE_HOME")
    folder = Path(base) if base else Path.home() / ".local" / "state"
    return folder if os.environ.get("RULER_STATE") else folder / "folding-ruler"


def _read() -> dict[str, object]:
    try:
        data = json.loads((state_folder() / "lab.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(data: dict[str, object]) -> None:
    # A memory that cannot be written (a read-only home) is no reason to stop.
    try:
        state_folder().mkdir(parents=True, exist_ok=True)
        (state_folder() / "lab.json").write_text(json.dumps(data, indent=1), encoding="utf-8")
    except OSError:
        return


def recent_files() -> list[Path]:
    """Files opened or saved lately that are still there, the newest first."""
    listed = _read().get("recent", [])
    paths = [Path(str(entry)) for entry in listed] if isinstance(listed, list) else []
    return [path for path in paths if path.is_file()][:MOST]


def remember(path: Path) -> None:
    """Put a file at the head of the recent ones."""
    path = path.resolve()
    files = [path, *(old for old in recent_files() if old != path)][:MOST]
    _write({**_read(), "recent": [str(entry) for entry in files]})


def setting(name: str) -> object:
    """A setting of the window that was remembered, or None."""
    settings = _read().get("settings")
    return settings.get(name) if isinstance(settings, dict) else None


def remember_setting(name: str, value: object) -> None:
    """Remember a setting of the window for its next start."""
    data = _read()
    settings = data.get("settings")
    _write({**data, "settings": {**(settings if isinstance(settings, dict) else {}), name: value}})


def first_run() -> bool:
    """Whether the window has never been opened; asking makes it remembered."""
    data = _read()
    if data.get("opened"):
        return False
    _write({**data, "opened": True})
    return True
