"""Questions, messages, and forms with a few fields: all that is asked in the window."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.i18n import _
from ruler.lab.line_edit import COMMAND, LineEdit
from ruler.lab.overlay import ENTER, Overlay, draw_focus, draw_panel

Values = dict[str, str]
LINE = 20.0  # px at scale 1


@dataclass
class Line:
    """A field to type into.

    Attributes:
        name: of its value.
        label: written before it.
        edit: what stands there.
    """

    name: str
    label: str
    edit: LineEdit = field(default_factory=LineEdit)

    @property
    def value(self) -> str:
        """What stands there."""
        return self.edit.text


@dataclass
class Choice:
    """A field with a few choices beside each other.

    Attributes:
        name: of its value.
        label: written before it.
        choices: value and what is written, of each.
        chosen: number of the one chosen.
    """

    name: str
    label: str
    choices: Sequence[tuple[str, str]]
    chosen: int = 0
    rects: list[pygame.Rect] = field(default_factory=list)

    @property
    def value(self) -> str:
        """The value chosen."""
        return self.choices[self.chosen][0]


@dataclass(frozen=True)
class Button:
    """A button below a form; `run` gets the values of its fields."""

    label: str
    run: Callable[[Values], None] = lambda _: None


class Form(Overlay):
    """A heading, a text, fields and buttons; Tab goes through them, Enter presses the first button.

    Args:
        title: the heading.
        text: paragraphs below it, with line breaks between them.
        buttons: the first one is what Enter does.
        fields: to be filled in.
        width: px at scale 1.
        cancelled: called when it is closed without an outcome.
    """

    def __init__(
        self,
        title: str,
        text: str = "",
        buttons: Sequence[Button] = (),
        fields: Sequence[Line | Choice] = (),
        width: float = 480.0,
        cancelled: Callable[[], None] = lambda: None,
    ) -> None:
        super().__init__()
        self.title, self.text, self.fields, self._width = title, text, list(fields), width
        self.buttons = list(buttons) or [Button(_("OK"))]
        self._cancelled = cancelled
        # Number of what has the keyboard: the fields first, then the buttons.
        self.focus = 0
        self._places: list[pygame.Rect] = []
        self._scrolled = self._most = 0

    @property
    def values(self) -> Values:
        """Value of each field by its name."""
        return {each.name: each.value for each in self.fields}

    @property
    def _field(self) -> Line | Choice | None:
        return self.fields[self.focus] if self.focus < len(self.fields) else None

    def close(self) -> None:
        """Nothing was chosen."""
        super().close()
        self._cancelled()

    def press_button(self, number: int) -> None:
        """Do what a button says."""
        self.closed = True
        self.buttons[number].run(self.values)

    def key(self, event: pygame.event.Event) -> None:
        """Tab and arrows go on, Enter presses a button, the rest is for the field."""
        current = self._field
        if event.key in (pygame.K_TAB, pygame.K_DOWN, pygame.K_UP):
            back = event.key == pygame.K_UP or bool(event.mod & pygame.KMOD_SHIFT)
            self.focus = (self.focus + (-1 if back else 1)) % (len(self.fields) + len(self.buttons))
            if isinstance(self._field, Line):
                self._field.edit.select()
        elif event.key in ENTER:
            self.press_button(max(0, self.focus - len(self.fields)))
        elif isinstance(current, Line):
            current.edit.key(event)
        elif event.key in (pygame.K_LEFT, pygame.K_RIGHT, pygame.K_SPACE):
            self._beside(current, -1 if event.key == pygame.K_LEFT else 1, event.key == pygame.K_SPACE)
        elif event.key in (pygame.K_PAGEUP, pygame.K_PAGEDOWN):
            self.wheel(5 if event.key == pygame.K_PAGEDOWN else -5)
        elif not event.mod & COMMAND:
            self._letter(getattr(event, "unicode", ""))

    def _beside(self, current: Line | Choice | None, by: int, space: bool) -> None:
        if isinstance(current, Choice):
            current.chosen = (current.chosen + by) % len(current.choices)
        elif space:
            self.press_button(self.focus - len(self.fields))
        else:
            self.focus = len(self.fields) + (self.focus - len(self.fields) + by) % len(self.buttons)

    def _letter(self, letter: str) -> None:
        """A letter presses the button that begins with it."""
        for number, button in enumerate(self.buttons):
            if letter.strip() and button.label.casefold().startswith(letter.casefold()):
                self.press_button(number)
                return

    def typed(self, text: str) -> None:
        """Type into the field that has the keyboard."""
        if isinstance(self._field, Line):
            self._field.edit.insert(text)

    def wheel(self, rows: int) -> None:
        """Scroll a text that is too long."""
        self._scrolled = min(self._most, max(0, self._scrolled + rows))

    def press(self, at: tuple[int, int], button: int) -> None:
        """What is clicked gets the keyboard; a choice is made, a button pressed."""
        place = next((i for i, rect in enumerate(self._places) if rect.collidepoint(at)), None)
        if place is None or button != 1:
            return
        self.focus = place
        current = self._field
        if current is None:
            self.press_button(place - len(self.fields))
        elif isinstance(current, Choice):
            clicked = next((i for i, rect in enumerate(current.rects) if rect.collidepoint(at)), None)
            current.chosen = current.chosen if clicked is None else clicked
        else:
            current.edit.select()

    def draw(self, canvas: Canvas) -> None:
        """Draw it in the middle of the window, as high as it must be."""
        window, pad, line = canvas.surface.get_rect(), canvas.px(16), canvas.px(LINE)
        width = min(canvas.px(self._width), window.width - 2 * pad)
        lines = []
        for paragraph in self.text.split("\n"):
            lines += theme.wrapped(paragraph, width - 2 * pad, theme.NORMAL, canvas.scale) or [""]
        lines = [] if not self.text else lines
        beside = canvas.px(36) * len(self.fields) + canvas.px(34) + 3 * pad + canvas.px(28)
        shown = max(1, min(len(lines), (window.height - beside - 2 * pad) // line))
        self._most = max(0, len(lines) - shown)
        self._scrolled = min(self._scrolled, self._most)
        rect = pygame.Rect(0, 0, width, beside + shown * line * bool(lines))
        rect.center = window.center
        self.rect = rect.clamp(window)
        draw_panel(canvas, self.rect)
        x, y = self.rect.x + pad, self.rect.y + pad
        title = theme.shortened(self.title, width - 2 * pad, theme.LARGE, canvas.scale, True)
        canvas.text(title, (x, y), size=theme.LARGE, bold=True)
        y += canvas.px(30)
        for text in lines[self._scrolled : self._scrolled + shown]:
            canvas.text(text, (x, y), size=theme.NORMAL)
            y += line
        if self._most:
            canvas.text(_("more below") if self._scrolled < self._most else _("end"), (self.rect.right - pad, y),
                        colour=theme.MUTED, anchor="bottomright")  # fmt: skip
        self._places = []
        for number, each in enumerate(self.fields):
            self._draw_field(canvas, each, pygame.Rect(x, y + canvas.px(4), width - 2 * pad, canvas.px(30)), number)
            y += canvas.px(36)
        self._draw_buttons(canvas)

    def _draw_field(self, canvas: Canvas, each: Line | Choice, row: pygame.Rect, number: int) -> None:
        left = max(theme.text_size(one.label, theme.NORMAL, canvas.scale)[0] for one in self.fields) + canvas.px(14)
        canvas.text(each.label, (row.x, row.centery), size=theme.NORMAL, anchor="midleft")
        place = pygame.Rect(row.x + left, row.y, row.width - left, row.height)
        self._places.append(place)
        focused = number == self.focus
        if isinstance(each, Line):
            each.edit.draw(canvas, place, focused)
            return
        each.rects = []
        x = place.x
        for chosen, (_value, text) in enumerate(each.choices):
            width = theme.text_size(text, theme.NORMAL, canvas.scale, True)[0] + canvas.px(18)
            box = pygame.Rect(x, place.y, width, place.height)
            on = chosen == each.chosen
            canvas.card(box, theme.ACCENT if on else theme.PANEL, edge=theme.EDGE, radius=4.0)
            ink = theme.ON_ACCENT if on else theme.INK
            canvas.text(text, box.center, size=theme.NORMAL, colour=ink, bold=on, anchor="center")
            each.rects.append(box)
            x = box.right + canvas.px(4)
        if focused:
            draw_focus(canvas, pygame.Rect(place.x - 3, place.y - 3, x - place.x + 2, place.height + 6))

    def _draw_buttons(self, canvas: Canvas) -> None:
        pad, height = canvas.px(16), canvas.px(32)
        widths = [theme.text_size(one.label, theme.NORMAL, canvas.scale)[0] + canvas.px(28) for one in self.buttons]
        x = self.rect.right - pad - sum(widths) - canvas.px(8) * (len(widths) - 1)
        for number, (button, width) in enumerate(zip(self.buttons, widths, strict=True)):
            box = pygame.Rect(x, self.rect.bottom - pad - height, width, height)
            self._places.append(box)
            canvas.card(box, theme.ACCENT if number == 0 else theme.PANEL, edge=theme.EDGE, radius=5.0)
            ink = theme.ON_ACCENT if number == 0 else theme.INK
            canvas.text(button.label, box.center, size=theme.NORMAL, colour=ink, anchor="center")
            if self.focus == len(self.fields) + number:
                draw_focus(canvas, box.inflate(6, 6))
            x = box.right + canvas.px(8)
