"""Screenshots of the lab's window in a fixed round of states, to see whether a change has altered its looks.

For maintainers:

    python .ci/shots.py CHECKOUT FOLDER     takes them, in four sizes, without a display
    python .ci/shots.py --diff A B [-o C]   compares two folders pixel by pixel; pictures side by side go to C

The window is driven as a user would, through `ruler lab` with keys, mouse and dropped files, so it does not matter how
the app is built inside. Relied on are: the command's --size and --scale, the loop's calls of pygame.event.get and of
pygame.time.Clock.tick, the binding table's keys, RULER_STATE, and that files are chosen in pygame_gui's file dialog.
Time is made up (16 ms a frame), so the same checkout gives the same pixels whatever the machine is doing, but for the
faint ones of FAINT.
"""

import argparse
import gc
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

# Width, height, scale and, in pixels, where the tip and the last hinge of the folded ruler are when the window opens.
SIZES = {
    "800x600": (800, 600, 1.0, (115, 218), (113, 243)),
    "1280x800": (1280, 800, 1.0, (200, 298), (196, 346)),
    "2560x1440": (2560, 1440, 1.0, (439, 618), (429, 734)),
    "2560x1440@2": (2560, 1440, 2.0, (401, 520), (392, 617)),
}
FRAME = 16  # ms
# What pygame's smooth lines do by themselves, the same data drawn twice in one process: at most so much in a channel of
# a pixel, and in so many pixels of a picture.
FAINT, FEW = 70, 150
# Dialogs show where they are, so the place is always the same; one set is taken at a time.
PLACE = Path("/tmp/ruler-shots")  # noqa: S108


class User:
    """Makes events and takes pictures.

    Args:
        folder: where the pictures go.
        size: name of the window's size.
    """

    def __init__(self, folder: Path, size: str) -> None:
        self.folder, self.size = folder, size
        self.tip, self.hinge = SIZES[size][3:]
        self.mouse = (0, 0)
        self.now = 1000.0

    def shot(self, name: str) -> None:
        """Save what the window shows."""
        import pygame

        pygame.image.save(pygame.display.get_surface(), self.folder / f"{self.size}-{name}.png")

    def post(self, kind: int, **fields: object) -> None:
        """An event for the next frame."""
        import pygame

        pygame.event.post(pygame.event.Event(kind, fields))

    def key(self, name: str, mod: int = 0) -> None:
        """Press a key and let it go."""
        import pygame

        fields = {
            "key": pygame.key.key_code(name),
            "mod": mod,
            "unicode": name if len(name) == 1 else "",
            "scancode": 0,
        }
        self.post(pygame.KEYDOWN, **fields)
        self.post(pygame.KEYUP, **fields)

    def move(self, at: tuple[int, int], held: int = 0) -> None:
        """Move the mouse."""
        import pygame

        by = (at[0] - self.mouse[0], at[1] - self.mouse[1])
        self.mouse = at
        self.post(pygame.MOUSEMOTION, pos=at, rel=by, buttons=(held, 0, 0), touch=False)

    def button(self, down: bool, number: int = 1) -> None:
        """Press or release a button of the mouse."""
        import pygame

        kind = pygame.MOUSEBUTTONDOWN if down else pygame.MOUSEBUTTONUP
        self.post(kind, pos=self.mouse, button=number, touch=False)

    def drop(self, name: str) -> None:
        """Drop a file on the window."""
        import pygame

        self.post(pygame.DROPFILE, file=str(PLACE / name))

    def choose(self, name: str) -> None:
        """Type the name of a file into the file dialog that is open."""
        import pygame_gui
        from pygame_gui.windows import UIFileDialog

        entry = next(
            one for one in gc.get_objects() if isinstance(one, UIFileDialog) and one.alive()
        ).file_path_text_line
        entry.set_text(str(PLACE / name))
        self.post(pygame_gui.UI_TEXT_ENTRY_FINISHED, ui_element=entry, text=entry.get_text())


def session(user: User) -> Iterator[int]:
    """Everything the user does; yields how many frames go by meanwhile."""
    yield 3
    user.shot("start")
    yield from by_hand(user)
    yield from by_script(user)
    yield from dialogs(user)
    yield from recordings(user)
    yield from other_rulers(user)


def keys(user: User, names: str, mod: int = 0) -> Iterator[int]:
    """Press keys, one a frame."""
    for name in names.split():
        user.key(name, mod)
        yield 2


