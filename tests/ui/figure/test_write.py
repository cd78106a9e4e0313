from __future__ import annotations

import dataclasses
import json
import re
import xml.etree.ElementTree as ET
import zlib

import numpy as np
import pytest
from PySide6.QtGui import QImage, QPainter, QTransform
from PySide6.QtSvg import QSvgRenderer

from embexplorer.app import state as states
from embexplorer.app.style import ITEM_NAMES, labels_of_column
from embexplorer.core.errors import UserError
from embexplorer.core.projection import Projection
from embexplorer.ui.figure.page import page_figure
from embexplorer.ui.figure.spec import FigureSpec
from embexplorer.ui.figure.stage import FigureStage
from embexplorer.ui.figure.write import picture, write_figure
from tests.ui.real_window import settle

SVG = "{http://www.w3.org/2000/svg}"
ARGB = QImage.Format.Format_ARGB32_Premultiplied
SMALL = FigureSpec(width_mm=80, height_mm=60, dpi=150, font_pt=8)
CAPTION = "PCA, seed 0. 60 items."


@pytest.fixture
def shown(topics_window):
    """The window with sixty items in three groups on its map, the first one selected."""
    topics_window.services.selecting.take(np.array([0]), "replace")
    topics_window.map.fit()
    settle()
    return topics_window


@pytest.fixture
def write(shown, tmp_path):
    """Write a figure and return its path and notes."""

    def written(**changes):
        spec = dataclasses.replace(SMALL, **changes)
        stage = FigureStage(shown.services, spec)
        path = tmp_path / f"figure.{spec.format}"
        try:
            notes = write_figure(stage, path, shown.publishing.methods, "topics")
        finally:
            stage.close()
            settle()
        return path, notes

    return written


def pixels_of(image):
    plain = image.convertToFormat(QImage.Format.Format_ARGB32)
    flat = np.frombuffer(plain.constBits(), np.uint8)
    return flat.reshape(plain.height(), plain.width(), 4)


def points_in(root):
    return next(element for element in root.iter(f"{SVG}g") if element.get("id") == "points")


def test_a_png_has_its_pixels_its_resolution_and_how_it_was_made(write, shown):
    path, notes = write(format="png")
    image = QImage(str(path))
    assert (image.width(), image.height()) == (472, 354)
    assert image.dotsPerMeterX() == image.dotsPerMeterY() == 5906
    assert image.text("Description") == shown.publishing.methods.text
    assert json.loads(image.text("Comment"))["data"]["n"] == 60
    assert image.text("Title") == "topics"
    assert notes == ()


def test_an_svg_has_every_point_as_a_shape_and_every_word_as_text(write, shown):
    path, notes = write(format="svg")
    root = ET.parse(path).getroot()
    assert (root.attrib["width"], root.attrib["height"]) == ("80mm", "60mm")
    assert len(list(points_in(root).iter(f"{SVG}circle"))) == 60
    assert not list(root.iter(f"{SVG}image"))
    texts = [element.text.strip() for element in root.iter(f"{SVG}text") if element.text]
    assert {"kind", "art", "bread", "chess", "30", "20", "10", "art 0"} <= set(texts)
    assert any(text.startswith(CAPTION) for text in texts)
    assert texts.count("art 0") == 2  # the word, and below it its halo
    assert not any("\ue000" in text for text in texts)
    assert root.find(f"{SVG}title").text == "topics"
    assert root.find(f"{SVG}desc").text == shown.publishing.methods.text
    record = json.loads(root.find(f"{SVG}metadata").text)
    assert record["projection"]["method"] == "pca"
    assert notes == ()


def test_the_points_of_an_svg_lie_where_the_map_shows_them(write, shown):
    path, _ = write(format="svg")
    circles = [
        (float(element.get("cx")), float(element.get("cy")))
        for element in points_in(ET.parse(path).getroot()).iter(f"{SVG}circle")
    ]
    stage = FigureStage(shown.services, SMALL)
    drawn = stage.view.scatter.drawn_points()
    places = stage.view.to_pixels(drawn.rows)
    stage.close()
    assert np.abs(drawn.positions - places).max() < 0.01
    in_file = np.array(sorted(circles))
    assert np.abs(in_file - np.array(sorted(map(tuple, places.round(2))))).max() < 0.011


