"""Item sets with their marker shapes, how many of their items there are, and what is missing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtWidgets import QWidget

from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.labels import ElidedLabel, label
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.painting import Painted
from embexplorer.ui.widgets.set_marker import draw_set_marker

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QPainter

    from embexplorer.ui.theme import Theme

SIDE = 1.0  # em


@dataclass(frozen=True, slots=True)
class SetRow:
    """A set: `found` says how many of how many items, `lacks` what is missing."""

    shape: int
    name: str
    found: str
    lacks: str = ""


class SetList(QWidget):
    """A line for each set, and one in the color of warnings under a set that lacks items."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self._theme = theme
        self._rows: tuple[SetRow, ...] = ()
        self._lines: list[_SetLine] = []
        self._box = column(theme, gap=0.25)
        name_widget(self, name)
        self.setLayout(self._box)

    @property
    def rows(self) -> tuple[SetRow, ...]:
        """The sets that are shown."""
        return self._rows

    def set_rows(self, rows: Sequence[SetRow]) -> None:
        """Show other sets."""
        self._rows = tuple(rows)
        while len(self._lines) < len(rows):
            line = _SetLine(self._theme, self)
            self._lines.append(line)
            self._box.addWidget(line)
        for at, line in enumerate(self._lines):
            line.setVisible(at < len(rows))
            if at < len(rows):
                line.show_row(rows[at])
        self.setAccessibleDescription("; ".join(_spoken(one) for one in rows))


class _SetLine(QWidget):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._mark = _Mark(theme, self)
        self._name = ElidedLabel(self, "")
        self._found = label(self, "", "caption")
        self._lacks = label(self, "", "warning", wrap=True)
        head = row(theme, self._mark, self._name, None, self._found)
        self.setLayout(column(theme, head, self._lacks, gap=0.0))

    def show_row(self, shown: SetRow) -> None:
        self._mark.show_shape(shown.shape)
        self._name.show_text(shown.name)
        self._found.setText(shown.found)
        self._lacks.setText(shown.lacks[:1].upper() + shown.lacks[1:])
        self._lacks.setVisible(bool(shown.lacks))
        self.setAccessibleName(_spoken(shown))


class _Mark(Painted):
    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "Marker")
        self._shape = 0
        self.setFixedSize(theme.px(SIDE), theme.px(SIDE))

    def show_shape(self, shape: int) -> None:
        self._shape = shape
        self.update()

    def paint(self, painter: QPainter) -> None:
        center = QPointF(self.width() / 2, self.height() / 2)
        draw_set_marker(painter, self.theme, self._shape, center)


def _spoken(shown: SetRow) -> str:
    lacks = f", {shown.lacks}" if shown.lacks else ""
    return f"{shown.name}, {shown.found} found{lacks}"
