"""The cards of an experiment: predict by drawing or choosing; see prediction, own result and network in one graph."""

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.graphs import GRAPHS
from ruler.lab.art.history import History
from ruler.lab.art.load_graphs import curve_area
from ruler.lab.art.plot import Shown
from ruler.lab.art.sprites import Point, draw_lines
from ruler.lab.i18n import N_, _
from ruler.lab.lesson import Lesson, verdict_numbers
from ruler.lab.overlay import ENTER, Overlay, draw_focus, draw_panel

SIZE = (720.0, 520.0)  # px at scale 1
SIDE = 214.0
CHOICE, BUTTON = 62.0, 34.0


@dataclass
class Button:
    """A button of a card.

    Attributes:
        label: on it.
        run: what it does.
        curve: of which a thumbnail is drawn, or None.
        main: whether it is the one most would press.
        chosen: whether it is the answer that was given.
        rect: where it was drawn, px.
    """

    label: str
    run: Callable[[], None]
    curve: list[float] | None = None
    main: bool = False
    chosen: Callable[[], bool] = lambda: False
    rect: pygame.Rect = field(default_factory=lambda: pygame.Rect(0, 0, 0, 0))


class LessonCard(Overlay):
    """A card with a graph, text beside it and buttons; Tab goes through the buttons, Enter presses one.

    Args:
        lesson: what it is about.
        choices: buttons beside the graph.
        buttons: along the bottom; the main one has the keyboard first.

    Attributes:
        on_close: called when it is closed without going on.
    """

    def __init__(self, lesson: Lesson, choices: list[Button], buttons: list[Button]) -> None:
        super().__init__()
        self.lesson, self.choices, self.buttons = lesson, choices, buttons
        self.focus = next((i for i, button in enumerate(self._all) if button.main), 0)
        self.graph = pygame.Rect(0, 0, 0, 0)
        self._mouse: Point | None = None
        self._history = History(lesson.hinges, lambda: np.empty((0, 0)))
        self.on_close: Callable[[], None] = lambda: None

    @property
    def _all(self) -> list[Button]:
        return [*self.choices, *self.buttons]

    def close(self) -> None:
        """Go, and end the experiment."""
        super().close()
        self.on_close()

    # Input

    def key(self, event: pygame.event.Event) -> None:
        """Tab and arrows go through the buttons, Enter or space presses."""
        back = event.key in (pygame.K_UP, pygame.K_LEFT) or (
            event.key == pygame.K_TAB and event.mod & pygame.KMOD_SHIFT
        )
        if back or event.key in (pygame.K_TAB, pygame.K_DOWN, pygame.K_RIGHT):
            self.focus = (self.focus + (-1 if back else 1)) % len(self._all)
        elif event.key in (*ENTER, pygame.K_SPACE):
            self._all[self.focus].run()

    def press(self, at: tuple[int, int], button: int) -> None:
        """A button is pressed."""
        for number, each in enumerate(self._all):
            if button == 1 and each.rect.collidepoint(at):
                self.focus = number
                each.run()
                return

    def move(self, at: tuple[int, int]) -> None:
        """The graph reads out what is under the mouse."""
        self._mouse = at

    # Drawing

    @property
    def text(self) -> list[tuple[str, theme.Colour]]:
        """Paragraphs above the graph."""
        return []

    def shown(self) -> Shown:
        """What the graph shows."""
        raise NotImplementedError

    def draw(self, canvas: Canvas) -> None:
        """Draw the card."""
        window = canvas.surface.get_rect()
        scale = min(canvas.scale, (window.width - 16) / SIZE[0], (window.height - 16) / SIZE[1])
        canvas = Canvas(canvas.surface, scale)
        self.rect = pygame.Rect(0, 0, canvas.px(SIZE[0]), canvas.px(SIZE[1]))
        self.rect.center = window.center
        draw_panel(canvas, self.rect)
        canvas.card(self.rect, theme.PANEL, edge=theme.MUTED, radius=6.0)
        pad = canvas.px(20)
        inner = self.rect.inflate(-2 * pad, -2 * pad)
        y = self._draw_text(canvas, inner)
        bottom = inner.bottom - canvas.px(BUTTON) - canvas.px(10)
        side = canvas.px(SIDE) if self.choices else 0
        self.graph = pygame.Rect(inner.x - canvas.px(8), y, inner.width - side, bottom - y)
        GRAPHS["curve"].draw(canvas, self.graph, self.shown())
        self._draw_choices(canvas, pygame.Rect(inner.right - side + pad, y, side - pad, bottom - y))
        self._draw_buttons(canvas, inner)
        draw_focus(canvas, self._all[self.focus].rect.inflate(4, 4))

    def _draw_text(self, canvas: Canvas, inner: pygame.Rect) -> int:
        canvas.text(_(self.lesson.experiment.title), inner.topleft, size=theme.LARGE, bold=True)
        y = inner.y + canvas.px(30)
        for paragraph, colour in self.text:
            for line in theme.wrapped(paragraph, inner.width, theme.NORMAL, canvas.scale):
                canvas.text(line, (inner.x, y), size=theme.NORMAL, colour=colour)
                y += canvas.px(20)
            y += canvas.px(5)
        return y

    def _draw_choices(self, canvas: Canvas, area: pygame.Rect) -> None:
        y = area.y + canvas.px(8)
        for button in self.choices:
            button.rect = pygame.Rect(area.x, y, area.width, canvas.px(CHOICE))
            _draw_button(canvas, button)
            y += button.rect.height + canvas.px(8)

    def _draw_buttons(self, canvas: Canvas, inner: pygame.Rect) -> None:
        right, height = inner.right, canvas.px(BUTTON)
        for button in reversed(self.buttons):
            width = theme.text_size(button.label, theme.NORMAL, canvas.scale, button.main)[0] + canvas.px(30)
            button.rect = pygame.Rect(right - width, inner.bottom - height, width, height)
            _draw_button(canvas, button)
            right -= width + canvas.px(10)


