"""The row at the top: menus, the command field, and toggles of the docks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QMenuBar, QSizePolicy, QWidget

from embexplorer.ui.widgets.buttons import Button, ToolButton

if TYPE_CHECKING:
    from embexplorer.ui.actions import Actions
    from embexplorer.ui.theme import Theme

FIELD, LEAST_FIELD = 26, 12  # em


class HeadRow(QWidget):
    """Menus left, command field in the middle, dock toggles right."""

    def __init__(self, theme: Theme, parent: QWidget, actions: Actions) -> None:
        super().__init__(parent)
        self.setObjectName("head")
        self.setProperty("kind", "head")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(theme.length("head"))
        bar = QMenuBar(self)
        bar.setObjectName("menus")
        bar.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
        actions.fill(bar)
        self._field = Button(
            theme, self, "Run a command or find an item      Ctrl+K", kind="quiet", icon="search"
        )
        self._field.setObjectName("Commands")
        self._field.setAccessibleName("Commands")
        self._field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._field.setMinimumWidth(theme.px(LEAST_FIELD))
        self._field.setMaximumWidth(theme.px(FIELD))
        self._field.clicked.connect(actions.action("view.palette").trigger)
        left, right = QWidget(self), QWidget(self)
        for side, widgets in ((left, [bar]), (right, self._toggles(theme, actions))):
            box = QHBoxLayout(side)
            box.setContentsMargins(0, 0, 0, 0)
            if side is right:
                box.addStretch()
            for widget in widgets:
                box.addWidget(widget)
            if side is left:
                box.addStretch()
        layout = QHBoxLayout(self)
        layout.setContentsMargins(theme.px(0.25), 0, theme.px(0.5), 0)
        layout.addWidget(left, 1)
        layout.addWidget(self._field, 100)
        layout.addWidget(right, 1)

    def _toggles(self, theme: Theme, actions: Actions) -> list[QWidget]:
        library = ToolButton(theme, self, "dock-left", "Library  Ctrl+1")
        library.clicked.connect(actions.action("view.library").trigger)
        data = ToolButton(theme, self, "dock-bottom", "Data  Ctrl+J")
        data.clicked.connect(actions.action("view.data").trigger)
        inspector = ToolButton(theme, self, "dock-right", "Inspector  Ctrl+2")
        inspector.clicked.connect(actions.action("view.inspector").trigger)
        return [library, data, inspector]
