"""The form that projects the active space: method, its parameters, seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from embexplorer.app.appearance import shape_columns
from embexplorer.ui.forms import ParamsForm
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.fields import Combo, SpinBox
from embexplorer.ui.widgets.labels import label, rule

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.core.projection import Projection
    from embexplorer.core.space import Space
    from embexplorer.ui.theme import Theme


class ProjectForm(QWidget):
    """Shown while a space is active."""

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self.setObjectName("project-form")
        self._theme = theme
        self._services = services
        self._methods = {plugin.id: plugin for plugin in services.map.methods()}
        self._method = Combo(theme, self, "Projection method")
        for plugin in self._methods.values():
            self._method.addItem(plugin.title, plugin.id)
        remembered = self._method.findData(services.remembered.settings.method)
        self._method.setCurrentIndex(max(0, remembered))
        self._method.currentIndexChanged.connect(self._choose_method)
        self._summary = label(self, "", "caption", wrap=True)
        self._seed = SpinBox(theme, self, "Seed")
        self._seed.setRange(0, 2**31 - 1)
        self._dims = Combo(theme, self, "Dimensions")
        for dims in (2, 3):
            self._dims.addItem(f"{dims}-D", dims)
        self._labels = Combo(theme, self, "Pull groups together")
        self._labels.setToolTip(
            "A column whose groups UMAP pulls together. What they then show is no finding."
        )
        self._labels_row = QWidget(self)
        self._labels_row.setLayout(self._labelled("Groups", self._labels))
        self._forms: dict[str, ParamsForm] = {}  # by method: making one takes as long as all else
        self._form: ParamsForm | None = None
        self._go = Button(theme, self, "Project", kind="primary")
        self._go.clicked.connect(self._start)
        self._slot = column(theme)
        box = column(
            theme,
            rule(self),
            label(self, "Project", "section"),
            self._labelled("Method", self._method),
            self._summary,
            self._slot,
            self._labels_row,
            self._labelled("Dimensions", self._dims),
            self._labelled("Seed", self._seed),
            row(theme, self._go, None),
        )
        box.setContentsMargins(0, 0, 0, 0)
        self.setLayout(box)
        services.store.subscribe(self._changed)
        services.remembered.subscribe(self._follow)
        self._offer_groups(services.store.state.space)
        self._choose_method()
        self.setVisible(services.store.state.space is not None)

    def fill(self, made: Projection) -> None:
        """Show how a map was made, to make it again with changes."""
        at = self._method.findData(made.method)
        if at < 0:
            return
        self._method.setCurrentIndex(at)
        self._seed.setValue(made.seed)
        self._dims.setCurrentIndex(self._dims.findData(made.dims))
        if self._form is not None:
            known = set(self._form.names)
            self._form.set_values({k: v for k, v in made.params.items() if k in known})
        self._labels.setCurrentIndex(max(0, self._labels.findData(made.labels_from)))
        self._method.setFocus()

    def _labelled(self, text: str, field: QWidget) -> QHBoxLayout:
        caption = label(self, text, "caption")
        caption.setBuddy(field)
        caption.setMinimumWidth(self._theme.px(4.5))
        return row(self._theme, caption, field)

    def _changed(self, old: State, new: State) -> None:
        self.setVisible(new.space is not None)
        if new.space is not old.space:
            self._offer_groups(new.space)

    def _offer_groups(self, space: Space | None) -> None:
        """Offer the columns that name groups; the one that was chosen stays where it is there."""
        chosen = self._labels.currentData()
        self._labels.clear()
        self._labels.addItem("none", "")
        for name in () if space is None else shape_columns(space):
            self._labels.addItem(name, name)
        self._labels.setCurrentIndex(max(0, self._labels.findData(chosen)))

    def _follow(self, _: object) -> None:
        """Show the method that a key, a menu or a script projected with."""
        method = self._services.remembered.settings.method
        self._method.setCurrentIndex(max(0, self._method.findData(method)))

    def _choose_method(self) -> None:
        plugin = self._methods[self._method.currentData()]
        self._summary.setText(plugin.summary)
        self._labels_row.setVisible(plugin.takes_labels)
        if self._form is not None:
            self._form.hide()
        if plugin.id in self._forms:
            self._forms[plugin.id].reset()
        else:
            self._forms[plugin.id] = ParamsForm(self._theme, self, plugin.params)
            self._slot.addWidget(self._forms[plugin.id])
        self._form = self._forms[plugin.id]
        self._form.show()

    def _start(self) -> None:
        takes_labels = self._methods[self._method.currentData()].takes_labels
        if self._form is not None:
            self._services.map.project(
                self._method.currentData(),
                self._form.values(),
                dims=self._dims.currentData(),
                seed=self._seed.value(),
                labels_from=self._labels.currentData() if takes_labels else "",
            )
