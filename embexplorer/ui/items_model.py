"""The items of a space as a table of which only the visible cells are ever read."""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from embexplorer.core.space import ITEM, TEXT

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from embexplorer.ui.theme import Theme

AnyIndex = QModelIndex | QPersistentModelIndex
NO_INDEX = QModelIndex()
NUMBER_COLUMN, ITEM_COLUMN = 0, 1
SHORT_NUMBER = 10_000  # below it no comma: 2015 may be a year
LONGEST_SHOWN = 300  # characters of a cell
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


@dataclass(frozen=True, slots=True)
class CategoryColumn:
    """The column that colors the map: its name, and the category (n,) of each item.

    A category below 0 is other or missing.
    """

    name: str
    codes: NDArray[np.integer[Any]]


@dataclass(frozen=True, slots=True)
class ScoreColumn:
    """A score of each item (n,), such as its similarity to the query; NaN where there is none."""

    title: str
    scores: NDArray[np.floating[Any]]


class ItemsModel(QAbstractTableModel):
    """Number, item, the columns, and a score where there is one.

    Signals
    -------
    columns_changed()
        Other columns are shown.
    """

    columns_changed = Signal()

    def __init__(self, theme: Theme, parent: QObject) -> None:
        super().__init__(parent)
        self._theme = theme
        self._table = pa.table({ITEM: pa.array([], pa.string())})
        self._names: tuple[str, ...] = ()
        self._order: NDArray[np.int64] | None = None
        self._rows: NDArray[np.int64] | None = None
        self._category: CategoryColumn | None = None
        self._score: ScoreColumn | None = None
        theme.changed.connect(self._on_theme_changed)

    def show_table(
        self,
        table: pa.Table,
        *,
        order: NDArray[np.int64] | None = None,
        category: CategoryColumn | None = None,
        score: ScoreColumn | None = None,
    ) -> None:
        """Show the items of a space.

        Parameters
        ----------
        table
            Its Arrow table; the column ``item`` is the item.
        order
            Items to show, in the order of the rows; None for all.
        category, score
            What colors the map, and a column that is not in the table.

        Raises
        ------
        ValueError
            When categories or scores are not as many as the items, or an item does not exist.
        """
        n = table.num_rows
        if category is not None and len(category.codes) != n:
            raise ValueError(f"{len(category.codes)} categories for {n} items")
        if score is not None and len(score.scores) != n:
            raise ValueError(f"{len(score.scores)} scores for {n} items")
        _check_order(order, n)
        names = tuple(name for name in table.column_names if name not in (ITEM, TEXT))
        titles = self._titles
        self.beginResetModel()
        self._table, self._names = table, names
        self._order, self._rows = order, None
        self._category, self._score = category, score
        self.endResetModel()
        if self._titles != titles:
            self.columns_changed.emit()

    def set_order(self, order: NDArray[np.int64] | None) -> None:
        """Show these items, in this order; None for all of them.

        Raises
        ------
        ValueError
            When an item does not exist.
        """
        _check_order(order, self._table.num_rows)
        self.beginResetModel()
        self._order, self._rows = order, None
        self.endResetModel()

    @property
    def _titles(self) -> tuple[str, ...]:
        """What the columns are: another one needs other widths."""
        category = self._category.name if self._category is not None else ""
        return (*self._names, category, self.score_title)

    @property
    def score_title(self) -> str:
        """Title of the score; empty where there is none."""
        return self._score.title if self._score is not None else ""

    @property
    def n_items(self) -> int:
        """How many items the space has, shown or not."""
        return int(self._table.num_rows)

    def item_at(self, row: int) -> int:
        """Return the item of a row."""
        return row if self._order is None else int(self._order[row])

    def items_between(self, first: int, last: int) -> NDArray[np.int64]:
        """Return the items of the rows `first`..`last`, both included, in either direction."""
        low, high = min(first, last), max(first, last) + 1
        if self._order is None:
            return np.arange(low, high, dtype=np.int64)
        return self._order[low:high].astype(np.int64)

    def row_of(self, item: int) -> int:
        """Return the row of an item, or -1 where it is not shown."""
        if self._order is None:
            return item if 0 <= item < self.n_items else -1
        if self._rows is None:
            self._rows = np.full(self.n_items, -1, np.int64)
            self._rows[self._order] = np.arange(len(self._order))
        return int(self._rows[item]) if 0 <= item < self.n_items else -1

    def column_name(self, column: int) -> str:
        """Return the table's column behind a shown one; empty for number and score."""
        if column == ITEM_COLUMN:
            return ITEM
        if ITEM_COLUMN < column <= ITEM_COLUMN + len(self._names):
            return self._names[column - ITEM_COLUMN - 1]
        return ""

    def is_score(self, column: int) -> bool:
        """Whether a column holds the scores."""
        return self._score is not None and column == self.columnCount() - 1

    def is_numeric(self, column: int) -> bool:
        """Whether a column holds numbers."""
        name = self.column_name(column)
        if not name:
            return True
        kind = self._table.schema.field(name).type
        return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))

    def is_category(self, column: int) -> bool:
        """Whether a column colors the map."""
        return self._category is not None and self._category.name == self.column_name(column)

    def rowCount(self, parent: AnyIndex = NO_INDEX) -> int:
        """Return how many items are shown."""
        if parent.isValid():
            return 0
        return self.n_items if self._order is None else len(self._order)

    def columnCount(self, parent: AnyIndex = NO_INDEX) -> int:
        """Return how many columns are shown."""
        if parent.isValid():
            return 0
        return 2 + len(self._names) + (self._score is not None)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        """Return the title of a column."""
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self.is_numeric(section) else LEFT
        if role == Qt.ItemDataRole.DisplayRole:
            return self._title(section)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._title(section) or "Number"
        if role == Qt.ItemDataRole.InitialSortOrderRole and self.is_score(section):
            return Qt.SortOrder.DescendingOrder  # the nearest first
        return None

    def data(self, index: AnyIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """Return what a cell says, its alignment, or the color of its dot."""
        if not index.isValid():
            return None
        column = index.column()
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._text(self.item_at(index.row()), column)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return RIGHT if self.is_numeric(column) else LEFT
        if role == Qt.ItemDataRole.DecorationRole and self.is_category(column):
            codes = self._category.codes if self._category is not None else np.zeros(0, int)
            return self._theme.category(int(codes[self.item_at(index.row())]))
        return None

    def _title(self, column: int) -> str:
        if column == NUMBER_COLUMN:
            return ""
        name = self.column_name(column)
        if not name and self._score is not None:
            return self._score.title
        return name[:1].upper() + name[1:]

    def _text(self, item: int, column: int) -> str:
        if column == NUMBER_COLUMN:
            return f"{item + 1:,}"
        name = self.column_name(column)
        if name:
            return shown_value(self._table.column(name)[item].as_py())
        score = float(self._score.scores[item]) if self._score is not None else np.nan
        return "" if np.isnan(score) else f"{score:.3f}".replace("-", "−")

    def _on_theme_changed(self) -> None:
        if self.rowCount():
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last, [Qt.ItemDataRole.DecorationRole])


def shown_value(value: object) -> str:
    """Return a value of a column as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, int):
        shown = f"{value:,}" if abs(value) >= SHORT_NUMBER else str(value)
        return shown.replace("-", "−")
    if isinstance(value, float):
        return f"{value:,.4g}".replace("-", "−")
    if isinstance(value, datetime.datetime):
        return f"{value.day} {value:%b %Y, %H:%M}"
    if isinstance(value, datetime.date):
        return f"{value.day} {value:%b %Y}"
    return " ".join(str(value)[:LONGEST_SHOWN].split())


def _check_order(order: NDArray[np.int64] | None, n: int) -> None:
    if order is not None and len(order) and not 0 <= order.min() <= order.max() < n:
        raise ValueError(f"an order of items outside 0..{n - 1}")
