"""Keys that a widget keeps for itself where the widget under it has shortcuts of one key."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

if TYPE_CHECKING:
    from collections.abc import Collection
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


def keep_keys(event: QEvent, keys: Collection[Qt.Key]) -> None:
    """Accept a `ShortcutOverride` of these keys, so that it comes as a key press."""
    is_asked = event.type() == QEvent.Type.ShortcutOverride
    if is_asked and isinstance(event, QKeyEvent) and event.key() in keys:
        event.accept()
