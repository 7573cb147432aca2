"""Toolbar and parameter panel, built with pygame_gui; they only report what was asked for."""

import math
from collections.abc import Callable
from dataclasses import dataclass

import pygame
import pygame_gui
from pygame_gui import UIManager
from pygame_gui.core import ObjectID, UIElement
from pygame_gui.elements import UIButton, UIHorizontalSlider, UILabel, UIScrollingContainer, UITextEntryLine

from ruler.errors import BadInputError
from ruler.lab import i18n
from ruler.lab.art import theme
from ruler.lab.bindings import ACTIONS
from ruler.lab.entry import BLINK, NumberEntry
from ruler.lab.i18n import N_, _
from ruler.lab.layout import WindowLayout
from ruler.lab.parameters import BY_KEY, GROUPS, PARAMETERS, hinge_parameter
from ruler.lab.player import ButtonLook
from ruler.scenario.parameters import Parameter, Value

# Between groups of buttons.
_GAP = ("", "", 7)
# Buttons of the toolbar: action, text, and the same for a replay. Widths are in px at scale 1.
TOOLBAR = (
    ("pick_scenario", N_("Scenarios"), 84),
    _GAP,
    ("reset", N_("Reset"), 56),
    ("play_script", N_("Play script"), 88),
    _GAP,
    ("play_pause", N_("Pause"), 64),
    ("step_forward", N_("Step"), 50),
    ("slower", "-", 28),
    ("faster", "+", 28),
    _GAP,
    ("shake_tip", N_("Shake tip"), 80),
    ("shake_table", N_("Shake table"), 92),
    _GAP,
    ("record", N_("Record"), 82),
    _GAP,
    ("undo", N_("Undo"), 52),
    ("redo", N_("Redo"), 52),
    _GAP,
    ("help", "?", 28),
)
REPLAY_TOOLBAR = (
    ("back_to_lab", N_("Back to the lab"), 116),
    _GAP,
    ("to_start", N_("Start"), 52),
    ("step_back", N_("Back"), 50),
    ("play_pause", N_("Play"), 60),
    ("step_forward", N_("Next"), 50),
    ("slower", "-", 28),
    ("faster", "+", 28),
    ("loop", N_("Loop"), 52),
    _GAP,
    ("open_second", N_("Compare with ..."), 124),
    ("verify", N_("Simulate again"), 116),
    _GAP,
    ("help", "?", 28),
)
SPEED_LABEL_WIDTH = 76
# Buttons may be so much narrower than wanted; in a window too narrow for that these are left to the menus, in turn.
NARROWEST = 0.9
SPARED = ("redo", "undo", "step_forward", "shake_table", "open_second", "verify")
# Room for the words beside the timeline, px at scale 1.
TIMELINE_TEXT = 170
# A press of an arrow key in an entry goes so far along the slider.
NUDGE = 0.02
# So many characters can be read in an entry.
ENTRY_LENGTH = 7
# The field of one hinge's torque, px at scale 1, and how far it stays from the table's corner, above the scale.
HINGE_FIELD, HINGE_FIELD_GAP = (338, 35), (10, 34)


@dataclass
class _Row:
    parameter: Parameter
    slider: UIHorizontalSlider
    entry: NumberEntry
    texts: tuple[UILabel, UILabel]


def _range_text(parameter: Parameter) -> str:
    """What can be typed for a parameter, as far as its slider goes."""
    unit = f" {parameter.unit}" if parameter.unit else ""
    text = _("The slider goes from {low:g} to {high:g}{unit}.")
    return text.format(low=parameter.low, high=parameter.high, unit=unit)


def show_number(value: float) -> str:
    """A parameter's value in an entry, in as many figures as there is room for."""
    text = f"{value:.6g}"
    return i18n.decimals(text if len(text) <= ENTRY_LENGTH else f"{value:.3g}")


