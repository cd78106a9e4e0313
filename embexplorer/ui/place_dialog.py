"""The dialog that asks on which map the items of the space shall be placed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.fields import Combo
from embexplorer.ui.widgets.labels import ElidedLabel, label, set_kind

if TYPE_CHECKING:
    from embexplorer.app.presenters.placing import Placing
    from embexplorer.ui.theme import Theme

# em
WIDTH, MARGIN = 30, 1.0
HELP = (
    "Each item goes beside those of the map that it is nearest to, and along the axes of a PCA. "
    "The map stays as it is, in gray, and the items of this space lie on it in color."
)
NONE = "No other space has a map. Open one, and let its map be made."


class PlaceDialog(QDialog):
    """The maps of other spaces, and what must be said of the one that is chosen."""

    def __init__(self, theme: Theme, placing: Placing, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._placing = placing
        self._targets = placing.targets()
        self.setObjectName("place-items")
        self.setWindowTitle("Place on an existing map")
        self.setModal(True)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._map = Combo(theme, self, "Map to place the items on")
        for target in self._targets:
            self._map.addItem(target.title, target.id)
        self._map.setEnabled(bool(self._targets))
        self._said = label(self, "", "caption", wrap=True)
        self._go = Button(theme, self, "Place", kind="primary")
        self._map.currentIndexChanged.connect(self._choose)
        self._go.clicked.connect(self._place)
        self._lay_out(name)
        self._choose()

    def _lay_out(self, name: str) -> None:
        theme = self._theme
        self._go.setDefault(True)
        cancel = Button(theme, self, "Cancel")
        cancel.clicked.connect(self.reject)
        caption = label(self, "On", "caption")
        caption.setBuddy(self._map)
        line = row(theme, caption)
        line.addWidget(self._map, 1)
        box = column(
            theme,
            ElidedLabel(self, f"Place the items of “{name}”", "title"),
            label(self, HELP, "caption", wrap=True),
            line,
            self._said,
            None,
            row(theme, None, cancel, self._go),
        )
        margin = theme.px(MARGIN)
        box.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(box)
        self.setMinimumWidth(theme.px(WIDTH))

    def _choose(self) -> None:
        at = self._map.currentIndex()
        chosen = self._targets[at] if self._targets else None
        error = None if chosen is None else chosen.error
        set_kind(self._said, "caption" if error is None else "danger")
        if error is not None:
            said = f"{error} {error.hint}"
        else:
            said = NONE if chosen is None else " ".join(chosen.said)
        self._said.setText(said)
        self._said.setVisible(bool(said))
        self._go.setEnabled(chosen is not None and error is None)

    def _place(self) -> None:
        self._placing.place(self._map.currentData())
        self.accept()
