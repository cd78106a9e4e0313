"""Fields a person fills in, which never make their panel wider or steal its wheel."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QSize, Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QSpinBox,
)

from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from PySide6.QtGui import QWheelEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

SHORTEST_CHARACTERS = 4
NARROWEST_EMS = 4.5
TEXT_INSET = 0.25  # em
EXACT_DECIMALS = 20  # as many as tell two floats of a form apart
SMALLEST_EXPONENT = -9  # of a step
FEWEST_LINES, MOST_LINES = 2, 8
LINES_MARGIN = 1.25  # em above and below the lines together
WIDEST_SPAN = 10.0  # beyond which a step from zero does not grow


class Combo(QComboBox):
    """A choice among several; long choices are shortened."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        _prepare(self, theme, name)
        self.setMinimumContentsLength(SHORTEST_CHARACTERS)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Choose by wheel only with the keyboard focus; else the panel scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class SpinBox(QSpinBox):
    """A whole number; where `minimum` shows words, the first step up goes to `first`."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.first: int | None = None
        _prepare(self, theme, name)
        # The style sheet's padding does not reach the text of a spin box.
        self.lineEdit().setTextMargins(theme.px(TEXT_INSET), 0, 0, 0)

    def stepBy(self, steps: int) -> None:
        """Step; out of the words to the first number."""
        if self.first is not None and self.value() == self.minimum() and steps > 0:
            self.setValue(self.first)
        else:
            super().stepBy(steps)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step by wheel only with the keyboard focus; else the panel scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class NumberBox(QDoubleSpinBox):
    """A number, shown with as many digits as it has.

    Where `minimum` shows words, `lowest` is the smallest number, and the first step up goes to
    `first`.
    """

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self.first: float | None = None
        self.lowest: float | None = None
        _prepare(self, theme, name)
        self.lineEdit().setTextMargins(theme.px(TEXT_INSET), 0, 0, 0)
        self.setDecimals(EXACT_DECIMALS)

    def textFromValue(self, value: float) -> str:
        """Return the shortest digits that give the number back."""
        locale = QLocale(self.locale())
        locale.setNumberOptions(QLocale.NumberOption.OmitGroupSeparator)
        return locale.toString(value, "f", QLocale.FloatingPointPrecisionOption(-128))

    def stepBy(self, steps: int) -> None:
        """Change the second digit; go between words and numbers at the lower end."""
        value, lowest = self.value(), self.lowest
        if lowest is None:
            self.setValue(_stepped(value, steps, self.maximum() - self.minimum()))
        elif value < lowest:
            if steps > 0 and self.first is not None:
                self.setValue(self.first)
        elif value == lowest and steps < 0:
            self.setValue(self.minimum())
        else:
            wanted = _stepped(value, steps, self.maximum() - lowest)
            self.setValue(max(lowest, wanted))
        self.selectAll()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Step by wheel only with the keyboard focus; else the panel scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


class LineEdit(QLineEdit):
    """A line of text."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        _prepare(self, theme, name)


class LinesEdit(QPlainTextEdit):
    """Some lines of text; as high as they are, within limits, and Tab leaves it."""

    def __init__(self, theme: Theme, parent: QWidget, name: str) -> None:
        super().__init__(parent)
        self._theme = theme
        _prepare(self, theme, name)
        self.setTabChangesFocus(True)
        self.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.textChanged.connect(self.updateGeometry)

    def sizeHint(self) -> QSize:
        """Return room for the lines there are."""
        lines = min(MOST_LINES, max(FEWEST_LINES, self.blockCount()))
        height = lines * self.fontMetrics().lineSpacing() + self._theme.px(LINES_MARGIN)
        return QSize(super().sizeHint().width(), height)

    def minimumSizeHint(self) -> QSize:
        """Return the same height: the panel around it scrolls."""
        return QSize(super().minimumSizeHint().width(), self.sizeHint().height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll by wheel only with the keyboard focus; else the panel scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()


def _stepped(value: float, steps: int, span: float) -> float:
    """Return `value` after `steps` in its second digit; from zero, in hundredths of the span."""
    size = abs(value) or min(span, WIDEST_SPAN) / 10
    exponent = max(SMALLEST_EXPONENT, math.floor(math.log10(size)) - 1)
    return round(value + steps * 10.0**exponent, -exponent)


def _prepare(field: QWidget, theme: Theme, name: str) -> None:
    name_widget(field, name)
    field.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    field.setMinimumWidth(theme.px(NARROWEST_EMS))
    field.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
