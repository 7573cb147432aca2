"""From a film, or a folder of photographs, to a recording of the ruler in it."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ruler.arrays import Floats
from ruler.errors import BadInputError, FailedError
from ruler.measured.film import Film
from ruler.measured.joints import Joints, mapped
from ruler.measured.tracking import Pose, Tracker
from ruler.recording import Recording, measured_recording
from ruler.scenario.geometry import fold_sides

# How far a tracked angle may be off, deg (one standard deviation): on made-up films, spoilt and clicked by hand.
TRACKED_NOISE = 1.0
# A ruler whose tip goes less than this, in section lengths, was not pulled: the joints lie on something else.
LEAST_WAY = 0.15
# More frames in doubt than this part are no measurement.
MOST_UNSURE = 0.75
# A gap over which a section was hardly seen is bridged by a straight turn between where it was.
HARDLY_SEEN = 4.0

Progress = Callable[[int, int | None], None]


@dataclass
class Track:
    """A film and the poses found in it so far.

    Attributes:
        film: the film.
        joints: what was clicked.
        poses: of the frames from `joints.frame` on.
    """

    film: Film
    joints: Joints
    poses: list[Pose]

    def recording(self) -> Recording:
        """The measured ruler.

        Raises:
            FailedError: nothing at the joints was pulled.
        """
        return _recording(self)


def track_film(
    film: Film,
    joints: Joints,
    *,
    last: int | None = None,
    progress: Progress | None = None,
    before: Track | None = None,
) -> Track:
    """Follow a ruler through a film.

    Args:
        film: the film, or photographs.
        joints: where the ruler is in the frame `joints.frame`, from which on it is followed.
        last: number of the last frame; None: to the end.
        progress: called with the number of the frame, of how many.
        before: a track whose poses stand up to the first correction that it did not have.

    Raises:
        BadInputError: joints that cannot be followed, frames that are not there.
        FailedError: the ruler is lost, or the film is cut; the message says where.
    """
    _check_frames(film, joints, last)
    poses: list[Pose] = []
    tracker: Tracker | None = None
    first = joints.frame
    if before is not None:
        first, poses = _kept(before, joints)
    for number, picture in film.frames(first, last):
        gray = film.gray(picture)
        if tracker is None:
            tracker = Tracker(joints, gray if first == joints.frame else film.gray(film.frame(joints.frame)))
        if number == joints.frame:
            poses.append(tracker.start(number))
        elif number in joints.corrections:
            poses.append(tracker.correct(number, gray, joints.corrections[number]))
        else:
            poses.append(tracker.follow(number, gray))
        if progress is not None:
            progress(number + 1, film.count or None)
    if len(poses) < 2:
        raise BadInputError(f"{film.path}: has no frame after {joints.frame}; there is nothing to follow")
    return Track(film, joints, poses)


def _check_frames(film: Film, joints: Joints, last: int | None) -> None:
    if joints.frame >= max(film.count, 1):
        raise BadInputError(f"{joints.where}: frame: {joints.frame}: the film has {film.count} frames, from 0")
    if last is not None and last <= joints.frame:
        raise BadInputError(f"--last {last}: must be after the first frame, {joints.frame}")
    end = film.count - 1 if last is None else last
    for number in joints.corrections:
        if not joints.frame < number <= end:
            raise BadInputError(
                f"{joints.where}: corrections: frame {number}: must lie after {joints.frame} and up to {end}"
            )


def _kept(before: Track, joints: Joints) -> tuple[int, list[Pose]]:
    """The first correction that is new, and the poses before it."""
    new = [
        number
        for number, points in joints.corrections.items()
        if number not in before.joints.corrections or not np.array_equal(points, before.joints.corrections[number])
    ]
    if not new:
        return joints.frame, []
    first = min(new)
    return first, before.poses[: first - joints.frame]


def _recording(track: Track) -> Recording:
    film, joints, poses = track.film, track.joints, track.poses
    unsure = [pose.frame for pose in poses if pose.unsure]
    if len(unsure) > MOST_UNSURE * len(poses):
        raise FailedError(
            f"{film.path}: {len(unsure)} of {len(poses)} frames are in doubt, from frame {unsure[0]} on: correct the "
            "joints there, or film with more light and more frames a second"
        )
    angle = np.unwrap(np.array([pose.angle for pose in poses]), axis=0)
    tracker_scale = _scale(joints)
    points = mapped(tracker_scale, joints.points)
    length = np.hypot(*np.diff(points, axis=0).T)
    section = float(np.median(length[1:-1]))
    # Half sections are measured one by one; both end sections of a recording are as long.
    ends = float(np.clip(0.5 * (length[0] + length[-1]) / section, 0.05, 1.0))
    error = np.array([pose.error_deg for pose in poses])
    angle = _bridged(angle, error)
    turn = np.diff(angle, axis=1)
    turn = turn - 2.0 * np.pi * np.round(turn[:1] / (2.0 * np.pi))
    side = fold_sides(turn.shape[1])
    # The program's openings are pi + side * turn with y up, so that a turn in the picture has the sign of side.
    mirrored_in_picture = float((np.sign(turn[0]) * side).sum()) < 0.0
    # Pictures have y down. Of a ruler that folds the other way round than the program's own, the picture's y is kept:
    # the recording is its mirror image.
    opening = 180.0 - np.degrees((-1.0 if mirrored_in_picture else 1.0) * side * turn)
    up = 1.0 if mirrored_in_picture else -1.0
    steps = length[:, None] * np.stack((np.cos(angle), up * np.sin(angle)), axis=-1)
    tip = steps.sum(axis=1)
    way = float(np.hypot(*(tip - tip[0]).T).max()) / section
    if way < LEAST_WAY:
        raise FailedError(
            f"{film.path}: the tip goes only {way:.2f} section lengths in {len(poses)} frames: nothing was pulled, or "
            "the joints were not clicked on the ruler"
        )
    number = np.array([pose.frame for pose in poses])
    time = None if film.stills else (number - number[0]) / film.fps
    return measured_recording(
        np.clip(opening, 0.0, 180.0),
        tip,
        name=film.path.stem,
        time=time,
        section_length=section,
        end_sections=ends,
        noise_deg=TRACKED_NOISE,
        extra={"frame": number.astype(np.float64), "unsure": np.array([float(pose.unsure) for pose in poses])},
        title=film.path.stem,
        description=f"Tracked in {film.path.name}, {len(poses)} frames from frame {joints.frame} on.",
        measured_from=f"{'photographs' if film.stills else 'film'} {film.path.name}",
        film={
            "path": str(film.path.resolve()),
            "fps": film.fps,
            "size": list(film.size),
            "table_to_picture": _table_to_picture(tracker_scale, points[0], mirrored_in_picture).tolist(),
        },
        joints=joints.as_dict(),
    )


def _scale(joints: Joints) -> Floats:
    """From pixels to metres, y down, with sections as long as they are said to be where both are known."""
    scale = joints.scale()
    if joints.plane is not None and joints.section_length_m is not None:
        seen = np.median(np.hypot(*np.diff(mapped(scale, joints.points), axis=0).T)[1:-1])
        grow = joints.section_length_m / float(seen)
        return np.diag([grow, grow, 1.0]) @ scale
    return scale


def _table_to_picture(scale: Floats, pin: Floats, mirrored: bool) -> Floats:
    """From the recording's table (m, pin at the origin) to pixels, shape (3, 3)."""
    place = np.array([[1.0, 0.0, pin[0]], [0.0, 1.0 if mirrored else -1.0, pin[1]], [0.0, 0.0, 1.0]])
    matrix = np.linalg.inv(scale) @ place
    return np.asarray(matrix / matrix[2, 2])


def _bridged(angle: Floats, error: Floats) -> Floats:
    """Directions of the sections, where one was hardly seen for some frames turned evenly over the gap."""
    known = np.ones_like(angle, dtype=bool)
    blind = error > HARDLY_SEEN
    # A section is unknown where the hinges at both its ends are.
    known[:, 1:-1] = ~(blind[:, :-1] & blind[:, 1:])
    frames, bridged = np.arange(len(angle)), angle.copy()
    for section in range(angle.shape[1]):
        sure = known[:, section]
        if sure.any() and not sure.all():
            bridged[:, section] = np.interp(frames, frames[sure], angle[sure, section])
    return bridged
