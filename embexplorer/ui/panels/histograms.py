"""The histograms of the data panel: one chart per column, whose bars filter the map."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QScrollArea, QWidget

from embexplorer.app.presenters.histograms import as_text, described
from embexplorer.ui.widgets.empty_state import EmptyState
from embexplorer.ui.widgets.histogram import Bar, Histogram, HistogramView
from embexplorer.ui.widgets.naming import name_widget

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent, QWheelEvent

    from embexplorer.app.column_counts import ColumnCounts
    from embexplorer.app.filters import Filter
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.theme import Theme

MARGIN = 0.5  # em
WIDEST = 26.0


class HistogramsPanel(QScrollArea):
    """Counts only while it is seen."""

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        name_widget(self, "Histograms")
        self._theme = theme
        self._services = services
        self._counts: tuple[ColumnCounts, ...] = ()
        self._charts: list[Histogram] = []
        self.setProperty("kind", "panel")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidgetResizable(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        inside = self._inside = QWidget(self)
        self._box = QHBoxLayout(inside)
        margin = theme.px(MARGIN)
        self._box.setContentsMargins(margin, theme.px(0.25), margin, theme.px(0.25))
        self._box.setSpacing(theme.px(1.0))
        self._empty = EmptyState(
            theme, self, "No columns", "Columns of numbers, dates and categories have bars."
        )
        self._box.addWidget(self._empty, 1)
        self._box.addStretch(0)
        self.setWidget(inside)
        services.store.subscribe(self._changed)

    @property
    def charts(self) -> tuple[Histogram, ...]:
        """The charts, in the order of the columns."""
        return tuple(self._charts)

    def showEvent(self, event: QShowEvent) -> None:
        """Count what changed while nobody looked."""
        super().showEvent(event)
        self._ask()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll sideways: there is nothing below."""
        bar = self.horizontalScrollBar()
        bar.setValue(bar.value() - event.angleDelta().y() // 2 - event.angleDelta().x() // 2)
        event.accept()

    def _changed(self, old: State, new: State) -> None:
        if not self.isVisible():
            return
        is_counted = (
            old.space is new.space
            and old.visible is new.visible
            and old.hidden == new.hidden
            and old.selection is new.selection
        )
        if not is_counted:
            self._ask()
        if old.filters != new.filters:
            self._show(new.filters)

    def _ask(self) -> None:
        self._services.histograms.ask(self._take)

    def _take(self, counts: tuple[ColumnCounts, ...]) -> None:
        self._counts = counts
        self._show(self._services.store.state.filters)

    def _show(self, filters: tuple[Filter, ...]) -> None:
        while len(self._charts) < len(self._counts):
            self._charts.append(self._chart())
        while len(self._charts) > len(self._counts):
            chart = self._charts.pop()
            self._box.removeWidget(chart)
            chart.hide()
            chart.deleteLater()
        self._empty.setVisible(not self._counts)
        for chart, counts in zip(self._charts, self._counts, strict=True):
            chart.show_view(histogram_view(counts, filters))

    def _chart(self) -> Histogram:
        chart = Histogram(self._theme, self._inside)
        chart.setMaximumWidth(self._theme.px(WIDEST))
        chart.brushed.connect(self._brush)
        chart.bar_chosen.connect(self._choose)
        chart.cleared.connect(self._clear)
        chart.menu_requested.connect(self._open_menu)
        self._box.insertWidget(len(self._charts), chart, 1)
        return chart

    def _asked(self) -> ColumnCounts:
        """Return the counts of the chart that has sent a signal."""
        chart = self.sender()
        return next(
            counts for one, counts in zip(self._charts, self._counts, strict=True) if one is chart
        )

    def _brush(self, first: int, last: int) -> None:
        self._services.histograms.brush(self._asked(), first, last)

    def _choose(self, bar: int, adds: bool) -> None:
        self._services.histograms.choose(self._asked(), bar, adds=adds)

    def _clear(self) -> None:
        self._services.histograms.clear(self._asked())

    def _open_menu(self, at: QPoint) -> None:
        counts = self._asked()
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for title, run in (
            ("Copy as table", self._copy_table),
            (f"Color by {counts.column}", self._color),
            ("Clear the filter", self._clear_column),
        ):
            action = menu.addAction(title)
            action.setData(counts)
            action.triggered.connect(run)
        is_filtered = counts.brushed(self._services.store.state.filters) is not None
        menu.actions()[-1].setEnabled(is_filtered)
        menu.popup(at)

    def _copy_table(self) -> None:
        QGuiApplication.clipboard().setText(as_text(_counts_of(self.sender())))

    def _color(self) -> None:
        self._services.map.color_by(_counts_of(self.sender()).column)

    def _clear_column(self) -> None:
        self._services.histograms.clear(_counts_of(self.sender()))


def _counts_of(action: object) -> ColumnCounts:
    assert isinstance(action, QAction)
    counts: ColumnCounts = action.data()
    return counts


def histogram_view(counts: ColumnCounts, filters: tuple[Filter, ...]) -> HistogramView:
    """Return the bars of a column, those that its own filters leave marked."""
    left = counts.brushed(filters) or (True,) * len(counts.labels)
    positions = counts.positions or (None,) * len(counts.labels)
    bars = tuple(
        Bar(label, int(all_), int(shown), int(selected), position, is_on)
        for label, all_, shown, selected, position, is_on in zip(
            counts.labels, counts.all, counts.shown, counts.selected, positions, left, strict=True
        )
    )
    ends = ("", "")
    if counts.kind == "number" and bars:
        ends = _ends(counts)
    is_incomplete = counts.kind == "number" and counts.n_missing > 0
    missing = f"{counts.n_missing:,} missing" if is_incomplete else ""
    note = ", ".join(filter(None, (counts.note, missing)))
    return HistogramView(counts.column, note, counts.kind, bars, ends, described(counts))


def _ends(counts: ColumnCounts) -> tuple[str, str]:
    """Return the least and the largest number, as the bars at the ends say them."""
    first, last = counts.labels[0], counts.labels[-1]
    return first.split(" to ")[0], last.split(" to ")[-1]
