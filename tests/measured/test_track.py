"""Tracked films against the runs they were made of, and what is refused instead of inventing angles."""

import json
from dataclasses import replace

import numpy as np
import pytest

import ruler
from ruler import io
from ruler.errors import BadInputError, FailedError
from ruler.measured.film import Film
from ruler.measured.filming import CLEAN, SPOILT, FilmMaker, make_film
from ruler.measured.joints import load_joints
from ruler.measured.track import track_film

cv2 = pytest.importorskip("cv2")


@pytest.fixture(scope="module")
def pull():
    """A quick pull of six hinges, 0.8 s."""
    keys = ["ruler.hinges=6", "phase.0.pull.speed=0.5", "phase.0.until.extension=0.45", "phase.1.until.time=0.05"]
    return ruler.simulate(ruler.load_scenario("steady", keys))


@pytest.fixture(scope="module")
def clean(pull, tmp_path_factory):
    path = tmp_path_factory.mktemp("films") / "clean.mp4"
    joints = make_film(pull, path, "wood", CLEAN, fps=30.0)
    return path, joints


def true_openings(pull, recording):
    return np.array([np.interp(recording.time, pull.time, values) for values in pull.opening_deg.T]).T


@pytest.mark.slow
@pytest.mark.parametrize(("style", "fps"), [("wood", 60.0), ("dark", 30.0)])
def test_spoilt_films_are_tracked_within_what_a_fit_needs(pull, tmp_path, style, fps):
    """Compression, noise, blur, changing light, trembling, perspective and a hand: 0.7 deg median, 95 % within 2.5."""
    path = tmp_path / "film.mp4"
    joints = make_film(pull, path, style, SPOILT, fps=fps)
    recording = track_film(Film(path), joints).recording()
    error = np.abs(recording.opening_deg - true_openings(pull, recording))
    assert len(recording.table) == int((pull.time[-1] - pull.time[0]) * fps) + 1
    assert np.median(error) <= 0.7
    assert np.percentile(error, 95) <= 2.5


def test_lengths_place_and_shape_come_out_in_metres(pull, clean):
    recording = track_film(Film(clean[0]), clean[1]).recording()
    assert recording.ruler.section_length == pytest.approx(0.2)
    assert recording.ruler.end_sections == pytest.approx(0.5, abs=0.01)
    assert recording.table[-1, 2:4] == pytest.approx(pull.table[-1, 2:4], abs=0.003)
    # Where the pin is in the picture, by the matrix that draws the film behind the ruler.
    x, y, w = np.array(recording.meta["film"]["table_to_picture"]) @ [0.0, 0.0, 1.0]
    assert (x / w, y / w) == pytest.approx(clean[1].points[0], abs=0.5)


def test_a_ruler_that_folds_the_other_way_is_read_as_well(pull, clean, tmp_path):
    """The same film upside down: the mirror image of the ruler, with the same openings."""
    flipped = tmp_path / "flipped"
    flipped.mkdir()
    film, joints = Film(clean[0]), clean[1]
    for number, picture in film.frames(0, 6):
        cv2.imwrite(str(flipped / f"{number:03d}.png"), picture[::-1])
    height = film.size[1]
    points = np.column_stack((joints.points[:, 0], height - 1 - joints.points[:, 1]))
    plain = replace(joints, points=points, plane=None, plane_size_m=None)
    track = track_film(Film(flipped), plain)
    upright = track_film(film, joints, last=6)
    turned = [pose.angle + other.angle for pose, other in zip(track.poses, upright.poses, strict=True)]
    assert np.abs(np.sin(turned)).max() < 0.03


def covered(film, folder, cover):
    """The film as photographs, some of them painted over by `cover(number, picture)`."""
    folder.mkdir()
    for number, picture in film.frames():
        cover(number, picture)
        cv2.imwrite(str(folder / f"{number:03d}.png"), picture)
    return Film(folder)


def test_a_joint_that_is_hidden_for_some_frames_is_bridged(pull, clean, tmp_path):
    """A thumb on the fourth joint in three frames."""
    maker = FilmMaker(pull, "wood", CLEAN)

    def thumb(number, picture):
        if 8 <= number <= 10:
            x, y = maker.pixels(number / 30)[3].astype(int)
            cv2.circle(picture, (x, y), 24, (150, 175, 222), -1)

    track = track_film(covered(Film(clean[0]), tmp_path / "thumb", thumb), clean[1])
    assert all(pose.seen[3] < 0.3 for pose in track.poses[8:11])
    opening = track.recording().opening_deg
    times = np.arange(len(opening)) / 30
    true = np.array([np.interp(times, pull.time, values) for values in pull.opening_deg.T]).T
    assert np.abs(opening - true).max() < 2.5


