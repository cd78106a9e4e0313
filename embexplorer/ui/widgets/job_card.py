"""One running job: what it does, how far it is, and the way to cancel it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame

from embexplorer.ui.widgets.buttons import ToolButton
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.labels import ElidedLabel, label
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.progress_bar import ProgressBar

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme


@dataclass(frozen=True, slots=True)
class JobView:
    """A running job.

    Parameters
    ----------
    job_id
        What `JobCard.cancel_requested` carries.
    title
        ``Encoding reviews``.
    fraction
        0..1; None where the end is not known.
    detail
        ``11,392 of 18,930 · 171 per s``.
    time_left
        ``44 s left``.
    """

    job_id: Hashable
    title: str
    fraction: float | None = None
    detail: str = ""
    time_left: str = ""


class JobCard(QFrame):
    """A card in the list of running jobs."""

    cancel_requested = Signal(object)

    def __init__(self, theme: Theme, parent: QWidget, view: JobView) -> None:
        super().__init__(parent)
        self._view = view
        self.setProperty("kind", "card")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        name_widget(self, view.title)
        self._title = ElidedLabel(self, view.title, "strong")
        self._cancel = ToolButton(
            theme, self, "close", f"Cancel {view.title}\nFinished batches stay in the cache."
        )
        self._bar = ProgressBar(theme, self, f"Progress of {view.title}")
        self._detail = ElidedLabel(self, kind="caption")
        self._time_left = label(self, kind="caption")
        head = row(theme)
        head.addWidget(self._title, 1)
        head.addWidget(self._cancel)
        foot = row(theme)
        foot.addWidget(self._detail, 1)
        foot.addWidget(self._time_left)
        box = column(theme, head, self._bar, foot, gap=0.3125)
        side = theme.px(0.625)
        box.setContentsMargins(side, theme.px(0.25), side, theme.px(0.5))
        self.setLayout(box)
        self._cancel.clicked.connect(self._on_cancel)
        self.show_view(view)

    @property
    def bar(self) -> ProgressBar:
        """The bar."""
        return self._bar

    def show_view(self, view: JobView) -> None:
        """Show how far the job is; the bar starts anew only for another job."""
        if view.job_id != self._view.job_id:
            self._bar.restart()
            self._cancel.setEnabled(True)
        self._view = view
        self.setAccessibleName(view.title)
        self._title.show_text(view.title)
        self._bar.show_fraction(view.fraction)
        self._detail.show_text(view.detail)
        self._time_left.setText(view.time_left)

    def _on_cancel(self) -> None:
        self._cancel.setEnabled(False)
        self.cancel_requested.emit(self._view.job_id)
