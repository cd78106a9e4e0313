"""Conditions as chips in one row, each of which can be taken away."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QSizePolicy, QWidget

from embexplorer.ui.widgets.buttons import Button, ToolButton
from embexplorer.ui.widgets.columns import row
from embexplorer.ui.widgets.labels import ElidedLabel
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QWheelEvent

    from embexplorer.ui.theme import Theme

# em
HEIGHT = 2.0
WIDEST = 20.0


class Chips(QScrollArea):
    """A row of chips; more than there is room for scroll sideways.

    Parameters
    ----------
    name
        Accessible name.
    clear
        Words of the button that takes all of them away.

    Signals
    -------
    removed(int)
        The position of a chip whose cross was clicked.
    cleared()
        All shall go.
    """

    removed = Signal(int)
    cleared = Signal()

    def __init__(self, theme: Theme, parent: QWidget, name: str, clear: str = "Clear all") -> None:
        super().__init__(parent)
        self._theme = theme
        self._chips: list[QWidget] = []
        name_widget(self, name)
        self.setProperty("kind", "panel")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setFixedHeight(theme.px(HEIGHT))
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        for set_policy in (self.setHorizontalScrollBarPolicy, self.setVerticalScrollBarPolicy):
            set_policy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = QWidget(self)
        self._clear = Button(theme, inside, clear, kind="link")
        self._clear.clicked.connect(self.cleared)
        self._box = QHBoxLayout(inside)
        self._box.setContentsMargins(theme.px(0.5), 0, theme.px(0.5), 0)
        self._box.setSpacing(theme.px(0.375))
        self._box.addWidget(self._clear)
        self._box.addStretch(1)
        self.setWidget(inside)
        self.hide()

    def show_texts(self, texts: Sequence[str]) -> None:
        """Show one chip for each text; none hides the row."""
        for chip in self._chips:
            self._box.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = [self._chip(text) for text in texts]
        for place, chip in enumerate(self._chips):
            self._box.insertWidget(place, chip)
        self.setVisible(bool(texts))

    @property
    def texts(self) -> list[str]:
        """What the chips say."""
        found = [chip.findChild(ElidedLabel) for chip in self._chips]
        return [label.full_text for label in found if label is not None]

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways."""
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - event.angleDelta().y() // 2 - event.angleDelta().x() // 2)
        event.accept()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Bring a chip into view that the keyboard reaches."""
        if event.type() == QEvent.Type.FocusIn and isinstance(watched, QWidget):
            self.ensureWidgetVisible(watched)
        return super().eventFilter(watched, event)

    def minimumSizeHint(self) -> QSize:
        """Return no width: the row never makes its panel wider."""
        return QSize(0, self.height())

    def _chip(self, text: str) -> QWidget:
        chip = QFrame(self.widget())
        chip.setProperty("kind", "active")
        said = ElidedLabel(chip, text)
        said.setMaximumWidth(self._theme.px(WIDEST))
        cross = ToolButton(self._theme, chip, "close", f"Remove {text}")
        cross.setMinimumSize(self._theme.px(1.5), self._theme.px(1.5))
        cross.installEventFilter(self)
        cross.clicked.connect(self._on_removed)
        line = row(self._theme, said, cross, gap=0.125)
        line.setContentsMargins(self._theme.px(0.5), 0, self._theme.px(0.125), 0)
        chip.setLayout(line)
        return chip

    def _on_removed(self) -> None:
        button = self.sender()
        place = next((k for k, chip in enumerate(self._chips) if chip is button.parent()), None)
        if place is not None:
            self.removed.emit(place)
