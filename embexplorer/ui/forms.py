"""How a parameter dataclass becomes a form: one field for each kind of parameter."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from embexplorer.core.params import fields_of
from embexplorer.ui.form_fields import FormField, make_field
from embexplorer.ui.widgets.buttons import Disclosure
from embexplorer.ui.widgets.columns import column
from embexplorer.ui.widgets.labels import label, restyle
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from embexplorer.core.params import ParamField
    from embexplorer.ui.theme import Theme

TALL = 0.375  # em from the top of a tall field to that of its caption


class ParamsForm(QWidget):
    """The parameters of a plugin, to be set by a person.

    Parameters
    ----------
    params_type
        A dataclass as `embexplorer.core.params.fields_of` reads it.
    name
        Accessible name.
    choices
        Values to choose among for parameters whose choices are known only now, such as devices.
    without
        Parameters that are set elsewhere and have no field here.

    Signals
    -------
    changed()
        A value was changed, by the person or by `set_values`.

    Raises
    ------
    KeyError
        When `choices` names a parameter that does not exist.
    """

    changed = Signal()

    def __init__(
        self,
        theme: Theme,
        parent: QWidget,
        params_type: type,
        *,
        name: str = "Parameters",
        choices: Mapping[str, Sequence[Any]] | None = None,
        without: Sequence[str] = (),
    ) -> None:
        super().__init__(parent)
        self._theme = theme
        self._fields: dict[str, FormField] = {}
        self._errors: dict[str, QLabel] = {}
        name_widget(self, name)
        params = [param for param in fields_of(params_type) if param.name not in without]
        self._choices = dict(choices or {})
        if unknown := set(self._choices) - {param.name for param in params}:
            raise KeyError(f"{', '.join(sorted(unknown))}: no such parameter")
        advanced = [param for param in params if param.doc.advanced]
        box = column(theme, gap=0.4375)
        box.addLayout(self._grid(self, [param for param in params if not param.doc.advanced]))
        self._more = Disclosure(theme, self, "More")
        self._rest = QWidget(self)
        self._rest.setLayout(self._grid(self._rest, advanced))
        box.addWidget(self._more)
        box.addWidget(self._rest)
        self.setLayout(box)
        self._more.setVisible(bool(advanced))
        self._more.opened.connect(self._rest.setVisible)
        self._rest.hide()

    @property
    def names(self) -> tuple[str, ...]:
        """The parameters, in the order of the form."""
        return tuple(self._fields)

    def field(self, name: str) -> QWidget:
        """Return the control of a parameter."""
        return self._fields[name].widget

    def values(self) -> dict[str, Any]:
        """Return the value of every parameter, as `embexplorer.core.params.build` takes them."""
        return {name: field.value() for name, field in self._fields.items()}

    def set_values(self, values: Mapping[str, Any]) -> None:
        """Show values; parameters that are not named keep theirs.

        Raises
        ------
        KeyError
            When a parameter does not exist.
        """
        for name in values:
            self._fields[name]
        for name, value in values.items():
            self._fields[name].set_value(value)

    def reset(self) -> None:
        """Show the defaults."""
        for field in self._fields.values():
            field.set_value(field.param.default)

    def show_error(self, name: str, text: str) -> None:
        """Say under a field what is wrong with it."""
        self._mark(name, text)
        if self._fields[name].param.doc.advanced and text:
            self._more.setChecked(True)

    def clear_errors(self) -> None:
        """Take all errors away."""
        for name in self._fields:
            self._mark(name, "")

    def _grid(self, parent: QWidget, params: Sequence[ParamField]) -> QGridLayout:
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(self._theme.px(0.625))
        grid.setVerticalSpacing(self._theme.px(0.4375))
        grid.setColumnStretch(1, 1)
        for i, param in enumerate(params):
            self._add(grid, parent, 2 * i, param)
        return grid

    def _add(self, grid: QGridLayout, parent: QWidget, line: int, param: ParamField) -> None:
        field = make_field(self._theme, parent, param, self._choices.get(param.name))
        field.widget.setObjectName(param.name)
        field.widget.setToolTip(param.help)
        field.widget.setAccessibleDescription(param.help)
        field.changed.connect(self._on_changed)
        if not field.has_own_label:
            caption = label(parent, param.doc.label, "caption")
            caption.setBuddy(field.widget)
            caption.setToolTip(param.help)
            top = Qt.AlignmentFlag.AlignTop if field.is_tall else Qt.AlignmentFlag(0)
            caption.setContentsMargins(0, self._theme.px(TALL) if field.is_tall else 0, 0, 0)
            grid.addWidget(caption, line, 0, top)
        grid.addWidget(field.widget, line, 1)
        error = label(parent, kind="danger", wrap=True)
        error.setObjectName(f"{param.name}_error")
        error.hide()
        grid.addWidget(error, line + 1, 1)
        self._fields[param.name] = field
        self._errors[param.name] = error

    def _mark(self, name: str, text: str) -> None:
        widget = self._fields[name].widget
        self._errors[name].setText(text)
        self._errors[name].setVisible(bool(text))
        widget.setProperty("invalid", bool(text))
        widget.setAccessibleDescription(text or self._fields[name].param.help)
        restyle(widget)

    def _on_changed(self, name: str) -> None:
        self._mark(name, "")
        self.changed.emit()
