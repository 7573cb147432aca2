"""Following the joints of a ruler from frame to frame.

Each joint is looked for by optical flow (where it went since the last frame) and by template matching (what looks like
it did in the first frame, turned with either of its sections). What is found is held together by what a ruler is: all
joints are the ends of rigid sections of known length, the pin rests, sections turn smoothly. The directions of the
sections that fit best, by Gauss-Newton, are the measurement; a joint that is hidden or blurred counts little and is
bridged by its neighbours and by how fast its sections turned. How well each opening is known follows from the slopes.
"""

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ruler.arrays import Floats
from ruler.errors import BadInputError, FailedError
from ruler.measured.film import Picture, opencv
from ruler.measured.joints import Joints, mapped

# Half the side of a template and of what is searched, in section lengths, and within which pixels.
TEMPLATE, TEMPLATE_PX = 0.06, (5, 14)
SEARCH, SEARCH_PX = 0.11, (6, 26)
# Errors: of a joint that is found, px; how far sections turn otherwise than before in a frame, rad; of the pin, px.
PLACE_ERROR = 0.7
TURN_ERROR = math.radians(5.0)
PIN_ERROR = 1.5
# A match below the first counts nothing, from the second on fully.
POOR_MATCH, GOOD_MATCH = 0.45, 0.85
# A joint that is seen less well than this may be hidden.
HIDDEN = 0.25
# A joint this far from where the ruler can have it was taken for another, px.
OUTLIER = 4.0
# An opening less well known than this is unsure, deg.
UNSURE = 2.0
# Fewer of the joints than this part seen, for so many frames: the ruler is lost.
LEAST_SEEN, LOST_AFTER = 0.34, 4
# A frame that differs from the one before by so much more than they did so far, grey levels in half of the picture,
# is a cut.
CUT = 8.0
# A patch with less contrast than this, grey levels, cannot be found again.
LEAST_CONTRAST = 2.5


@dataclass(frozen=True)
class Pose:
    """The ruler in a frame.

    Attributes:
        frame: number of the frame.
        angle: direction of each section on the table, rad, shape (N + 1,), y down as in pictures.
        pin: where the pin is, in table units (pixels at the pin), shape (2,).
        joints: px, shape (N + 2, 2).
        seen: how well each joint was found, 0 to 1, shape (N + 2,).
        error_deg: standard deviation of each opening, deg, shape (N,).
    """

    frame: int
    angle: Floats
    pin: Floats
    joints: Floats
    seen: Floats
    error_deg: Floats

    @property
    def unsure(self) -> bool:
        """Whether an opening is not well known, or two joints were not seen: others may have been taken for them."""
        return bool((self.error_deg > UNSURE).any() or (self.seen < HIDDEN).sum() > 1)