@pytest.mark.parametrize("kind", ["svg", "pdf"])
def test_too_many_points_become_one_image_and_this_is_said(write, kind):
    path, notes = write(format=kind, vector_points=59)
    assert notes == (
        "60 points are more than 59: they are one image of 150 dpi in the file; text, lines and"
        " legend are vectors.",
    )
    content = path.read_bytes()
    if kind == "svg":
        root = ET.fromstring(content)
        image = next(root.iter(f"{SVG}image"))
        assert float(image.get("width")) == pytest.approx(float(root.get("viewBox").split()[2]))
        assert not [element for element in root.iter(f"{SVG}g") if element.get("id") == "points"]
        assert "chess" in [element.text for element in root.iter(f"{SVG}text")]
    else:
        assert content.count(b"/Subtype /Image") == 2  # the colors and their opacity
        assert b"/FontFile2" in content


def test_a_pdf_has_its_size_embedded_fonts_no_image_and_metadata(write, shown):
    path, notes = write(format="pdf")
    content = path.read_bytes()
    assert content.startswith(b"%PDF-")
    box = re.search(rb"/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]", content)
    assert [float(side) for side in box.groups()] == [
        pytest.approx(80 / 25.4 * 72, abs=0.5),
        pytest.approx(60 / 25.4 * 72, abs=0.5),
    ]
    assert b"/Subtype /Image" not in content
    assert b"/FontFile2" in content
    assert b'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">topics<' in content
    assert shown.services.store.state.space.id.encode() in content
    assert notes == ()
    streams = re.findall(rb"stream\r?\n(.*?)endstream", content, re.DOTALL)
    page = next(text for text in map(inflated, streams) if b" c\n" in text)
    assert page.count(b" c\n") >= 4 * 60  # four curves for each circle


def inflated(stream):
    try:
        return zlib.decompressobj().decompress(stream)
    except zlib.error:
        return b""


@pytest.mark.parametrize("is_vector", [False, True])
def test_a_transparent_figure_has_no_ground(write, is_vector):
    path, _ = write(format="svg" if is_vector else "png", transparent=True, caption=False)
    drawn = QImage(str(path))
    if is_vector:
        drawn = QImage(400, 300, QImage.Format.Format_ARGB32_Premultiplied)
        drawn.fill(0)
        painter = QPainter(drawn)
        QSvgRenderer(str(path)).render(painter)
        painter.end()
    pixels = pixels_of(drawn)
    assert pixels[0, -1].tolist() == [0, 0, 0, 0]
    assert (pixels[..., 3] == 255).sum() > 100


def test_the_theme_of_a_figure_is_its_own(write, shown):
    assert not shown.theme.is_dark
    light, _ = write(format="png")
    ground = pixels_of(QImage(str(light)))[0, -1, :3].tolist()
    dark, _ = write(format="png", theme="dark")
    assert ground == [255, 255, 255]
    assert pixels_of(QImage(str(dark)))[0, -1, :3].tolist() == [0x17, 0x13, 0x11]
    assert shown.theme.color("map").name() == "#ffffff"


def test_legend_names_and_caption_can_be_left_out(write):
    path, _ = write(format="svg", legend=False, caption=False, labels=False)
    texts = {element.text for element in ET.parse(path).getroot().iter(f"{SVG}text")}
    assert not {"art", "kind", "art 0"} & texts
    assert not any(text.startswith(CAPTION) for text in texts)


def test_text_has_its_points_on_paper(shown):
    small = FigureStage(shown.services, SMALL)
    large = FigureStage(shown.services, dataclasses.replace(SMALL, font_pt=16))
    assert small.width == pytest.approx(2 * large.width)
    assert small.width == pytest.approx(80 / 25.4 * 72 / 8 * 13)  # a text of 8 pt is 13 pixels
    small.close()
    large.close()


def test_the_place_the_person_chose_is_the_one_in_the_figure(shown):
    view = shown.map.view
    view.zoom(3)
    stage = FigureStage(shown.services, SMALL, view)
    camera, seen = view.camera(), stage.view.camera()
    stage.close()
    assert seen["center"] == pytest.approx(camera["center"])
    assert seen["height"] == pytest.approx(camera["height"])


