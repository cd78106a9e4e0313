"""Text that is only read: labels of each kind, a shortened label, a line between groups."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent


def set_kind(widget: QWidget, kind: str) -> None:
    """Give a widget another look of the style sheet."""
    widget.setProperty("kind", kind)
    restyle(widget)


def restyle(widget: QWidget) -> None:
    """Apply the style sheet again after a property that it reads has changed."""
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()


def label(parent: QWidget, text: str = "", kind: str = "", *, wrap: bool = False) -> QLabel:
    """Return a label of plain text in the look `kind`; one that wraps can be copied from."""
    made = QLabel(text, parent)
    made.setTextFormat(Qt.TextFormat.PlainText)
    made.setProperty("kind", kind)
    made.setWordWrap(wrap)
    if wrap:
        made.setMinimumWidth(1)
        made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def rule(parent: QWidget, *, vertical: bool = False) -> QFrame:
    """Return a thin line between groups."""
    made = QFrame(parent)
    made.setProperty("kind", "vrule" if vertical else "rule")
    return made


class ElidedLabel(QLabel):
    """One line of plain text, shortened to the room there is; the tip has all of it."""

    def __init__(self, parent: QWidget, text: str = "", kind: str = "") -> None:
        super().__init__(parent)
        self._full = ""
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("kind", kind)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.show_text(text)

    @property
    def full_text(self) -> str:
        """The text before it was shortened."""
        return self._full

    def show_text(self, text: str) -> None:
        """Show another text."""
        self._full = text
        self.setAccessibleName(text)
        self._shorten()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        """Return the room that the whole text wants."""
        self.ensurePolished()
        width = self.fontMetrics().horizontalAdvance(self._full) + 1
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        """Return no width: this label never makes its panel wider."""
        return QSize(0, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten to the new width."""
        super().resizeEvent(event)
        self._shorten()

    def _shorten(self) -> None:
        metrics = self.fontMetrics()
        shown = metrics.elidedText(self._full, Qt.TextElideMode.ElideRight, self.width())
        self.setText(shown)
        self.setToolTip("" if shown == self._full else self._full)
