"""Which control shows which kind of parameter, and how it reads and writes the value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QCheckBox

from embexplorer.engines.text_decoding import ENCODING_TITLES
from embexplorer.ui.widgets.fields import Combo, LineEdit, LinesEdit, NumberBox, SpinBox
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from embexplorer.core.params import ParamField
    from embexplorer.ui.theme import Theme

AUTOMATIC = "Automatic"  # how None reads
SMALLEST_INT, LARGEST_INT = -(2**31), 2**31 - 1  # of a spin box
LARGEST_FLOAT = 1e12  # where a parameter has no limit of its own
BELOW = 1e-6  # how far below the smallest number None lies
ACRONYMS = frozenset({"cpu", "cuda", "gpu", "mps", "pca"})


class FormField(QObject):
    """One parameter and its control.

    Signals
    -------
    changed(str)
        The name of the parameter whose value has changed.
    """

    changed = Signal(str)
    has_own_label = False
    is_tall = False  # its caption stands beside its first line

    def __init__(self, param: ParamField, widget: QWidget) -> None:
        super().__init__(widget)
        self.param = param
        self.widget = widget

    def value(self) -> Any:
        """Return the value that the control shows."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Show a value."""
        raise NotImplementedError

    def _on_edited(self) -> None:
        self.changed.emit(self.param.name)


def make_field(
    theme: Theme, parent: QWidget, param: ParamField, choices: Sequence[Any] | None = None
) -> FormField:
    """Return the control for a parameter, showing its default.

    Parameters
    ----------
    choices
        Values to choose among, in place of those of the parameter's type.
    """
    values = tuple(param.choices if choices is None else choices)
    field: FormField
    if values or (param.type is bool and param.optional):
        field = _ChoiceField(theme, parent, param, values or (True, False))
    elif param.type is bool:
        field = _CheckField(parent, param)
    elif param.type is int:
        field = _IntField(theme, parent, param)
    elif param.type is float:
        field = _FloatField(theme, parent, param)
    elif param.doc.between:
        field = _LinesField(theme, parent, param)
    else:
        field = _TextField(theme, parent, param)
    field.set_value(param.default)
    return field


class _CheckField(FormField):
    has_own_label = True

    def __init__(self, parent: QWidget, param: ParamField) -> None:
        self._box = QCheckBox(param.doc.label, parent)
        super().__init__(param, self._box)
        name_widget(self._box, param.doc.label)
        self._box.toggled.connect(self._on_edited)

    def value(self) -> bool:
        return self._box.isChecked()

    def set_value(self, value: Any) -> None:
        self._box.setChecked(bool(value))


class _ChoiceField(FormField):
    def __init__(
        self, theme: Theme, parent: QWidget, param: ParamField, choices: Sequence[Any]
    ) -> None:
        self._combo = Combo(theme, parent, param.doc.label)
        super().__init__(param, self._combo)
        self._values: list[Any] = [None, *choices] if param.optional else list(choices)
        self._combo.addItems([_words(value) for value in self._values])
        self._combo.currentIndexChanged.connect(self._on_edited)

    def value(self) -> Any:
        return self._values[self._combo.currentIndex()]

    def set_value(self, value: Any) -> None:
        if value not in self._values:
            # Kept as it is: whether it is allowed is said when the parameters are checked.
            self._values.append(value)
            self._combo.addItem(_words(value))
        self._combo.setCurrentIndex(self._values.index(value))


class _IntField(FormField):
    def __init__(self, theme: Theme, parent: QWidget, param: ParamField) -> None:
        self._box = SpinBox(theme, parent, param.doc.label)
        super().__init__(param, self._box)
        low = SMALLEST_INT + 1 if param.doc.min is None else int(param.doc.min)
        high = LARGEST_INT if param.doc.max is None else int(param.doc.max)
        if param.optional:
            self._box.setSpecialValueText(AUTOMATIC)
            self._box.first = _first_number(param, low, high)
            low -= 1
        self._box.setRange(low, high)
        self._box.valueChanged.connect(self._on_edited)

    def value(self) -> int | None:
        number = self._box.value()
        return None if self.param.optional and number == self._box.minimum() else number

    def set_value(self, value: Any) -> None:
        self._box.setValue(self._box.minimum() if value is None else int(value))


class _FloatField(FormField):
    def __init__(self, theme: Theme, parent: QWidget, param: ParamField) -> None:
        self._box = NumberBox(theme, parent, param.doc.label)
        super().__init__(param, self._box)
        low = -LARGEST_FLOAT if param.doc.min is None else float(param.doc.min)
        high = LARGEST_FLOAT if param.doc.max is None else float(param.doc.max)
        if param.optional:
            self._box.setSpecialValueText(AUTOMATIC)
            self._box.first = _first_number(param, low, high)
            self._box.lowest = low
            low -= BELOW * max(1.0, abs(low))
        self._box.setRange(low, high)
        self._box.valueChanged.connect(self._on_edited)

    def value(self) -> float | None:
        number = self._box.value()
        return None if self.param.optional and number == self._box.minimum() else number

    def set_value(self, value: Any) -> None:
        self._box.setValue(self._box.minimum() if value is None else float(value))


class _TextField(FormField):
    def __init__(self, theme: Theme, parent: QWidget, param: ParamField) -> None:
        self._line = LineEdit(theme, parent, param.doc.label)
        super().__init__(param, self._line)
        if param.optional:
            self._line.setPlaceholderText(AUTOMATIC)
        self._line.textChanged.connect(self._on_edited)

    def value(self) -> str | None:
        text = self._line.text()
        return None if self.param.optional and not text else text

    def set_value(self, value: Any) -> None:
        self._line.setText("" if value is None else str(value))


class _LinesField(FormField):
    """A text that is a list; empty lines are none of its parts."""

    is_tall = True

    def __init__(self, theme: Theme, parent: QWidget, param: ParamField) -> None:
        self._lines = LinesEdit(theme, parent, param.doc.label)
        super().__init__(param, self._lines)
        self._lines.textChanged.connect(self._on_edited)

    def value(self) -> str:
        parts = (line.strip() for line in self._lines.toPlainText().splitlines())
        return self.param.doc.between.join(filter(None, parts))

    def set_value(self, value: Any) -> None:
        parts = str(value or "").split(self.param.doc.between)
        if self.value() != self.param.doc.between.join(parts):  # else the cursor would jump
            self._lines.setPlainText("\n".join(parts))


def _first_number(param: ParamField, low: float, high: float) -> Any:
    """Return the number that a step up from None goes to."""
    if param.default is not None:
        return param.default
    return param.type(low if param.doc.min is not None else min(high, max(low, 0)))


def _words(value: Any) -> str:
    """Return a choice as it reads in a form."""
    if value is None:
        return AUTOMATIC
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if value in ENCODING_TITLES:
        return ENCODING_TITLES[value]
    text = str(value).replace("_", " ")
    return text.upper() if text in ACRONYMS else text[:1].upper() + text[1:]
