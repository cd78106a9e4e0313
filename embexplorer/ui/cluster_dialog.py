"""The dialog that asks how to find clusters."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QWidget

from embexplorer.app.presenters.library import projection_title
from embexplorer.ui.forms import ParamsForm
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.fields import Combo, SpinBox
from embexplorer.ui.widgets.labels import label

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.ui.theme import Theme

# em
WIDTH, CAPTION, MARGIN = 26, 4.5, 1.0
ON_MAP = (
    "Groups that are seen on the map. A map invents gaps and pulls groups apart: what it shows as "
    "two may be one in the full space."
)
ON_VECTORS = (
    "Groups in the full space; on the map they may lie in several places. With many dimensions "
    "k-means is the surer method."
)


class ClusterDialog(QDialog):
    """Method, place, parameters and seed."""

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._services = services
        self._methods = {plugin.id: plugin for plugin in services.clustering.methods()}
        self.setObjectName("find-clusters")
        self.setWindowTitle("Find clusters")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._method = Combo(theme, self, "Clustering method")
        for plugin in self._methods.values():
            self._method.addItem(plugin.title, plugin.id)
        self._method.currentIndexChanged.connect(self._choose_method)
        self._place = Combo(theme, self, "What is clustered")
        projection = services.store.state.projection
        if projection is not None:
            self._place.addItem(f"The map ({projection_title(projection)})", "map")
        self._place.addItem("The vectors", "vectors")
        self._place.currentIndexChanged.connect(self._choose_place)
        self._summary = label(self, "", "caption", wrap=True)
        self._meaning = label(self, "", "caption", wrap=True)
        self._seed = SpinBox(theme, self, "Seed")
        self._seed.setRange(0, 2**31 - 1)
        self._slot = column(theme)
        self._form: ParamsForm | None = None
        self._lay_out()
        self._choose_method()
        self._choose_place()

    def _lay_out(self) -> None:
        theme = self._theme
        go = Button(theme, self, "Find clusters", kind="primary")
        go.setDefault(True)
        go.clicked.connect(self._find)
        cancel = Button(theme, self, "Cancel")
        cancel.clicked.connect(self.reject)
        box = column(
            theme,
            self._labelled("Method", self._method),
            self._summary,
            self._labelled("On", self._place),
            self._meaning,
            self._slot,
            self._labelled("Seed", self._seed),
            row(theme, None, cancel, go),
        )
        margin = theme.px(MARGIN)
        box.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(box)
        self.setMinimumWidth(theme.px(WIDTH))

    def _labelled(self, text: str, field: QWidget) -> QHBoxLayout:
        caption = label(self, text, "caption")
        caption.setBuddy(field)
        caption.setMinimumWidth(self._theme.px(CAPTION))
        return row(self._theme, caption, field)

    def _choose_method(self) -> None:
        plugin = self._methods[self._method.currentData()]
        self._summary.setText(plugin.summary)
        if self._form is not None:
            self._slot.removeWidget(self._form)
            self._form.hide()
            self._form.deleteLater()
        self._form = ParamsForm(self._theme, self, plugin.params)
        self._slot.addWidget(self._form)
        self._choose_place()

    def _choose_place(self) -> None:
        on = self._place.currentData()
        self._meaning.setText(ON_MAP if on == "map" else ON_VECTORS)
        if self._form is not None and "unit_length" in self._form.names:
            direction = self._form.field("unit_length")
            direction.setEnabled(on == "vectors")  # a map has no directions
            if on == "map":
                self._form.set_values({"unit_length": False})

    def _find(self) -> None:
        if self._form is not None:
            self._services.clustering.find(
                self._method.currentData(),
                self._form.values(),
                on=self._place.currentData(),
                seed=self._seed.value(),
            )
        self.accept()
