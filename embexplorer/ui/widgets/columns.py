"""How things stand beside and under each other, in steps of em."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QLayout, QScrollArea, QVBoxLayout, QWidget

from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from embexplorer.ui.theme import Theme

MARGIN_EMS = 0.875

Thing = QWidget | QLayout | None


def row(theme: Theme, *things: Thing, gap: float = 0.375) -> QHBoxLayout:
    """Return widgets and layouts beside each other, `gap` em apart; None is a stretch."""
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(theme.px(gap))
    _fill(made, things)
    return made


def column(theme: Theme, *things: Thing, gap: float = 0.5) -> QVBoxLayout:
    """Return widgets and layouts under each other, `gap` em apart; None is a stretch."""
    made = QVBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(theme.px(gap))
    _fill(made, things)
    return made


class ScrollColumn(QScrollArea):
    """A panel that scrolls: things under each other, with the panel's margins."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self._theme = theme
        name_widget(self, name)
        self.setProperty("kind", "panel")
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # The panel is no stop of its own: Tab goes to what is in it, which scrolls into view.
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.body = QWidget(self)
        self.box = QVBoxLayout(self.body)
        margin = theme.px(MARGIN_EMS)
        self.box.setContentsMargins(margin, margin, margin, margin)
        self.box.setSpacing(theme.px(0.5))
        self.setWidget(self.body)

    def add(self, *things: Thing, gap: float = 0) -> None:
        """Add widgets and layouts at the end, after `gap` em; None is a stretch."""
        if gap:
            self.box.addSpacing(self._theme.px(gap))
        _fill(self.box, things)

    def finish(self) -> None:
        """Keep everything at the top."""
        self.box.addStretch(1)


def _fill(box: QBoxLayout, things: tuple[Thing, ...]) -> None:
    for thing in things:
        if thing is None:
            box.addStretch(1)
        elif isinstance(thing, QLayout):
            box.addLayout(thing)
        else:
            box.addWidget(thing)