def test_a_figure_that_cannot_be_written_keeps_the_old_file(shown, tmp_path):
    stage = FigureStage(shown.services, SMALL)
    taken = tmp_path / "there.pdf"
    taken.mkdir()
    with pytest.raises(UserError, match="This is a folder"):
        write_figure(stage, taken, shown.publishing.methods)
    blocked = tmp_path / "file"
    blocked.write_text("old", encoding="utf-8")
    with pytest.raises(UserError, match="cannot be written"):
        write_figure(stage, blocked / "figure.pdf", shown.publishing.methods)
    stage.close()
    assert blocked.read_text(encoding="utf-8") == "old"


def test_a_stage_is_a_snapshot_and_leaves_nothing_behind(shown):
    listeners = len(shown.services.store._listeners)
    stage = FigureStage(shown.services, SMALL)
    before = picture(stage, 200, 150)
    shown.services.selecting.clear()
    assert picture(stage, 200, 150) == before
    stage.close()
    assert len(shown.services.store._listeners) == listeners


def test_a_page_has_the_shown_items_their_columns_and_both_themes(shown):
    services = shown.services
    figure = page_figure(services, shown.map.view, SMALL, shown.publishing.methods, "topics")
    space, projection = services.store.state.space, services.store.state.projection
    assert figure.items == [space.text(row) for row in range(60)]
    assert np.array_equal(figure.coords, projection.coords.astype(float))
    assert [(name, count) for _, name, count in figure.legend.rows] == [
        ("art", 30),
        ("bread", 20),
        ("chess", 10),
    ]
    assert figure.columns == {"size": [f"{float(k):.6g}" for k in range(60)]}
    assert figure.palette[0, :3].tolist() == [0x00, 0x72, 0xB2]
    assert figure.dark_palette[0, :3].tolist() == [0x3B, 0x8F, 0xD6]
    assert figure.caption.startswith(CAPTION)
    assert figure.axes == projection.axes


def test_a_page_names_items_where_the_map_does_and_names_are_wanted(shown):
    def names(spec):
        methods = shown.publishing.methods
        figure = page_figure(shown.services, shown.map.view, spec, methods, "topics")
        return figure.names_items, [text for _, _, text, _ in figure.labels]

    assert names(SMALL) == (False, [])
    shown.services.clustering.show(ITEM_NAMES)
    settle()
    assert names(SMALL) == (True, [])
    assert names(dataclasses.replace(SMALL, labels=False)) == (False, [])
    shown.services.clustering.show(labels_of_column("kind"))
    settle()
    assert names(SMALL) == (False, ["art", "bread", "chess"])
    assert names(dataclasses.replace(SMALL, labels=False)) == (False, [])


@pytest.mark.parametrize("dims", [2, 3])
def test_the_image_of_the_points_lies_where_the_points_do(shown, dims):
    services = shown.services
    space, before = services.store.state.space, services.store.state.active_projection
    if dims == 3:
        coords = np.asarray(space.vectors[:, :3])
        services.store.apply(
            lambda state: states.add_projection(state, Projection(space.id, "pca", coords))
        )
    stage = FigureStage(services, SMALL)
    image = QImage(800, round(800 * stage.map_area.height() / stage.map_area.width()), ARGB)
    image.fill(0)
    painter = QPainter(image)
    scale = 800 / stage.map_area.width()
    stage.paint_points(painter, QTransform.fromScale(scale, scale))
    painter.end()
    drawn = stage.view.scatter.drawn_points()
    stage.close()
    services.map.show(before)
    settle()
    assert len(drawn.rows) == 60
    alpha = pixels_of(image)[..., 3].astype(float)
    weights = np.pi * drawn.radii**2 * drawn.colors[:, 3]
    assert alpha.sum() == pytest.approx(weights.sum() * scale**2, rel=0.2)  # some overlap
    rows, columns = np.indices(alpha.shape)
    center = np.array([(alpha * columns).sum(), (alpha * rows).sum()]) / alpha.sum() + 0.5
    expected = (drawn.positions * weights[:, None]).sum(0) / weights.sum() * scale
    assert np.abs(center - expected).max() < 12
