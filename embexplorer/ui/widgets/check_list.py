"""A list whose rows are checked or not, each standing for a value."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QListWidget, QListWidgetItem

from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtWidgets import QWidget

CHECKED, UNCHECKED = Qt.CheckState.Checked, Qt.CheckState.Unchecked


@dataclass(frozen=True, slots=True)
class CheckRow:
    """A row; `is_checked` is how it is at first."""

    key: Hashable
    text: str
    tip: str = ""
    is_checked: bool = False


class CheckList(QListWidget):
    """Rows to check; one that is hidden keeps its check.

    Signals
    -------
    checks_changed()
        A row was checked or unchecked.
    """

    checks_changed = Signal()

    def __init__(self, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        name_widget(self, name)
        self._keys: tuple[Hashable, ...] = ()
        self.itemChanged.connect(self._on_changed)

    @property
    def checked(self) -> list[Hashable]:
        """What the checked rows stand for, in their order, hidden ones too."""
        return [key for at, key in enumerate(self._keys) if self.item(at).checkState() == CHECKED]

    def show_rows(self, rows: Sequence[CheckRow]) -> None:
        """Show other rows; those that were there keep their check."""
        before = {key: self.item(at).checkState() for at, key in enumerate(self._keys)}
        self.blockSignals(True)
        self.clear()
        self._keys = tuple(row.key for row in rows)
        for row in rows:
            item = QListWidgetItem(row.text, self)
            item.setToolTip(row.tip)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(before.get(row.key, CHECKED if row.is_checked else UNCHECKED))
        self.blockSignals(False)
        self.checks_changed.emit()

    def show_only(self, is_wanted: Callable[[Hashable], bool]) -> None:
        """Hide the rows whose value is not wanted."""
        for at, key in enumerate(self._keys):
            self.item(at).setHidden(not is_wanted(key))

    def show_first_checked(self) -> None:
        """Scroll to the first row that is checked, if there is one."""
        for at in range(self.count()):
            if self.item(at).checkState() == CHECKED:
                self.scrollToItem(self.item(at), QListWidget.ScrollHint.PositionAtTop)
                return

    def check_shown(self, *, is_checked: bool) -> None:
        """Check all rows that are not hidden, or none of them."""
        self.blockSignals(True)
        for at in range(self.count()):
            if not self.item(at).isHidden():
                self.item(at).setCheckState(CHECKED if is_checked else UNCHECKED)
        self.blockSignals(False)
        self.viewport().update()
        self.checks_changed.emit()

    def _on_changed(self, item: QListWidgetItem) -> None:
        self.checks_changed.emit()