def _draw_button(canvas: Canvas, button: Button) -> None:
    rect, chosen = button.rect, button.chosen()
    ground = theme.ACCENT if button.main else theme.ACCENT_PALE if chosen else theme.PANEL
    canvas.card(rect, ground, edge=theme.ACCENT if chosen or button.main else theme.LINE, radius=6.0)
    ink = theme.ON_ACCENT if button.main else theme.INK
    if button.curve is None:
        canvas.text(button.label, rect.center, size=theme.NORMAL, colour=ink, bold=button.main, anchor="center")
        return
    size = rect.height - canvas.px(18)
    box = pygame.Rect(rect.x + canvas.px(9), rect.y + canvas.px(9), size, size)
    pygame.draw.rect(canvas.surface, theme.PANEL_RAISED, box)
    pygame.draw.rect(canvas.surface, theme.LINE, box, 1)
    points = [
        (box.x + place * (box.width - 1), box.bottom - 1 - left * (box.height - 1))
        for place, left in zip(np.linspace(0.0, 1.0, len(button.curve)).tolist(), button.curve, strict=True)
    ]
    draw_lines(canvas.surface, theme.ACCENT, points, 2.0 * canvas.scale)
    left = box.right + canvas.px(9)
    lines = theme.wrapped(button.label, rect.right - canvas.px(6) - left, theme.NORMAL, canvas.scale)[:3]
    for number, line in enumerate(lines):
        y = rect.centery + (number - 0.5 * (len(lines) - 1)) * canvas.px(18)
        canvas.text(line, (left, y), size=theme.NORMAL, colour=ink, bold=chosen, anchor="midleft")


class PredictCard(LessonCard):
    """Ask for a prediction: a curve drawn into the graph with the mouse, or one of the choices.

    Args:
        lesson: which is to be predicted.
        begin: begins the pull.
    """

    def __init__(self, lesson: Lesson, begin: Callable[[], None]) -> None:
        self._answer: int | None = None
        self._canvas: Canvas | None = None
        self.lesson = lesson
        choices = [self._button(place) for place in range(len(lesson.experiment.choice))]
        buttons = [Button(_("Not now"), self.close), Button(_("Do it"), begin, main=True)]
        super().__init__(lesson, choices, buttons)
        self.focus = 0
        self._drawing = False

    def _button(self, place: int) -> Button:
        given = self.lesson.experiment.choice[place]
        return Button(_(given.text), lambda: self._choose(place), given.curve, chosen=lambda: self._answer == place)

    def _choose(self, place: int) -> None:
        self.lesson.choose(place)
        self._answer = place
        self.focus = len(self._all) - 1

    @property
    def text(self) -> list[tuple[str, theme.Colour]]:
        """The question."""
        return [(_(self.lesson.experiment.question), theme.INK)]

    def shown(self) -> Shown:
        """The prediction so far."""
        hint = "" if self.lesson.predicted else N_("draw here")
        return Shown(self._history, ghosts=self.lesson.ghosts(), empty=hint)

    def draw(self, canvas: Canvas) -> None:
        """Draw the card."""
        super().draw(canvas)
        self._canvas = Canvas(canvas.surface, self.rect.width / SIZE[0])

    def press(self, at: tuple[int, int], button: int) -> None:
        """In the graph a curve is drawn; elsewhere it is a button."""
        self._drawing = button == 1 and self.graph.collidepoint(at)
        if self._drawing:
            self._sketch(at)
        else:
            super().press(at, button)

    def move(self, at: tuple[int, int]) -> None:
        """The pen moves."""
        super().move(at)
        if self._drawing:
            self._sketch(at)

    def release(self, at: tuple[int, int]) -> None:  # noqa: ARG002
        """The pen is lifted."""
        self._drawing = False
        self.lesson.lift()

    def _sketch(self, at: tuple[int, int]) -> None:
        if self._canvas is None or (area := curve_area(self._canvas, self.graph, self.shown())) is None:
            return
        height = (area.plot.bottom - 1 - at[1]) / max(1, area.plot.height - 1)
        self.lesson.sketch(area.value_at(at[0]), area.y[0] + height * (area.y[1] - area.y[0]))
        self._answer = None


class SeeCard(LessonCard):
    """Show prediction, own result and network in one graph, and what that means.

    Args:
        lesson: that was done.
        again, go_on: what the buttons do; `go_on` is None after the last experiment.
    """

    def __init__(self, lesson: Lesson, again: Callable[[], None], go_on: Callable[[], None] | None) -> None:
        buttons = [Button(_("Close"), self.close), Button(_("Do it again"), again, main=go_on is None)]
        if go_on is not None:
            buttons.append(Button(_("Next experiment"), go_on, main=True))
        super().__init__(lesson, [], buttons)

    @property
    def text(self) -> list[tuple[str, theme.Colour]]:
        """What it means, how near the curves are, and what to do otherwise."""
        verdict = self.lesson.verdict()
        if verdict is None:
            return []
        parts = [(verdict.sentence, theme.INK), (verdict_numbers(verdict, self.lesson), theme.MUTED)]
        if verdict.advice:
            parts.insert(
                1, (_("It was to come out otherwise: {advice}").format(advice=verdict.advice), theme.ACCENT_DARK)
            )
        return parts

    def shown(self) -> Shown:
        """All three curves."""
        return Shown(self._history, shares=self.lesson.shares, ghosts=self.lesson.ghosts(), cursor=self._mouse)
