"""The bias panel asks as soon as sets are chosen, and shows every number with its method."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QLabel

from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.ui.panels.error_line import ErrorLine
from embexplorer.ui.widgets.buttons import Button
from embexplorer.ui.widgets.interval import Interval
from embexplorer.ui.widgets.key_values import KeyValues
from embexplorer.ui.widgets.legend_keys import LegendKeys
from embexplorer.ui.widgets.null_picture import NullPicture
from embexplorer.ui.widgets.score_bars import ScoreBars
from embexplorer.ui.widgets.set_list import SetList
from tests.ui.real_window import selected_rows, settle, show_space

if TYPE_CHECKING:
    from pathlib import Path

    from embexplorer.ui.main_window import MainWindow
    from embexplorer.ui.panels.bias import BiasPanel

ART, BREAD, CHESS = ([f"{kind} {k}" for k in range(4)] for kind in ("art", "bread", "chess"))


@pytest.fixture
def panel(main_window, topics) -> BiasPanel:
    show_space(main_window, topics)
    main_window.shell.show_tab("Bias")
    settle()
    return main_window.bias


@pytest.fixture
def sets(tmp_path: Path) -> Path:
    return write_sets(tmp_path / "kinds.json", ART[:4], BREAD[:4])


def write_sets(path: Path, x: list[str], y: list[str]) -> Path:
    names = {"X": "arts", "Y": "breads", "A": "more art", "B": "chess"}
    held = {"X": x, "Y": y, "A": ["art 10", "art 11"], "B": CHESS, "names": names}
    path.write_text(json.dumps({**held, "citation": "Somebody 2020"}), encoding="utf-8")
    return path


def choose(panel: BiasPanel, path: Path) -> None:
    panel.form.use_file(path)
    settle()


def words(panel: BiasPanel) -> str:
    return " ".join(text.text() for text in panel.findChildren(QLabel) if text.isVisible())


def button(panel: BiasPanel, text: str) -> QAbstractButton:
    return next(found for found in panel.findChildren(Button) if found.text() == text)


def test_an_empty_panel_asks_for_item_sets(panel) -> None:
    assert "Choose item sets" in words(panel)
    assert panel.form.sets.currentIndex() == -1
    assert not panel.answer.isVisible()
    assert not button(panel, "Export…").isVisible()


def test_choosing_sets_shows_the_numbers_with_their_method(panel, main_window, sets) -> None:
    choose(panel, sets)
    asked = main_window.services.store.state.bias
    found, uncertainty = asked.answer.found, asked.uncertainty
    said = words(panel)
    assert f"{found.effect_size:.2f}" in said
    assert "one-sided, greater; exact, all 70 partitions" in said
    low, high = uncertainty.bca or uncertainty.percentile
    spoken = panel.findChild(Interval).accessibleDescription()
    assert f"{low:.2f} to {high:.2f}" in said
    assert spoken.startswith(f"effect size {found.effect_size:.2f}, 95% interval {low:.2f}")
    method = dict(panel.findChild(KeyValues).rows)
    assert method["Vectors"] == "raw, as in the space"
    assert method["Deviation"] == "ddof 1"
    assert "Caliskan" in method["Source"]
    assert "it does not say why they lie so" in said
    assert "Leaving out any one item keeps it between" in said
    assert "biased" not in said
    null = panel.findChild(NullPicture)
    assert "all 70 ways" in null.accessibleDescription()
    assert f"observed {found.effect_size:.2f}" in null.accessibleDescription()


def test_bars_are_sorted_and_a_click_selects_the_item(panel, main_window, sets) -> None:
    choose(panel, sets)
    bars = panel.findChild(ScoreBars)
    assert {row.text for row in bars.rows[:4]} == set(ART[:4])
    assert {row.shape for row in bars.rows[:4]} == {0}
    assert {row.shape for row in bars.rows[4:]} == {1}
    index = bars.model().index(0, 0)
    QTest.mouseClick(
        bars.viewport(), Qt.MouseButton.LeftButton, pos=bars.visualRect(index).center()
    )
    settle()
    items = main_window.services.store.state.space.items
    assert [items[row] for row in selected_rows(main_window)] == [bars.rows[0].text]
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == f"{bars.rows[0].text}, arts, {bars.rows[0].figure}"


def test_bars_are_painted_on_the_side_of_their_sign(panel, sets, main_window) -> None:
    choose(panel, sets)
    bars, theme = panel.findChild(ScoreBars), main_window.theme
    image = bars.viewport().grab().toImage()
    rows = bars.rows
    first = bars.visualRect(bars.model().index(0, 0)).center().y()
    last = bars.visualRect(bars.model().index(len(rows) - 1, 0)).center().y()
    assert rows[0].score > 0 > rows[-1].score
    blue, red = theme.color("positive").rgb(), theme.color("negative").rgb()
    right = [x for x in range(image.width()) if image.pixel(QPoint(x, first)) == blue]
    left = [x for x in range(image.width()) if image.pixel(QPoint(x, last)) == red]
    assert right
    assert left
    assert min(right) >= max(left) - 1


def test_missing_items_are_said_with_their_set(panel, tmp_path) -> None:
    choose(panel, write_sets(tmp_path / "some.json", [*ART[:4], "art 99"], BREAD[:4]))
    first = panel.findChild(SetList).rows[0]
    assert (first.name, first.found, first.lacks) == ("arts", "4 of 5", "missing: art 99")
    assert "Missing: art 99" in words(panel)


def test_an_error_takes_the_place_of_the_figure(panel, tmp_path, sets) -> None:
    choose(panel, sets)
    choose(panel, write_sets(tmp_path / "none.json", ["x", "y"], BREAD[:4]))
    assert panel.findChild(ErrorLine).isVisible()
    assert "Too few items found" in words(panel)
    assert not panel.answer.isVisible()
    assert not button(panel, "Copy citation").isVisible()


def test_too_many_missing_items_can_be_allowed(panel, main_window, tmp_path) -> None:
    choose(panel, write_sets(tmp_path / "half.json", [*ART[:2], "x", "y"], BREAD[:4]))
    assert "Too many items are missing" in words(panel)
    boxes = {box.text(): box for box in panel.findChildren(QCheckBox)}
    boxes["Allow missing items"].click()
    settle()
    assert main_window.services.store.state.bias.answer is not None
    assert "lost 50% of its items" in words(panel)


def test_another_probe_offers_the_sets_that_it_takes(panel, main_window, sets) -> None:
    choose(panel, sets)
    panel.form.probe.setCurrentIndex(panel.form.probe.findData("mac"))
    settle()
    asked = main_window.services.store.state.bias
    assert (asked.probe, asked.error) == ("mac", None)
    assert f"{asked.answer.found.statistic:.2f}" in words(panel)
    panel.form.probe.setCurrentIndex(panel.form.probe.findData("ect"))
    settle()
    assert "Other item sets are needed" in words(panel)
    assert panel.form.sets.findData("weat-6") == -1


def test_sets_that_are_no_file_stay_chosen(panel, main_window) -> None:
    made = ItemSets(
        "mine",
        (ItemSet("arts", tuple(ART)), ItemSet("breads", tuple(BREAD))),
        (ItemSet("art", ("art 10", "art 11")), ItemSet("chess", tuple(CHESS))),
    )
    main_window.services.bias.ask("weat", made)
    settle()
    assert panel.form.sets.currentText() == "mine: arts, breads"
    panel.form.probe.setCurrentIndex(panel.form.probe.findData("mac"))
    settle()
    assert main_window.services.store.state.bias.sets == made
    assert panel.form.sets.currentText() == "mine: arts, breads"
    button(panel, "Copy as command line").click()
    problem = main_window.services.store.state.problems[-1].error
    assert problem.title == "These item sets are in no file"


def test_the_probe_is_copied_and_cited(panel, main_window, sets) -> None:
    choose(panel, sets)
    clipboard = QGuiApplication.clipboard()
    button(panel, "Copy citation").click()
    assert "Somebody 2020" in clipboard.text()
    button(panel, "Copy").click()
    assert "effect size\t" in clipboard.text()
    show_space_needs_file = main_window.services.store.state.problems
    button(panel, "Copy as Python").click()
    assert "ee.probe(space, 'weat'" in clipboard.text()
    button(panel, "Copy as command line").click()
    assert f"--sets {sets}" in clipboard.text()
    assert show_space_needs_file == ()


@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_a_picture_holds_the_numbers(panel, main_window, sets, tmp_path, ending) -> None:
    choose(panel, sets)
    path = tmp_path / f"probe.{ending}"
    main_window.publishing.export_bias(path)
    settle()
    content, figure = path.read_bytes(), main_window.services.store.state.bias.answer.found.value
    if ending == "png":
        image = QImage(str(path))
        assert image.width() > 1500
        assert "arts (4 of 4)" in image.text("Description")
    elif ending == "svg":
        assert f"effect size {figure:.2f}" in content.decode()
        assert "art 0" in content.decode()
        assert "<image" not in content.decode()
    else:
        assert content.startswith(b"%PDF")
    assert f"Saved {path}." in main_window.services.store.state.message


def test_the_keyboard_goes_to_the_sets(panel, main_window: MainWindow) -> None:
    main_window.shell.show_tab("Details")
    main_window.actions_.action("analyze.bias").trigger()
    settle()
    assert main_window.inspector.currentWidget() is main_window.bias_tab
    assert panel.isVisible()
    assert panel.form.sets.hasFocus()


def test_nothing_makes_the_panel_wider(panel, sets) -> None:
    choose(panel, sets)
    assert panel.body.minimumSizeHint().width() <= panel.viewport().width()


def test_the_map_carries_the_shapes_of_the_sets(panel, main_window, sets) -> None:
    choose(panel, sets)
    marks = main_window.map.view.marks
    assert {name.shape for name in marks.names} == {0, 1, 2, 3}
    keys = main_window.map.findChild(LegendKeys).keys
    assert [(key.kind, key.column) for key in keys] == [("Marks", "kinds")]
    assert keys[0].shapes == ((0, "arts"), (1, "breads"), (2, "more art"), (3, "chess"))
    button(panel, "Show on map").click()
    settle()
    assert main_window.map.view.marks.names == ()
    assert main_window.map.findChild(LegendKeys).keys == ()


def test_the_menu_colors_every_item_or_the_sets_alone(panel, main_window, sets) -> None:
    choose(panel, sets)
    menu = button(panel, "Color the map").menu()
    menu.aboutToShow.emit()
    titles = {action.text(): action for action in menu.actions()}
    assert titles["Color every item"].isEnabled()
    titles["Color every item"].trigger()
    settle()
    services = main_window.services
    assert services.store.state.style.color_by.startswith("Bias: ")
    assert (
        None
        not in services.store.state.space.columns[services.store.state.style.color_by].to_pylist()
    )
    titles["Most varied direction across"].trigger()
    settle()
    assert services.store.state.projection.method == "bias-axes"
