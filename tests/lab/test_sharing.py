"""Graphs on the clipboard and in files, sessions as text, the network chooser."""

import sys
from types import SimpleNamespace

import numpy as np
import pygame
import pytest

import ruler
from ruler.analysis.loads import load_curve
from ruler.lab import clipboard, jobs
from ruler.lab.art.graphs import GRAPHS
from ruler.lab.graph_data import _DATA
from ruler.lab.sharing import picture_of
from ruler.networks import shipped_networks
from ruler.scenario.sharing import scenario_to_text

CTRL, SHIFT = pygame.KMOD_LCTRL, pygame.KMOD_LSHIFT


def pulled(lab, by=200):
    start = lab.tip()
    return lab.drag(start, (start[0] + by, start[1]), 40)


def on_graph(lab, name, label):
    at = lab.app.layout.graphs[name].center
    lab.press(at, button=3).release(at, button=3).frames()
    popup = lab.app.overlay
    number = next(i for i, entry in enumerate(popup.entries) if entry.label == label)
    at = popup.rows.rects[number].center
    return lab.move(at, held=(0, 0, 0)).press(at).release(at).frames()


def test_every_graph_has_its_numbers():
    assert set(_DATA) == set(GRAPHS)


def copied_rows():
    return [line.split("\t") for line in clipboard.get_text().splitlines()]


def test_the_numbers_of_a_graph_are_copied_as_a_table(lab):
    pulled(lab)
    lab.key(pygame.K_SPACE)
    on_graph(lab, "bars", "Copy numbers")
    rows = copied_rows()
    share = lab.app.player.scenes()[0].share
    assert rows[0] == ["layer", "share"]
    assert [float(row[1]) for row in rows[1:]] == pytest.approx(share, abs=1e-8)
    on_graph(lab, "curve", "Copy numbers")
    rows = copied_rows()
    assert rows[0] == ["layer", "this ruler", "even"]
    assert [float(row[1]) for row in rows[1:]] == pytest.approx(load_curve(share), abs=1e-8)
    on_graph(lab, "openings", "Copy numbers")
    rows = copied_rows()
    assert len(rows) - 1 == len(lab.app.session.recorder.rows)
    assert [float(value) for value in rows[-1][1:]] == pytest.approx(lab.app.session.recorder.rows[-1, 6:16], rel=1e-8)


def test_with_nothing_in_it_a_graph_says_so(lab):
    on_graph(lab, "bars", "Copy numbers")
    assert "nothing in this graph" in lab.app.message


def test_without_a_graph_under_the_mouse_it_is_asked_which(lab):
    pulled(lab)
    lab.key(pygame.K_c, CTRL | SHIFT).frames()
    assert [entry.label for entry in lab.app.overlay.entries] == [graph.title for graph in GRAPHS.values()]
    lab.key(pygame.K_DOWN).key(pygame.K_RETURN, text="\r")
    assert copied_rows()[0] == ["layer", "share"]


def test_a_graph_is_copied_as_an_image(lab, monkeypatch):
    taken = []
    stand_in = SimpleNamespace(copy_image=lambda *given: taken.append(given), CopykittenError=OSError)
    monkeypatch.setitem(sys.modules, "copykitten", stand_in)
    pulled(lab)
    lab.key(pygame.K_SPACE)
    on_graph(lab, "curve", "Copy graph")
    ((pixels, width, height),) = taken
    rect = lab.app.layout.graphs["curve"]
    assert (width, height) == (2 * rect.width, 2 * rect.height)
    assert pixels == pygame.image.tobytes(picture_of(lab.app, "curve"), "RGBA")
    assert len(set(pixels)) > 20


def test_no_clipboard_for_images_is_told(lab, monkeypatch):
    def refuse(*_):
        raise OSError("no screen")

    monkeypatch.setitem(sys.modules, "copykitten", SimpleNamespace(copy_image=refuse, CopykittenError=OSError))
    on_graph(lab, "curve", "Copy graph")
    assert "no screen" in lab.app.message


@pytest.mark.parametrize("ending", ["svg", "csv"])
def test_a_graph_is_saved_as_figure_or_table(lab, own_folders, ending, monkeypatch):
    monkeypatch.setattr(jobs.Jobs, "start", lambda self, work, *given, done, failed: (work(*given), done()))
    pulled(lab)
    on_graph(lab, "bars", "Save graph ...")
    assert lab.app.overlay.edit.text == "steady-bars.svg"
    lab.key(pygame.K_a, CTRL).post(pygame.TEXTINPUT, text=f"loads.{ending}").frames()
    lab.key(pygame.K_RETURN, text="\r").frames()
    content = (own_folders / f"loads.{ending}").read_text()
    assert ("<svg" if ending == "svg" else "layer,share") in content


def test_a_session_goes_as_text_into_another_window(lab):
    pulled(lab)
    lab.key(pygame.K_SPACE)
    table = lab.app.session.recording().table
    lab.key(pygame.K_e, CTRL | SHIFT)
    text = clipboard.get_text()
    assert text.startswith("folding-ruler:1:")
    assert f"{len(text)} characters" in lab.app.message
    lab.app.session.reset()
    lab.key(pygame.K_v, CTRL).frames()
    assert lab.app.session.name == "pasted"
    lab.app.clock.speed = 8.0
    lab.frames(60)
    assert np.array_equal(lab.app.session.recorder.rows[: len(table)], table[: len(lab.app.session.recorder.rows)])
    assert np.array_equal(ruler.simulate(lab.app.session.scenario()).table[-1], table[-1])


def test_a_spoiled_text_changes_nothing(lab):
    session = lab.app.session
    text = scenario_to_text(session.original)
    clipboard.put_text(text.replace("A", "B", 3))
    lab.key(pygame.K_v, CTRL).frames()
    assert lab.app.dialogs.open
    assert lab.app.session is session
    lab.key(pygame.K_ESCAPE)
    clipboard.put_text("something else")
    lab.key(pygame.K_v, CTRL).frames()
    assert "no session on the clipboard" in lab.app.message


def test_a_network_is_chosen_by_filter_with_its_curve_drawn_on_the_way(lab):
    lab.key(pygame.K_n, SHIFT, "N").frames(2)
    finder = lab.app.overlay
    assert len(finder.items) > 50
    assert len(finder.items) <= len(shipped_networks()) + 1
    assert all(item.picture is not None for item in finder.items[1:])
    lab.post(pygame.TEXTINPUT, text="relu dropout 0.2 (digits").frames()
    assert finder.selected.label == "ReLU network, dropout 0.2 (digits)"
    assert lab.app.ghosts.curves()[0].name == finder.selected.label
    lab.key(pygame.K_ESCAPE).frames()
    assert lab.app.ghosts.curves() == []
    lab.key(pygame.K_n, SHIFT, "N").post(pygame.TEXTINPUT, text="relu dropout 0.2 (digits").frames()
    lab.key(pygame.K_RETURN, text="\r").frames()
    assert lab.app.ghosts.curves()[0].name == "ReLU network, dropout 0.2 (digits)"


def test_the_nearest_network_comes_first(lab):
    pulled(lab)
    lab.key(pygame.K_SPACE).key(pygame.K_n, SHIFT, "N").frames()
    items = lab.app.overlay.items[1:]
    distances = [float(item.detail.split()[-1]) for item in items]
    assert distances == sorted(distances)
    from ruler.networks import closest

    nearest = closest(lab.app.player.scenes()[0].share, 1, trained_only=False)[0]
    assert items[0].label.startswith(nearest.network.title)
    assert distances[0] == pytest.approx(nearest.distance, abs=1e-3)
