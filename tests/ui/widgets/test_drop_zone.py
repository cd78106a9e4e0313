"""The field for files says what will happen, and leaves the files to the window."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QPushButton

from embexplorer.ui.widgets.drop_zone import BIG_TITLE, SMALL_TITLE, DropZone


@pytest.fixture(params=[False, True], ids=["small", "big"])
def zone(request, theme, window) -> DropZone:
    made = DropZone(theme, window, is_big=request.param)
    made.resize(theme.px(38), made.sizeHint().height())
    window.show()
    return made


def words(zone: DropZone) -> list[str]:
    return [label.text() for label in zone.findChildren(QLabel) if label.text()]


def test_it_leaves_drops_to_the_window(zone: DropZone) -> None:
    assert not zone.acceptDrops()


def test_a_file_over_it_reads_as_what_will_happen(zone: DropZone, theme) -> None:
    title = words(zone)[0]
    assert title in (BIG_TITLE, SMALL_TITLE)
    plain = zone.grab().toImage()
    zone.set_hover("Encode this corpus")
    assert words(zone)[0] == "Encode this corpus"
    assert zone.accessibleDescription() == "Encode this corpus"
    lit = zone.grab().toImage()
    corner = theme.px(1), theme.px(0.25)
    assert lit.pixelColor(*corner) == theme.color("accent_soft")
    zone.set_hover(None)
    assert zone.grab().toImage() == plain
    assert words(zone)[0] == title


def test_its_buttons_ask(zone: DropZone, qtbot) -> None:
    buttons = {button.text(): button for button in zone.findChildren(QPushButton)}
    first = buttons.get("Open files…") or buttons["Open…"]
    with qtbot.waitSignal(zone.open_requested):
        first.click()
    if "Try the sample" in buttons:
        with qtbot.waitSignal(zone.sample_requested):
            buttons["Try the sample"].click()
    assert len(buttons) == (2 if "Try the sample" in buttons else 1)
