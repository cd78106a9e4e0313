"""The library lists what is open, what is running, and leads to each of them."""

from __future__ import annotations

import dataclasses
import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QInputDialog, QLabel, QMenu

from embexplorer.app.state import Activity
from embexplorer.ui.panels.encode_form import EncodeForm
from embexplorer.ui.panels.map_cards import MapCardWidget, ViewRowWidget
from embexplorer.ui.panels.project_form import ProjectForm
from embexplorer.ui.panels.space_rows import DataRowWidget
from embexplorer.ui.widgets.job_card import JobCard
from tests.ui.real_window import count_near, make_topics, settle, show_space

if TYPE_CHECKING:
    from PySide6.QtGui import QAction

    from embexplorer.ui.main_window import MainWindow


@pytest.fixture
def window(main_window, topics) -> MainWindow:
    show_space(main_window, topics)
    show_space(main_window, make_topics("a name that is much too long for the panel", seed=5))
    return main_window


def rows(window: MainWindow, kind=DataRowWidget) -> list[DataRowWidget]:
    found = [row for row in window.library.findChildren(kind) if row.isVisible()]
    return sorted(found, key=lambda row: row.mapTo(window, QPoint()).y())


def words(row) -> list[str]:
    found = row.findChildren(QLabel)
    return [getattr(text, "full_text", text.text()) for text in found if text.pixmap().isNull()]


def test_spaces_are_listed_with_size_and_origin(window) -> None:
    first, second = rows(window)
    assert words(first)[0] == "topics"
    assert words(first)[1].startswith("60 × 3")
    assert words(second)[0] == "a name that is much too long for the panel"
    assert second.findChildren(QLabel)[1].text().endswith("…")
    assert (first.property("kind"), second.property("kind")) == ("row", "active")


@pytest.mark.parametrize("how", ["click", "enter", "space"])
def test_a_row_puts_its_space_on_the_map(window, how) -> None:
    first = rows(window)[0]
    if how == "click":
        QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    else:
        first.setFocus()
        QTest.keyClick(first, Qt.Key.Key_Return if how == "enter" else Qt.Key.Key_Space)
    settle()
    assert window.services.store.state.space.name == "topics"
    assert rows(window)[0].property("kind") == "active"


def test_projections_are_listed_under_the_active_space(window) -> None:
    (made,) = rows(window, MapCardWidget)
    projection = window.services.store.state.projection
    quality = projection.quality["neighbors_kept"]
    title, said = (word for word in words(made) if word)
    assert title == "PCA 2-D"
    assert said.startswith(f"kept {quality:.2f} · ")
    assert projection.made_at.replace("T", " ") in made.toolTip()
    window.services.map.project("pca", seed=1)
    settle()
    first, second = rows(window, MapCardWidget)
    shown = window.services.store.state.active_projection
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    settle()
    assert window.services.store.state.active_projection != shown
    assert second is not None


def entries(widget) -> dict[str, QAction]:
    """Open the menu of a row, and return its entries by their words."""
    widget.findChildren(QAbstractButton)[-1].click()
    settle()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    return {action.text(): action for action in menu.actions() if action.text()}


def choose(widget, title: str) -> None:
    """Choose from the menu of a row."""
    entries(widget)[title].trigger()
    popup = QApplication.activePopupWidget()
    if popup is not None:
        popup.close()
    settle()


def test_a_card_has_a_picture_of_its_map_in_the_colors_of_the_map(window) -> None:
    window.thumbnails.draw()
    settle()
    (card,) = rows(window, MapCardWidget)
    picture = card.findChildren(QLabel)[0].pixmap().toImage()
    for kind in range(3):  # every group of the topics is in the picture
        assert count_near(picture, window.theme.category(kind), 40) > 3


def test_the_menu_of_a_card_repeats_copies_and_removes_its_map(window) -> None:
    window.services.map.project("pca", dims=3, seed=7)
    settle()
    card = rows(window, MapCardWidget)[1]
    assert "seed 7" in words(card)[-1]
    assert "Seed: 7" in card.toolTip()
    assert "Trustworthiness: " in card.toolTip()
    choose(card, "Run again with changes…")
    form = window.findChild(ProjectForm)
    next(b for b in form.findChildren(QAbstractButton) if b.text() == "Project").click()
    settle()
    made = window.services.store.state.projection
    assert (made.method, made.dims, made.seed) == ("pca", 3, 7)
    assert len(rows(window, MapCardWidget)) == 3
    choose(rows(window, MapCardWidget)[0], "Copy its settings")
    copied = json.loads(QGuiApplication.clipboard().text())
    assert (copied["method"], copied["dims"], copied["seed"]) == ("pca", 2, 0)
    choose(rows(window, MapCardWidget)[1], "Remove")
    assert len(rows(window, MapCardWidget)) == 2
    window.services.store.undo()
    settle()
    assert len(rows(window, MapCardWidget)) == 3


