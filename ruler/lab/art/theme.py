"""How the lab looks: colours, type, colour maps, and the theme of the controls.

A quiet light panel, a warm table, one accent colour. Text keeps a contrast of at least 4.5:1 on the
background it is meant for. Sizes are in px at UI scale 1. `use` puts the colours of another theme in the place
of those below: say `theme.INK` where it is drawn, and keep no colour from one frame to the next.
"""

import functools
import json
import sys
from collections.abc import Sequence
from typing import Any

import numpy as np
import pygame
import pygame.font

from ruler.arrays import Floats
from ruler.lab import i18n
from ruler.lab.art import palettes
from ruler.shipped import shipped
from ruler.text import clean

Colour = tuple[int, int, int]

# The panel: controls and graphs.
PANEL: Colour = (246, 245, 242)
PANEL_RAISED: Colour = (255, 255, 254)
PANEL_SUNK: Colour = (233, 231, 226)
LINE: Colour = (212, 209, 202)
EDGE: Colour = (190, 187, 180)
HOVER: Colour = (250, 236, 231)
HOVER_EDGE: Colour = (195, 116, 102)
GRID: Colour = (228, 226, 220)
INK: Colour = (34, 36, 42)
MUTED: Colour = (92, 94, 100)
FAINT: Colour = (112, 112, 110)
ACCENT: Colour = (184, 54, 36)
ACCENT_DARK: Colour = (150, 40, 26)
ACCENT_PALE: Colour = (246, 220, 213)
ON_ACCENT: Colour = (255, 255, 255)
CARD: Colour = (255, 253, 248)
CARD_EDGE: Colour = (176, 160, 138)
WARNING: Colour = (156, 42, 20)
AMBER: Colour = (150, 92, 0)
WHITE: Colour = (255, 255, 255)
BLACK: Colour = (0, 0, 0)

# The table.
PAPER: Colour = (247, 239, 222)
PAPER_LINE: Colour = (214, 176, 132)
PAPER_INK: Colour = (112, 72, 36)

# The ruler and what holds it.
BEECH: Colour = (231, 192, 134)
BEECH_LIGHT: Colour = (243, 213, 164)
BEECH_DARK: Colour = (196, 146, 88)
BEECH_EDGE: Colour = (128, 82, 40)
TICK: Colour = (58, 38, 24)
BRASS: Colour = (206, 164, 72)
BRASS_LIGHT: Colour = (252, 232, 168)
BRASS_DARK: Colour = (122, 88, 26)
STEEL: Colour = (104, 112, 124)
STEEL_LIGHT: Colour = (168, 176, 188)
STEEL_DARK: Colour = (54, 60, 70)
TENSION: Colour = (92, 44, 134)
FRICTION: Colour = (24, 88, 60)
# The same two, written on the table.
TENSION_INK: Colour = TENSION
FRICTION_INK: Colour = FRICTION

# Earlier runs and networks: told apart by dash and colour, by all eyes, and all 4.5:1 on the panel.
GHOSTS: tuple[Colour, ...] = ((0, 12, 194), (8, 123, 115), (160, 80, 200), (85, 10, 25), (51, 8, 75))

FAMILY = "inter"
SMALL = 13.0
NORMAL = 14.0
LARGE = 18.0

# Little load is pale, much is dark, as on a printed map (after ColorBrewer's YlGnBu: safe for
# colour-blind eyes and in grey).
LOAD: tuple[Colour, ...] = (
    (246, 244, 200),
    (222, 240, 178),
    (176, 222, 182),
    (110, 200, 188),
    (58, 172, 192),
    (32, 134, 186),
    (34, 92, 164),
    (34, 54, 140),
    (14, 26, 84),
)
# From the fixed end to the hand (after plasma, without its pale end).
PLACE: tuple[Colour, ...] = (
    (24, 18, 120),
    (84, 2, 163),
    (139, 10, 165),
    (185, 50, 137),
    (214, 84, 96),
    (212, 104, 32),
)
LOAD_LEVELS = 64
MIDDLE_GREY = 101  # on a lighter ground black is easier to read, on a darker one white


# The themes, with what each says otherwise than the names above.
LIGHT = palettes.Theme("Light", "light ground", {name: globals()[name] for name in palettes.DARK})
THEMES = {"light": LIGHT, **palettes.OTHERS}
_now = "light"


