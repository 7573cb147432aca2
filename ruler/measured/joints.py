"""JOINTS.json: where a ruler's joints are in a frame, in pixels, and the scale of the picture."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ruler import io
from ruler.arrays import Floats
from ruler.errors import BadInputError

# Sections may seem to differ by this part of their length: clicks are some pixels off, and cameras look slantwise.
ALIKE = 0.2
LEAST_POINTS = 4


@dataclass(frozen=True)
class Joints:
    """What is clicked before a film is tracked.

    Attributes:
        frame: number of the frame, from 0.
        points: px, shape (N + 2, 2): pin, every hinge, tip.
        section_length_m: length of a section; None where a plane gives the scale.
        plane: px, shape (4, 2), corners of a rectangle on the table, clockwise from top left; or None.
        plane_size_m: its width and height, m.
        corrections: of other frames, their number to places of all joints, px, shape (N + 2, 2).
        where: the file, for messages.
    """

    frame: int
    points: Floats
    section_length_m: float | None = None
    plane: Floats | None = None
    plane_size_m: tuple[float, float] | None = None
    corrections: Mapping[int, Floats] = field(default_factory=dict)
    where: str = "the joints"

    def __post_init__(self) -> None:
        _check_points(self.points, f"{self.where}: points")
        for number, points in self.corrections.items():
            if len(points) != len(self.points):
                raise BadInputError(
                    f"{self.where}: corrections: frame {number}: {len(points)} points; give {len(self.points)}"
                )
        if self.plane is None and self.section_length_m is None:
            raise BadInputError(
                f"{self.where}: section_length_m: is missing; give the length of a section, or four corners as plane "
                "with plane_size_m"
            )
        length = self.section_length_m
        if length is not None and not 1e-3 <= length <= 100.0:
            raise BadInputError(f"{self.where}: section_length_m: {length:g}: must be 0.001 to 100 m")
        if self.plane is not None:
            _check_plane(self.plane, self.plane_size_m, self.where)
        _check_zigzag(self)

    @property
    def hinges(self) -> int:
        """N."""
        return len(self.points) - 2

    def scale(self) -> Floats:
        """From pixels to metres on the table, as a homography, shape (3, 3); y still points down."""
        if self.plane is not None and self.plane_size_m is not None:
            width, height = self.plane_size_m
            corners = np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])
            return homography(self.plane, corners)
        size = self.section_length_m / _lengths(self.points)[1:-1].mean() if self.section_length_m else 1.0
        return np.diag([size, size, 1.0])

    def as_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        content: dict[str, Any] = {"frame": self.frame, "points": np.round(self.points, 2).tolist()}
        if self.section_length_m is not None:
            content["section_length_m"] = self.section_length_m
        if self.plane is not None and self.plane_size_m is not None:
            content |= {"plane": np.round(self.plane, 2).tolist(), "plane_size_m": list(self.plane_size_m)}
        if self.corrections:
            content["corrections"] = [
                {"frame": number, "points": np.round(points, 2).tolist()}
                for number, points in sorted(self.corrections.items())
            ]
        return content


def load_joints(path: str | Path) -> Joints:
    """Read JOINTS.json.

    Raises:
        BadInputError: it is no such file; the message names the key and what would be right.
    """
    data, where = io.read_json(path), str(path)
    known = {"frame", "points", "section_length_m", "plane", "plane_size_m", "corrections"}
    if unknown := sorted(set(data) - known):
        raise BadInputError(f"{where}: {unknown[0]}: is not a known key; {', '.join(sorted(known))} are")
    if "points" not in data:
        raise BadInputError(f"{where}: points: is missing; give [[x, y], ...] in pixels, from the pin to the tip")
    plane, size = data.get("plane"), data.get("plane_size_m")
    corrections = data.get("corrections", [])
    if not isinstance(corrections, list) or not all(isinstance(each, dict) for each in corrections):
        raise BadInputError(f'{where}: corrections: must be a list of {{"frame": 3, "points": [[x, y], ...]}}')
    return Joints(
        frame=_frame(data.get("frame", 0), where),
        points=_points(data["points"], f"{where}: points"),
        section_length_m=_number(data.get("section_length_m"), f"{where}: section_length_m"),
        plane=None if plane is None else _points(plane, f"{where}: plane"),
        plane_size_m=None if size is None else _size(size, where),
        corrections={
            _frame(each.get("frame"), where): _points(each.get("points"), f"{where}: corrections")
            for each in corrections
        },
        where=where,
    )


def homography(before: Floats, after: Floats) -> Floats:
    """The projective map of four points (or more, by least squares) to four others, shape (3, 3)."""
    rows = []
    for (x, y), (u, v) in zip(before, after, strict=True):
        rows.append([x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, -u])
        rows.append([0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, -v])
    last = np.linalg.svd(np.array(rows))[2][-1].reshape(3, 3)
    return np.asarray(last / last[2, 2])


def mapped(matrix: Floats, points: Floats) -> Floats:
    """Points through a homography, shape (..., 2)."""
    flat = points @ matrix[:, :2].T + matrix[:, 2]
    return np.asarray(flat[..., :2] / flat[..., 2:])


def _lengths(points: Floats) -> Floats:
    return np.asarray(np.hypot(*np.diff(points, axis=0).T))


def _check_points(points: Floats, where: str) -> None:
    if len(points) < LEAST_POINTS:
        raise BadInputError(
            f"{where}: {len(points)} points; at least {LEAST_POINTS} are needed: the pin, each hinge "
            "(two or more), the tip"
        )


def _check_plane(plane: Floats, size: tuple[float, float] | None, where: str) -> None:
    if size is None:
        raise BadInputError(f"{where}: plane_size_m: is missing; give the width and height of the four corners, m")
    if len(plane) != 4:
        raise BadInputError(f"{where}: plane: {len(plane)} corners; give four, clockwise from top left")
    sides = np.roll(plane, -1, axis=0) - plane
    turns = sides[:, 0] * np.roll(sides, -1, axis=0)[:, 1] - sides[:, 1] * np.roll(sides, -1, axis=0)[:, 0]
    if not (turns > 1.0).all():
        raise BadInputError(
            f"{where}: plane: the corners cross, turn back or run the wrong way; give them clockwise from top left"
        )


def _check_zigzag(joints: Joints) -> None:
    """Refuse points that are not on a folding ruler: unequal sections, hinges that do not open to alternate sides."""
    places = mapped(joints.scale(), joints.points)
    lengths = _lengths(places)
    usual = float(np.median(lengths[1:-1]))
    for number, length in enumerate(lengths):
        inner = 0 < number < len(lengths) - 1
        if (inner and abs(length / usual - 1.0) > ALIKE) or not 0.05 * usual < length < (1.0 + ALIKE) * usual:
            raise BadInputError(
                f"{joints.where}: points {number + 1} and {number + 2} are {length / usual:.2f} section lengths apart, "
                "the sections between hinges are all as long; was a joint left out, or clicked twice?"
            )
    steps = np.diff(places, axis=0)
    turns = np.arctan2(
        steps[:-1, 0] * steps[1:, 1] - steps[:-1, 1] * steps[1:, 0], (steps[:-1] * steps[1:]).sum(axis=1)
    )
    side = np.sign(turns) * np.where(np.arange(len(turns)) % 2 == 0, 1.0, -1.0)
    # A hinge that is nearly straight or nearly shut may seem to have gone through by the error of a click.
    clear = (np.abs(turns) > math.radians(8.0)) & (np.abs(turns) < math.radians(172.0))
    if clear.any():
        usual_side = 1.0 if side[clear].sum() >= 0.0 else -1.0
        wrong = np.flatnonzero(clear & (side != usual_side))
        if wrong.size:
            raise BadInputError(
                f"{joints.where}: point {wrong[0] + 2}: the ruler turns to the wrong side there; hinges open to "
                "alternate sides: give pin, each hinge in order, tip"
            )


def _points(value: Any, where: str) -> Floats:
    try:
        points = np.asarray(value, dtype=np.float64)
    except (TypeError, ValueError):
        points = np.empty(0)
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise BadInputError(f"{where}: must be [[x, y], ...] with finite numbers, in pixels")
    return points


def _frame(value: Any, where: str) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise BadInputError(f"{where}: frame: {value!r}: must be a whole number from 0")
    return value


def _number(value: Any, where: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise BadInputError(f"{where}: {value!r}: must be a number, in m")
    return float(value)


def _size(value: Any, where: str) -> tuple[float, float]:
    if not isinstance(value, list) or len(value) != 2 or not all(io.is_number(each) and each > 0.0 for each in value):
        raise BadInputError(f"{where}: plane_size_m: {value!r}: must be [width, height] above 0, in m")
    return float(value[0]), float(value[1])
