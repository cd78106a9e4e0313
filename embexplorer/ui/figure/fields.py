"""The fields that say what a figure is to be: format, size, resolution, looks."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QFormLayout, QWidget

from embexplorer.ui.figure.spec import (
    INCH,
    LEAST_DPI,
    LEAST_MM,
    LEAST_PT,
    MOST_DPI,
    MOST_MM,
    MOST_PT,
    PRESETS,
    FigureSpec,
    Preset,
)
from embexplorer.ui.widgets.columns import row
from embexplorer.ui.widgets.fields import Combo, NumberBox, SpinBox
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from embexplorer.ui.theme import Theme

COORDS = "coords"  # the one format that is no figure
FORMATS = {
    "pdf": "PDF, vector",
    "svg": "SVG, vector",
    "png": "PNG, pixels",
    "html": "HTML, a page to explore",
    COORDS: "Coordinates, a table",
}
THEMES = {"light": "Light", "dark": "Dark"}
SWITCHES = {
    "legend": "Legend",
    "labels": "Names on the map",
    "caption": "Line with method and quality",
    "transparent": "Transparent background",
}
CUSTOM = "Custom size"
MM, PIXELS = "mm", "px"


class FigureFields(QWidget):
    """Shows a spec and takes another one from the person.

    Signals
    -------
    changed()
        The person has chosen something else.
    """

    changed = Signal()

    def __init__(self, theme: Theme, parent: QWidget, spec: FigureSpec, screen: Preset) -> None:
        super().__init__(parent)
        self._presets = (*PRESETS, screen)
        self._spec = spec
        self._is_filling = False
        self.format = _combo(theme, self, "Format", FORMATS)
        self.preset = Combo(theme, self, "Size")
        for preset in self._presets:
            self.preset.addItem(preset.title, preset.id)
        self.preset.addItem(CUSTOM, "")
        self.width_ = NumberBox(theme, self, "Width")
        self.height_ = NumberBox(theme, self, "Height")
        self.unit = _combo(theme, self, "Unit", {MM: "mm", PIXELS: "px"})
        self.dpi = SpinBox(theme, self, "Resolution")
        self.dpi.setRange(LEAST_DPI, MOST_DPI)
        self.dpi.setSuffix(" dpi")
        self.text = NumberBox(theme, self, "Text size")
        self.text.setRange(LEAST_PT, MOST_PT)
        self.text.setSuffix(" pt")
        self.theme_ = _combo(theme, self, "Theme", THEMES)
        self.switches = {name: QCheckBox(title, self) for name, title in SWITCHES.items()}
        for name, box in self.switches.items():
            name_widget(box, SWITCHES[name])
        self._lay_out(theme)
        self._connect()
        self._show(spec)

    @property
    def kind(self) -> str:
        """The format, ``coords`` included."""
        return str(self.format.currentData())

    @property
    def spec(self) -> FigureSpec:
        """What the fields say."""
        return self._spec

    def show_spec(self, spec: FigureSpec) -> None:
        """Show another spec, as if the person had chosen it."""
        self._change(spec, shows=True)

    def _lay_out(self, theme: Theme) -> None:
        form = QFormLayout(self)
        form.setContentsMargins(0, 0, 0, 0)
        form.setVerticalSpacing(theme.px(0.5))
        form.setHorizontalSpacing(theme.px(0.75))
        by = label(self, "×", "caption")
        size = row(theme, self.width_, by, self.height_, self.unit)
        size.setStretch(0, 3)
        size.setStretch(2, 3)
        size.setStretch(3, 2)
        for title, field in (
            ("Format", self.format),
            ("Size", self.preset),
            ("", size),
            ("Resolution", self.dpi),
            ("Text", self.text),
            ("Theme", self.theme_),
        ):
            form.addRow(label(self, title, "caption"), field)
        for box in self.switches.values():
            form.addRow(box)

    def _connect(self) -> None:
        for combo in (self.format, self.theme_):
            combo.currentIndexChanged.connect(self._take)
        self.preset.currentIndexChanged.connect(self._take_preset)
        self.unit.currentIndexChanged.connect(self._show_size)
        for box in (self.width_, self.height_):
            box.valueChanged.connect(self._take_size)
        for number in (self.dpi, self.text):
            number.valueChanged.connect(self._take)
        for switch in self.switches.values():
            switch.toggled.connect(self._take)

    # -- from the spec to the fields -----------------------------------------------------------

    def _show(self, spec: FigureSpec) -> None:
        self._is_filling = True
        self.format.setCurrentIndex(self.format.findData(spec.format))
        self.dpi.setValue(spec.dpi)
        self.text.setValue(spec.font_pt)
        self.theme_.setCurrentIndex(self.theme_.findData(spec.theme))
        for name, switch in self.switches.items():
            switch.setChecked(getattr(spec, name))
        self._is_filling = False
        self._show_size()
        self._enable()

    def _show_size(self) -> None:
        """Show width and height in the unit of the moment, and the preset they are."""
        was_filling, self._is_filling = self._is_filling, True
        unit = self._unit()
        for box, value in (
            (self.width_, self._spec.width_mm),
            (self.height_, self._spec.height_mm),
        ):
            box.setRange(LEAST_MM / unit, MOST_MM / unit)
            box.setValue(round(value / unit, 1 if unit == 1 else 0))
        same = [preset.id for preset in self._presets if preset.applied(self._spec) == self._spec]
        self.preset.setCurrentIndex(self.preset.findData(same[0] if same else ""))
        self._is_filling = was_filling

    def _unit(self) -> float:
        """Return the millimeters of the unit that is shown."""
        return 1.0 if self.unit.currentData() == MM else INCH / self._spec.dpi

    def _enable(self) -> None:
        is_figure, is_page = self.kind != COORDS, self.kind == "html"
        for widget in (self.preset, self.width_, self.height_, self.unit, self.dpi, self.text):
            widget.setEnabled(is_figure and not is_page)
        self.theme_.setEnabled(is_figure)
        for name, switch in self.switches.items():
            has_use = name in ("legend", "caption") if is_page else is_figure
            switch.setEnabled(has_use)

    # -- from the fields to the spec -----------------------------------------------------------

    def _take(self) -> None:
        values: dict[str, Any] = {
            "dpi": self.dpi.value(),
            "font_pt": self.text.value(),
            "theme": self.theme_.currentData(),
            **{name: switch.isChecked() for name, switch in self.switches.items()},
        }
        if self.kind != COORDS:
            values["format"] = self.kind
        self._change(dataclasses.replace(self._spec, **values))

    def _take_size(self) -> None:
        unit = self._unit()
        width, height = self.width_.value() * unit, self.height_.value() * unit
        self._change(dataclasses.replace(self._spec, width_mm=width, height_mm=height))

    def _take_preset(self) -> None:
        chosen = next((p for p in self._presets if p.id == self.preset.currentData()), None)
        if chosen is not None and not self._is_filling:
            self._change(chosen.applied(self._spec), shows=True)

    def _change(self, spec: FigureSpec, *, shows: bool = False) -> None:
        if self._is_filling:
            return
        self._spec = spec
        if shows:
            self._show(spec)
        else:
            same = any(preset.applied(spec) == spec for preset in self._presets)
            self._is_filling = True
            if not same:
                self.preset.setCurrentIndex(self.preset.findData(""))
            self._is_filling = False
        self._enable()
        self.changed.emit()


def _combo(theme: Theme, parent: QWidget, name: str, choices: dict[str, str]) -> Combo:
    made = Combo(theme, parent, name)
    for key, title in choices.items():
        made.addItem(title, key)
    return made
