"""Whether there is anything new to draw: what does not change is not drawn again, and a window at rest sleeps."""

from ruler.lab.window import Window

# After something has been done, widgets are still on their way (a tooltip that is due, a button let go), s.
SETTLING = 0.25
# What changes slowly while the ruler lies still (times, graphs, a cursor that blinks) is drawn so often, s.
SLOWLY = 0.1
# For so long after the last event a tooltip may still come, s.
TOOLTIPS = 1.5
# Between two looks at a window where nothing can change by itself, ms.
NAP = 100


class Quiet:
    """Looks at a window frame by frame and says whether to draw it.

    Attributes:
        asleep: whether nothing changes before something is done.
    """

    def __init__(self) -> None:
        self.asleep = False
        self._since_event, self._since_drawn = 0.0, 0.0
        self._drawn: tuple[object, ...] | None = None

    def wants(self, window: Window, happened: bool, elapsed: float) -> bool:
        """Whether a frame is to be drawn.

        Args:
            window: what it shows.
            happened: whether there was an event.
            elapsed: real time since the last frame, s.
        """
        self._since_event = 0.0 if happened else self._since_event + elapsed
        self._since_drawn += elapsed
        shown = _shown(window)
        moves, runs = window.player.moving(), window.runs
        self.asleep = not runs and self._since_event > TOOLTIPS and not window.awake
        due = self._since_drawn >= SLOWLY
        slowly = due and (runs or self._since_event < TOOLTIPS or window.awake)
        draw = (moves and runs) or self._since_event < SETTLING or shown != self._drawn or slowly
        if draw:
            self._drawn, self._since_drawn = shown, 0.0
        return draw


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
