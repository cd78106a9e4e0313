from __future__ import annotations

import shlex

import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtWidgets import QFileDialog, QPushButton
from shiboken6 import isValid

from embexplorer.cli.main import run
from embexplorer.ui.export_dialog import ExportDialog
from embexplorer.ui.figure.spec import FigureSpec
from tests.ui.real_window import settle


@pytest.fixture
def dialog(topics_window, qtbot):
    """The dialog over a map of sixty items, its preview drawn."""
    topics_window.publishing.spec = FigureSpec()
    topics_window.actions_.action("file.save-map").trigger()
    made = topics_window.findChild(ExportDialog)
    shows(made, qtbot)
    yield made
    if isValid(made):
        made.close()
    settle()


def shows(dialog, qtbot):
    """Wait until the preview shows what the fields say."""
    with qtbot.waitSignal(dialog.preview_shown, timeout=5000):
        pass


def choose(dialog, qtbot, field, value):
    combo = getattr(dialog.fields, field)
    with qtbot.waitSignal(dialog.preview_shown, timeout=5000):
        combo.setCurrentIndex(combo.findData(value))


def button(dialog, text):
    return next(made for made in dialog.findChildren(QPushButton) if made.text() == text)


def test_it_starts_with_two_columns_as_pdf_and_shows_the_map(dialog):
    assert (dialog.fields.kind, dialog.fields.preset.currentData()) == ("pdf", "two-columns")
    shown = dialog.preview.picture
    assert shown.width() / shown.height() == pytest.approx(178 / 120, rel=0.01)
    assert dialog.summary.text() == "178 × 120 mm"
    assert dialog.note.isHidden()


def test_a_preset_sets_size_text_and_resolution(dialog, qtbot):
    choose(dialog, qtbot, "preset", "one-column")
    fields = dialog.fields
    assert (fields.width_.value(), fields.height_.value()) == (85, 68)
    assert (fields.text.value(), fields.dpi.value()) == (7, 300)
    with qtbot.waitSignal(dialog.preview_shown, timeout=5000):
        fields.width_.setValue(90)
    assert fields.preset.currentText() == "Custom size"
    assert fields.spec.width_mm == 90


def test_pixels_are_another_way_to_say_the_size(dialog, qtbot):
    choose(dialog, qtbot, "format", "png")
    fields = dialog.fields
    fields.unit.setCurrentIndex(fields.unit.findData("px"))
    assert (fields.width_.value(), fields.height_.value()) == (2102, 1417)
    with qtbot.waitSignal(dialog.preview_shown, timeout=5000):
        fields.width_.setValue(1200)
    assert fields.spec.pixels[0] == 1200
    assert dialog.summary.text() == "101.6 × 120 mm, 1,200 × 1,417 pixels"


def test_the_preview_follows_the_theme_and_what_is_transparent(dialog, qtbot):
    def corner():
        return dialog.preview.picture.pixelColor(dialog.preview.picture.width() - 1, 0)

    assert corner().name() == "#ffffff"
    choose(dialog, qtbot, "theme_", "dark")
    assert corner().name() == "#111317"
    with qtbot.waitSignal(dialog.preview_shown, timeout=5000):
        dialog.fields.switches["transparent"].click()
    assert corner().alpha() == 0


def test_it_says_when_points_become_an_image(dialog, qtbot):
    dialog.fields.show_spec(FigureSpec(vector_points=10))
    shows(dialog, qtbot)
    assert dialog.note.text() == (
        "60 points are more than 10: they are one image of 300 dpi in the file; text, lines and"
        " legend are vectors."
    )
    assert dialog.note.isVisible()
    choose(dialog, qtbot, "format", "png")
    assert dialog.note.isHidden()


@pytest.mark.parametrize(
    ("kind", "start"),
    [("pdf", b"%PDF"), ("svg", b"<?xml"), ("png", b"\x89PNG"), ("html", b"<!DOCTYPE html>")],
)
def test_every_format_is_written_and_the_window_says_so(
    dialog, qtbot, topics_window, tmp_path, kind, start
):
    if kind != "pdf":
        choose(dialog, qtbot, "format", kind)
    path = tmp_path / f"figure.{kind}"
    dialog.export(path)
    assert path.read_bytes().startswith(start)
    assert topics_window.services.store.state.message == f"Saved {path}."
    assert topics_window.publishing.spec == dialog.fields.spec
    assert not dialog.isVisible()