def theme_name() -> str:
    """The theme in use."""
    return _now


def use(name: str) -> None:
    """Draw in the colours of another theme, one of THEMES, from now on."""
    global _now
    if name == _now:
        return
    globals().update(THEMES[name].colours)
    _now = name
    # Pictures that were kept have the old colours.
    for module in [module for key, module in sys.modules.items() if key.startswith("ruler.lab.art.")]:
        for kept in vars(module).values():
            if hasattr(kept, "cache_clear"):
                kept.cache_clear()


@functools.lru_cache(maxsize=64)
def _font(px: int, bold: bool) -> pygame.font.Font:
    name = "Inter-SemiBold.otf" if bold else "Inter-Regular.otf"
    return pygame.font.Font(str(shipped("assets") / "fonts" / name), px)


def font(size: float = NORMAL, scale: float = 1.0, bold: bool = False) -> pygame.font.Font:
    """The font of this size (px at scale 1), cached."""
    if not pygame.font.get_init():
        pygame.font.init()
    px = max(4, round(size * scale))
    try:
        _font(px, bold).get_height()
    except pygame.error:  # made before pygame was quit and started again
        _font.cache_clear()
    return _font(px, bold)


@functools.lru_cache(maxsize=1024)
def _text(text: str, px: int, colour: Colour, bold: bool, halo: Colour | None) -> pygame.Surface:
    face = font(px, 1.0, bold)
    image = face.render(text, True, colour)
    if halo is None:
        return image
    grow = max(1, round(px / 9))
    ground = face.render(text, True, halo)
    both = pygame.Surface((image.get_width() + 2 * grow, image.get_height() + 2 * grow), pygame.SRCALPHA, 32)
    both.fill((*halo, 0))
    for dx in range(2 * grow + 1):
        for dy in range(2 * grow + 1):
            both.blit(ground, (dx, dy))
    both.blit(image, (grow, grow))
    return both


def text_image(
    text: str,
    size: float = NORMAL,
    scale: float = 1.0,
    colour: Colour | None = None,
    bold: bool = False,
    halo: Colour | None = None,
) -> pygame.Surface:
    """One line of text, cached; do not draw on it.

    Args:
        text: line breaks become spaces, control characters are spelt out.
        size: px at scale 1.
        scale: UI scale.
        colour: of the letters; None: ink.
        bold: semibold rather than regular.
        halo: colour of a thin glow that sets the text off a busy ground.
    """
    return _text(one_line(text), max(4, round(size * scale)), INK if colour is None else colour, bold, halo)


def one_line(text: str) -> str:
    """The text as it is drawn: numbers as the language has them, and control characters, which may come from files."""
    return i18n.decimals(_one_line(text))


@functools.lru_cache(maxsize=2048)
def _one_line(text: str) -> str:
    return clean(text).replace("\n", " ").replace("\t", " ")


def text_size(text: str, size: float = NORMAL, scale: float = 1.0, bold: bool = False) -> tuple[int, int]:
    """Width and height of a line of text, px."""
    return text_image(text, size, scale, None, bold).get_size()


def shortened(text: str, width: float, size: float = NORMAL, scale: float = 1.0, bold: bool = False) -> str:
    """The text, cut with an ellipsis so that it fits into `width` px."""
    return _shortened(one_line(text), width, size, scale, bold)


@functools.lru_cache(maxsize=512)
def _shortened(text: str, width: float, size: float, scale: float, bold: bool) -> str:
    face = font(size, scale, bold)
    if face.size(text)[0] <= width:
        return text
    low, high = 0, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        fits = face.size(text[:middle].rstrip() + "\u2026")[0] <= width
        low, high = (middle, high) if fits else (low, middle - 1)
    return text[:low].rstrip() + "\u2026" if low else ""


def wrapped(text: str, width: float, size: float = NORMAL, scale: float = 1.0, bold: bool = False) -> list[str]:
    """The text in lines no wider than `width` px; a word that is wider is cut."""
    return list(_wrapped(one_line(text), width, size, scale, bold))


