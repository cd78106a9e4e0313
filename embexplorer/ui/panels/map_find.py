"""The find field on the map: it follows the question, and the map flies to each hit."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Signal

from embexplorer.app.presenters.finding import can_rank, find_columns, hits_text
from embexplorer.ui.widgets.find_bar import FindBar

if TYPE_CHECKING:
    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.ui.scatter.map_view import MapView
    from embexplorer.ui.theme import Theme

EDGE = 0.08  # share of the view near its edges where a hit is not yet in view


class MapFind(QObject):
    """Keeps the find field and the question one.

    Signals
    -------
    ranked()
        The items are being ranked by the meaning of the text.
    closed()
        Finding has ended.
    """

    ranked = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, services: Services, view: MapView) -> None:
        super().__init__(view)
        self._services = services
        self._view = view
        self.bar = FindBar(theme, view)
        finding = services.finding
        self.bar.text_changed.connect(self._look_for_text)
        self.bar.mode_changed.connect(self._look_by_mode)
        self.bar.case_changed.connect(self._look_by_case)
        self.bar.column_changed.connect(self._look_in_column)
        self.bar.stepped.connect(finding.step)
        self.bar.all_requested.connect(self._select_all)
        self.bar.one_requested.connect(self._select_one)
        self.bar.meaning_requested.connect(self._rank)
        self.bar.closed.connect(finding.close)
        services.store.subscribe(self._changed)

    def open(self) -> None:
        """Show the field with the cursor in it."""
        self._services.finding.open()
        if self._services.store.state.finding is not None:
            self.bar.open()

    def _changed(self, old: State, new: State) -> None:
        if old.finding is None and new.finding is None:
            return
        if new.finding is None:
            had_focus = self.bar.isAncestorOf(self._view.window().focusWidget() or self._view)
            self.bar.hide()
            if had_focus:
                self._view.setFocus()
            self.closed.emit()
            return
        if old.finding is not new.finding or old.neighbors is not new.neighbors:
            self._show(new, old)

    def _show(self, state: State, old: State) -> None:
        asked, space = state.finding, state.space
        assert asked is not None
        if old.finding is None or old.space is not space:
            self.bar.show_columns(find_columns(space) if space is not None else ())
        self.bar.show_question(asked.text, asked.mode, asked.column, match_case=asked.match_case)
        error = asked.error
        fault = "" if error is None else f"{error.title}. {error.detail} {error.hint}"
        self.bar.show_answer(
            hits_text(asked), fault, has_hits=len(asked.hits) > 0, can_rank=can_rank(state)
        )
        if not self.bar.isVisible():
            self.bar.open()
        before = old.finding.current if old.finding is not None else None
        if asked.current is not None and asked.current != before:
            self._fly_to(asked.current)

    def _fly_to(self, row: int) -> None:
        """Move the map to a hit that is not in view, as near as the person looks now."""
        view = self._view
        if row >= view.n_items:
            return
        x, y = view.to_pixels([row])[0]
        if not np.isfinite(x):
            return  # it is not on the map
        edge = EDGE * min(view.width(), view.height())
        seen = QRectF(view.rect()).adjusted(edge, edge, -edge, -edge)
        at = QPointF(x, y)
        is_covered = any(QRectF(card.geometry()).contains(at) for card in view.visible_cards())
        if seen.contains(at) and not is_covered:
            return
        camera = view.camera()
        if view.dims == 2 and "center" in camera:
            center = [float(part) for part in view.coords[row]]
            view.set_camera({**camera, "center": center}, flies=True)
        else:
            view.show_rows([row])

    def _look_for_text(self, text: str) -> None:
        self._services.finding.look(text=text)

    def _look_by_mode(self, mode: str) -> None:
        self._services.finding.look(mode=mode)

    def _look_by_case(self, match_case: bool) -> None:
        self._services.finding.look(match_case=match_case)

    def _look_in_column(self, column: str) -> None:
        self._services.finding.look(column=column)

    def _select_all(self) -> None:
        self._services.finding.select_all()

    def _select_one(self) -> None:
        self._services.finding.select_current()

    def _rank(self) -> None:
        self._services.finding.rank_by_meaning()
        self.ranked.emit()