def by_hand(user: User) -> Iterator[int]:
    """Pull the tip with the mouse, shake it, look at the graphs."""
    width, height = SIZES[user.size][:2]
    yield from keys(user, "f")
    user.move(user.hinge)
    yield 2
    user.shot("hovered")
    user.move(user.tip)
    yield 2
    user.button(down=True)
    for i in range(1, 61):
        user.move((round(user.tip[0] + i / 60 * 0.15 * width), user.tip[1]), held=1)
        yield 1
    user.shot("held")
    user.button(down=True, number=3)
    yield 20
    user.shot("shaken")
    user.button(down=False, number=3)
    user.button(down=False)
    yield from keys(user, "c")
    user.move((round(0.2 * width), round(0.85 * height)))
    yield 8
    user.shot("frozen")
    yield from keys(user, "c")
    user.move((round(0.9 * width), round(0.75 * height)))
    yield 8
    user.shot("curve-read")


def by_script(user: User) -> Iterator[int]:
    """Let the script pull, with overlays and other curves."""
    user.move((1, 1))
    yield from keys(user, "r 1 2 3 ] ] ] p")
    yield 120
    user.shot("overlays")
    yield from keys(user, "space l d")
    yield 8
    user.shot("other-end")
    yield from keys(user, "l d n e k")
    yield 8
    user.shot("ghosts")
    yield from keys(user, "n n n n n n n e e 1 2 3 +")
    yield 200
    user.shot("zoomed")
    yield from keys(user, "f f1")
    user.shot("help")
    yield from keys(user, "escape")


def dialogs(user: User) -> Iterator[int]:
    """Every kind of dialog."""
    from pygame import KMOD_LCTRL

    yield from keys(user, "p", KMOD_LCTRL)
    yield from keys(user, "down down")
    yield 8
    user.shot("picker")
    yield from keys(user, "escape")
    for name, key in (("open", "o"), ("save-scenario", "s"), ("save-recording", "e")):
        yield from keys(user, key, KMOD_LCTRL)
        yield 8
        user.shot(name)
        yield from keys(user, "escape")
    user.drop("bad.toml")
    yield 8
    user.shot("message")
    yield from keys(user, "escape")
    yield from keys(user, "r", KMOD_LCTRL)
    yield from keys(user, "space")
    yield 30
    user.shot("recorded")
    yield from keys(user, "r")
    yield 8
    user.shot("question")
    yield from keys(user, "return")


def recordings(user: User) -> Iterator[int]:
    """Replay one recording, two, and one of a chain."""
    from pygame import KMOD_LCTRL, KMOD_LSHIFT

    user.drop("fast.npz")
    yield 5
    yield from keys(user, "[ [ [ space")
    yield 60
    user.shot("replay")
    yield from keys(user, "end v")
    yield 8
    user.shot("verified")
    yield from keys(user, "o", KMOD_LCTRL | KMOD_LSHIFT)
    user.choose("other.npz")
    yield 5
    yield from keys(user, "return")
    yield from keys(user, "space 1 2 n")
    yield 70
    user.shot("replays")
    user.drop("chain.npz")
    yield 5
    yield from keys(user, "1 2 end , ,")
    yield 8
    user.shot("chain")
    yield from keys(user, "b n n n n n n")


def other_rulers(user: User) -> Iterator[int]:
    """Other scenarios, anchors, grips and sizes of type."""
    from pygame import KMOD_LCTRL

    user.drop("jerky.toml")
    yield 5
    yield from keys(user, "1 3 p ]")
    yield 150
    user.shot("jerky")
    user.drop("springs.toml")
    yield 5
    yield from keys(user, "a g t p")
    yield 100
    user.shot("clamped")
    yield from keys(user, "=", KMOD_LCTRL)
    yield 8
    user.shot("bigger")


def drive(folder: Path, size: str) -> None:
    """Open the window of the checkout that is on the path, and act on it; ends the process."""
    import time

    import pygame

    user = User(folder, size)
    width, height, scale = SIZES[size][:3]
    left, acts, get = [0], session(user), pygame.event.get

    def events(*arguments: object, **named: object) -> list[pygame.event.Event]:
        user.now += FRAME / 1000
        left[0] -= 1
        if left[0] <= 0:
            left[0] = next(acts, -1)
            if left[0] < 0:
                os._exit(0)
        return list(get(*arguments, **named))

    class Clock:
        def tick(self, *_: float) -> int:
            return FRAME

        tick_busy_loop = tick

    pygame.event.get, pygame.time.Clock, pygame.mouse.get_pos = events, Clock, lambda *_: user.mouse
    # As what is imported from here on sees them: how many steps fit into a frame is no matter of the machine.
    time.perf_counter = time.monotonic = lambda: user.now
    from ruler.cli import main

    sys.argv = ["ruler", "lab", "--size", f"{width}x{height}", "--scale", str(scale)]
    main()


