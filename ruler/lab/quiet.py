"""Whether there is anything new to draw: what does not change is not drawn again, and a window at rest sleeps."""

from collections.abc import Sequence

import pygame

from ruler.lab.window import Window

# After something has been done, widgets are still on their way (a tooltip that is due, a button let go), s.
SETTLING = 0.25
# What changes slowly while the ruler lies still (times, graphs, a cursor that blinks) is drawn so often, s.
SLOWLY = 0.1
# For so long after the last event a tooltip may still come, s.
TOOLTIPS = 1.5
# Between two looks at a window where nothing can change by itself, ms.
NAP = 100
# While the ruler moves and nothing else happens, all that lies beside the table is drawn in so many turns, one a frame.
TURNS = 4


class Quiet:
    """Looks at a window frame by frame and says whether to draw it.

    Attributes:
        asleep: whether nothing changes before something is done.
        turn: which of the TURNS it is besides the table; None: all is drawn.
    """

    def __init__(self) -> None:
        self.asleep = False
        self.turn: int | None = None
        self._since_act, self._last_turn = 0.0, 0
        self._since_event, self._since_drawn = 0.0, 0.0
        self._drawn: tuple[object, ...] | None = None

    def wants(self, window: Window, events: Sequence[pygame.event.Event], elapsed: float) -> bool:
        """Whether a frame is to be drawn.

        Args:
            window: what it shows.
            events: what has happened since the last frame.
            elapsed: real time since the last frame, s.
        """
        self._since_event = 0.0 if events else self._since_event + elapsed
        acted = any(not _only_pulls(window, event) for event in events)
        self._since_act = 0.0 if acted else self._since_act + elapsed
        self._since_drawn += elapsed
        shown = _shown(window)
        moves, runs = window.player.moving(), window.runs
        self.asleep = not runs and self._since_event > TOOLTIPS and not window.awake
        due = self._since_drawn >= SLOWLY
        slowly = due and (runs or self._since_event < TOOLTIPS or window.awake)
        self.turn = None
        if moves and runs and shown == self._drawn and self._since_act >= SETTLING and _nothing_over(window):
            self.turn = self._last_turn = (self._last_turn + 1) % TURNS
        draw = (moves and runs) or self._since_event < SETTLING or shown != self._drawn or slowly
        if draw:
            self._drawn, self._since_drawn = shown, 0.0
        return draw


def _only_pulls(window: Window, event: pygame.event.Event) -> bool:
    """Whether an event changes nothing but the table."""
    if event.type != pygame.MOUSEMOTION:
        return False
    return window.session.holding or window.panning or window.layout.table.collidepoint(event.pos)


def _nothing_over(window: Window) -> bool:
    """Whether every part of the window lies bare, so that it need not be drawn for what was over it."""
    layout = window.layout
    widgets = (layout.toolbar, layout.controls, layout.timeline)
    return not (
        window.laid_over
        or window.overlay is not None
        or window.awake
        or window.controls.hinge_field is not None
        or any(rect.collidepoint(window.manager.get_mouse_position()) for rect in widgets)
    )


def _shown(window: Window) -> tuple[object, ...]:
    """All that can change what is seen without an event, but for the running ruler."""
    return (
        window.surface,
        window.player,
        window.player.moment,
        window.player.banner(),
        window.overlay,
        window.message if window.message_left > 0.0 else "",
        window.banner_left > 0.0,
        window.clock.paused,
        window.live.session.recorder,
        window.live.session.simulation.step if window.clock.paused else 0,
        window.live.session.trouble,
    )