def test_a_kept_view_leads_to_its_place_on_its_map(window) -> None:
    view = window.map.view
    view.flies = False
    first = window.services.store.state.active_projection
    view.set_camera({"center": [1.0, 0.5], "height": 2.0})
    window.services.gallery.keep_view("close", view.camera())
    window.services.map.project("pca", seed=7)
    window.shell.fit()
    settle()
    assert view.camera()["height"] != pytest.approx(2.0)
    (row,) = rows(window, ViewRowWidget)
    assert words(row)[-1] == "close"
    QTest.mouseClick(row, Qt.MouseButton.LeftButton)
    settle()
    assert window.services.store.state.active_projection == first
    assert view.camera()["center"] == pytest.approx([1.0, 0.5], abs=1e-3)
    assert view.camera()["height"] == pytest.approx(2.0, rel=1e-3)


def test_views_are_renamed_and_removed_and_one_that_does_not_fit_says_so(
    window, monkeypatch
) -> None:
    window.services.gallery.keep_view("odd", {"height": 1.0})
    settle()
    QTest.mouseClick(rows(window, ViewRowWidget)[0], Qt.MouseButton.LeftButton)
    settle()
    assert window.services.store.state.problems[-1].error.title == "The view does not fit"
    monkeypatch.setattr(QInputDialog, "getText", lambda *a, **k: ("odder", True))
    choose(rows(window, ViewRowWidget)[0], "Rename…")
    assert words(rows(window, ViewRowWidget)[0])[-1] == "odder"
    choose(rows(window, ViewRowWidget)[0], "Remove")
    assert rows(window, ViewRowWidget) == []


def test_a_row_closes_its_space_from_its_menu(window) -> None:
    second = rows(window)[1]
    button = second.findChild(QAbstractButton)
    assert button.accessibleName() == "Actions for a name that is much too long for the panel"
    button.click()
    settle()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    join, place, close = menu.actions()
    assert join.text() == "Join columns…"
    assert place.text() == "Place on an existing map…"
    assert place.isEnabled()  # the other space has a map
    close.trigger()
    menu.close()
    settle()
    assert [words(row)[0] for row in rows(window)] == ["topics"]
    assert window.services.store.state.space.name == "topics"


def test_a_corpus_shows_its_form_and_a_space_takes_it_away(window) -> None:
    window.services.library.open_sample("corpus")
    settle()
    form = window.findChild(EncodeForm)
    assert form.isVisible()
    corpus = rows(window)[2]
    assert words(corpus) == ["sentences", "300 texts, not encoded"]
    QTest.mouseClick(rows(window)[1], Qt.MouseButton.LeftButton)  # the one on the map
    settle()
    assert not form.isVisible()
    QTest.mouseClick(rows(window)[2], Qt.MouseButton.LeftButton)
    settle()
    assert form.isVisible()


def test_running_jobs_have_a_card_each_that_cancels(window) -> None:
    def run(*activity: Activity) -> list[JobCard]:
        window.services.store.apply(lambda state: dataclasses.replace(state, activity=activity))
        settle()
        return [card for card in window.library.findChildren(JobCard) if card.isVisible()]

    job = Activity(7, "encode:x", "Encoding reviews", "11,392 of 18,930", 0.6, 44.0)
    cards = run(job, Activity(8, "read:y", "Reading news.csv"))
    assert [card.accessibleName() for card in cards] == ["Encoding reviews", "Reading news.csv"]
    assert words(cards[0]) == ["Encoding reviews", "11,392 of 18,930", "44 s left"]
    (same,) = run(dataclasses.replace(job, message="12,000 of 18,930", fraction=0.63))
    assert same is cards[0]
    assert words(same)[1] == "12,000 of 18,930"
    cancelled = []
    same.cancel_requested.connect(cancelled.append)
    same.findChild(QAbstractButton).click()
    assert cancelled == [7]
    assert run() == []
