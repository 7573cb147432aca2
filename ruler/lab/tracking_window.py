"""The window in which a film's joints are clicked, tracked and corrected."""

import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pygame

from ruler.errors import BadInputError, RulerError
from ruler.lab import i18n
from ruler.lab.art import theme
from ruler.lab.clicks import NEAR, Clicks, Point, as_pairs
from ruler.lab.i18n import _
from ruler.lab.recent import setting
from ruler.lab.tracking_view import SIZE, SLIDER, TrackingView
from ruler.measured.film import Film, Picture
from ruler.measured.joints import Joints
from ruler.measured.track import Track, track_film
from ruler.recording import Recording, save_recording

_FRAME_RATE = 60
Act = Callable[[], None]


class TrackingWindow(TrackingView):
    """Click the joints from the pin to the tip, track, look, correct, save.

    Args:
        film: the film.
        frame: number of the frame that is clicked in.
        path: where the recording goes.
        force: whether it may replace another file.

    Attributes:
        clicks: what has been clicked.
        track: what has been tracked, or None.
        shown: number of the frame that is shown.
        saved: the file, once it is saved.
    """

    def __init__(self, film: Film, frame: int, path: Path, force: bool = False) -> None:
        self.film, self._path, self._force = film, path, force
        self.clicks = Clicks()
        self.track: Track | None = None
        self.shown = self.frame = frame
        self.saved: Path | None = None
        self.running, self.playing, self.corners = True, False, False
        self.length, self.size, self.field = "", "", "length"
        self.message = _("Click the pin, each hinge in order, and the tip. Type the length of a section in m.")
        self._held: tuple[list[Point], int] | None = None
        self._work: threading.Thread | None = None
        self._stop = False
        self._done = 0
        self._clock = 0.0
        self._mouse = (0, 0)
        self._moved: list[Point] = []
        self._picture: tuple[int, Picture, pygame.Surface] | None = None
        pygame.display.init()
        pygame.font.init()
        pygame.display.set_caption("Folding ruler")
        self.surface = pygame.display.get_surface() or pygame.display.set_mode(SIZE, pygame.RESIZABLE)

    def run(self) -> Path | None:
        """Run until it is closed; the recording's file, if it was saved."""
        clock = pygame.time.Clock()
        while self.running:
            self.step(clock.tick(_FRAME_RATE) / 1000.0, pygame.event.get())
            pygame.display.flip()
        self.finish()
        return self.saved

    def finish(self) -> None:
        """Wait for the work that goes on, which is stopped."""
        self._stop = True
        if self._work is not None:
            self._work.join()

    def step(self, elapsed: float, events: list[pygame.event.Event]) -> None:
        """Take events, let time pass, draw."""
        for event in events:
            try:
                self._take(event)
            except RulerError as error:
                self.message = str(error).splitlines()[0]
        if self._work is not None and not self._work.is_alive():
            self._work = None
            tracked = "" if self.track is None else f" - {len(self.track.joints.corrections)} / {len(self.track.poses)}"
            pygame.display.set_caption(f"Folding ruler{tracked}")
        if self.playing and self.track is not None:
            self._clock += elapsed * (self.film.fps or 1.0)
            while self._clock >= 1.0:
                self._clock -= 1.0
                self.shown = self.shown + 1 if self.shown < self._last else self.frame
        self._draw()

    @property
    def busy(self) -> bool:
        """Whether it is being tracked just now."""
        return self._work is not None

    # Input

    def _take(self, event: pygame.event.Event) -> None:
        if event.type == pygame.QUIT:
            self.running = False
        elif event.type == pygame.KEYDOWN:
            self._key(event)
        elif event.type == pygame.MOUSEMOTION:
            self._mouse = event.pos
            if self._held is not None:
                kind, number = self._held
                kind[number] = self._to_film(event.pos)
            elif event.buttons[0] and self._slider.inflate(0, 12).collidepoint(event.pos):
                self._seek(event.pos[0])
        elif event.type == pygame.MOUSEBUTTONDOWN and event.button == 1:
            self._mouse = event.pos
            self._press(event.pos)
        elif event.type == pygame.MOUSEBUTTONUP and event.button == 1:
            self._let_go()

    def _key(self, event: pygame.event.Event) -> None:
        act = self._acts().get(("ctrl+" if event.mod & pygame.KMOD_CTRL else "") + pygame.key.name(event.key))
        if act is not None:
            act()
        elif event.unicode and event.unicode in "0123456789.x" and self.track is None:
            setattr(self, self.field, (getattr(self, self.field) + event.unicode)[:12])

    def _acts(self) -> dict[str, Act]:
        """What the keys do."""
        confirm = self.begin_tracking if self.track is None else self.save
        return {
            "escape": self._escape,
            "ctrl+z": self._undo,
            "ctrl+s": self.save,
            "ctrl+q": self._close,
            "return": confirm,
            "enter": confirm,
            "left": lambda: self._go(self.shown - 1),
            "right": lambda: self._go(self.shown + 1),
            "space": self._play,
            "tab": self._next_field,
            "backspace": lambda: setattr(self, self.field, getattr(self, self.field)[:-1]),
            "p": self._propose,
            "c": self._switch_corners,
        }

    def _next_field(self) -> None:
        self.field = "size" if self.field == "length" else "length"

    def _escape(self) -> None:
        if self.busy:
            self._stop = True
            self.message = _("Tracking was stopped.")
        elif self.track is not None:
            self.track, self.playing, self.shown = None, False, self.frame
            self.message = _("Correct the clicks and track again.")

    def _close(self) -> None:
        self.running = False

    def _undo(self) -> None:
        if self.track is None and not self.clicks.undo():
            self.message = _("There is nothing to undo.")

    def _propose(self) -> None:
        if self.track is not None:
            return
        found = self.clicks.propose(self.film.gray(self._now()[1]))
        self.message = _("{count} joints found along the zigzag: drag those that are off, add what is missing.").format(
            count=found
        )

    def _switch_corners(self) -> None:
        if self.track is not None:
            return
        self.corners = not self.corners
        self.field = "size" if self.corners else "length"
        self.message = (
            _("Click four corners of a rectangle on the table, clockwise from top left, and type its size: 0.3x0.2")
            if self.corners
            else _("Click joints, from the pin to the tip.")
        )

    def _press(self, at: tuple[int, int]) -> None:
        for label, box, act in self._buttons():
            if label and box.collidepoint(at):
                act()
                return
        if self._slider.inflate(0, 12).collidepoint(at):
            self._seek(at[0])
            return
        if self.busy or not self._area.collidepoint(at):
            return
        place, within = self._to_film(at), NEAR / self._zoom
        if self.track is None:
            found = self.clicks.nearest(place, within)
            if found is not None:
                self.clicks.keep()
                self._held = found
            elif self.shown == self.frame:
                self.clicks.add(place, self.corners and len(self.clicks.corners) < 4)
            return
        self.playing = False
        self._moved = as_pairs(self.track.poses[self.shown - self.frame].joints)
        away = [np.hypot(x - place[0], y - place[1]) for x, y in self._moved]
        if min(away) <= 2.0 * within and self.shown > self.frame:
            self._held = self._moved, int(np.argmin(away))

    def _let_go(self) -> None:
        held, self._held = self._held, None
        if held is None or self.track is None or held[0] is not self._moved:
            return
        joints = self.track.joints
        corrected = replace(joints, corrections={**joints.corrections, self.shown: np.array(self._moved)})
        self._follow(corrected, self.track)

    def _seek(self, x: int) -> None:
        part = (x - self._slider.left) / max(1, self._slider.width)
        first = self.frame if self.track is not None else 0
        self._go(round(first + min(1.0, max(0.0, part)) * (self._last - first)))

    def _go(self, frame: int) -> None:
        first = self.frame if self.track is not None else 0
        self.shown = min(self._last, max(first, frame))
        if self.track is None and not self.clicks.points:
            self.frame = self.shown

    # Work

    def begin_tracking(self) -> None:
        """Track from what has been clicked.

        Raises:
            BadInputError: it cannot be a ruler's.
        """
        if self.busy:
            return
        try:
            length = float(self.length) if self.length else None
            size = [float(part) for part in self.size.split("x")] if self.size else None
        except ValueError:
            raise BadInputError(_("Type lengths in m, such as 0.15, and sizes such as 0.3x0.2.")) from None
        if size is not None and (len(size) != 2 or min(size) <= 0.0):
            raise BadInputError(_("The size of the four corners is width x height in m, such as 0.3x0.2."))
        pair = None if size is None else (size[0], size[1])
        self._follow(self.clicks.joints(self.frame, length, pair), None)

    def _follow(self, joints: Joints, before: Track | None) -> None:
        self._stop, self._done = False, 0
        film = Film(self.film.path)

        def work() -> None:
            try:
                self.track = track_film(film, joints, progress=self._progress, before=before)
                unsure = sum(pose.unsure for pose in self.track.poses)
                self.message = _(
                    "{frames} frames tracked, {unsure} unsure. Drag a joint to correct; Enter saves."
                ).format(frames=len(self.track.poses), unsure=unsure)
            except RulerError as error:
                self.message = str(error).splitlines()[0]
            except InterruptedError:
                pass

        self.message = _("Tracking ...")
        self._work = threading.Thread(target=work, daemon=True)
        self._work.start()

    def _progress(self, done: int, _total: int | None) -> None:
        self._done = done
        if self._stop:
            raise InterruptedError

    def recording(self) -> Recording:
        """What was tracked.

        Raises:
            BadInputError: nothing was.
        """
        if self.track is None:
            raise BadInputError(_("Nothing has been tracked yet: click the joints and press Enter."))
        return self.track.recording()

    def save(self) -> None:
        """Save the recording and close.

        Raises:
            RulerError: it cannot be saved.
        """
        recording = self.recording()
        self.saved = save_recording(recording, self._path, self._force)
        self.running = False

    def _buttons(self) -> list[tuple[str, pygame.Rect, Act]]:
        scale, top = self._scale, self._area.bottom + round((SLIDER + 22) * self._scale)
        wanted = (
            [(_("Propose rest (P)"), self._propose), (_("Undo (Ctrl+Z)"), self._undo),
             (_("Corners (C)"), self._switch_corners), (_("Track (Enter)"), self.begin_tracking)]
            if self.track is None
            else [(_("Play (Space)"), self._play), (_("Clicks (Esc)"), self._escape), (_("Save (Enter)"), self.save)]
        )  # fmt: skip
        wanted.append((_("Close (Ctrl+Q)"), self._close))
        boxes: list[tuple[str, pygame.Rect, Act]] = []
        left = self._area.left + 14
        for label, act in wanted:
            width = theme.font(theme.SMALL, scale).size(label)[0] + round(20 * scale)
            boxes.append((label, pygame.Rect(left, top, width, round(26 * scale)), act))
            left += width + round(8 * scale)
        return boxes

    def _play(self) -> None:
        self.playing = self.track is not None and not self.playing

    def _labels(self) -> list[tuple[str, pygame.Rect]]:
        return [(label, box) for label, box, _ in self._buttons()]


def open_tracking_window(film: Film, frame: int, path: Path, force: bool) -> Path | None:
    """Open the window and run it; the recording's file, if it was saved.

    Raises:
        BadInputError: there is no such frame.
    """
    film.frame(frame)
    i18n.use(i18n.chosen(setting("language")))
    try:
        return TrackingWindow(film, frame, path, force).run()
    finally:
        pygame.quit()
