"""What the colors of the map mean: categories by count, or the ramp of a numeric column."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from embexplorer.ui.widgets.buttons import Button, Disclosure
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.legend_rows import CategoryList, LegendCategory
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.overlay import Overlay
from embexplorer.ui.widgets.ramp import Ramp, RampLegend

if TYPE_CHECKING:
    from embexplorer.ui.theme import Theme

WIDTH = 13.25  # em
TOP = 0.25
BOTTOM = 0.375
LEAST_ROWS = 3

__all__ = ["CategoryLegend", "Legend", "LegendCategory", "RampLegend"]


@dataclass(frozen=True, slots=True)
class CategoryLegend:
    """The legend of a column of categories, ordered by count."""

    title: str
    categories: tuple[LegendCategory, ...]


class Legend(Overlay):
    """A card at the top left of the map.

    Parameters
    ----------
    parent
        The map.
    limit
        Rows before ``Show n more``; fewer where the map is too low for them.

    Signals
    -------
    category_hovered(int)
        The category under the mouse or the keyboard; -1 when there is none any more.
    category_toggled(int)
        A click or Space: hide it, or show it again. The first click of a double click is taken back
        by a second `category_toggled`.
    category_soloed(int)
        A double click or Enter: show only this one, or all again.
    collapsed(bool)
        The title was clicked.
    """

    category_hovered = Signal(int)
    category_toggled = Signal(int)
    category_soloed = Signal(int)
    collapsed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget, limit: int = 16) -> None:
        super().__init__(theme, parent)
        self._limit = limit
        self._view: CategoryLegend | RampLegend | None = None
        self._shows_all = False
        name_widget(self, "Legend")
        self.setFixedWidth(theme.px(WIDTH))
        self.body.setContentsMargins(1, theme.px(TOP), 1, theme.px(BOTTOM))
        self.body.setSpacing(0)
        self._title = Disclosure(theme, self, "Legend", is_open=True)
        self._note = label(self, kind="caption")
        self._note.setObjectName("LegendNote")
        self._rows = CategoryList(theme, self)
        self._more = Button(theme, self, "Show more", kind="link")
        self._ramp = Ramp(theme, self)
        self._lay_out()
        self._title.opened.connect(self._on_opened)
        self._more.clicked.connect(self._on_more)
        self._rows.category_hovered.connect(self.category_hovered)
        self._rows.category_toggled.connect(self.category_toggled)
        self._rows.category_soloed.connect(self.category_soloed)
        self.anchor(Qt.Corner.TopLeftCorner)

    @property
    def is_collapsed(self) -> bool:
        """Whether only the title is shown."""
        return not self._title.isChecked()

    def set_collapsed(self, is_collapsed: bool) -> None:
        """Show only the title, or everything."""
        self._title.setChecked(not is_collapsed)

    def set_limit(self, limit: int) -> None:
        """Show at most `limit` rows before ``Show n more``."""
        self._limit = limit
        self._refresh()

    def show_view(self, view: CategoryLegend | RampLegend) -> None:
        """Show what colors the map now."""
        if self._view is None or view.title != self._view.title:
            self._shows_all = False
        self._view = view
        self._title.show_text(view.title)
        self.setAccessibleName(f"Legend, colored by {view.title}")
        if isinstance(view, CategoryLegend):
            n_values = len(view.categories)
            self._note.setText(f"{n_values:,} value{'' if n_values == 1 else 's'}")
        else:
            self._note.setText(view.note)
            self._ramp.show_view(view)
        self._refresh()
        self.show()

    def clear(self) -> None:
        """Hide it: the map has one color."""
        self._view = None
        self.hide()

    def parent_resized(self) -> None:
        """Show as many rows as the map has room for."""
        self._refresh()

    def _lay_out(self) -> None:
        theme = self.theme
        head = row(theme, self._title, None, self._note)
        head.setContentsMargins(theme.px(0.375), 0, theme.px(0.625), 0)
        self._foot = QWidget(self)
        foot = row(theme, self._more, None)
        foot.setContentsMargins(theme.px(1.375), theme.px(0.125), theme.px(0.625), 0)
        self._foot.setLayout(foot)
        self._head = head
        rows = column(theme, self._rows)
        rows.setContentsMargins(theme.px(0.25), 0, theme.px(0.25), 0)
        self.body.addLayout(head)
        self.body.addLayout(rows)
        self.body.addWidget(self._foot)
        self.body.addWidget(self._ramp)

    def _refresh(self) -> None:
        view = self._view
        if view is None:
            return
        is_open = not self.is_collapsed
        has_categories = isinstance(view, CategoryLegend)
        self._rows.setVisible(is_open and has_categories)
        self._ramp.setVisible(is_open and not has_categories)
        self._note.setVisible(is_open)
        self._foot.setVisible(False)
        if isinstance(view, CategoryLegend) and is_open:
            self._show_rows(view)
        self.fit()

    def _show_rows(self, view: CategoryLegend) -> None:
        n_rows = len(view.categories)
        room = self._rows_with_room(has_foot=n_rows > self._limit or self._shows_all)
        limit = min(self._limit, room)
        rest = n_rows - limit
        self._foot.setVisible(rest > 0)
        self._more.show_text("Show fewer" if self._shows_all else f"Show {rest:,} more")
        is_cut = rest > 0 and not self._shows_all
        self._rows.show_categories(view.categories[:limit] if is_cut else view.categories)
        self._rows.set_limit(room)

    def _rows_with_room(self, *, has_foot: bool) -> int:
        row_height = self._rows.row_height()
        margins = self.body.contentsMargins()
        head = self._head.sizeHint().height() + margins.top() + margins.bottom()
        head += 2 * self.frameWidth()
        foot = self._foot.sizeHint().height() if has_foot else 0
        room = self.host.height() - 2 * self.inset - head - foot
        return max(LEAST_ROWS, room // row_height)

    def _on_opened(self, is_open: bool) -> None:
        self._refresh()
        self.collapsed.emit(not is_open)

    def _on_more(self) -> None:
        self._shows_all = not self._shows_all
        self._refresh()
