import re
from pathlib import Path

import numpy as np
import pygame
import pytest

from ruler.lab.art import theme
from ruler.shipped import shipped


def contrast(first, second):
    """WCAG contrast ratio of two colours, 1 to 21."""

    def luminance(colour):
        parts = np.asarray(colour, dtype=np.float64) / 255.0
        linear = np.where(parts <= 0.04045, parts / 12.92, ((parts + 0.055) / 1.055) ** 2.4)
        return float(linear @ (0.2126, 0.7152, 0.0722))

    bright, dark = sorted((luminance(first), luminance(second)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("ground", [theme.PANEL, theme.PANEL_RAISED, theme.PANEL_SUNK, theme.PAPER, theme.WHITE])
def test_text_is_readable(ground):
    inks = [theme.INK, theme.MUTED, theme.ACCENT, theme.ACCENT_DARK, theme.PAPER_INK]
    for ink in inks:
        assert contrast(ink, ground) >= 4.5, (ink, ground)


def test_text_on_colours_is_readable():
    assert contrast(theme.WHITE, theme.ACCENT) >= 4.5
    for colour in theme.GHOSTS:
        assert contrast(colour, theme.PANEL_RAISED) >= 4.5
    for colour in theme.load_palette():
        assert contrast(theme.ink_on(colour), colour) >= 4.5
    for colour in theme.line_colours(10):
        assert contrast(colour, theme.PANEL_RAISED) >= 2.7


def test_load_map_gets_darker_all_the_way():
    palette = theme.load_palette()
    brightness = [contrast(colour, (0, 0, 0)) for colour in palette]
    assert np.all(np.diff(brightness) < 0)


def test_load_colours_tell_shares_apart():
    colours = theme.load_colours(np.array([0.0, 0.05, 0.1, 0.2, 0.65]), 5)
    assert len(set(colours)) == 5
    assert theme.load_colours(None, 3) == [theme.load_palette()[0]] * 3
    assert len(theme.load_colours(np.array([np.nan, np.inf, -3.0, 1.0]), 4)) == 4
    assert theme.load_position(np.array([0.1]), 10)[0] == pytest.approx(0.5)


def test_text_is_kept_and_survives_a_restart_of_pygame():
    pygame.font.init()
    first = theme.text_image("hinge", colour=(1, 2, 3))
    assert theme.text_image("hinge", colour=(1, 2, 3)) is first
    pygame.font.quit()
    pygame.font.init()
    assert theme.text_image("another hinge").get_width() > 10
    for number in range(3000):
        theme.text_image(str(number))
    assert theme._text.cache_info().currsize <= 1024


def test_text_grows_with_scale():
    small, large = theme.text_size("0.5 N", scale=1.0), theme.text_size("0.5 N", scale=2.0)
    assert large[0] == pytest.approx(2 * small[0], rel=0.15)
    assert theme.SMALL >= 13


def test_shortened_fits():
    for width in (0, 5, 30, 60, 500):
        text = theme.shortened("a network with a very long name", width)
        assert theme.text_size(text)[0] <= max(width, 1)


def test_fonts_ship_with_their_licence():
    folder = shipped("assets") / "fonts"
    assert "SIL OPEN FONT LICENSE" in (folder / "OFL.txt").read_text()
    for font in folder.glob("*.otf"):
        assert font.stat().st_size < 500_000


def test_theme_of_the_controls_is_whole():
    """Every colour and font file is known, every number has become px."""
    small, large = theme.gui_theme(1.0), theme.gui_theme(2.0)
    text = str(small)
    assert not re.search(r"'[A-Z_]{3,}'", text)
    for part in small.values():
        for name, value in part.get("font", {}).items():
            assert not name.endswith("_path") or Path(value).is_file()
    assert [large["horizontal_slider"]["misc"][key] for key in ("sliding_button_width", "enable_arrow_buttons")] == [
        "28",
        "0",
    ]
    assert large["text_box"]["misc"]["padding"] == "16,12"


def test_pictures_ship_small_and_named():
    folder = shipped("assets") / "pictures"
    described = (folder / "README.md").read_text()
    for picture in folder.glob("*.png"):
        assert picture.stat().st_size < 60_000
        assert picture.name in described
    assert "MIT" in described


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_controls_take_the_theme(scale):
    pygame_gui = pytest.importorskip("pygame_gui")
    from pygame_gui.core import ObjectID

    pygame.init()
    pygame.display.set_mode((300, 200))
    manager = pygame_gui.UIManager((300, 200), theme_path=theme.gui_theme(scale))
    manager.preload_fonts(theme.gui_fonts(scale))
    pygame_gui.elements.UIButton(pygame.Rect(10, 10, 120, 30), "Play", manager)
    slider = pygame_gui.elements.UIHorizontalSlider(pygame.Rect(10, 50, 150, 22), 0.5, (0.0, 1.0), manager)
    pygame_gui.elements.UILabel(pygame.Rect(10, 80, 250, 40), "torque", manager, object_id=ObjectID("#a", "@title"))
    pygame_gui.elements.UISelectionList(pygame.Rect(170, 10, 120, 60), ["a", "b"], manager)
    pygame_gui.elements.UITextEntryLine(pygame.Rect(10, 150, 150, 28), manager)
    picture = pygame.Surface((300, 200), 0, 32)
    manager.update(0.01)
    manager.draw_ui(picture)
    assert picture.get_at(slider.sliding_button.rect.center)[:3] == theme.ACCENT
    pygame.display.quit()
