"""The columns of one item, as names and values under each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from embexplorer.ui.widgets.labels import ElidedLabel, label
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.ui.theme import Theme

KEY_SHARE, VALUE_SHARE = 36, 64  # percent of the width


class KeyValues(QWidget):
    """Names on the left, values that wrap and can be copied on the right."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        name_widget(self, name)
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(0.5))
        self._grid.setVerticalSpacing(theme.px(0.375))
        self._grid.setColumnStretch(0, KEY_SHARE)
        self._grid.setColumnStretch(1, VALUE_SHARE)
        self._rows: tuple[tuple[str, str], ...] = ()
        self._labels: list[tuple[ElidedLabel, QLabel]] = []

    @property
    def rows(self) -> tuple[tuple[str, str], ...]:
        """The names and values that are shown."""
        return self._rows

    def set_rows(self, rows: Sequence[tuple[str, str]]) -> None:
        """Show other names and values."""
        self._rows = tuple((key, value) for key, value in rows)
        while len(self._labels) < len(self._rows):
            self._add_labels()
        for i, (name, shown) in enumerate(self._labels):
            is_used = i < len(self._rows)
            name.setVisible(is_used)
            shown.setVisible(is_used)
            if is_used:
                key, value = self._rows[i]
                name.show_text(key)
                shown.setText(value)
                shown.setAccessibleName(f"{key}: {value}")
        self.setAccessibleDescription("; ".join(f"{key}: {value}" for key, value in self._rows))

    def _add_labels(self) -> None:
        """Add a row; rows are kept for the next item, since making them takes milliseconds."""
        name, shown = ElidedLabel(self, "", "caption"), label(self, "", wrap=True)
        line = len(self._labels)
        self._grid.addWidget(name, line, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(shown, line, 1)
        self._labels.append((name, shown))