def test_the_file_that_was_chosen_gets_its_ending_and_its_folder_is_remembered(
    dialog, qtbot, topics_window, tmp_path, monkeypatch
):
    choose(dialog, qtbot, "format", "svg")
    asked = []

    def answer(parent, title, wanted, filters):
        asked.append((wanted, filters))
        return str(tmp_path / "my.figure"), filters

    monkeypatch.setattr(QFileDialog, "getSaveFileName", answer)
    button(dialog, "Export…").click()
    assert asked[0][0].endswith("topics.svg")
    assert asked[0][1] == "SVG (*.svg)"
    assert (tmp_path / "my.figure.svg").read_bytes().startswith(b"<?xml")
    assert topics_window.services.remembered.settings.export_folder == str(tmp_path)


def test_a_place_that_cannot_be_written_to_is_an_error_in_the_window(
    dialog, topics_window, tmp_path
):
    place = tmp_path / "figure.pdf"
    place.mkdir()
    dialog.export(place)
    problem = topics_window.services.store.state.problems[-1]
    assert problem.error.title == "This is a folder"
    assert str(place) in problem.error.detail


def test_a_figure_that_is_too_large_says_so_beside_the_fields(dialog, qtbot):
    choose(dialog, qtbot, "format", "png")
    dialog.fields.dpi.setValue(2400)
    with qtbot.waitSignal(dialog.preview_shown, timeout=5000):
        dialog.fields.width_.setValue(400)
    assert dialog.note.text().startswith("Too many pixels.")
    assert not button(dialog, "Export…").isEnabled()
    with qtbot.waitSignal(dialog.preview_shown, timeout=5000):
        dialog.fields.dpi.setValue(300)
    assert button(dialog, "Export…").isEnabled()
    assert dialog.note.isHidden()


def test_methods_and_picture_are_copied(dialog, topics_window):
    button(dialog, "Copy methods paragraph").click()
    text = QGuiApplication.clipboard().text()
    assert text == topics_window.publishing.methods.text
    assert topics_window.services.store.state.space.id in text
    button(dialog, "Copy image").click()
    image = QGuiApplication.clipboard().image()
    assert image.width() / image.height() == pytest.approx(178 / 120, rel=0.01)


def test_the_command_line_of_a_figure_draws_it_again(dialog, qtbot, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    choose(dialog, qtbot, "format", "png")
    choose(dialog, qtbot, "preset", "one-column")
    dialog.fields.dpi.setValue(100)
    for name in ("legend", "caption", "transparent"):
        dialog.fields.switches[name].click()
    button(dialog, "Copy as command line").click()
    line = QGuiApplication.clipboard().text()
    words = shlex.split(line)
    assert words[:2] == ["embexplorer", "shot"]
    assert {"--no-legend", "--no-caption", "--transparent"} <= set(words)
    assert run(words[1:]) == 0, capsys.readouterr()
    drawn = QImage(str(tmp_path / "topics.png"))
    assert (drawn.width(), drawn.height()) == (335, 268)
    assert drawn.dotsPerMeterX() == 3937
    assert drawn.pixelColor(334, 0).alpha() == 0


def test_coordinates_go_to_the_export_of_tables(dialog, qtbot):
    choose(dialog, qtbot, "format", "coords")
    assert dialog.preview.picture is None
    assert not dialog.fields.theme_.isEnabled()
    dialog.table_requested.disconnect()
    with qtbot.waitSignal(dialog.table_requested):
        button(dialog, "Export…").click()


def test_the_menu_copies_the_map_as_command_and_as_python(topics_window):
    trigger = topics_window.actions_.action
    trigger("edit.copy-command").trigger()
    line = QGuiApplication.clipboard().text()
    folder = topics_window.services.store.state.space.folder
    assert line == f"embexplorer project {folder} --method pca -o coords.csv"
    trigger("edit.copy-python").trigger()
    assert QGuiApplication.clipboard().text().splitlines() == [
        "import embexplorer as ee",
        "from embexplorer.operations.export import write_coords",
        "",
        f"space = ee.open({str(folder)!r})",
        "projection = ee.project(space, 'pca')",
        "write_coords(space, projection, 'coords.csv')",
    ]
    trigger("edit.copy-methods").trigger()
    assert QGuiApplication.clipboard().text().startswith("Data: topics, 60 items × 3 dimensions")


def test_the_menu_copies_a_query_when_its_tab_is_open(topics_window):
    topics_window.services.neighbors.ask("art 3", k=4, metric="euclidean")
    topics_window.shell.show_tab("Neighbors")
    topics_window.actions_.action("edit.copy-command").trigger()
    line = QGuiApplication.clipboard().text()
    assert line.endswith(" 'art 3' -k 4 --metric euclidean")
    topics_window.services.analogy.ask("art 1", "art 2", "bread 1")
    topics_window.shell.show_tab("Analogy")
    topics_window.actions_.action("edit.copy-command").trigger()
    assert QGuiApplication.clipboard().text().startswith("embexplorer analogy ")
    assert QGuiApplication.clipboard().text().endswith("'art 1' 'art 2' 'bread 1'")
