"""What a mitigation of bias changed: the new space, numbers before and after, neighbors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.app.presenters.mitigation_view import (
    COLUMNS,
    NEIGHBOR_COLUMNS,
    measure_rows,
    neighbor_rows,
    notes_of,
    sentences,
)
from embexplorer.ui.panels.error_line import ErrorLine
from embexplorer.ui.widgets.columns import ScrollColumn
from embexplorer.ui.widgets.empty_state import EmptyState
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.text_table import TextTable

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from embexplorer.app.mitigation import Mitigation
    from embexplorer.ui.theme import Theme

EMPTY = "Make a new space"
EMPTY_DETAIL = (
    "The space stays as it is. A second one is made beside it, and measured before and after. A "
    "probe that the tab Bias asks of the space is measured too."
)
WIDTHS, NEIGHBOR_WIDTHS = (0, 5.5, 5.5, 5.5), (7, 4.5, 0, 0)  # em


class DebiasChanges(ScrollColumn):
    """Shows what is known so far: nothing, an error, the new space, the report."""

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent, "What changed")
        self._shown: Mitigation | None = None
        self._empty = EmptyState(theme, self, EMPTY, EMPTY_DETAIL)
        self._error = ErrorLine(theme, self)
        self._title = label(self, "", "title", wrap=True)
        self._notes = label(self, "", "caption", wrap=True)
        self.measures = TextTable(theme, self, "Before and after", COLUMNS, WIDTHS, (1, 2, 3))
        self._said = label(self, "", wrap=True)
        self._remarks = label(self, "", "caption", wrap=True)
        self._heading = label(self, "Neighbors changed most", "section")
        self.neighbors = TextTable(
            theme, self, "Neighbors changed most", NEIGHBOR_COLUMNS, NEIGHBOR_WIDTHS
        )
        self.add(self._empty, self._title, self._notes, self._error)
        self.add(self.measures, self._said, gap=0.5)
        self.add(self._heading, self.neighbors, gap=0.5)
        self.add(self._remarks, gap=0.5)
        self.finish()
        self._fill(None)

    def show_mitigation(self, asked: Mitigation | None) -> None:
        """Show what is known of a mitigation."""
        if asked is not self._shown:
            self._fill(asked)
        self._shown = asked

    def _fill(self, asked: Mitigation | None) -> None:
        report = None if asked is None else asked.report
        made = "" if asked is None else asked.made
        self._error.show_error(None if asked is None else asked.error)
        self._empty.setVisible(asked is None)
        self._title.setText(f"“{made}”, made of “{asked.space_name}”" if asked else "")
        self._title.setVisible(bool(made))
        self._notes.setText("" if asked is None else "\n".join(asked.notes))
        self._notes.setVisible(bool(self._notes.text()))
        near = () if report is None else neighbor_rows(report)
        for widget in (self.measures, self._said, self._remarks):
            widget.setVisible(report is not None)
        for widget in (self._heading, self.neighbors):
            widget.setVisible(bool(near))
        if report is not None:
            self.measures.show_rows([row.cells for row in measure_rows(report)])
            self._said.setText("\n".join(sentences(report)))
            self.neighbors.show_rows(near)
            self._remarks.setText("\n".join(notes_of(report)))
