"""The themes besides the light one, whose colours are those of `theme`: what each says otherwise, by its name there.

A test holds that text can be read on its ground and that what is told apart by colour stays apart, also as eyes that
lack one kind of cone see it.
"""

from typing import Any, NamedTuple


class Theme(NamedTuple):
    """A theme: its name in menus, what it looks like, and its colours by their names in `theme`."""

    label: str
    text: str
    colours: dict[str, Any]


DARK: dict[str, Any] = {
    "PANEL": (33, 34, 38),
    "PANEL_RAISED": (44, 46, 51),
    "PANEL_SUNK": (22, 23, 26),
    "LINE": (76, 78, 84),
    "GRID": (60, 62, 68),
    "EDGE": (104, 106, 112),
    "HOVER": (66, 54, 52),
    "HOVER_EDGE": (204, 120, 102),
    "INK": (238, 238, 234),
    "MUTED": (178, 180, 186),
    "FAINT": (146, 148, 154),
    "ACCENT": (248, 138, 114),
    "ACCENT_DARK": (250, 160, 142),
    "ACCENT_PALE": (92, 50, 42),
    "ON_ACCENT": (20, 12, 10),
    "CARD": (52, 51, 50),
    "CARD_EDGE": (128, 120, 108),
    "WARNING": (255, 146, 126),
    "AMBER": (240, 192, 96),
    "PAPER": (50, 47, 42),
    "PAPER_LINE": (104, 90, 72),
    "PAPER_INK": (218, 186, 146),
    "TENSION_INK": (206, 172, 244),
    "FRICTION_INK": (130, 216, 170),
    "GHOSTS": ((116, 158, 255), (153, 255, 114), (255, 250, 205), (198, 152, 8), (173, 145, 167)),
    "LOAD": (
        (62, 72, 122),
        (44, 96, 164),
        (36, 128, 182),
        (58, 160, 188),
        (104, 190, 184),
        (160, 216, 182),
        (208, 234, 178),
        (246, 244, 200),
    ),
    "PLACE": (
        (132, 132, 255),
        (172, 128, 250),
        (214, 130, 224),
        (240, 142, 176),
        (250, 166, 120),
        (252, 206, 84),
    ),
}  # fmt: skip

CONTRAST: dict[str, Any] = {
    "PANEL": (255, 255, 255),
    "PANEL_RAISED": (255, 255, 255),
    "PANEL_SUNK": (232, 232, 232),
    "LINE": (0, 0, 0),
    "GRID": (196, 196, 196),
    "EDGE": (0, 0, 0),
    "HOVER": (255, 246, 190),
    "HOVER_EDGE": (0, 0, 0),
    "INK": (0, 0, 0),
    "MUTED": (40, 40, 40),
    "FAINT": (84, 84, 84),
    "ACCENT": (160, 0, 0),
    "ACCENT_DARK": (120, 0, 0),
    "ACCENT_PALE": (255, 232, 112),
    "ON_ACCENT": (255, 255, 255),
    "CARD": (255, 255, 255),
    "CARD_EDGE": (0, 0, 0),
    "WARNING": (150, 0, 0),
    "AMBER": (104, 58, 0),
    "PAPER": (255, 255, 255),
    "PAPER_LINE": (186, 186, 186),
    "PAPER_INK": (0, 0, 0),
    "TENSION_INK": (84, 0, 132),
    "FRICTION_INK": (0, 74, 40),
    "GHOSTS": ((0, 21, 199), (85, 64, 87), (139, 8, 148), (51, 6, 0), (15, 0, 54)),
    "LOAD": (
        (255, 255, 224),
        (222, 240, 178),
        (170, 220, 182),
        (96, 196, 186),
        (40, 160, 186),
        (20, 116, 172),
        (20, 72, 146),
        (18, 36, 112),
        (0, 0, 56),
    ),
    "PLACE": ((0, 0, 96), (72, 0, 132), (132, 0, 132), (168, 0, 84), (180, 32, 0), (150, 84, 0)),
}

OTHERS = {
    "dark": Theme("Dark", "dark ground", DARK),
    "contrast": Theme("High contrast", "white ground, black lines, strong colours", CONTRAST),
}


NAMES = ("light", *OTHERS)
