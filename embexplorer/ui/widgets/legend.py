"""What the looks of points mean: categories by count or a ramp, and keys of size and shape."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QWidget

from embexplorer.ui.widgets.buttons import Button, Disclosure
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.fields import LineEdit
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.legend_keys import LegendKey, LegendKeys
from embexplorer.ui.widgets.legend_rows import OTHER, CategoryList, LegendRow
from embexplorer.ui.widgets.legend_views import CategoryLegend, PlainLegend, RampLegend
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.overlay import Overlay
from embexplorer.ui.widgets.own_keys import keep_keys
from embexplorer.ui.widgets.ramp import Ramp

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtWidgets import QLayout

    from embexplorer.ui.theme import Theme

WIDTH = 13.25  # em
TOP = 0.25
BOTTOM = 0.375
LEAST_ROWS = 3
SEARCHED = 50  # categories from which on there is a field to find one
MISSING = -1  # code of items without a value
MISSING_NAME = "no value"

__all__ = ["CategoryLegend", "Legend", "LegendKey", "PlainLegend", "RampLegend"]


View = CategoryLegend | RampLegend | PlainLegend


class Legend(Overlay):
    """A card at the top left of the map. Its signals carry the codes of categories, as tuples.

    Parameters
    ----------
    parent
        The map.
    limit
        Rows before ``Show n more``; fewer where the map is too low for them.

    Signals
    -------
    category_hovered(object), category_toggled(object), category_soloed(object, bool),
    category_added(object), menu_requested(object, QPoint)
        See `legend_rows.CategoryList`.
    shown_all()
        Nothing shall be hidden any more.
    range_moved(float, float), end_typed(int, str), range_reset()
        See `ramp.Ramp`.
    title_menu_requested(QPoint)
        The other button on the title, and where on the screen.
    collapsed(bool)
        The title was clicked.
    """

    category_hovered = Signal(object)
    category_toggled = Signal(object)
    category_soloed = Signal(object, bool)
    category_added = Signal(object)
    menu_requested = Signal(object, QPoint)
    shown_all = Signal()
    range_moved = Signal(float, float)
    end_typed = Signal(int, str)
    range_reset = Signal()
    title_menu_requested = Signal(QPoint)
    collapsed = Signal(bool)

    def __init__(self, theme: Theme, parent: QWidget, limit: int = 16) -> None:
        super().__init__(theme, parent)
        self._limit = limit
        self._view: View | None = None
        self._all_rows: tuple[LegendRow, ...] = ()
        self._plain_names: tuple[str, ...] = ()
        self._shows_all = False
        name_widget(self, "Legend")
        self.setFixedWidth(theme.px(WIDTH))
        self.body.setContentsMargins(1, theme.px(TOP), 1, theme.px(BOTTOM))
        self.body.setSpacing(0)
        self._title = Disclosure(theme, self, "Legend", is_open=True)
        self._title.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self._note = label(self, kind="caption")
        self._note.setObjectName("LegendNote")
        self._search = LineEdit(theme, self, "Find a value")
        self._search.setPlaceholderText("Find a value")
        self._rows = CategoryList(theme, self)
        self._more = Button(theme, self, "Show more", kind="link")
        self._all = Button(theme, self, "Show all", kind="link")
        self._ramp = Ramp(theme, self)
        self._known = label(self, kind="caption", wrap=True)
        self._known.setObjectName("LegendKnown")
        self._keys = LegendKeys(theme, self)
        self._lay_out()
        self._connect()
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

    def show_view(self, view: View, keys: tuple[LegendKey, ...] = ()) -> None:
        """Show what the looks of points mean now."""
        before, self._view = self._view, view
        if before is None or view.title != before.title:
            self._shows_all = False
            self._search.clear()
        self._title.show_text(view.title)
        self._title.setToolTip(view.tip)
        self.setAccessibleName(f"Legend, colored by {view.title}")
        if isinstance(view, RampLegend):
            self._ramp.show_view(view)
        elif isinstance(view, CategoryLegend) and not (
            isinstance(before, CategoryLegend) and _have_same_rows(before, view)
        ):
            self._read_rows(view)
        self._keys.show_keys(keys)
        self._refresh()
        self.show()

    def clear(self) -> None:
        """Hide it: the map has one color."""
        self._view = None
        self.hide()

    def parent_resized(self) -> None:
        """Show as many rows as the map has room for."""
        self._refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Clear the search on Esc, go from it to the rows with the arrow, follow the map's size."""
        if watched is self._search and isinstance(event, QKeyEvent):
            keep_keys(event, (Qt.Key.Key_Escape,))
            is_press = event.type() == QEvent.Type.KeyPress
            if is_press and event.key() == Qt.Key.Key_Escape:
                self._search.clear()
                return True
            if is_press and event.key() == Qt.Key.Key_Down:
                self._rows.setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    # -- building ------------------------------------------------------------------------------

    def _lay_out(self) -> None:
        theme = self.theme
        head = row(theme, self._title, None, self._note)
        head.setContentsMargins(theme.px(0.375), 0, theme.px(0.625), 0)
        self._head = head
        self._finder = self._held(column(theme, self._search), 0.5, 0.25)
        self._foot = self._held(row(theme, self._more, None, self._all), 0.75, 0.0)
        self._said = self._held(column(theme, self._known), 0.75, 0.125)
        rows = column(theme, self._rows)
        rows.setContentsMargins(theme.px(0.25), 0, theme.px(0.25), 0)
        self.body.addLayout(head)
        self.body.addWidget(self._finder)
        self.body.addWidget(self._ramp)
        self.body.addLayout(rows)
        self.body.addWidget(self._foot)
        self.body.addWidget(self._said)
        self.body.addWidget(self._keys)

    def _held(self, layout: QLayout, side: float, above: float) -> QWidget:
        """Return a widget around a layout, so that it can be hidden."""
        held, px = QWidget(self), self.theme.px
        layout.setContentsMargins(px(side), px(above), px(side), px(above))
        held.setLayout(layout)
        return held

    def _connect(self) -> None:
        self._title.opened.connect(self._on_opened)
        self._title.customContextMenuRequested.connect(self._on_title_menu)
        self._search.textChanged.connect(self._refresh)
        self._search.installEventFilter(self)
        self._more.clicked.connect(self._on_more)
        self._all.clicked.connect(self._on_all)
        self._rows.category_hovered.connect(self.category_hovered)
        self._rows.category_toggled.connect(self.category_toggled)
        self._rows.category_soloed.connect(self.category_soloed)
        self._rows.category_added.connect(self.category_added)
        self._rows.menu_requested.connect(self.menu_requested)
        self._ramp.range_moved.connect(self.range_moved)
        self._ramp.end_typed.connect(self.end_typed)
        self._ramp.reset_requested.connect(self.range_reset)

    # -- showing -------------------------------------------------------------------------------

    def _read_rows(self, view: CategoryLegend) -> None:
        """Make the rows once: hiding a category changes none of them."""
        given = zip(view.names, view.counts, view.positions, strict=True)
        self._all_rows = tuple(
            LegendRow((code,), name or "(empty)", count, position)
            for code, (name, count, position) in enumerate(given)
        )
        self._plain_names = tuple(name.casefold() for name in view.names)

    def _refresh(self) -> None:
        view = self._view
        if view is None:
            return
        is_open = not self.is_collapsed
        is_ramp, is_list = isinstance(view, RampLegend), isinstance(view, CategoryLegend)
        self._ramp.setVisible(is_open and is_ramp)
        self._note.setVisible(is_open)
        self._finder.setVisible(is_open and is_list and len(self._all_rows) >= SEARCHED)
        self._known.setText(view.note)
        self._note.setToolTip(view.note)
        self._said.setVisible(is_open and not is_list and bool(view.note))
        self._keys.setVisible(is_open and bool(self._keys.keys))
        self._rows.hide()
        self._foot.hide()
        if is_open and isinstance(view, CategoryLegend):
            self._show_categories(view)
        elif is_open and isinstance(view, RampLegend):
            self._show_range(view)
        elif isinstance(view, PlainLegend):
            self._note.setText("")
        self.fit()

    def _show_range(self, view: RampLegend) -> None:
        self._note.setText("")
        hidden = frozenset([MISSING]) if view.is_missing_hidden else frozenset[int]()
        if view.missing:
            n = sum(view.counts) + view.missing
            self._rows.show_rows((_missing_row(view.missing),), hidden, n)
            self._rows.set_limit(1)
            self._rows.show()
        self._more.hide()
        self._foot.setVisible(view.is_chosen or bool(hidden))
        self._all.show()

    def _show_categories(self, view: CategoryLegend) -> None:
        n = len(view.names)
        n_hidden = sum(0 <= code < n for code in view.hidden)
        values = f"{n:,} value{'' if n == 1 else 's'}"
        self._note.setText(f"{n - n_hidden:,} of {values}" if n_hidden else values)
        wanted = self._search.text().strip().casefold()
        if wanted:
            rows, rest = self._found(wanted), 0
            self._note.setText(f"{len(rows):,} of {values}")
        else:
            rows, rest = self._rows_and_rest(view)
        self._all.setVisible(bool(view.hidden))
        self._more.setVisible(bool(rest) or (self._shows_all and not wanted))
        more = f"{rest:,} more" if view.hidden else f"Show {rest:,} more"  # beside "Show all"
        self._more.show_text("Show fewer" if self._shows_all else more)
        self._foot.setVisible(bool(view.hidden) or not self._more.isHidden())
        most = max(view.counts, default=0)
        self._rows.show_rows(rows, view.hidden, most)
        self._rows.set_limit(self._room())
        self._rows.show()

    def _found(self, wanted: str) -> tuple[LegendRow, ...]:
        pairs = zip(self._plain_names, self._all_rows, strict=True)
        return tuple(one for name, one in pairs if wanted in name)

    def _rows_and_rest(self, view: CategoryLegend) -> tuple[tuple[LegendRow, ...], int]:
        """Return the rows to show, and how many categories wait behind ``Show n more``."""
        missing = (_missing_row(view.missing),) if view.missing else ()
        everything = (*self._all_rows, *missing)
        self._foot.setVisible(True)  # its height counts
        limit = min(self._limit, self._room())
        if self._shows_all and len(everything) > limit:
            return everything, 0
        self._shows_all = False
        if len(everything) <= limit:
            return everything, 0
        others = tuple(one for one in self._all_rows if one.position == OTHER)
        extra = (*_others_row(others), *missing)
        shown = self._all_rows[: max(1, limit - len(extra))]
        return (*shown, *extra), len(self._all_rows) - len(shown)

    def _room(self) -> int:
        """Return how many rows fit between everything else and the lower edge of the map."""
        margins = self.body.contentsMargins()
        taken = self._head.sizeHint().height() + margins.top() + margins.bottom()
        taken += 2 * (self.frameWidth() + self.inset)
        for part in (self._finder, self._foot, self._said):
            if not part.isHidden():
                wide = part.hasHeightForWidth()
                taken += part.heightForWidth(self.width()) if wide else part.sizeHint().height()
        if not self._keys.isHidden():
            taken += self._keys.height()
        return max(LEAST_ROWS, (self.host.height() - taken) // self._rows.row_height())

    # -- answers -------------------------------------------------------------------------------

    def _on_opened(self, is_open: bool) -> None:
        self._refresh()
        self.collapsed.emit(not is_open)

    def _on_more(self) -> None:
        self._shows_all = not self._shows_all
        self._refresh()

    def _on_all(self) -> None:
        if isinstance(self._view, RampLegend) and self._view.is_chosen:
            self.range_reset.emit()
        self.shown_all.emit()

    def _on_title_menu(self, at: QPoint) -> None:
        self.title_menu_requested.emit(self._title.mapToGlobal(at))


def _have_same_rows(one: CategoryLegend, other: CategoryLegend) -> bool:
    return one.names is other.names and one.counts is other.counts


def _missing_row(n: int) -> LegendRow:
    return LegendRow((MISSING,), MISSING_NAME, n, OTHER)


def _others_row(others: tuple[LegendRow, ...]) -> tuple[LegendRow, ...]:
    """Return one row for all categories that share a color, if there are."""
    if not others:
        return ()
    codes = tuple(code for one in others for code in one.codes)
    name = f"{len(others):,} other{'' if len(others) == 1 else 's'}"
    return (LegendRow(codes, name, sum(one.count for one in others), OTHER),)
