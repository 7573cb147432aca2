"""What lies over the table for experiments: the offer at the start, and the task while it is being done."""

from dataclasses import dataclass, field

import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.i18n import N_, _
from ruler.lab.lesson import Lesson
from ruler.lab.overlay import draw_panel
from ruler.scenario.experiment import Experiment

WIDTH, ROW = 372.0, 30.0  # px at scale 1
# While an experiment is done, these actions of the binding table are offered under its task.
BUTTONS = (("lesson_show", N_("Show me")), ("lesson_result", N_("Result now")), ("lesson_stop", N_("Stop")))
HINTS = (
    N_("Drag the tip (its right end) slowly to the right: only the outer hinges open."),
    N_("Reset (R), press S and pull again: shaken while you hold it, it opens evenly."),
)


@dataclass
class Places:
    """Where things were drawn that can be clicked: the name of an action or of an experiment, and its rectangle, px."""

    rects: dict[str, pygame.Rect] = field(default_factory=dict)
    ground: pygame.Rect = field(default_factory=lambda: pygame.Rect(0, 0, 0, 0))

    def at(self, point: tuple[int, int]) -> str | None:
        """The name of what is under a point, px."""
        return next((name for name, rect in self.rects.items() if rect.collidepoint(point)), None)


def draw_start(
    canvas: Canvas, table: pygame.Rect, experiments: dict[str, Experiment], mouse: tuple[int, int]
) -> Places:
    """Offer the experiments, below right, clear of a folded ruler; what to try without one stands below them."""
    # Clear of a folded ruler also in a small window.
    width = min(canvas.px(WIDTH), max(canvas.px(240), table.width - canvas.px(236)))
    pad, row = canvas.px(14), canvas.px(ROW)
    lines = [line for hint in HINTS for line in theme.wrapped(_(hint), width - 2 * pad, theme.SMALL, canvas.scale)]
    height = canvas.px(34) + row * len(experiments) + canvas.px(8) + canvas.px(18) * (len(lines) + 1) + pad
    box = pygame.Rect(0, 0, width, height)
    box.bottomright = table.right - canvas.px(20), table.bottom - canvas.px(28)
    box.clamp_ip(table)
    draw_panel(canvas, box)
    places = Places(ground=box)
    canvas.text(_("Predict, do, see"), (box.x + pad, box.y + canvas.px(10)), size=theme.LARGE, bold=True)
    y = box.y + canvas.px(38)
    for number, (name, experiment) in enumerate(experiments.items(), start=1):
        rect = pygame.Rect(box.x + pad, y, box.width - 2 * pad, row - canvas.px(4))
        over = rect.collidepoint(mouse)
        canvas.card(rect, theme.ACCENT_PALE if over else theme.PANEL, edge=theme.ACCENT if over else theme.LINE)
        text = f"{number}   {_(experiment.title)}"
        canvas.text(text, (rect.x + canvas.px(10), rect.centery), size=theme.NORMAL, anchor="midleft")
        key = f"{_('Ctrl')}+{number}"
        canvas.text(key, (rect.right - canvas.px(10), rect.centery), colour=theme.MUTED, anchor="midright")
        places.rects[name] = rect
        y += row
    y += canvas.px(6)
    for number, line in enumerate((_("Or just play:"), *lines)):
        canvas.text(line, (box.x + pad, y), bold=number == 0)
        y += canvas.px(18)
    return places


def draw_task(canvas: Canvas, table: pygame.Rect, lesson: Lesson, progress: float, mouse: tuple[int, int]) -> Places:
    """The task, how far the pull is, and what can be done besides, at the top of the table."""
    pad, gap = canvas.px(12), canvas.px(10)
    # Beside the legend of the colours where there is room for both.
    room = table.width - (canvas.px(230) if table.width > canvas.px(720) else 2 * gap)
    width = min(canvas.px(600), room)
    lines = theme.wrapped(_(lesson.experiment.task), width - 2 * pad, theme.NORMAL, canvas.scale)
    height = canvas.px(30) + canvas.px(20) * len(lines) + canvas.px(44)
    box = pygame.Rect(table.x + gap, table.y + gap, width, height)
    draw_panel(canvas, box)
    places = Places(ground=box)
    canvas.text(_(lesson.experiment.title), (box.x + pad, box.y + canvas.px(8)), size=theme.NORMAL, bold=True)
    y = box.y + canvas.px(28)
    for line in lines:
        canvas.text(line, (box.x + pad, y), size=theme.NORMAL)
        y += canvas.px(20)
    y += canvas.px(8)
    right = box.right - pad
    for name, label in reversed(BUTTONS):
        wide = theme.text_size(_(label), theme.SMALL, canvas.scale)[0] + canvas.px(20)
        rect = pygame.Rect(right - wide, y, wide, canvas.px(26))
        over = rect.collidepoint(mouse)
        canvas.card(rect, theme.ACCENT_PALE if over else theme.PANEL, edge=theme.ACCENT if over else theme.LINE)
        canvas.text(_(label), rect.center, anchor="center")
        places.rects[name] = rect
        right -= wide + canvas.px(6)
    _draw_progress(canvas, pygame.Rect(box.x + pad, y + canvas.px(8), right - box.x - 2 * pad, canvas.px(10)), progress)
    return places


def _draw_progress(canvas: Canvas, bar: pygame.Rect, progress: float) -> None:
    if bar.width < canvas.px(20):
        return
    pygame.draw.rect(canvas.surface, theme.PANEL_SUNK, bar, border_radius=canvas.px(5))
    done = bar.copy()
    done.width = round(bar.width * progress)
    pygame.draw.rect(canvas.surface, theme.ACCENT, done, border_radius=canvas.px(5))
    pygame.draw.rect(canvas.surface, theme.LINE, bar, max(1, canvas.px(1)), border_radius=canvas.px(5))
