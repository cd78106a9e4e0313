"""The editor of item sets: the sets on the left, the items of one with found and missing marks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QDialog, QWidget

from embexplorer.app.presenters.sets_shown import ItemMark, PairShown, SetsShown, sets_shown
from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSets
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.columns import column, row
from embexplorer.ui.widgets.fields import LineEdit
from embexplorer.ui.widgets.labels import label
from embexplorer.ui.widgets.marked_list import MarkedList, MarkedRow

if TYPE_CHECKING:
    from collections.abc import Callable

    from embexplorer.app.services import Services
    from embexplorer.app.state import State
    from embexplorer.operations.edit_sets import Role
    from embexplorer.ui.theme import Theme

PAIRS = "pairs"
ROLES: tuple[tuple[str, Role], ...] = (
    ("Target", "targets"), ("Attribute", "attributes"), ("Words", "words"), ("Pairs", "pairs"),
)  # fmt: skip
# em
WIDTH, HEIGHT = 50, 44
MARGIN = 1.0
SETS, ITEMS = 9, 11  # rows before a list scrolls
SEEN = ("ignores_case", "draft", "covered", "active_space", "document", "selection")
HELP = "Items one by one or pasted from a table; for pairs, two items: she, he"


class SetEditor(QDialog):
    """Edits the draft; the window stays usable, and undo takes each step back.

    Signals
    -------
    sets_chosen(ItemSets)
        The person wants a probe of these sets.
    write_requested(str)
        The sets of this name are wanted in a file.
    """

    sets_chosen = Signal(object)
    write_requested = Signal(str)

    def __init__(self, theme: Theme, services: Services, parent: QWidget) -> None:
        super().__init__(parent)
        self._theme = theme
        self._services = services
        self._editing = services.editing_sets
        self._shown: SetsShown | None = None
        self._keys: tuple[str, ...] = ()
        self._key = ""
        self.setObjectName("item-sets")
        self.setWindowTitle("Item sets")
        self.setModal(False)
        self.name = LineEdit(theme, self, "Name of the item sets")
        self.name.editingFinished.connect(self._rename)
        self.sets = MarkedList(theme, self, "Sets", limit=SETS)
        self.sets.row_activated.connect(self._choose)
        self.set_name = LineEdit(theme, self, "Name of the set")
        self.set_name.editingFinished.connect(self._rename_set)
        self.items = MarkedList(theme, self, "Items of the set", limit=ITEMS)
        self.typed = LineEdit(theme, self, "Items to add")
        self.typed.setPlaceholderText(HELP)
        self.typed.returnPressed.connect(self._add)
        self._line = label(self, "", "caption")
        self._notes = label(self, "", "caption", wrap=True)
        self._error = label(self, "", "danger", wrap=True)
        self._selected = self._button("Add selected items", self._add_selected)
        self._ignore_case = QCheckBox("Ignore case", self)
        self._ignore_case.setAccessibleName("Ignore case")
        self._ignore_case.clicked.connect(self._services.covering.ignore_case)
        self._lay_out()
        services.store.subscribe(self._changed)

    def _lay_out(self) -> None:
        theme = self._theme
        adders = [self._button(f"Add {text.lower()}", self._add_set) for text, _ in ROLES]
        for button, (_, role) in zip(adders, ROLES, strict=True):
            button.setProperty("role", role)
        use = self._button("Use for the probe", self._use, kind="primary")
        left = column(
            theme,
            label(self, "Sets", "section"),
            self.sets,
            row(theme, *adders[:2], None),
            row(theme, *adders[2:], self._button("Remove set", self._remove_set), None),
            None,
        )
        right = column(
            theme,
            self.set_name,
            row(theme, self._line, None, self._ignore_case),
            self.items,
            row(theme, self.typed, self._button("Add", self._add)),
            row(theme, self._selected, None, self._button("Remove item", self._remove)),
            None,
        )
        sides = row(theme, left, right, gap=1.0)
        sides.setStretch(0, 2)
        sides.setStretch(1, 3)
        last = row(
            theme,
            self._button("Keep in the project", self._keep),
            self._button("Write to a file…", self._write),
            None,
            self._button("Close", self.close),
            use,
        )
        box = column(theme, row(theme, label(self, "Name", "caption"), self.name))
        box.addLayout(sides)
        for thing in (self._notes, self._error):
            box.addWidget(thing)
        box.addLayout(last)
        margin = theme.px(MARGIN)
        box.setContentsMargins(margin, margin, margin, margin)
        self.setLayout(box)
        self.resize(theme.px(WIDTH), theme.px(HEIGHT))

    def _button(self, text: str, act: Callable[[], object], kind: str = "") -> Button:
        made = Button(self._theme, self, text, kind=kind)
        made.clicked.connect(act)
        return made

    # -- opening -----------------------------------------------------------------------------------

    def edit(self, sets: str | ItemSets | None) -> None:
        """Edit sets by name, path or themselves; without any, go on with the draft or new ones."""
        if isinstance(sets, ItemSets):
            self._editing.start(sets)
        elif sets is not None:
            self._try(lambda: self._editing.open(sets))
        elif self._services.store.state.draft is None:
            self._editing.start()
        self._show(self._services.store.state)
        self.show()
        self.raise_()
        self.typed.setFocus()

    # -- state to widgets --------------------------------------------------------------------------

    def _changed(self, old: State, new: State) -> None:
        if self.isVisible() and any(getattr(old, k) is not getattr(new, k) for k in SEEN):
            self._show(new)

    def _show(self, state: State) -> None:
        shown = self._shown = sets_shown(state)
        if shown is None:
            self.close()
            return
        if not self.name.hasFocus():
            self.name.setText(shown.name)
        self._keys = tuple(one.key for one in shown.sets) + ((PAIRS,) if shown.pairs_line else ())
        if self._key not in (*self._keys, PAIRS):
            self._key = self._keys[0] if self._keys else PAIRS
        rows = [
            MarkedRow(f"{_role(one.role)}: {one.name}", one.line, _lacks(one.items))
            for one in shown.sets
        ]
        if shown.pairs_line:
            missing = any(_lacks((pair.first, pair.second)) for pair in shown.pairs)
            rows.append(MarkedRow("Pairs", shown.pairs_line, missing))
        at = self._keys.index(self._key) if self._key in self._keys else -1
        self.sets.set_rows(rows, at)
        self._ignore_case.setChecked(state.ignores_case)
        self._show_items(shown)
        self._selected.setEnabled(state.selection is not None)
        self._notes.setText(" ".join(filter(None, (shown.order, *shown.notes))))

    def _show_items(self, shown: SetsShown) -> None:
        is_pairs = self._key == PAIRS
        chosen = next((one for one in shown.sets if one.key == self._key), None)
        self.set_name.setEnabled(not is_pairs)
        if is_pairs:
            self.set_name.setText("Pairs of opposites")
            self._line.setText(shown.pairs_line)
            self.items.set_rows([_pair_row(pair) for pair in shown.pairs])
        elif chosen is not None:
            if not self.set_name.hasFocus():
                self.set_name.setText(chosen.name)
            self._line.setText(chosen.line)
            self.items.set_rows([_item_row(item) for item in chosen.items])

    # -- what a person does ------------------------------------------------------------------------

    def _choose(self, position: int) -> None:
        if 0 <= position < len(self._keys) and self._shown is not None:
            self._key = self._keys[position]
            self.set_name.clearFocus()
            self._show_items(self._shown)

    def _rename(self) -> None:
        self._editing.rename(self.name.text())

    def _rename_set(self) -> None:
        self._editing.rename_set(self._key, self.set_name.text())

    def _add_set(self) -> None:
        button = self.sender()
        assert isinstance(button, Button)
        key = self._editing.add_set(button.property("role"))
        self._key = key
        self._show(self._services.store.state)
        self.typed.setFocus()

    def _remove_set(self) -> None:
        self._editing.remove_set(self._key)

    def _add(self) -> None:
        text = self.typed.text()
        if text.strip() and self._try(lambda: self._editing.paste(self._key, text)):
            self.typed.clear()

    def _add_selected(self) -> None:
        self._try(lambda: self._editing.add_selected(self._key))

    def _remove(self) -> None:
        at = self.items.current
        draft = self._services.store.state.draft
        if draft is None or not 0 <= at < len(self.items.rows):
            return
        if self._key == PAIRS:
            self._editing.remove_pairs([draft.pairs[at]])
        else:
            self._editing.remove(self._key, [self.items.rows[at].text])

    def _keep(self) -> None:
        self._editing.save(self.name.text())

    def _write(self) -> None:
        self.write_requested.emit(self.name.text())

    def _use(self) -> None:
        self._keep()
        draft = self._services.store.state.draft
        if draft is not None:
            self.sets_chosen.emit(draft)

    def _try(self, act: Callable[[], object]) -> bool:
        """Do something, and say what was wrong with it."""
        try:
            act()
        except UserError as error:
            self._error.setText(f"{error.title}. {error.detail} {error.hint}")
            return False
        self._error.clear()
        return True


def _role(role: Role) -> str:
    return next(text for text, one in ROLES if one == role)


def _lacks(items: tuple[ItemMark, ...]) -> bool:
    return any(item.is_found is False for item in items)


def _item_row(item: ItemMark) -> MarkedRow:
    doubts = list(item.doubts)
    if item.is_found is False:
        also = f", but {', '.join(item.variants[:3])}" if item.variants else ""
        doubts.insert(0, f"missing{also}")
    return MarkedRow(item.text, "; ".join(doubts), bool(doubts))


def _pair_row(pair: PairShown) -> MarkedRow:
    both = (pair.first, pair.second)
    lacks = [item.text for item in both if item.is_found is False]
    doubts = [f"{item.text}: {text}" for item in both for text in item.doubts]
    notes = [*([f"missing: {', '.join(lacks)}"] if lacks else []), *doubts]
    return MarkedRow(f"{pair.first.text} · {pair.second.text}", "; ".join(notes), bool(notes))