@functools.lru_cache(maxsize=512)
def _wrapped(text: str, width: float, size: float, scale: float, bold: bool) -> tuple[str, ...]:
    face, lines = font(size, scale, bold), [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}" if lines[-1] else word
        if face.size(longer)[0] <= width:
            lines[-1] = longer
            continue
        if lines[-1]:
            lines.append("")
        while face.size(word)[0] > width and len(word) > 1:
            fits = max(1, next(n for n in range(len(word), -1, -1) if n == 0 or face.size(word[:n])[0] <= width))
            lines[-1], word = word[:fits], word[fits:]
            lines.append("")
        lines[-1] = word
    return tuple(line for line in lines if line)


def mixed(first: Colour, second: Colour, part: float) -> Colour:
    """`first` with `part` (0 to 1) of `second` in it."""
    part = min(1.0, max(0.0, part))
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return red, green, blue


def ink_on(ground: Colour) -> Colour:
    """Black or white, whichever is easier to read on this ground."""
    return BLACK if pygame.Color(ground).grayscale().r > MIDDLE_GREY else WHITE


def ramp(colours: Sequence[Colour], at: Floats) -> Floats:
    """Colours between some that are evenly spaced from 0 to 1, shape (..., 3)."""
    places = np.linspace(0.0, 1.0, len(colours))
    return np.stack([np.interp(at, places, channel) for channel in zip(*colours, strict=True)], axis=-1)


def load_position(share: Floats, count: int) -> Floats:
    """Where load shares lie on the colour map: 0 none, 0.5 the even share 1/count, towards 1 many times it."""
    times_even = np.clip(np.nan_to_num(np.asarray(share, dtype=np.float64) * count, posinf=50.0), 0.0, 50.0)
    return np.asarray(1.0 - np.exp2(-times_even))


@functools.lru_cache(maxsize=1)
def load_palette() -> tuple[Colour, ...]:
    """The colours of the load map, LOAD_LEVELS of them."""
    return _as_colours(ramp(LOAD, np.linspace(0.0, 1.0, LOAD_LEVELS)))


def load_levels(share: Floats | None, count: int) -> list[int]:
    """Index into `load_palette` for each of `count` shares; the lowest when there are none."""
    if share is None:
        return [0] * count
    levels: list[int] = np.rint(load_position(share, count) * (LOAD_LEVELS - 1)).astype(int).tolist()
    return levels


def load_colours(share: Floats | None, count: int) -> list[Colour]:
    """The colour of each of `count` load shares."""
    palette = load_palette()
    return [palette[level] for level in load_levels(share, count)]


@functools.lru_cache(maxsize=32)
def line_colours(count: int) -> tuple[Colour, ...]:
    """A colour for each hinge by its place, from the fixed end to the hand."""
    return _as_colours(ramp(PLACE, np.linspace(0.0, 1.0, max(count, 2)))[:count])


def _as_colours(rows: Floats) -> tuple[Colour, ...]:
    return tuple((round(r), round(g), round(b)) for r, g, b in rows.tolist())


def gui_theme(scale: float = 1.0) -> dict[str, Any]:
    """The theme of the controls for pygame_gui, at a UI scale: `UIManager(size, theme_path=gui_theme(scale))`.

    Two object classes are there for labels: "@muted" and "@title".
    """

    def fitted(entry: Any) -> Any:
        if isinstance(entry, dict):
            files = _gui_font_files() if entry.get("name") == FAMILY else {}
            return {name: fitted(value) for name, value in entry.items()} | files
        if isinstance(entry, list):
            return ",".join(fitted(value) for value in entry)
        if isinstance(entry, str):
            return "#{:02x}{:02x}{:02x}".format(*globals()[entry]) if entry.isupper() else entry
        return str(round(entry * scale))

    theme: dict[str, Any] = fitted(json.loads((shipped("assets") / "theme" / "gui.json").read_text(encoding="utf-8")))
    return theme


def _gui_font_files() -> dict[str, str]:
    folder = shipped("assets") / "fonts"
    files = {"regular": "Regular", "bold": "SemiBold", "italic": "Regular", "bold_italic": "SemiBold"}
    return {f"{style}_path": str(folder / f"Inter-{weight}.otf") for style, weight in files.items()}


def gui_fonts(scale: float = 1.0) -> list[dict[str, str | int | float]]:
    """Styles that text boxes use and the theme does not load by itself: `manager.preload_fonts(gui_fonts(scale))`."""
    px, styles = round(NORMAL * scale), ("italic", "bold_italic")
    return [{"name": FAMILY, "point_size": px, "style": style, "antialiased": "1"} for style in styles]
