"""A choice of which exactly one is on, as buttons beside each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QToolButton

from embexplorer.ui.widgets.columns import row
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from collections.abc import Mapping

    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

HEIGHT = 1.625  # em


class Segment(QFrame):
    """Buttons of which one is on.

    Parameters
    ----------
    name
        Accessible name.
    choices
        What each button says, by its value.

    Signals
    -------
    chosen(str)
        A person chose another value.
    """

    chosen = Signal(str)

    def __init__(
        self, theme: Theme, parent: QWidget, name: str, choices: Mapping[str, str]
    ) -> None:
        super().__init__(parent)
        name_widget(self, name)
        self.setProperty("kind", "segment")
        self._group = QButtonGroup(self)
        self._buttons: dict[str, QToolButton] = {}
        for value, text in choices.items():
            button = QToolButton(self)
            name_widget(button, text)
            button.setText(text)
            button.setCheckable(True)
            button.setFixedHeight(theme.px(HEIGHT))
            self._group.addButton(button)
            self._buttons[value] = button
        self.setLayout(row(theme, *self._buttons.values(), gap=0))
        self._group.buttonClicked.connect(self._on_clicked)
        self.show_value(next(iter(choices)))

    @property
    def value(self) -> str:
        """The value that is on."""
        return next(value for value, button in self._buttons.items() if button.isChecked())

    def show_value(self, value: str) -> None:
        """Switch to a value."""
        self._buttons[value].setChecked(True)

    def _on_clicked(self) -> None:
        self.chosen.emit(self.value)
