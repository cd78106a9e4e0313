"""Numbers in rows and columns, each on a color that says how far from zero it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRectF,
    Qt,
    Signal,
)
from PySide6.QtGui import QBrush, QColor
from PySide6.QtWidgets import (
    QFrame,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QTableView,
)

from embexplorer.ui.ramps import diverging_steps
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.painting import CENTER, draw_focus, draw_text

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem, QWidget

    from embexplorer.ui.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
SPOKEN = "no number"
# em
ROW, LEAST, MOST = 1.75, 5.0, 14.0
GAP, ROUND = 0.0625, 0.125


@dataclass(frozen=True, slots=True)
class HeatNumber:
    """A number as it reads; `share` is where on the ramp it is, -1..1, None where it is missing."""

    text: str
    share: float | None
    tip: str = ""


class HeatMap(QTableView):
    """A table of colored numbers; keys walk through it, Return or a click chooses one.

    Signals
    -------
    cell_chosen(int, int)
        A row and a column.
    """

    cell_chosen = Signal(int, int)

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self._theme = theme
        name_widget(self, name)
        self._model = _Model(self)
        self.setModel(self._model)
        self.setItemDelegate(_Delegate(theme, self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setTabKeyNavigation(False)
        self.setSelectionMode(QTableView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QTableView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(theme.px(ROW))
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.horizontalHeader().setMinimumSectionSize(theme.px(LEAST))
        self.clicked.connect(self._choose)
        self.activated.connect(self._choose)
        theme.changed.connect(self.viewport().update)

    def show_numbers(
        self,
        rows: tuple[str, ...],
        columns: tuple[str, ...],
        numbers: tuple[tuple[HeatNumber, ...], ...],
        spoken: str,
    ) -> None:
        """Show other numbers, one for each row and column; `spoken` is all of them in words."""
        self._model.show_numbers(rows, columns, numbers)
        header = self.horizontalHeader()
        for at in range(len(columns)):
            wanted = max(header.sectionSizeHint(at), self._theme.px(LEAST))
            self.setColumnWidth(at, min(wanted, self._theme.px(MOST)))
        self.setAccessibleDescription(spoken)

    def color_of(self, share: float) -> QColor:
        """Return the color of a place on the ramp, -1..1."""
        steps = diverging_steps(self._theme)
        at = round((min(1.0, max(-1.0, share)) + 1) / 2 * (len(steps) - 1))
        return QColor(*(int(part) for part in steps[at]))

    def _choose(self, index: QModelIndex) -> None:
        self.cell_chosen.emit(index.row(), index.column())


class _Model(QAbstractTableModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._rows: tuple[str, ...] = ()
        self._columns: tuple[str, ...] = ()
        self._numbers: tuple[tuple[HeatNumber, ...], ...] = ()

    def show_numbers(
        self,
        rows: tuple[str, ...],
        columns: tuple[str, ...],
        numbers: tuple[tuple[HeatNumber, ...], ...],
    ) -> None:
        self.beginResetModel()
        self._rows, self._columns, self._numbers = rows, columns, numbers
        self.endResetModel()

    def number(self, index: AnyIndex) -> HeatNumber:
        return self._numbers[index.row()][index.column()]

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: AnyIndex = NO_INDEX) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        number = self.number(index)
        if role == Qt.ItemDataRole.DisplayRole:
            return number.text
        if role == Qt.ItemDataRole.ToolTipRole:
            return number.tip
        if role == Qt.ItemDataRole.AccessibleTextRole:
            names = f"{self._rows[index.row()]}, {self._columns[index.column()]}"
            return f"{names}: {number.text or SPOKEN}"
        return None

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        return (self._columns if orientation == Qt.Orientation.Horizontal else self._rows)[section]


class _Delegate(QStyledItemDelegate):
    def __init__(self, theme: Theme, view: HeatMap) -> None:
        super().__init__(view)
        self._theme = theme
        self._view = view

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: AnyIndex) -> None:
        theme, model = self._theme, index.model()
        assert isinstance(model, _Model)
        number = model.number(index)
        gap = theme.em * GAP
        rect = QRectF(option.rect).adjusted(gap, gap, -gap, -gap)
        painter.save()
        if number.share is None:
            painter.fillRect(rect, QBrush(theme.color("disabled"), Qt.BrushStyle.BDiagPattern))
        else:
            fill = self._view.color_of(number.share)
            painter.fillRect(rect, fill)
            ink = _stands_out(fill, theme.color("text"), theme.color("map"))
            draw_text(painter, rect, number.text, theme.font(tabular=True), ink, CENTER)
        if option.state & QStyle.StateFlag.State_HasFocus:
            draw_focus(painter, rect, theme.color("focus"), theme.em * ROUND)
        painter.restore()


def _stands_out(ground: QColor, *inks: QColor) -> QColor:
    """Return the ink with the most contrast."""

    def contrast(ink: QColor) -> float:
        low, high = sorted((_luminance(ink), _luminance(ground)))
        return (high + 0.05) / (low + 0.05)

    return max(inks, key=contrast)


def _luminance(color: QColor) -> float:
    """Return relative luminance, 0..1 (W3C, Web Content Accessibility Guidelines 2.2)."""
    parts = (color.redF(), color.greenF(), color.blueF())
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
