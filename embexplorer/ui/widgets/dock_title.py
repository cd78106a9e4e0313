"""The title of a dock: its name, and buttons of the usual size that float and close it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDockWidget, QWidget

from embexplorer.ui.widgets.buttons import ToolButton
from embexplorer.ui.widgets.columns import row
from embexplorer.ui.widgets.labels import ElidedLabel
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from embexplorer.ui.theme import Theme

MARGIN = 0.875  # em, as that of the panel below
SIDE = 0.375


class DockTitle(QWidget):
    """Stands in for the title that the style draws, whose buttons are too small to hit.

    Dragging it moves the dock, and a double click floats it: the dock takes both from here.
    """

    def __init__(self, theme: Theme, dock: QDockWidget) -> None:
        super().__init__(dock)
        self._dock = dock
        name = dock.windowTitle()
        name_widget(self, f"Title of {name}")
        self.setProperty("kind", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._float = ToolButton(theme, self, "float", f"Float {name}")
        self._close = ToolButton(theme, self, "close", f"Close {name}")
        self._float.clicked.connect(self._toggle_floating)
        self._close.clicked.connect(dock.close)
        line = row(theme, gap=0)
        line.addWidget(ElidedLabel(self, name, "section"), 1)
        line.addWidget(self._float)
        line.addWidget(self._close)
        line.setContentsMargins(theme.px(MARGIN), 0, theme.px(SIDE), 0)
        self.setLayout(line)
        dock.topLevelChanged.connect(self._show_floating)

    def _toggle_floating(self) -> None:
        self._dock.setFloating(not self._dock.isFloating())

    def _show_floating(self, is_floating: bool) -> None:
        verb = "Put back" if is_floating else "Float"
        words = f"{verb} {self._dock.windowTitle()}"
        self._float.setToolTip(words)
        self._float.setAccessibleName(words)