def take(checkout: Path, folder: Path) -> int:
    """Take the screenshots of a checkout."""
    import fcntl

    folder.mkdir(parents=True, exist_ok=True)
    with PLACE.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        environment = {
            **os.environ,
            "PYTHONPATH": str(checkout),
            "PYTHONDONTWRITEBYTECODE": "1",
            "SDL_VIDEODRIVER": "dummy",
        }
        for size in SIZES:
            furnish(checkout, environment)
            environment["RULER_STATE"] = str(PLACE / "state")
            act = [sys.executable, str(Path(__file__).resolve()), "--drive", str(folder), size]
            subprocess.run(act, cwd=PLACE, env=environment, check=True, timeout=600)
            print(f"{size}: {len(list(folder.glob(f'{size}-*.png')))} pictures")
        shutil.rmtree(PLACE)
    return 0


def furnish(checkout: Path, environment: dict[str, str]) -> None:
    """A fresh working folder with the files that are dropped on the window."""
    shutil.rmtree(PLACE, ignore_errors=True)
    (PLACE / "state").mkdir(parents=True)
    for name in ("jerky", "springs"):
        shutil.copy(checkout / "scenarios" / f"{name}.toml", PLACE)
    (PLACE / "bad.toml").write_text("[hinge]\ntorque = -1\n")
    for words in (
        "run fast -o fast.npz",
        "run fast --set hinge.viscous=0.1 -o other.npz",
        "theory spring-block --preset lazy -o chain.npz",
    ):
        command = [sys.executable, "-c", "from ruler.cli import main; main()", *words.split()]
        subprocess.run(command, cwd=PLACE, env=environment, check=True, stdout=subprocess.DEVNULL)


def diff(first: Path, second: Path, output: Path | None) -> int:
    """Say which pictures differ and by how many pixels; returns the exit code."""
    differ = 0
    for name in sorted({path.name for folder in (first, second) for path in folder.glob("*.png")}):
        if not ((first / name).exists() and (second / name).exists()):
            print(f"DIFFERENT  {name}: only in one folder")
            differ += 1
            continue
        pictures = [Image.open(folder / name).convert("RGB") for folder in (first, second)]
        count, most = _difference(*pictures)
        if count <= FEW and most <= FAINT:
            print(f"same       {name}" + (f" ({count} pixels faintly otherwise)" if count else ""))
            continue
        print(f"DIFFERENT  {name}: {count} pixels, by up to {most} of 255")
        differ += 1
        if output is not None:
            output.mkdir(parents=True, exist_ok=True)
            _side_by_side(*pictures).save(output / name)
    print(f"{differ} pictures differ")
    return 1 if differ else 0


def _difference(first: Image.Image, second: Image.Image) -> tuple[int, int]:
    """How many pixels differ, and by how much at most."""
    if first.size != second.size:
        return max(first.width * first.height, second.width * second.height), 255
    by = np.abs(np.asarray(first).astype(int) - np.asarray(second)).max(axis=2)
    return int((by > 0).sum()), int(by.max())


def _side_by_side(first: Image.Image, second: Image.Image) -> Image.Image:
    """Both pictures, and where they differ in red on the first, pale."""
    both = Image.new("RGB", (3 * first.width, max(first.height, second.height)), "white")
    both.paste(first, (0, 0))
    both.paste(second, (first.width, 0))
    if first.size == second.size:
        before, after = np.asarray(first), np.asarray(second)
        marked = 170 + before // 3
        marked[(before != after).any(axis=2)] = (220, 0, 0)
        both.paste(Image.fromarray(marked.astype(np.uint8)), (2 * first.width, 0))
    return both


def main() -> int:
    """Take or compare; returns the exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--diff", action="store_true", help="compare two folders")
    parser.add_argument("--drive", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("first", type=Path, help="the checkout; with --diff a folder of pictures")
    parser.add_argument("second", type=str, help="the folder for the pictures; with --diff the other folder")
    parser.add_argument("-o", "--output", type=Path, help="with --diff: folder for pictures side by side")
    given = parser.parse_args()
    if given.drive:
        drive(given.first, given.second)
    if given.diff:
        return diff(given.first, Path(given.second), given.output)
    return take(given.first.resolve(), Path(given.second).resolve())


if __name__ == "__main__":
    sys.exit(main())
