"""The library lists what is open, what is running, and leads to each of them."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QMenu

from embexplorer.app.state import Activity
from embexplorer.ui.panels.encode_form import EncodeForm
from embexplorer.ui.panels.space_rows import DataRowWidget, ProjectionRowWidget
from embexplorer.ui.widgets.job_card import JobCard
from tests.ui.real_window import make_topics, settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow


@pytest.fixture
def window(main_window, topics) -> MainWindow:
    show_space(main_window, topics)
    show_space(main_window, make_topics("a name that is much too long for the panel", seed=5))
    return main_window


def rows(window: MainWindow, kind=DataRowWidget) -> list[DataRowWidget]:
    return [row for row in window.library.findChildren(kind) if row.isVisible()]


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
    (made,) = rows(window, ProjectionRowWidget)
    quality = window.services.store.state.projection.quality["neighbors_kept"]
    assert words(made) == ["PCA 2-D", f"kept {quality:.2f}"]
    window.services.map.project("pca", seed=1)
    settle()
    first, second = rows(window, ProjectionRowWidget)
    shown = window.services.store.state.active_projection
    QTest.mouseClick(first, Qt.MouseButton.LeftButton)
    settle()
    assert window.services.store.state.active_projection != shown
    assert second is not None


def test_a_row_closes_its_space_from_its_menu(window) -> None:
    second = rows(window)[1]
    button = second.findChild(QAbstractButton)
    assert button.accessibleName() == "Actions for a name that is much too long for the panel"
    button.click()
    settle()
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    (close,) = menu.actions()
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