class Tracker:
    """Follows one ruler.

    Args:
        joints: where it is in the first frame.
        picture: that frame, grey.

    Attributes:
        length: of the sections, in table units, shape (N + 1,).
        to_table: homography from pixels to table units, in which a section is about as long as in pixels.

    Raises:
        BadInputError: a joint is outside the picture, or on nothing that can be found again.
    """

    def __init__(self, joints: Joints, picture: Picture) -> None:
        self._cv: Any = opencv()
        lengths_px = np.hypot(*np.diff(joints.points, axis=0).T)
        scale = joints.scale()
        metres = np.hypot(*np.diff(mapped(scale, joints.points), axis=0).T)
        self.metres_per_unit = float(np.median(metres[1:-1]) / np.median(lengths_px[1:-1]))
        self.to_table = np.diag([1.0 / self.metres_per_unit, 1.0 / self.metres_per_unit, 1.0]) @ scale
        self.to_picture = np.linalg.inv(self.to_table)
        places = mapped(self.to_table, joints.points)
        self.length = np.hypot(*np.diff(places, axis=0).T)
        self.length[1:-1] = np.median(self.length[1:-1])
        self._section = float(np.median(lengths_px[1:-1]))
        self._half = int(np.clip(TEMPLATE * self._section, *TEMPLATE_PX))
        self._search = float(np.clip(SEARCH * self._section, *SEARCH_PX))
        self._where = joints.where
        steps = np.diff(places, axis=0)
        self._angle = np.arctan2(steps[:, 1], steps[:, 0])
        self._spin = np.zeros_like(self._angle)
        self._home = self._pin = places[0]
        self._lost = 0
        self._usual_change = 0.0
        self._small: Any = None
        self._take_templates(picture, joints.points)
        self._before, self._points = picture, joints.points.copy()

    def start(self, frame: int) -> Pose:
        """The pose that was given."""
        count = len(self._points)
        return Pose(frame, self._angle, self._pin, self._points, np.ones(count), np.zeros(count - 2))

    def correct(self, frame: int, picture: Picture, points: Floats) -> Pose:
        """The joints are where a person has put them in this frame; templates are taken anew.

        Raises:
            BadInputError: as for the tracker.
        """
        places = mapped(self.to_table, points)
        steps = np.diff(places, axis=0)
        turned = np.arctan2(steps[:, 1], steps[:, 0])
        self._angle = self._angle + _wrapped(turned - self._angle)
        self._pin, self._spin = places[0], np.zeros_like(self._angle)
        self._take_templates(picture, points)
        self._before, self._points, self._lost = picture, points.copy(), 0
        return self.start(frame)

    def _take_templates(self, picture: Picture, points: Floats) -> None:
        height, width = picture.shape
        big = 2 * self._half + 1
        self._templates = []
        self._template_angle = self._angle.copy()
        for number, (x, y) in enumerate(points, start=1):
            if not (1.0 <= x < width - 1 and 1.0 <= y < height - 1):
                raise BadInputError(
                    f"{self._where}: point {number}: ({x:.0f}, {y:.0f}) is outside the picture of "
                    f"{width}x{height} pixels"
                )
            patch = self._cv.getRectSubPix(picture, (2 * big + 1, 2 * big + 1), (float(x), float(y)))
            inner = patch[big - self._half : big + self._half + 1, big - self._half : big + self._half + 1]
            if float(inner.std()) < LEAST_CONTRAST:
                raise BadInputError(
                    f"{self._where}: point {number}: ({x:.0f}, {y:.0f}) is on nothing that could be found again "
                    f"(contrast {inner.std():.1f} grey levels); click on the joint itself"
                )
            self._templates.append(patch)

    def follow(self, frame: int, picture: Picture) -> Pose:
        """Find the ruler in the next frame.

        Raises:
            FailedError: the ruler is lost, or the film is cut.
        """
        changed = self._change(picture)
        guess, lead = self._flow(picture)
        found, seen = self._match(picture, guess, self._search)
        # The flow of a hidden joint is that of what hides it; then the ruler goes on as it did.
        steady = self._angle + self._spin
        hidden = seen < HIDDEN
        if hidden.any():
            again, good = self._match(picture, self._joints(steady, self._pin), self._search, steady, hidden)
            better = hidden & (good > seen)
            found[better], seen[better] = again[better], good[better]
            hidden = seen < HIDDEN
            lead = np.where(hidden[:-1] & hidden[1:], steady, lead)
        # A ruler that is laid through what was found says where the joints must be; what is far from there is
        # looked for again, nearby.
        angle, pin, _ = self._lay(found, seen, lead)
        joints = self._joints(angle, pin)
        astray = np.hypot(*(found - joints).T) > OUTLIER
        if astray.any():
            again, good = self._match(picture, joints, 0.5 * self._search, angle, astray)
            found[astray], seen[astray] = again[astray], good[astray]
        angle, pin, error = self._lay(found, seen, lead)
        joints = self._joints(angle, pin)
        off = np.hypot(*(found - joints).T)
        seen = seen * (off < 2.0 * OUTLIER)
        self._watch(frame, seen, changed)
        # What is hidden for long comes to rest, or it would whirl.
        self._spin = 0.95 * (angle - self._angle)
        self._angle, self._pin = angle, self._pin + 0.5 * (pin - self._pin)
        self._before, self._points = picture, joints
        return Pose(frame, angle, pin, joints, seen, error)

    def _change(self, picture: Picture) -> float:
        """How much more this frame differs from the last one than usual, grey levels."""
        small = self._cv.resize(picture, (64, 36), interpolation=self._cv.INTER_AREA).astype(np.float64)
        small -= small.mean()
        change = 0.0 if self._small is None else float(np.median(np.abs(small - self._small)))
        self._small = small
        more = change - 3.0 * self._usual_change
        self._usual_change = max(0.9 * self._usual_change + 0.1 * change, 0.3)
        return more

    def _watch(self, frame: int, seen: Floats, changed: float) -> None:
        part = float(seen.mean())
        if changed > CUT and part < 0.5:
            raise FailedError(
                f"frame {frame}: the picture changes all at once, as at a cut; track up to there with "
                f"--last {frame - 1}"
            )
        self._lost = self._lost + 1 if part < LEAST_SEEN else 0
        if self._lost >= LOST_AFTER:
            raise FailedError(
                f"frame {frame}: the ruler is lost: {round(part * len(seen))} of {len(seen)} joints are seen; track up "
                f"to there with --last {frame - LOST_AFTER}, or correct a frame before it"
            )

    def _flow(self, picture: Picture) -> tuple[Floats, Floats]:
        """Where the joints went by optical flow, px, and directions of the sections to be expected, rad."""
        steady = self._joints(self._angle + self._spin, self._pin)
        cv = self._cv
        before = self._points.astype(np.float32)[:, None]
        side = 2 * self._half + 7
        flowed, found, _ = cv.calcOpticalFlowPyrLK(
            self._before, picture, before, steady.astype(np.float32)[:, None].copy(), winSize=(side, side), maxLevel=3,
            flags=cv.OPTFLOW_USE_INITIAL_FLOW,
        )  # fmt: skip
        flowed = flowed[:, 0].astype(np.float64)
        far = np.hypot(*(flowed - steady).T) > 0.5 * self._section
        usable = (found[:, 0] == 1) & ~far & np.isfinite(flowed).all(axis=1)
        # The rigid ruler that follows the flow best; lone joints that flowed elsewhere do not mislead it.
        angle, pin, _ = self._lay(np.where(usable[:, None], flowed, steady), 0.3 * usable, self._angle + self._spin)
        return self._joints(angle, pin), angle

    def _match(
        self, picture: Picture, guess: Floats, reach: float, angle: Floats | None = None, only: Any = None
    ) -> tuple[Floats, Floats]:
        """What looks most like each joint near the guess: places, px, and how good they are, 0 to 1."""
        turned = np.degrees((self._angle if angle is None else angle) - self._template_angle)
        found, seen = guess.copy(), np.zeros(len(guess))
        apart = np.hypot(*(guess[:, None] - guess[None]).transpose(2, 0, 1)) + 1e9 * np.eye(len(guess))
        height, width = picture.shape
        for number, (x, y) in enumerate(guess):
            if only is not None and not only[number]:
                continue
            if not (0.0 <= x < width and 0.0 <= y < height):
                continue
            room = int(max(3.0, min(reach, 0.5 * float(apart[number].min()))))
            sides = {float(turned[max(0, number - 1)]), float(turned[min(len(turned) - 1, number)])}
            if number in (0, len(guess) - 1):
                sides.add(0.0)
            place, match = self._best(picture, self._templates[number], (float(x), float(y)), room, sides)
            found[number] = place
            seen[number] = np.clip((match - POOR_MATCH) / (GOOD_MATCH - POOR_MATCH), 0.0, 1.0)
        return found, seen

    def _best(
        self, picture: Picture, patch: Any, at: tuple[float, float], room: int, sides: set[float]
    ) -> tuple[tuple[float, float], float]:
        cv, half = self._cv, self._half
        reach = half + room
        area = cv.getRectSubPix(picture, (2 * reach + 1, 2 * reach + 1), at)
        middle = (patch.shape[0] - 1) / 2.0
        away = np.arange(-room, room + 1)
        # Of two places that look alike the nearer one is likelier.
        doubt = 0.15 * (away[:, None] ** 2 + away[None] ** 2) / room**2
        best, place = -1.0, at
        for side in sides:
            turn = cv.getRotationMatrix2D((middle, middle), -side, 1.0)
            turned = cv.warpAffine(patch, turn, patch.shape[::-1], borderMode=cv.BORDER_REPLICATE)
            low = int(middle) - half
            match = cv.matchTemplate(
                area, turned[low : low + 2 * half + 1, low : low + 2 * half + 1], cv.TM_CCOEFF_NORMED
            )
            row, column = np.unravel_index(int((match - doubt).argmax()), match.shape)
            if match[row, column] > best:
                best = float(match[row, column])
                place = (
                    at[0] - room + _peak(match[row], int(column)),
                    at[1] - room + _peak(match[:, column], int(row)),
                )
        return place, best

    def _joints(self, angle: Floats, pin: Floats) -> Floats:
        """Pixels of the joints, shape (N + 2, 2)."""
        return mapped(np.asarray(self.to_picture, dtype=np.float64), self._places(angle, pin))

    def _places(self, angle: Floats, pin: Floats) -> Floats:
        steps = self.length[:, None] * np.column_stack((np.cos(angle), np.sin(angle)))
        return np.vstack((pin, pin + np.cumsum(steps, axis=0)))

    def _lay(self, found: Floats, seen: Floats, lead: Floats) -> tuple[Floats, Floats, Floats]:
        """The ruler that fits best to joints (px): directions, pin, and the error of each opening, deg."""
        wanted = mapped(self.to_table, found)
        angle, pin, n = lead.copy(), self._pin.copy(), len(lead)
        weight = seen / PLACE_ERROR**2
        normal = np.eye(n + 2)
        for _ in range(4):
            places = self._places(angle, pin)
            off = wanted - places
            # Huber: what is far off pulls no more than what is a little off.
            size = np.maximum(np.hypot(*off.T), 1e-9)
            pull = weight * np.minimum(1.0, 2.0 * PLACE_ERROR / size)
            lever = self.length[:, None] * np.column_stack((-np.sin(angle), np.cos(angle)))
            slopes = np.zeros((2, n + 1, n + 2))
            for axis in (0, 1):
                slopes[axis, 1:, :n] = np.tril(np.broadcast_to(lever[:, axis], (n, n)))
                slopes[axis, :, n + axis] = 1.0
            flat = slopes.reshape(-1, n + 2)
            pulls = np.concatenate((pull, pull))
            normal = (flat * pulls[:, None]).T @ flat
            right = flat.T @ (pulls * off.T.ravel())
            normal[range(n), range(n)] += 1.0 / TURN_ERROR**2
            right[:n] += (lead - angle) / TURN_ERROR**2
            normal[range(n, n + 2), range(n, n + 2)] += 1.0 / PIN_ERROR**2
            right[n:] += (self._home - pin) / PIN_ERROR**2
            step = np.linalg.solve(normal, right)
            angle, pin = angle + np.clip(step[:n], -0.5, 0.5), pin + step[n:]
        spread = np.linalg.inv(normal)[:n, :n]
        turn = np.eye(n)[1:] - np.eye(n)[:-1]
        return angle, pin, np.degrees(np.sqrt(np.einsum("ij,jk,ik->i", turn, spread, turn)))


def _peak(values: NDArray[Any], at: int) -> float:
    """Where the parabola through a maximum and its neighbours has its top."""
    if not 0 < at < len(values) - 1:
        return float(at)
    before, here, after = float(values[at - 1]), float(values[at]), float(values[at + 1])
    bend = before - 2.0 * here + after
    return at + (0.0 if bend >= 0.0 else float(np.clip(0.5 * (before - after) / bend, -0.5, 0.5)))


def _wrapped(angle: Floats) -> Floats:
    return np.asarray((angle + np.pi) % (2.0 * np.pi) - np.pi)
