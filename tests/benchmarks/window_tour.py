"""The tour that `bench_stalls.py` takes: what people do with a map, one step after the other."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from embexplorer.core.space import Space, make_space, make_table
from embexplorer.ui.widgets.fields import LineEdit

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow
    from embexplorer.ui.scatter.map_view import MapView

Wait = float | Callable[[], bool]
Steps = Iterator[Wait]

LASSOED = 0.2  # share of the items that the lasso takes
CORNERS = 24
PATIENCE = 30.0  # seconds that the tour waits for one thing
NO_BUTTON, LEFT = Qt.MouseButton.NoButton, Qt.MouseButton.LeftButton
TOPICS = 80  # enough for a legend that can be searched


def make_points(n: int, d: int) -> Space:
    """Make n random points in eight groups, with categories, a number and a text each."""
    rng = np.random.default_rng(0)
    group = rng.integers(0, 8, n)
    vectors = rng.normal(size=(8, d))[group] * 2 + rng.normal(size=(n, d))
    columns = {
        "kind": [f"group {k}" for k in group],
        "topic": [f"topic {k}" for k in rng.integers(0, TOPICS, n)],
        "size": rng.normal(size=n),
        "text": [f"The text of item {k}, which is in group {group[k]}." for k in range(n)],
    }
    table = make_table([f"item {k}" for k in range(n)], columns)
    return make_space(vectors.astype(np.float32), table, name="points")


class WindowTour:
    """Does things in a window; `name_step` is told the name of each before it is done."""

    def __init__(self, window: MainWindow, name_step: Callable[[str], None]) -> None:
        self._window = window
        self._services = window.services
        self._store = window.services.store
        self._name_step = name_step
        self._rng = np.random.default_rng(1)

    def steps(self, space: Space, method: str, rounds: int) -> Steps:
        """Yield what to wait for after each step: seconds, or a condition while which to wait."""
        services, store = self._services, self._store
        yield self._step("the first page", lambda: None, 2.0)
        yield self._step("open", lambda: services.library.add(space))
        yield self._patiently(lambda: bool(store.state.activity) or store.state.projection is None)
        yield from self._use()
        yield from self._third_dimension()
        if not rounds:
            return
        yield self._step(f"project with {method}", lambda: services.map.project(method), 1.0)
        for _ in range(rounds):
            if store.state.live is not None:
                yield from self._use()
        if store.state.live is not None:
            yield from self._third_dimension()
        yield self._step("keep the map", services.map.keep_live, 1.0)

    def _step(self, name: str, work: Callable[[], object], wait: float = 0.3) -> float:
        self._name_step(name)
        work()
        return wait

    def _command(self, name: str, command_id: str, wait: float = 0.3) -> float:
        return self._step(name, self._window.actions_.action(command_id).trigger, wait)

    def _patiently(self, is_waiting: Callable[[], bool]) -> Callable[[], bool]:
        end = time.perf_counter() + PATIENCE
        return lambda: is_waiting() and time.perf_counter() < end

    def _use(self) -> Steps:
        for part in (
            self._point, self._move_view, self._lasso, self._color, self._legend, self._filter,
            self._brush, self._find, self._layers, self._names, self._undo, self._theme,
        ):  # fmt: skip
            yield from part()

    # -- on the map ----------------------------------------------------------------------------

    def _point(self) -> Steps:
        view = self._window.map.view
        for _ in range(12):
            yield self._step("hover", lambda: _move(view, self._place()), 0.03)
        for _ in range(3):
            row = int(self._rng.integers(view.n_items))
            yield self._step("click an item", lambda row=row: _click(view, _at(view, row)), 0.5)
        key = Qt.Key.Key_Escape
        yield self._step("clear the selection", lambda: QTest.keyClick(view, key))

    def _move_view(self) -> Steps:
        view = self._window.map.view
        for delta in (120, 120, 120, -120, -120, -120):
            yield self._step("zoom by wheel", lambda d=delta: _turn_wheel(view, d), 0.03)
        places = [QPointF(500 + 12 * k, 400 + 6 * k) for k in range(12)]
        yield from self._drag("pan", view.viewport(), places)
        yield self._step("fit", self._window.map.fit)

    def _lasso(self) -> Steps:
        view = self._window.map.view
        self._window.inspector.setCurrentWidget(self._window.details)
        yield self._command("lasso tool", "select.lasso")
        pixels = view.data_to_pixels(view.coords)
        middle = np.nanmedian(pixels, axis=0)
        far = np.hypot(*(pixels - middle).T)
        radius = float(np.nanquantile(far, LASSOED))
        angles = np.linspace(0, 2 * np.pi, CORNERS)
        corners = middle + radius * np.column_stack([np.cos(angles), np.sin(angles)])
        yield from self._drag(
            "lasso", view.viewport(), [QPointF(x, y) for x, y in corners.tolist()]
        )
        state = self._store
        yield self._patiently(
            lambda: state.state.explained is None or state.state.explained.is_running
        )
        yield 0.5
        yield self._command("pointer tool", "select.pointer")
        yield self._command("invert the selection", "select.invert", 1.0)
        yield self._command("select all", "select.all", 1.0)
        yield self._command("clear the selection", "select.clear")

    def _layers(self) -> Steps:
        toggle = self._services.map.toggle_layer
        yield self._step("density on", lambda: toggle("density"), 1.0)
        yield self._step("contours on", lambda: toggle("contours"), 1.0)
        yield from self._pan_a_little("pan with layers")
        yield self._step("density off", lambda: toggle("density"))
        yield self._step("contours off", lambda: toggle("contours"))

    def _names(self) -> Steps:
        clustering, document = self._services.clustering, self._store.state.document
        yield self._step("k-means", lambda: clustering.find("kmeans"))
        yield self._patiently(lambda: self._store.state.document is document)
        yield 1.0
        yield from self._pan_a_little("pan with names")
        yield self._step("names off", lambda: clustering.show(""))

    def _third_dimension(self) -> Steps:
        set_dims, view = self._services.map.set_dims, self._window.map.view
        yield self._step("to 3-D", lambda: set_dims(3))
        yield self._patiently(lambda: view.dims == 2)
        yield 1.0
        if view.dims == 3:
            yield self._command("rotate in 3-D", "map.rotate", 2.0)
            yield self._command("rotate in 3-D", "map.rotate")
            places = [QPointF(500 + 15 * k, 400 + 8 * k) for k in range(12)]
            yield from self._drag("turn in 3-D", view.viewport(), places)
            for _ in range(8):
                yield self._step("hover in 3-D", lambda: _move(view, self._place()), 0.03)
            yield from self._lasso()
        yield self._step("to 2-D", lambda: set_dims(2))
        yield self._patiently(lambda: view.dims == 3)
        yield 1.0

    def _pan_a_little(self, name: str) -> Steps:
        view = self._window.map.view
        yield from self._drag(name, view.viewport(), [QPointF(500 + 12 * k, 400) for k in range(6)])
        yield self._step("fit", self._window.map.fit)

    # -- beside the map ------------------------------------------------------------------------

    def _color(self) -> Steps:
        for column in ("size", "kind", "", "topic"):
            name = f"color by {column or 'nothing'}"
            yield self._step(name, lambda c=column: self._services.map.color_by(c), 0.5)
        yield self._step("sort", lambda: self._services.items.sort_by("size", ascending=False))

    def _legend(self) -> Steps:
        legend = self._window.map.legend
        for codes in ((0,), (1,), ()):
            hover = legend.category_hovered.emit
            yield self._step("hover the legend", lambda c=codes, hover=hover: hover(c), 0.1)
        for _ in range(2):
            yield self._step("toggle in the legend", lambda: legend.category_toggled.emit((2,)))
        fields = legend.findChildren(LineEdit)
        search = next(one for one in fields if one.accessibleName() == "Find a value")
        yield from self._type("search the legend", search, "7")
        yield self._step("search the legend", search.clear)

    def _filter(self) -> Steps:
        field = self._window.data.filter.field
        yield from self._type("type a filter", field, 'size > 0 and kind == "group 1"')
        enter = Qt.Key.Key_Return
        yield self._step("filter", lambda: QTest.keyClick(field, enter), 0.6)
        yield self._step("clear the filter", self._services.filtering.clear, 0.6)

    def _brush(self) -> Steps:
        data = self._window.data
        yield self._step("histograms", data.show_histograms, 0.8)
        charts = [one for one in data.histograms.charts if one.view.title == "size"]
        for chart in charts:
            places = [chart.bar_rect(bar).center() for bar in range(4, 12)]
            yield from self._drag("brush a histogram", chart, places)
            yield 0.5
        yield self._step("clear the filter", self._services.filtering.clear, 0.6)

    def _find(self) -> Steps:
        finder = self._window.map.finder
        yield self._step("open the find field", finder.open)
        yield from self._type("type into the find field", finder.bar.field, "item 77")
        yield 0.5
        for _ in range(3):
            field, enter = finder.bar.field, Qt.Key.Key_Return
            yield self._step("next hit", lambda f=field, e=enter: QTest.keyClick(f, e), 0.5)
        yield self._step("close the find field", self._services.finding.close)

    def _undo(self) -> Steps:
        for _ in range(6):
            yield self._command("undo", "edit.undo")
        for _ in range(6):
            yield self._command("redo", "edit.redo")

    def _theme(self) -> Steps:
        yield self._step("dark theme", lambda: self._window.shell.set_theme("dark"), 0.8)
        yield self._step("light theme", lambda: self._window.shell.set_theme("light"), 0.8)

    # -- mouse and keys ------------------------------------------------------------------------

    def _place(self) -> QPointF:
        return QPointF(*self._rng.uniform((300, 100), (700, 450)).tolist())

    def _type(self, name: str, field: QWidget, text: str) -> Steps:
        for character in text:
            yield self._step(name, lambda c=character: QTest.keyClicks(field, c), 0.08)
        yield 0.4

    def _drag(self, name: str, widget: QWidget, places: list[QPointF]) -> Steps:
        press, release = QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease
        yield self._step(name, lambda: _send(widget, press, places[0], LEFT, LEFT), 0.02)
        for place in places[1:]:
            move = QEvent.Type.MouseMove
            yield self._step(
                name, lambda p=place, m=move: _send(widget, m, p, NO_BUTTON, LEFT), 0.02
            )
        yield self._step(name, lambda: _send(widget, release, places[-1], LEFT, NO_BUTTON))


def _at(view: MapView, row: int) -> QPointF:
    x, y = view.to_pixels([row])[0].tolist()
    return QPointF(x, y)


def _click(view: MapView, at: QPointF) -> None:
    for kind, held in (
        (QEvent.Type.MouseButtonPress, LEFT),
        (QEvent.Type.MouseButtonRelease, NO_BUTTON),
    ):
        _send(view.viewport(), kind, at, LEFT, held)


def _move(view: MapView, at: QPointF) -> None:
    _send(view.viewport(), QEvent.Type.MouseMove, at, NO_BUTTON, NO_BUTTON)


def _send(
    to: QObject, kind: QEvent.Type, at: QPointF, button: Qt.MouseButton, held: Qt.MouseButton
) -> None:
    QApplication.sendEvent(to, QMouseEvent(kind, at, at, button, held, Qt.KeyboardModifier(0)))


def _turn_wheel(view: MapView, delta: int) -> None:
    event = QWheelEvent(
        QPointF(500, 400),
        QPointF(500, 400),
        QPoint(),
        QPoint(0, delta),
        NO_BUTTON,
        Qt.KeyboardModifier(0),
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view.viewport(), event)