def test_what_cannot_be_bridged_is_marked(pull, clean, tmp_path):
    """A board over most of the moving ruler: the frames that are badly off afterwards say that they are unsure.

    But for one: the frame in which it comes out again, and a joint is taken for its neighbour.
    """

    def board(number, picture):
        if 8 <= number <= 10:
            picture[:, 240:340] = 120

    track = track_film(covered(Film(clean[0]), tmp_path / "board", board), clean[1])
    recording = track.recording()
    times = np.arange(len(recording.table)) / 30
    true = np.array([np.interp(times, pull.time, values) for values in pull.opening_deg.T]).T
    wrong = np.abs(recording.opening_deg - true).max(axis=1) > 5.0
    assert recording.extra["unsure"][8:10].all()
    assert not recording.extra["unsure"][:8].any()
    assert wrong.sum() > 10
    assert (recording.extra["unsure"][wrong] == 0.0).sum() <= 1


def test_a_cut_and_another_film_are_said(clean, tmp_path):
    film, joints = Film(clean[0]), clean[1]
    cut, other = tmp_path / "cut", tmp_path / "other"
    cut.mkdir()
    other.mkdir()
    rng = np.random.default_rng(2)
    for number, picture in film.frames(0, 12):
        noise = rng.integers(0, 255, picture.shape, dtype=np.uint8)
        cv2.imwrite(str(cut / f"{number:03d}.png"), picture if number < 6 else picture[::-1, ::-1] // 3)
        cv2.imwrite(str(other / f"{number:03d}.png"), cv2.GaussianBlur(noise, (0, 0), 3))
    with pytest.raises(FailedError, match=r"frame 6: the picture changes|the ruler is lost"):
        track_film(Film(cut), joints)
    with pytest.raises(FailedError, match=r"frame [0-9]+: "):
        track_film(Film(other), joints)


def test_a_track_that_is_mostly_in_doubt_is_no_recording(clean):
    film, joints = Film(clean[0]), clean[1]
    track = track_film(film, joints, last=10)
    doubtful = [replace(pose, error_deg=pose.error_deg + 9.0) for pose in track.poses[2:]]
    track.poses[2:] = doubtful
    with pytest.raises(FailedError, match="9 of 11 frames are in doubt, from frame 2 on"):
        track.recording()


def test_joints_beside_the_ruler_are_no_ruler(clean):
    """Points on the graph paper: nothing there is pulled."""
    joints = replace(clean[1], points=clean[1].points + np.array([700.0, 40.0]), plane=None, plane_size_m=None)
    with pytest.raises((FailedError, BadInputError), match=r"nothing was pulled|found again|lost"):
        track_film(Film(clean[0]), joints).recording()


def test_a_correction_sets_its_frame_and_tracks_on_from_there(pull, clean):
    film, joints = Film(clean[0]), clean[1]
    first = track_film(film, joints)
    moved = first.poses[10].joints + np.array([3.0, 0.0])
    again = track_film(film, replace(joints, corrections={10: moved}), before=first)
    assert again.poses[10].joints == pytest.approx(moved)
    assert again.poses[9] is first.poses[9]
    assert len(again.poses) == len(first.poses)


def _zigzag(**changed):
    points = [[100, 300], [130, 200], [150, 400], [170, 200], [190, 300]]
    return {"points": points, "section_length_m": 0.15, **changed}


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"points": [[1, 2], [3, 4]]}, "at least 4 are needed"),
        ({"points": [[1, 2], [3, "x"], [1, 2], [1, 4]]}, "finite numbers"),
        ({"points": [[100, 300], [130, 200], [150, 400], [170, 300], [190, 300]]}, "section lengths apart"),
        ({"points": [[100, 250], [130, 200], [320, 230], [510, 290], [560, 300]]}, "wrong side"),
        ({"section_length_m": 0}, "must be 0.001 to 100 m"),
        ({"section_length_m": None}, "section_length_m: is missing"),
        ({"frame": -1}, "whole number from 0"),
        ({"plane": [[0, 0], [10, 10], [10, 0], [0, 10]], "plane_size_m": [1, 1]}, "corners cross"),
        ({"plane": [[0, 0], [10, 0], [10, 10]], "plane_size_m": [1, 1]}, "3 corners"),
        ({"plane": [[0, 0], [10, 0], [10, 10], [0, 10]]}, "plane_size_m: is missing"),
        ({"piont": 1}, "piont: is not a known key"),
    ],
)
def test_bad_joints_are_named(tmp_path, changed, words):
    path = tmp_path / "joints.json"
    path.write_text(json.dumps(_zigzag(**changed)))
    with pytest.raises(BadInputError, match=words) as caught:
        load_joints(path)
    assert str(path) in str(caught.value)


