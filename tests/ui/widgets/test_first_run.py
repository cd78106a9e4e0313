"""The start page: one field, the sample, and the files opened before."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QPushButton

from embexplorer.ui.widgets.first_run import FirstRun, RecentFile

FILES = (
    RecentFile("/data/glove.txt", "glove.txt", "400,000 × 300 · yesterday"),
    RecentFile("/data/reviews.parquet", "reviews.parquet"),
)


def test_a_recent_file_is_asked_for_by_its_path(theme, window, qtbot) -> None:
    page = FirstRun(theme, window)
    page.set_recent(FILES)
    assert page.findChild(QPushButton, "ReviewsParquet") is None  # nobody sees the page yet
    window.show()
    with qtbot.waitSignal(page.recent_requested) as asked:
        page.findChild(QPushButton, "ReviewsParquet").click()
    assert asked.args == ["/data/reviews.parquet"]


def test_newer_files_replace_the_older_ones(theme, window, qtbot) -> None:
    page = FirstRun(theme, window)
    page.resize(theme.px(60), theme.px(40))
    window.show()
    page.set_recent(FILES)
    page.set_recent(FILES[1:])
    shown = [button.text() for button in page.findChildren(QPushButton) if button.isVisible()]
    assert shown == ["Open files…", "Try the sample", "reviews.parquet"]
    page.set_recent(())
    assert "Recent" not in [w.text() for w in page.findChildren(QLabel) if w.isVisible()]


def test_its_buttons_ask(theme, window, qtbot) -> None:
    page = FirstRun(theme, window)
    with qtbot.waitSignals([page.open_requested, page.sample_requested]):
        page.findChild(QPushButton, "OpenFiles").click()
        page.findChild(QPushButton, "TryTheSample").click()


def test_a_narrow_window_cuts_nothing(theme, window, qtbot) -> None:
    page = FirstRun(theme, window)
    assert page.minimumSizeHint().width() <= theme.px(30)
