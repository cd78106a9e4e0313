"""Filtering by what one writes: the field, what is wrong with it, and a chip for each filter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.chips import Chips
from embexplorer.ui.widgets.expression_field import ExpressionField
from embexplorer.ui.widgets.labels import ElidedLabel

if TYPE_CHECKING:
    from embexplorer.app.presenters.filtering import Completion
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.theme import Theme

HINT = 'Filter: topic == "sport" and year >= 2010'
LONGEST = 24  # characters of a text on a button


class FilterBar(QObject):
    """Owns three widgets that the data panel puts in their places.

    Attributes
    ----------
    field, fault, chips
        The field; the line that says what is wrong; the filters there are.
    """

    find_requested = Signal(str)

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._services = services
        self.field = ExpressionField(theme, parent, "Filter by an expression on columns")
        self.field.setPlaceholderText(HINT)
        self.field.setProperty("kind", "quiet")
        self.field.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.fault = QWidget(parent)
        self._said = ElidedLabel(self.fault, "", "danger")
        self._find = Button(theme, self.fault, "Find", kind="link")
        line = QHBoxLayout(self.fault)
        line.setContentsMargins(theme.px(0.875), 0, theme.px(0.5), 0)
        line.addWidget(self._said, 1)
        line.addWidget(self._find)
        self.fault.hide()
        self.chips = Chips(theme, parent, "Filters")
        self.field.completion_wanted.connect(self._complete)
        self.field.entered.connect(self._enter)
        self.field.changed.connect(self._forget_fault)
        self._find.clicked.connect(self._request_find)
        self.chips.removed.connect(self._remove)
        self.chips.cleared.connect(services.filtering.clear)
        services.store.subscribe(self._changed)
        self._show(services.store.state)

    def _changed(self, old: State, new: State) -> None:
        if old.filters != new.filters:
            self._show(new)
        if old.active_space != new.active_space:
            self.field.clear()
            self._forget_fault()

    def _show(self, state: State) -> None:
        self.chips.show_texts([one.title for one in state.filters])

    def _complete(self, text: str, cursor: int) -> None:
        self._services.filtering.complete(text, cursor, self._offer)

    def _offer(self, found: Completion) -> None:
        self.field.show_completions(found.text, found.cursor, found.start, found.options)

    def _enter(self, text: str) -> None:
        """Filter by what was written, or say what is wrong with it; the items stay as they are."""
        if not text.strip() or self._services.store.state.space is None:
            return
        error = self._services.filtering.check(text)
        if error is None:
            self._services.filtering.add_expression(text.strip())
            self.field.clear()
            self._forget_fault()
            return
        self.field.show_fault(error.position, error.length)
        said = f"{error.title}. {error.detail} {error.hint}"
        self._said.show_text(said)
        self.field.setAccessibleDescription(said)
        shown = text.strip()
        short = shown if len(shown) <= LONGEST else f"{shown[:LONGEST]}…"
        self._find.show_text(f"Find “{short}”")
        self.fault.show()

    def _forget_fault(self) -> None:
        self.field.clear_fault()
        self.field.setAccessibleDescription("")
        self.fault.hide()

    def _request_find(self) -> None:
        text = self.field.text().strip()
        self.field.clear()
        self._forget_fault()
        self.find_requested.emit(text)

    def _remove(self, place: int) -> None:
        filters = self._services.store.state.filters
        if place < len(filters):
            self._services.filtering.remove(filters[place])
