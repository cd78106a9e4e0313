"""What an empty window shows: one field to drop files on, and the files opened before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSizePolicy, QWidget

from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.drop_zone import DropZone
from embexplorer.ui.widgets.labels import ElidedLabel, label
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QShowEvent

    from embexplorer.ui.theme import Theme

WIDTH = 38  # em
NOTE = "The sample works offline and shows every panel."


@dataclass(frozen=True, slots=True)
class RecentFile:
    """A file opened before.

    Parameters
    ----------
    path
        What `FirstRun.recent_requested` carries.
    name
        Its name.
    note
        ``400,000 × 300 · yesterday``.
    """

    path: str
    name: str
    note: str = ""


class FirstRun(QWidget):
    """The middle of a window without a space.

    Signals
    -------
    open_requested()
        Choose files.
    sample_requested()
        Open the sample.
    recent_requested(str)
        Open the file at this path.
    """

    open_requested = Signal()
    sample_requested = Signal()
    recent_requested = Signal(str)

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._files: tuple[RecentFile, ...] = ()
        self._is_late = False  # whether the rows are not those of the files
        name_widget(self, "Start")
        self.setProperty("kind", "map")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.zone = DropZone(theme, self, is_big=True)
        self.zone.open_requested.connect(self.open_requested)
        self.zone.sample_requested.connect(self.sample_requested)
        note = label(self, NOTE, "caption")
        note.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._recent = QWidget(self)
        self._recent.setLayout(column(theme, gap=0.25))
        box = column(theme, self.zone, note, self._recent, gap=1.25)
        self._box = box
        middle = QWidget(self)
        middle.setMaximumWidth(theme.px(WIDTH))
        middle.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        middle.setLayout(box)
        line = row(theme)
        line.addStretch(1)
        line.addWidget(middle, 100)
        line.addStretch(1)
        side = theme.px(1)
        line.setContentsMargins(side, side, side, side)
        whole = column(theme)
        whole.addStretch(3)
        whole.addLayout(line)
        whole.addStretch(4)
        self.setLayout(whole)
        self._recent.hide()

    def set_recent(self, files: Sequence[RecentFile]) -> None:
        """Show files opened before, newest first: at once, or when the page is seen again."""
        if tuple(files) != self._files:
            self._files, self._is_late = tuple(files), True
            if self.isVisible():
                self._show_files()

    def showEvent(self, event: QShowEvent) -> None:
        """Show the files of the moment."""
        if self._is_late:
            self._show_files()
        super().showEvent(event)

    def _show_files(self) -> None:
        # A fresh holder: the old rows leave with the old one.
        self._is_late, files = False, self._files
        fresh = QWidget(self._recent.parentWidget())
        box = column(self._theme, gap=0.25)
        fresh.setLayout(box)
        if files:
            box.addWidget(label(fresh, "Recent", "section"))
        for file in files:
            box.addLayout(row(self._theme, *self._row_of(fresh, file)))
        self._box.replaceWidget(self._recent, fresh)
        self._recent.hide()
        self._recent.deleteLater()
        self._recent = fresh
        fresh.setVisible(bool(files))

    def _row_of(self, parent: QWidget, file: RecentFile) -> tuple[QWidget, None, QWidget]:
        name = Button(self._theme, parent, file.name, kind="link", tip=file.path)
        name.setProperty("path", file.path)
        name.clicked.connect(self._on_recent)
        return name, None, ElidedLabel(parent, file.note, "caption")

    def _on_recent(self) -> None:
        self.recent_requested.emit(self.sender().property("path"))
