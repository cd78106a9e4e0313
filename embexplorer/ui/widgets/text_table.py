"""A small table of texts that is only read, as tall as its rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QStandardItem, QStandardItemModel
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView

from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

ROW = 1.625  # em


class TextTable(QTableView):
    """Rows of texts; the tip of a cell has all of it.

    Parameters
    ----------
    titles
        Of the columns.
    widths
        em; 0 for a column that takes what is left.
    numbers
        Columns that are aligned to the right.
    """

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        name: str,
        titles: Sequence[str],
        widths: Sequence[float],
        numbers: Sequence[int] = (),
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._numbers = frozenset(numbers)
        self._model = QStandardItemModel(0, len(titles), self)
        name_widget(self, name)
        for at, title in enumerate(titles):
            head = QStandardItem(title)
            head.setTextAlignment(self._side(at))
            self._model.setHorizontalHeaderItem(at, head)
        self.setModel(self._model)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        for at, width in enumerate(widths):
            if width:
                self.setColumnWidth(at, theme.px(width))
            else:
                header.setSectionResizeMode(at, QHeaderView.ResizeMode.Stretch)

    @property
    def rows(self) -> list[tuple[str, ...]]:
        """What is shown."""
        columns = range(self._model.columnCount())
        return [
            tuple(self._model.item(row, at).text() for at in columns)
            for row in range(self._model.rowCount())
        ]

    def show_rows(self, rows: Sequence[Sequence[str]]) -> None:
        """Show other rows."""
        self._model.setRowCount(0)
        for row in rows:
            self._model.appendRow([self._cell(at, text) for at, text in enumerate(row)])
        head = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(head + self._theme.px(ROW) * len(rows))

    def _cell(self, at: int, text: str) -> QStandardItem:
        cell = QStandardItem(text)
        cell.setToolTip(text)
        cell.setTextAlignment(self._side(at))
        return cell

    def _side(self, at: int) -> Qt.AlignmentFlag:
        side = Qt.AlignmentFlag.AlignRight if at in self._numbers else Qt.AlignmentFlag.AlignLeft
        return side | Qt.AlignmentFlag.AlignVCenter
