"""The find field: a card over the map, with what is looked for, where, and how many hits."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QSignalBlocker, Qt, Signal

from embexplorer.ui.widgets.buttons import Button, ToolButton
from embexplorer.ui.widgets.columns import row
from embexplorer.ui.widgets.fields import Combo, LineEdit
from embexplorer.ui.widgets.labels import label, restyle
from embexplorer.ui.widgets.naming import name_widget
from embexplorer.ui.widgets.overlay import Overlay
from embexplorer.ui.widgets.segment import Segment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QKeyEvent
    from PySide6.QtWidgets import QWidget

    from embexplorer.ui.theme import Theme

WIDTH = 27.0  # em
MODES = {"substring": "Text", "word": "Word", "regex": "Regex"}
EVERYWHERE = "Items and texts"
ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)


class FindBar(Overlay):
    """Asks what to find, and says how many hits there are.

    Signals
    -------
    text_changed(str), mode_changed(str), case_changed(bool), column_changed(str)
        What is looked for changed; the empty column means items and texts.
    stepped(int)
        To the next hit, or with -1 to the one before.
    all_requested(), one_requested()
        All hits, or the current one, shall be selected.
    meaning_requested()
        The items shall be ranked by the meaning of the text.
    closed()
        No more is to be found.
    """

    text_changed = Signal(str)
    mode_changed = Signal(str)
    case_changed = Signal(bool)
    column_changed = Signal(str)
    stepped = Signal(int)
    all_requested = Signal()
    one_requested = Signal()
    meaning_requested = Signal()
    closed = Signal()

    def __init__(self, theme: Theme, parent: QWidget) -> None:
        super().__init__(theme, parent)
        name_widget(self, "Find")
        self.field = _FindField(theme, self, "Find in items and texts")
        self.field.setPlaceholderText("Find")
        self.hits = label(self, "", "caption")
        self.hits.setObjectName("FindHits")
        self._before = ToolButton(theme, self, "up", "Previous hit  Shift+Enter")
        self._next = ToolButton(theme, self, "down", "Next hit  Enter")
        self._close = ToolButton(theme, self, "close", "Close  Esc")
        self._mode = Segment(theme, self, "How to find", MODES)
        self._case = ToolButton(
            theme, self, "", "Match case\nWhether A and a differ.", text="Aa", checkable=True
        )
        self._column = Combo(theme, self, "Where to find")
        self._all = Button(theme, self, "Select all", kind="link", tip="Select all hits  Alt+Enter")
        self._meaning = Button(
            theme,
            self,
            "Rank by meaning",
            kind="link",
            tip="Encode the text with the encoder of this space, and list the items nearest to it.",
        )
        self._fault = label(self, "", "danger", wrap=True)
        self._fault.setObjectName("FindFault")
        first = row(theme, gap=0.25)
        first.addWidget(self.field, 1)
        for widget in (self.hits, self._before, self._next, self._close):
            first.addWidget(widget)
        second = row(theme, self._mode, self._case, gap=0.375)
        second.addWidget(self._column, 1)
        self.body.addLayout(first)
        self.body.addLayout(second)
        self.body.addLayout(row(theme, self._all, self._meaning, None, gap=0.75))
        self.body.addWidget(self._fault)
        self._connect()
        self.anchor(Qt.Corner.TopRightCorner)

    def _connect(self) -> None:
        self.field.textEdited.connect(self.text_changed)
        self.field.stepped.connect(self.stepped)
        self.field.all_requested.connect(self.all_requested)
        self.field.one_requested.connect(self.one_requested)
        self.field.left.connect(self.closed)
        self._before.clicked.connect(self._step_back)
        self._next.clicked.connect(self._step_on)
        self._close.clicked.connect(self.closed)
        self._mode.chosen.connect(self.mode_changed)
        self._case.toggled.connect(self.case_changed)
        self._column.currentIndexChanged.connect(self._on_column)
        self._all.clicked.connect(self.all_requested)
        self._meaning.clicked.connect(self.meaning_requested)

    def open(self) -> None:
        """Show it with the cursor in its field, what is there selected."""
        self.parent_resized()
        self.show()
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def show_question(self, text: str, mode: str, column: str, *, match_case: bool) -> None:
        """Show what is looked for."""
        if self.field.text() != text:
            self.field.setText(text)
        self._mode.show_value(mode)
        with QSignalBlocker(self._case):
            self._case.setChecked(match_case)
        with QSignalBlocker(self._column):
            self._column.setCurrentIndex(max(0, self._column.findData(column)))

    def show_columns(self, columns: Sequence[str]) -> None:
        """Offer columns to look in."""
        with QSignalBlocker(self._column):
            chosen = self._column.currentData()
            self._column.clear()
            self._column.addItem(EVERYWHERE, "")
            for name in columns:
                self._column.addItem(name, name)
            self._column.setCurrentIndex(max(0, self._column.findData(chosen)))

    def show_answer(self, hits: str, fault: str, *, has_hits: bool, can_rank: bool) -> None:
        """Say how many hits there are, or what is wrong with the text."""
        self.hits.setText(hits)
        self._fault.setText(fault)
        self._fault.setVisible(bool(fault))
        self.field.setAccessibleDescription(fault or hits)
        if self.field.property("invalid") != bool(fault):
            self.field.setProperty("invalid", bool(fault))
            restyle(self.field)
        for button in (self._before, self._next, self._all):
            button.setEnabled(has_hits)
        self._meaning.setVisible(can_rank)
        self.fit()

    def parent_resized(self) -> None:
        """Take the width there is, up to what it wants."""
        room = self.host.width() - 2 * self.inset
        self.setFixedWidth(max(1, min(self.theme.px(WIDTH), room)))
        self.fit()

    def _step_on(self) -> None:
        self.stepped.emit(1)

    def _step_back(self) -> None:
        self.stepped.emit(-1)

    def _on_column(self) -> None:
        self.column_changed.emit(self._column.currentData() or "")


class _FindField(LineEdit):
    """Tells of the keys that go through the hits."""

    stepped = Signal(int)
    all_requested = Signal()
    one_requested = Signal()
    left = Signal()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Step on Enter, select on Alt+Enter and Ctrl+Enter, leave on Esc."""
        if event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        elif event.key() not in ENTER:
            super().keyPressEvent(event)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.all_requested.emit()
        elif event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.one_requested.emit()
        else:
            is_back = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.stepped.emit(-1 if is_back else 1)
