"""A running job says how far it is and can be canceled."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QAbstractButton, QLabel

from embexplorer.ui.widgets.job_card import JobCard, JobView

START = JobView("job 7", "Encoding reviews")
HALF = JobView("job 7", "Encoding reviews", 0.5, "9,465 of 18,930 · 171 per s", "44 s left")


@pytest.fixture
def card(theme, window) -> JobCard:
    made = JobCard(theme, window, START)
    made.resize(theme.px(16), made.sizeHint().height())
    window.show()
    return made


def test_it_shows_title_detail_and_time(card: JobCard) -> None:
    assert card.bar.is_endless
    card.show_view(HALF)
    assert [label.text() for label in card.findChildren(QLabel)] == [
        "Encoding reviews",
        "9,465 of 18,930 · 171 per s",
        "44 s left",
    ]
    assert card.bar.value() == 500
    assert card.accessibleName() == "Encoding reviews"


def test_cancel_names_the_job_once(card: JobCard) -> None:
    canceled = []
    card.cancel_requested.connect(canceled.append)
    cancel = card.findChild(QAbstractButton)
    assert cancel.accessibleName() == "Cancel Encoding reviews"
    cancel.click()
    cancel.click()
    assert canceled == ["job 7"]


def test_another_job_starts_anew(card: JobCard) -> None:
    card.show_view(HALF)
    card.findChild(QAbstractButton).click()
    card.show_view(JobView("job 8", "Encoding", 0.1))
    assert card.bar.value() == 100
    assert card.findChild(QAbstractButton).isEnabled()


def test_long_texts_do_not_widen_the_panel(card: JobCard, theme) -> None:
    card.show_view(JobView("job 7", "Encoding " * 50, 0.5, "detail " * 50))
    assert card.minimumSizeHint().width() < theme.length("library") * 0.8
