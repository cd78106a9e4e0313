"""The dialog of the probe battery: what is run, its numbers in a table and a heat map."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QLabel

from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.ui import dialogs
from embexplorer.ui.widgets.buttons import Button
from tests.ui.real_window import make_topics, settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.battery_dialog import BatteryDialog

SETS = ItemSets(
    "kinds",
    (
        ItemSet("arts", tuple(f"art {k}" for k in range(4))),
        ItemSet("breads", tuple(f"bread {k}" for k in range(4))),
    ),
    (ItemSet("more art", ("art 10", "art 11")), ItemSet("chess", ("chess 1", "chess 2"))),
)
WEAT = [f"weat-{number}" for number in range(1, 11)]


@pytest.fixture
def dialog(main_window, topics) -> BatteryDialog:
    show_space(main_window, make_topics("other", seed=1))
    show_space(main_window, topics)
    services = main_window.services
    services.editing_sets.start(SETS)
    services.editing_sets.save()
    main_window.actions_.action("analyze.probe-battery").trigger()
    settle()
    return main_window.shell._battery


def press(dialog: BatteryDialog, text: str) -> None:
    next(one for one in dialog.findChildren(Button) if one.accessibleName() == text).click()
    settle()


def words(dialog: BatteryDialog) -> str:
    return " ".join(one.text() for one in dialog.findChildren(QLabel) if one.isVisible())


def run_kinds(dialog: BatteryDialog) -> None:
    """Run the sets of the project, and the first of WEAT, which no item of the topics is in."""
    press(dialog, "None of item sets")
    dialog.filter.setText("kinds")
    press(dialog, "All of item sets")
    dialog.filter.setText("weat-3")
    press(dialog, "All of item sets")
    press(dialog, "Run")


def test_weat_on_all_spaces_is_chosen_at_first(dialog: BatteryDialog) -> None:
    assert not dialog.isModal()
    assert len(dialog.spaces.checked) == 2
    assert dialog.probes.checked == ["weat"]
    assert [one.sets.name for one in dialog.sets.checked] == WEAT
    assert "20 probes to run" in words(dialog)
    dialog.filter.setText("weat-1")
    press(dialog, "None of item sets")
    assert [one.sets.name for one in dialog.sets.checked] == WEAT[1:9]
    press(dialog, "None of probes")
    assert "Check some of each." in words(dialog)
    assert not dialog._run.isEnabled()


def test_numbers_are_in_the_table_and_the_heat_map(dialog: BatteryDialog) -> None:
    run_kinds(dialog)
    answer = dialog._services.store.state.battery.answer
    found = [cell.value for cell in answer.cells if cell.sets == "kinds"]
    assert len(found) == 2
    assert None not in found
    table = dialog.table.model()
    dialog.table.sortByColumn(3, Qt.SortOrder.DescendingOrder)
    values = [table.index(at, 3).data() for at in range(table.rowCount())]
    assert [row.keys[3] for row in dialog.table.rows] == [*sorted(found, reverse=True), None, None]
    assert values[2:] == ["", ""]
    assert table.index(2, 9).data().startswith("Too few items")
    heat = dialog.heat.model()
    assert [heat.headerData(at, Qt.Orientation.Vertical) for at in range(2)] == [
        "kinds · WEAT",
        "weat-3 · WEAT",
    ]
    spoken = dialog.heat.accessibleDescription()
    assert f"other {heat.index(0, 0).data()}" in spoken
    assert "topics no number" in spoken
    tip = heat.index(1, 1).data(Qt.ItemDataRole.ToolTipRole)
    assert tip.startswith("topics · weat-3 · WEAT\nToo few items")
    assert "seed 0" in words(dialog)


def test_colors_turn_at_zero(dialog: BatteryDialog) -> None:
    theme, heat = dialog._theme, dialog.heat
    assert heat.color_of(-1.0).name() == theme.color("negative").name()
    assert heat.color_of(1.0).name() == theme.color("positive").name()
    middle, dim = heat.color_of(0.0), theme.color("dim")
    assert abs(middle.red() - dim.red()) + abs(middle.blue() - dim.blue()) < 6
    run_kinds(dialog)
    dialog.results.setCurrentIndex(1)
    settle()
    picture = heat.viewport().grab().toImage()
    drawn = heat.visualRect(heat.model().index(0, 0))
    share = dialog._heat.cells[0][0].share
    assert picture.pixelColor(drawn.left() + 3, drawn.top() + 3) == heat.color_of(share)


def test_a_click_opens_the_probe_in_the_bias_panel(dialog: BatteryDialog, main_window) -> None:
    run_kinds(dialog)
    chosen = next(at for at, row in enumerate(dialog.table.rows) if row.texts[0] == "other")
    dialog.table.clicked.emit(dialog.table.model().index(chosen, 0))
    settle()
    state = main_window.services.store.state
    assert state.space.name == "other"
    assert state.bias.answer.found.value == dialog.table.rows[chosen].cell.value
    assert main_window.inspector.currentWidget() is main_window.bias_tab
    main_window.services.library.close(state.active_space)
    settle()
    dialog.heat.clicked.emit(dialog.heat.model().index(0, 0))
    assert len(dialog.spaces.checked) == 1


def test_numbers_are_copied_and_exported(dialog: BatteryDialog, tmp_path, monkeypatch) -> None:
    run_kinds(dialog)
    press(dialog, "Copy")
    assert "other\tweat\tkinds\t" in QGuiApplication.clipboard().text()
    target = tmp_path / "b.csv"
    monkeypatch.setattr(dialogs, "ask_battery_file", lambda *given: target)
    press(dialog, "Export…")
    assert len(target.read_text(encoding="utf-8").splitlines()) == 5


def test_parameters_and_seed_are_those_of_the_run(dialog: BatteryDialog, main_window) -> None:
    params = dialog.params
    params.more.click()
    settle()
    params._forms["weat"].set_values({"ddof": 0})
    params.seed.setValue(7)
    assert params.column.isHidden()
    run_kinds(dialog)
    asked = main_window.services.store.state.battery
    assert asked.seed == 7
    results = [one.result for one in asked.answer.cells if one.result is not None]
    assert {(one.params["ddof"], one.seed) for one in results} == {(0, 7)}
    assert "ddof 0" in words(dialog)
    dialog.table.clicked.emit(dialog.table.model().index(0, 0))
    settle()
    asked = main_window.services.store.state.bias
    assert (asked.seed, asked.answer.params["ddof"]) == (7, 0)


def test_probes_of_rows_are_asked_for_the_column_that_is_chosen(dialog, main_window) -> None:
    press(dialog, "None of probes")
    dialog.probes.item(dialog.probes._keys.index("ceat")).setCheckState(Qt.CheckState.Checked)
    settle()
    column = dialog.params.column
    assert not column.isHidden()
    assert column.currentText() == "item"
    run_kinds(dialog)
    asked = main_window.services.store.state.battery
    assert asked.word_column == "item"
    assert {one.sets for one in asked.answer.cells if one.value is not None} == {"kinds"}


def test_a_report_on_all_of_it_is_saved(dialog: BatteryDialog, tmp_path, monkeypatch) -> None:
    run_kinds(dialog)
    target = tmp_path / "all.html"
    monkeypatch.setattr(dialogs, "ask_document_file", lambda *given: target)
    press(dialog, "Save report…")
    page = target.read_text(encoding="utf-8")
    assert page.count("To repeat it:") == 2
    assert "WEAT over spaces: kinds" in page
