"""What the window for tracking shows: the frame with its joints, what is under the cursor, the bar below."""

import numpy as np
import pygame

from ruler.lab.art import theme
from ruler.lab.art.canvas import Canvas
from ruler.lab.art.sprites import draw_disc
from ruler.lab.clicks import Clicks, Point, as_pairs
from ruler.lab.i18n import _
from ruler.measured.film import Film, Picture
from ruler.measured.track import Track

SIZE = (1280, 800)
BAR, SLIDER = 74, 16  # px at scale 1
LOUPE, LOUPE_ZOOM = 168, 5
MARK: theme.Colour = (20, 92, 150)
CORNER: theme.Colour = (150, 60, 20)


class TrackingView:
    """The drawing half of `TrackingWindow`, which says what the attributes are."""

    film: Film
    clicks: Clicks
    track: Track | None
    surface: pygame.Surface
    shown: int
    frame: int
    message: str
    field: str
    _mouse: tuple[int, int]
    _moved: list[Point]
    _held: tuple[list[Point], int] | None
    _done: int
    _picture: tuple[int, Picture, pygame.Surface] | None

    @property
    def busy(self) -> bool:
        """Whether it is being tracked just now."""
        return False

    @property
    def _last(self) -> int:
        return self.track.poses[-1].frame if self.track is not None else max(0, self.film.count - 1)

    def _labels(self) -> list[tuple[str, pygame.Rect]]:
        """Labels of the buttons, and where these are."""
        raise NotImplementedError

    # Places

    @property
    def _scale(self) -> float:
        return max(0.75, min(self.surface.get_width() / SIZE[0], self.surface.get_height() / SIZE[1]))

    @property
    def _area(self) -> pygame.Rect:
        width, height = self.surface.get_size()
        return pygame.Rect(0, 0, width, height - round(BAR * self._scale))

    @property
    def _slider(self) -> pygame.Rect:
        area = self._area
        return pygame.Rect(area.left + 14, area.bottom + 4, area.width - 28, round(SLIDER * self._scale) - 6)

    @property
    def _zoom(self) -> float:
        return min(self._area.width / self.film.size[0], self._area.height / self.film.size[1])

    @property
    def _origin(self) -> tuple[float, float]:
        zoom, area = self._zoom, self._area
        return area.centerx - 0.5 * zoom * self.film.size[0], area.centery - 0.5 * zoom * self.film.size[1]

    def _to_film(self, at: tuple[int, int]) -> Point:
        (x, y), zoom = self._origin, self._zoom
        width, height = self.film.size
        return min(width - 1.0, max(0.0, (at[0] - x) / zoom)), min(height - 1.0, max(0.0, (at[1] - y) / zoom))

    def to_window(self, at: Point) -> tuple[float, float]:
        """Where a pixel of the film is in the window."""
        (x, y), zoom = self._origin, self._zoom
        return x + zoom * at[0], y + zoom * at[1]

    # Drawing

    def _now(self) -> tuple[int, Picture, pygame.Surface]:
        if self._picture is None or self._picture[0] != self.shown:
            frame = self.film.frame(self.shown)
            image = pygame.image.frombuffer(np.ascontiguousarray(frame[..., ::-1]).tobytes(), self.film.size, "RGB")
            self._picture = self.shown, frame, image
        return self._picture

    def _draw(self) -> None:
        canvas = Canvas(self.surface, self._scale)
        self.surface.fill(theme.PANEL)
        pygame.draw.rect(self.surface, (40, 40, 44), self._area)
        image = self._now()[2]
        size = (round(self._zoom * self.film.size[0]), round(self._zoom * self.film.size[1]))
        self.surface.blit(pygame.transform.scale(image, size), self._origin)
        if self.track is not None and self.frame <= self.shown <= self._last:
            pose = self.track.poses[self.shown - self.frame]
            held = self._held is not None and self._held[0] is self._moved
            self._draw_joints(canvas, self._moved if held else as_pairs(pose.joints), pose.seen)
        elif self.shown == self.frame:
            self._draw_joints(canvas, self.clicks.points, None)
            for at in self.clicks.corners:
                draw_disc(self.surface, self.to_window(at), canvas.px(6), CORNER, canvas.px(4))
        self._draw_loupe(canvas, image)
        self._draw_bar(canvas)

    def _draw_joints(self, canvas: Canvas, points: list[Point], seen: np.ndarray | None) -> None:
        places = [self.to_window(at) for at in points]
        if len(places) > 1:
            pygame.draw.lines(self.surface, theme.WHITE, False, places, canvas.px(3))
            pygame.draw.lines(self.surface, MARK, False, places, max(1, canvas.px(1)))
        for number, at in enumerate(places):
            sure = seen is None or seen[number] > 0.2
            draw_disc(self.surface, at, canvas.px(7), theme.WHITE, canvas.px(3))
            draw_disc(self.surface, at, canvas.px(6), MARK if sure else theme.AMBER, canvas.px(4))
        if seen is None:
            for number, at in enumerate(places):
                name = _("pin") if number == 0 else str(number)
                canvas.text(name, (at[0], at[1] - canvas.px(10)), colour=MARK, bold=True, anchor="midbottom",
                            halo=theme.WHITE)  # fmt: skip

    def _draw_loupe(self, canvas: Canvas, image: pygame.Surface) -> None:
        """What is under the cursor, larger, beside it."""
        if not self._area.collidepoint(self._mouse) or (self.track is not None and self._held is None):
            return
        side, half = canvas.px(LOUPE), canvas.px(LOUPE) / LOUPE_ZOOM / self._zoom / 2.0
        x, y = self._to_film(self._mouse)
        part = pygame.Surface((max(1, round(2 * half)), max(1, round(2 * half))))
        part.blit(image, (round(half - x), round(half - y)))
        box = pygame.Rect(0, 0, side, side)
        box.bottomleft = (self._mouse[0] + canvas.px(24), self._mouse[1] - canvas.px(24))
        if box.right > self._area.right:
            box.right = self._mouse[0] - canvas.px(24)
        if box.top < self._area.top:
            box.top = self._mouse[1] + canvas.px(24)
        self.surface.blit(pygame.transform.scale(part, box.size), box)
        pygame.draw.rect(self.surface, theme.WHITE, box, canvas.px(2))
        pygame.draw.line(self.surface, theme.ACCENT, (box.centerx, box.top), (box.centerx, box.bottom))
        pygame.draw.line(self.surface, theme.ACCENT, (box.left, box.centery), (box.right, box.centery))

    def _draw_bar(self, canvas: Canvas) -> None:
        slider, area = self._slider, self._area
        pygame.draw.rect(self.surface, theme.PANEL_SUNK, slider, border_radius=3)
        first = self.frame if self.track is not None else 0
        span = max(1, self._last - first)
        for pose in self.track.poses if self.track is not None else ():
            if pose.unsure:
                x = slider.left + (pose.frame - first) / span * slider.width
                pygame.draw.line(self.surface, theme.AMBER, (x, slider.top), (x, slider.bottom), 2)
        x = slider.left + (self.shown - first) / span * slider.width
        pygame.draw.rect(self.surface, theme.ACCENT, pygame.Rect(round(x) - 4, slider.top - 2, 8, slider.height + 4),
                         border_radius=3)  # fmt: skip
        text = self.message if not self.busy else _("Tracking frame {done} of {count} ... Esc stops.").format(
            done=self._done, count=self.film.count
        )  # fmt: skip
        line = area.bottom + round((SLIDER + 2) * self._scale)
        room = area.width - canvas.px(150)
        canvas.text(theme.shortened(text, room, theme.SMALL, self._scale), (area.left + 14, line), colour=theme.INK)
        canvas.text(_("frame {number}").format(number=self.shown), (area.right - 14, line), colour=theme.MUTED,
                    anchor="topright")  # fmt: skip
        for label, box in self._labels():
            canvas.card(box, theme.PANEL_RAISED, edge=theme.EDGE)
            canvas.text(label, box.center, anchor="center", colour=theme.INK)
        if self.track is None:
            self._draw_fields(canvas)

    def _draw_fields(self, canvas: Canvas) -> None:
        right = self._area.right - 14
        y = self._area.bottom + round((SLIDER + 35) * self._scale)
        for name, label in (("size", _("corners, m x m")), ("length", _("section, m"))):
            box = pygame.Rect(0, 0, canvas.px(84), canvas.px(26))
            box.midright = (right, y)
            canvas.card(box, theme.WHITE, edge=theme.ACCENT if self.field == name else theme.EDGE)
            canvas.text(getattr(self, name) or "-", box.center, anchor="center", colour=theme.INK)
            at = (box.left - canvas.px(8), y)
            right = canvas.text(label, at, anchor="midright", colour=theme.MUTED).left - canvas.px(14)
