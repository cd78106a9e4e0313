"""Rows of a list that opens under a field, each with a short note at its right end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetricsF
from PySide6.QtWidgets import QStyle, QStyledItemDelegate

from embexplorer.ui.widgets.painting import LEFT, RIGHT, draw_text

if TYPE_CHECKING:
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

    from embexplorer.ui.theme import Theme

NOTE = Qt.ItemDataRole.UserRole + 1
IS_FAINT = Qt.ItemDataRole.UserRole + 2
PADDING, HEIGHT, LINE = 0.5, 1.75, 0.5  # em
GAP = 1.5  # em between a text and its note
SEPARATOR = "separator"  # what Qt writes into the accessible description of one

AnyIndex = QModelIndex | QPersistentModelIndex


class NotedRows(QStyledItemDelegate):
    """Paints the text at the left and its note at the right; faint ones can still be chosen."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme

    def sizeHint(self, option: QStyleOptionViewItem, index: AnyIndex) -> QSize:
        """Return room for text and note."""
        del option
        if _is_separator(index):
            return QSize(0, self._theme.px(LINE))
        text = QFontMetricsF(self._theme.font()).horizontalAdvance(str(index.data() or ""))
        width = text + self._room(index) + 2 * self._theme.em * PADDING
        return QSize(round(width), self._theme.px(HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        """Paint a row or a separator."""
        theme, rect = self._theme, QRectF(option.rect)
        painter.save()
        if _is_separator(index):
            middle = round(rect.center().y())
            painter.setPen(theme.color("line"))
            painter.drawLine(round(rect.left()), middle, round(rect.right()), middle)
            painter.restore()
            return
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(rect, theme.color("accent_soft"))
        inner = rect.adjusted(theme.em * PADDING, 0, -theme.em * PADDING, 0)
        is_faint = bool(index.data(IS_FAINT))
        note = str(index.data(NOTE) or "")
        small = theme.font("caption", tabular=True)
        draw_text(painter, inner, note, small, theme.color("faint" if is_faint else "muted"), RIGHT)
        inner.setRight(inner.right() - self._room(index))
        ink = theme.color("faint" if is_faint else "text")
        draw_text(painter, inner, str(index.data() or ""), theme.font(), ink, LEFT)
        painter.restore()

    def _room(self, index: AnyIndex) -> float:
        """Return the width that a note takes with its gap."""
        note = str(index.data(NOTE) or "")
        if not note:
            return 0.0
        small = QFontMetricsF(self._theme.font("caption", tabular=True))
        return small.horizontalAdvance(note) + self._theme.em * GAP


def _is_separator(index: AnyIndex) -> bool:
    return bool(index.data(Qt.ItemDataRole.AccessibleDescriptionRole) == SEPARATOR)
