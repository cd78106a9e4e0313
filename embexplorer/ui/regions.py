"""The regions of the window that F6 goes through, and which has the focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

if TYPE_CHECKING:
    from collections.abc import Sequence


def focus_next_region(regions: Sequence[QWidget], step: int = 1) -> None:
    """Give the focus to the next region that is shown and can take it.

    Parameters
    ----------
    regions
        In the order of the window.
    step
        1 for the next one, -1 for the one before.
    """
    focused = QApplication.focusWidget()
    held = [k for k, region in enumerate(regions) if _holds(region, focused)]
    start = held[0] if held else (-1 if step > 0 else 0)
    for away in range(1, len(regions) + 1):
        target = _first_focusable(regions[(start + step * away) % len(regions)])
        if target is not None:
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)
            return


def _holds(region: QWidget, focused: QWidget | None) -> bool:
    return focused is not None and (focused is region or region.isAncestorOf(focused))


def _first_focusable(region: QWidget) -> QWidget | None:
    """Return the region or the first widget in it that takes the focus; None where none does."""
    inside = (region, *region.findChildren(QWidget))
    return next((widget for widget in inside if _takes_focus(widget)), None)


def _takes_focus(widget: QWidget) -> bool:
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus)
    return by_tab and widget.isVisible() and widget.isEnabled()