class Controls:
    """The widgets of the window.

    Args:
        manager: pygame_gui's manager.
        layout: where things are.
        scale: UI scale.
        replay: whether a recording is being replayed.
        value: gives a parameter's present value.

    Attributes:
        hinge_field: where the torque of one hinge stands, over the table's lower right corner; None without one.
    """

    def __init__(
        self, manager: UIManager, layout: WindowLayout, scale: float, replay: bool, value: Callable[[str], float]
    ) -> None:
        self._manager, self._scale = manager, scale
        self.buttons: dict[str, UIButton] = {}
        self._rows: list[_Row] = []
        self._layout = layout
        self.hinge_field: pygame.Rect | None = None
        self._value = value
        self.sliding: str | None = None
        self.speed_rect = self._build_toolbar(layout, REPLAY_TOOLBAR if replay else TOOLBAR)
        rect = layout.timeline.inflate(-round(16 * scale), -round(8 * scale))
        rect.width -= round(TIMELINE_TEXT * scale)
        self.timeline = UIHorizontalSlider(rect, 0.0, (0.0, 1.0), manager, object_id="#timeline", click_increment=0.01)
        if not replay:
            self._build_panel(layout)

    # Building

    def _px(self, value: float) -> int:
        return round(value * self._scale)

    def _build_toolbar(self, layout: WindowLayout, buttons: tuple[tuple[str, str, int], ...]) -> pygame.Rect:
        gap, height = self._px(4), layout.toolbar.height - self._px(12)
        x, y = gap * 2, layout.toolbar.top + self._px(6)
        # A window too narrow for all of it gets narrower buttons rather than none.
        buttons = self._fitting(buttons, layout.toolbar.width)
        widths = [self._button_width(_(text), width) for _name, text, width in buttons]
        wanted = sum(width + gap for width in widths) + self._px(SPEED_LABEL_WIDTH) + 3 * gap
        squeeze = min(1.0, layout.toolbar.width / wanted)
        speed = pygame.Rect(x, y, 0, height)
        for (action, text, _width), width in zip(buttons, widths, strict=True):
            wide = int(width * squeeze)
            if not action:
                x += wide
                continue
            shown = theme.shortened(_(text), wide - self._px(8), theme.NORMAL, self._scale)
            button = UIButton(pygame.Rect(x, y, wide, height), shown, self._manager, object_id=f"#{action}")
            button.set_tooltip(f"{_(ACTIONS[action].text)} ({ACTIONS[action].shown_key})")
            self.buttons[action] = button
            x += wide + gap
            if action == "slower":
                speed = pygame.Rect(x, y, int(self._px(SPEED_LABEL_WIDTH) * squeeze), height)
                x += speed.width + gap
        return speed

    def _fitting(self, buttons: tuple[tuple[str, str, int], ...], room: int) -> tuple[tuple[str, str, int], ...]:
        """The buttons whose texts can be read in so much room, px; the others are in the menus."""
        gap = self._px(4)
        for left_out in ("", *SPARED):
            buttons = tuple(button for button in buttons if button[0] != left_out or not left_out)
            wanted = sum(self._button_width(_(text), width) + gap for _name, text, width in buttons)
            if wanted + self._px(SPEED_LABEL_WIDTH) + 3 * gap <= room / NARROWEST:
                break
        return buttons

    def _button_width(self, text: str, least: int) -> int:
        """Width of a button, px: what was given for it, or what its text needs in the language in use."""
        return max(self._px(least), theme.text_size(text, theme.NORMAL, self._scale)[0] + self._px(16) if text else 0)

    def _build_panel(self, layout: WindowLayout) -> None:
        box = self._box = UIScrollingContainer(
            layout.controls, self._manager, allow_scroll_x=False, object_id="#parameters"
        )
        inner = layout.controls.width - self._px(28)
        y = self._px(4)
        for group in GROUPS:
            heading = pygame.Rect(self._px(10), y, inner, self._px(20))
            UILabel(heading, _(group), self._manager, box, object_id=ObjectID("#heading", "@title"))
            y += self._px(22)
            for parameter in (p for p in PARAMETERS if p.group == group):
                self._rows.append(self._build_row(parameter, box, (self._px(10), y), inner))
                y += self._px(27)
            y += self._px(5)
        box.set_scrollable_area_dimensions((layout.controls.width - self._px(20), y))

    def show_hinge(self, hinge: int | None, number: int = 0) -> None:
        """Have an entry and a slider for the own torque of a hinge, counted from 0, under its number, or of none."""
        if self.hinge_field is not None:
            self.hinge_field = None
            self.sliding = None
            row = self._rows.pop(0)
            for element in (row.slider, row.entry, *row.texts):
                element.kill()  # type: ignore[no-untyped-call]
        if hinge is None:
            return
        table = self._layout.table
        field = pygame.Rect(0, 0, *map(self._px, HINGE_FIELD))
        right, up = map(self._px, HINGE_FIELD_GAP)
        field.bottomright = table.right - right, table.bottom - up
        self.hinge_field = field
        # First, so that Tab comes to it first.
        at = (field.x + self._px(10), field.y + self._px(6))
        self._rows.insert(0, self._build_row(hinge_parameter(hinge, number), None, at, field.width - self._px(12)))

    def on_field(self, at: tuple[int, int]) -> bool:
        """Whether a point of the window is on the field of one hinge's torque."""
        return self.hinge_field is not None and self.hinge_field.collidepoint(at)

    def _build_row(
        self, parameter: Parameter, box: UIScrollingContainer | None, corner: tuple[int, int], inner: int
    ) -> _Row:
        height, gap = self._px(23), self._px(4)
        label_width, entry_width, unit_width = map(self._px, (74, 58, 58) if box is not None else (136, 70, 34))
        slider_width = inner - label_width - entry_width - unit_width - self._px(8)
        y = corner[1]
        place = pygame.Rect(corner, (label_width, height))
        label = UILabel(place, _(parameter.label), self._manager, box, object_id="#parameter")
        value = self._value(parameter.key)
        place = pygame.Rect(place.right, y, slider_width, height)
        at = parameter.fraction(value)
        slider = UIHorizontalSlider(
            place, at, (0.0, 1.0), self._manager, box, object_id="#slider", click_increment=0.02
        )
        place = pygame.Rect(place.right + gap, y, entry_width, height)
        entry = NumberEntry(place, self._manager, box, object_id="#entry", initial_text=show_number(value))
        place = pygame.Rect(place.right + self._px(8) - gap, y, unit_width, height)
        unit = UILabel(place, parameter.unit, self._manager, box, object_id=ObjectID("#unit", "@muted"))
        when = _("changes at once") if parameter.live else _("lays the ruler out anew")
        unit_text = _(", in {unit}").format(unit=parameter.unit) if parameter.unit else ""
        for element in (label, unit, slider.sliding_button):
            assert element is not None
            element.set_tooltip(f"{_(parameter.help)}{unit_text} [{parameter.key}]; {when}")
        return _Row(parameter, slider, entry, (label, unit))

    # Reporting

    def pressed(self, event: pygame.event.Event) -> str | None:
        """The action of a button that was pressed, or None."""
        if event.type != pygame_gui.UI_BUTTON_PRESSED:
            return None
        return next((action for action, button in self.buttons.items() if button is event.ui_element), None)

    def changed(self, event: pygame.event.Event) -> tuple[str, str] | None:
        """Key and new value (as text) of a parameter that was set, or None."""
        for row in self._rows:
            if event.type == pygame_gui.UI_HORIZONTAL_SLIDER_MOVED and event.ui_element is row.slider:
                self.sliding = row.parameter.key
                return row.parameter.key, repr(row.parameter.at(row.slider.get_current_value()))
            if event.type == pygame_gui.UI_TEXT_ENTRY_FINISHED and event.ui_element is row.entry:
                text = row.entry.get_text()
                # What is shown may be rounded; entered as it stands it is no change.
                return None if text == show_number(self._value(row.parameter.key)) else (row.parameter.key, text)
        return None

    def sought(self, event: pygame.event.Event) -> float | None:
        """Where the timeline was moved to, 0 to 1, or None."""
        if event.type == pygame_gui.UI_HORIZONTAL_SLIDER_MOVED and event.ui_element is self.timeline:
            return float(self.timeline.get_current_value())
        return None

    def blink(self, on: bool) -> None:
        """Whether the cursor in an entry blinks."""
        for row in self._rows:
            row.entry.blink_cursor_time = BLINK if on else 1e9

    @property
    def typing(self) -> bool:
        """Whether an entry has the keyboard."""
        focus: set[UIElement] = self._manager.get_focus_set() or set()
        return any(isinstance(element, UITextEntryLine) for element in focus)

    def entry_rects(self) -> dict[str, pygame.Rect]:
        """Where the entry of each parameter is, px."""
        return {row.parameter.key: row.entry.rect for row in self._rows}

    def focused_entry(self) -> str | None:
        """Key of the parameter whose entry has the keyboard, or None."""
        focus = self._manager.get_focus_set() or set()
        return next((row.parameter.key for row in self._rows if row.entry in focus), None)

    def focus_entry(self, key: str | None) -> None:
        """Give the keyboard to the entry of a parameter, whose text is selected, or take it from all of them."""
        row = next((row for row in self._rows if row.parameter.key == key), None)
        self._manager.set_focus_set(None if row is None else row.entry)
        if row is not None:
            row.entry.select_all()
            self._show_row(row)
        for other in self._rows:
            other.entry.complaint = None

    def _show_row(self, row: _Row) -> None:
        """Scroll the panel so that a row is seen."""
        bar, area, entry = self._box.vert_scroll_bar, self._layout.controls, row.entry.rect
        if bar is None or row.entry.ui_container is not self._box.get_container():
            return
        above, below = area.top - entry.top + 4, entry.bottom - area.bottom + 4
        if above > 0 or below > 0:
            height = self._box.scrolling_height
            moved = (below if below > 0 else -above) / max(1, height)
            bar.set_scroll_from_start_percentage(bar.start_percentage + moved)

    def complain(self, key: str, text: str) -> None:
        """Keep what was typed for a parameter, to be corrected, and say what is wrong with it."""
        for row in self._rows:
            if row.parameter.key == key:
                self._manager.set_focus_set(row.entry)
                row.entry.complaint = f"{text}. {_range_text(row.parameter)}"

    def complaint(self, key: str) -> str | None:
        """What is wrong with the text in a parameter's entry, or None."""
        return next((row.entry.complaint for row in self._rows if row.parameter.key == key), None)

    def nudge(self, by: int) -> tuple[str, str] | None:
        """Key and new value (as text) when the parameter whose entry has the keyboard goes a bit up or down."""
        row = next((row for row in self._rows if row.parameter.key == self.focused_entry()), None)
        if row is None:
            return None
        parameter, value = row.parameter, self._value(row.parameter.key)
        new = parameter.at(parameter.fraction(value) + NUDGE * by)
        new = value + by if parameter.whole and new == value else new
        return parameter.key, repr(min(max(new, parameter.low), parameter.high))

    def refresh(self, key: str) -> None:
        """Put the present value into an entry that has the keyboard."""
        for row in self._rows:
            if row.parameter.key == key:
                row.entry.set_text(show_number(self._value(key)))
                row.entry.select_all()

    def slider_let_go(self) -> bool:
        """Whether a slider was being moved and has been let go; asked for at every release of the mouse."""
        was, self.sliding = self.sliding, None
        return was is not None

    def timeline_at(self, part: float) -> int:
        """Where the timeline's handle has its middle at a part of it, 0 to 1, px from the window's left edge."""
        rect, handle = self.timeline.rect, float(self.timeline.sliding_button_width)
        return int(rect.left + 0.5 * handle + part * (rect.width - handle) + 0.5)

    # Showing

    def show_values(self) -> None:
        """Put the present values into sliders and entries that are not being used."""
        focus = self._manager.get_focus_set() or set()
        for row in self._rows:
            value = self._value(row.parameter.key)
            if row.parameter.key != self.sliding:
                wanted = row.parameter.fraction(value)
                if abs(row.slider.get_current_value() - wanted) > 1e-3:
                    row.slider.set_current_value(wanted, warn=False)
            text = show_number(value)
            if row.entry not in focus and row.entry.get_text() != text:
                row.entry.set_text(text)

    def show_button(self, action: str, look: ButtonLook) -> None:
        """Make a button look so, if there is one for the action."""
        button = self.buttons.get(action)
        if button is None:
            return
        if look.text is not None and button.text != look.text:
            button.set_text(look.text)
        if button.is_selected != look.selected:
            button.select() if look.selected else button.unselect()
        if button.is_enabled != look.enabled:
            button.enable() if look.enabled else button.disable()

    def show_moment(self, part: float | None) -> None:
        """Where the timeline stands, 0 to 1; None without one."""
        if part is None:
            return
        button = self.timeline.sliding_button
        if button is None or not button.held:
            self.timeline.set_current_value(part, warn=False)


def parse_value(key: str, text: str) -> Value:
    """The number typed for a parameter, or "auto" where the program can choose it.

    Raises:
        BadInputError: it is none.
    """
    if key.startswith("simulation.") and text.strip() == "auto":
        return "auto"
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise BadInputError(_("{key}: {text} is not a number").format(key=key, text=repr(text)))
    return float(round(value)) if key in BY_KEY and BY_KEY[key].whole else value
