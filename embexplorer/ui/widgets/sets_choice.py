"""The choice of item sets: those of the project, those that come along, and those in a file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal

from embexplorer.ui.widgets.fields import Combo
from embexplorer.ui.widgets.noted_rows import IS_FAINT, NOTE, NotedRows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from PySide6.QtWidgets import QWidget

    from embexplorer.core.item_sets import ItemSets
    from embexplorer.ui.theme import Theme

CHOOSE = "Choose item sets"
FROM_FILE = "From a file…"
TIP = Qt.ItemDataRole.ToolTipRole
MOST_SHOWN = 30
SHARE = 0.8  # of the screen's height that all entries may take without a scroll bar
WIDEST = 44.0  # em of the list that opens

Note = tuple[str, str]  # what stands at the end of an entry, and why it is faint; empty if not


class SetsChoice(Combo):
    """The data of an entry are a name, a path, or the sets themselves.

    An entry can be faint, which says that little of it is there; it can be chosen all the same.

    Parameters
    ----------
    none
        What the first entry says where no sets may be chosen; without it there is none.

    Signals
    -------
    sets_chosen()
        The person chose.
    file_requested(callable)
        The person wants the sets in a file: call it with the path.
    """

    sets_chosen = Signal()
    file_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget, name: str, *, none: str = "") -> None:
        super().__init__(theme, parent, name)
        self._none = none
        self._files: list[str] = []
        self._kept: Sequence[ItemSets] = ()
        self._built_in: Mapping[str, ItemSets] = {}
        self._chosen: Any = None
        self._notes: dict[ItemSets, Note] = {}
        self._width = theme.px(WIDEST)
        self.setPlaceholderText(CHOOSE)
        self.setItemDelegate(NotedRows(theme, self))
        self.setMaxVisibleItems(MOST_SHOWN)
        self.activated.connect(self._choose)

    def list_sets(
        self, kept: Sequence[ItemSets], built_in: Mapping[str, ItemSets], chosen: Any
    ) -> None:
        """List sets of the project and those that come along, and choose as told."""
        self._kept, self._built_in = kept, built_in
        self.clear()
        if self._none:
            self.addItem(self._none)
        for sets in kept:
            self.addItem(_title(sets), sets)
        for name, sets in built_in.items():
            self.addItem(_title(sets), name)
        for path in self._files:
            self.addItem(Path(path).name, path)
            self.setItemData(self.count() - 1, path, TIP)
        if chosen and self._place_of(chosen) < 0:  # what was asked before, or does not fit
            is_name = isinstance(chosen, str)
            self.addItem(Path(chosen).name if is_name else _title(chosen), chosen)
        self.insertSeparator(self.count())
        self.addItem(FROM_FILE)
        self._chosen = chosen
        self.setCurrentIndex(self._place_of(chosen))
        self.note_sets(self._notes)

    def note_sets(self, notes: Mapping[ItemSets, Note]) -> None:
        """Say at the end of each entry what there is of its sets."""
        self._notes = dict(notes)
        for at in range(self.count()):
            sets = self._sets_at(at)
            if sets is None:
                continue
            note, lacks = self._notes.get(sets, ("", ""))
            tip = sets.citation if self.itemData(at) == sets.name else "In this project"
            self.setItemData(at, note, NOTE)
            self.setItemData(at, bool(lacks), IS_FAINT)
            self.setItemData(at, "\n".join(filter(None, (lacks, tip))), TIP)

    def showPopup(self) -> None:
        """Open the list, wide enough for its entries."""
        view = self.view()
        wanted = view.sizeHintForColumn(0) + view.verticalScrollBar().sizeHint().width()
        view.setMinimumWidth(min(self._width, wanted))
        # Qt counts the rows, and cuts off the last where a separator is among them.
        height = sum(view.sizeHintForRow(at) for at in range(min(self.count(), MOST_SHOWN)))
        room = self.screen().availableGeometry().height()
        view.setMinimumHeight(height + 2 * view.frameWidth() if height < SHARE * room else 0)
        super().showPopup()

    def use_file(self, path: Path) -> None:
        """Choose the sets in a file."""
        if str(path) not in self._files:
            self._files.append(str(path))
        self.list_sets(self._kept, self._built_in, str(path))
        self.sets_chosen.emit()

    def _sets_at(self, at: int) -> ItemSets | None:
        """Return the sets of an entry that were listed; None for a file and what is no sets."""
        held = self.itemData(at)
        return self._built_in.get(held) if isinstance(held, str) else held

    def _choose(self) -> None:
        if self.currentText() != FROM_FILE:
            self._chosen = self.currentData()
            self.sets_chosen.emit()
            return
        self.setCurrentIndex(self._place_of(self._chosen))
        self.file_requested.emit(self.use_file)

    def _place_of(self, chosen: Any) -> int:
        """Return which entry has these sets; sets that are equal are the same."""
        if not chosen:
            return 0 if self._none else -1
        every = range(self.count())
        return next((at for at in every if self.itemData(at) == chosen), -1)


def _title(sets: ItemSets) -> str:
    """Return the name of sets with what they compare."""
    compared = ", ".join(one.name for one in sets.targets)
    return f"{sets.name}: {compared}" if compared else sets.name