def test_joints_read_back(clean, tmp_path):
    path = tmp_path / "joints.json"
    io.write_json(path, clean[1].as_dict())
    again = load_joints(path)
    assert again.points == pytest.approx(clean[1].points, abs=0.01)
    assert again.plane == pytest.approx(clean[1].plane, abs=0.01)


def test_bad_films_end_with_2(cli, tmp_path, clean):
    broken, joints, empty = tmp_path / "broken.mp4", tmp_path / "joints.json", tmp_path / "empty"
    broken.write_bytes(b"no film" * 100)
    empty.mkdir()
    io.write_json(joints, {**clean[1].as_dict(), "frame": 5000})
    for film, words in ((tmp_path / "no.mp4", "no such file"), (broken, "is no film"), (empty, "holds no photographs")):
        outcome = cli("track", film, "--joints", joints)
        assert outcome.code == 2
        assert words in outcome.err
    outcome = cli("track", clean[0], "--joints", joints)
    assert outcome.code == 2
    assert "the film has" in outcome.err


@pytest.mark.parametrize("pictures", [0, 4], ids=["without frames", "no frame can be read"])
def test_a_film_without_readable_frames_is_said(cli, tmp_path, clean, pictures):
    film, joints = tmp_path / "film.avi", tmp_path / "joints.json"
    io.write_json(joints, clean[1].as_dict())
    writer = cv2.VideoWriter(str(film), cv2.VideoWriter_fourcc(*"MJPG"), 30.0, (64, 48))
    for shade in range(pictures):
        writer.write(np.full((48, 64, 3), 40 * shade, dtype=np.uint8))
    writer.release()
    content = bytearray(film.read_bytes())
    begin = content.find(b"movi") + 12
    if pictures:
        content[begin : content.find(b"idx1")] = bytes(content.find(b"idx1") - begin)
        film.write_bytes(bytes(content))
    outcome = cli("track", film, "--joints", joints, "-o", tmp_path / "out.csv")
    assert outcome.code == 2
    assert "has no frames" in outcome.err
    assert not (tmp_path / "out.csv").exists()


def test_without_opencv_the_extra_is_named(monkeypatch, cli, tmp_path):
    import sys

    monkeypatch.setitem(sys.modules, "cv2", None)
    (tmp_path / "film.mp4").write_bytes(b"x")
    outcome = cli("track", tmp_path / "film.mp4")
    assert outcome.code == 2
    assert "folding-ruler[camera]" in outcome.err


def test_commands_film_track_and_fit_a_run(pull, cli, tmp_path):
    """From a run to a film, back to a recording; --json has what it promises."""
    run, film = ruler.save_recording(pull, tmp_path / "run.csv"), tmp_path / "film.mp4"
    assert cli("film", run, "-o", film, "--fps", 15).code == 0
    outcome = cli("track", film, "--joints", film.with_suffix(".joints.json"), "-o", tmp_path / "t.csv", "--json")
    content = json.loads(outcome.out)
    assert content["hinges"] == 6
    assert content["unsure_frames"] == 0
    assert ruler.load_recording(content["recording"]).timed


def test_the_pixels_of_a_made_film_are_where_its_joints_are(pull):
    """The film maker itself: a rivet is brightest at the joint."""
    maker = FilmMaker(pull, "dark", CLEAN)
    picture = maker.frame(0.0, 1 / 30)
    for x, y in np.round(maker.pixels(0.0)).astype(int)[1:-1]:
        assert picture[y, x].mean() > 150
