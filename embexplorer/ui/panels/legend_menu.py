"""What the other button offers on a row of the legend, and on its title."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.appearance import Coloring
    from embexplorer.app.presenters.styling import Styling


class RowMenu(QMenu):
    """The menu of categories of the coloring, as codes; -1 is items without a value."""

    def __init__(
        self, parent: QWidget, styling: Styling, coloring: Coloring, codes: tuple[int, ...]
    ) -> None:
        super().__init__(parent)
        self.setObjectName("LegendMenu")
        self._styling = styling
        self._codes = codes
        self._name = ""
        self.addAction("Select these items", self._select)
        self.addAction("Add to the selection", self._add_to_selection)
        self.addSeparator()
        self.addAction("Hide or show", self._toggle)
        self.addAction("Show only this", self._solo)
        self.addAction("Show all", styling.show_all)
        if coloring.kind == "category":
            self.addSeparator()
            self.addAction("Filter by this", self._filter)
            if len(codes) == 1 and codes[0] >= 0:
                self._name = coloring.names[codes[0]]
                self.addAction("Copy the name", self._copy)
        self.aboutToHide.connect(self.deleteLater)

    def _select(self) -> None:
        self._styling.select(self._codes)

    def _add_to_selection(self) -> None:
        self._styling.select(self._codes, "add")

    def _toggle(self) -> None:
        self._styling.toggle(self._codes)

    def _solo(self) -> None:
        self._styling.solo(self._codes)

    def _filter(self) -> None:
        self._styling.filter_by(self._codes)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._name)


class TitleMenu(QMenu):
    """The menu of the column that colors: its name, and how it was worked out."""

    def __init__(self, parent: QWidget, column: str, how: str) -> None:
        super().__init__(parent)
        self.setObjectName("LegendTitleMenu")
        self._column = column
        self._how = how
        self.addAction("Copy the name", self._copy_name)
        if how:
            self.addAction("Copy how it was worked out", self._copy_how)
        self.aboutToHide.connect(self.deleteLater)

    def _copy_name(self) -> None:
        QGuiApplication.clipboard().setText(self._column)

    def _copy_how(self) -> None:
        QGuiApplication.clipboard().setText(self._how)
