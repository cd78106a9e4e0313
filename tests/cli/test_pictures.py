from __future__ import annotations

import xml.etree.ElementTree as ET

import numpy as np
import pytest
from PySide6.QtGui import QImage

import embexplorer as ee
from embexplorer.app.services import Services, inline_lanes
from embexplorer.storage.settings import load_settings


@pytest.fixture
def shot(cli, qapp, words, tmp_path):
    """Draw 300 words by PCA; return what the command gave and the file."""

    def draw(name, *flags):
        path = tmp_path / name
        question = ("shot", words, "--limit", 300, "--method", "pca", "-o", path)
        return cli(*question, *flags), path

    return draw


def pixels_of(path):
    image = QImage(str(path)).convertToFormat(QImage.Format.Format_RGB32)
    assert not image.isNull()
    return np.array(image.bits(), np.uint8).reshape(image.height(), image.width(), 4)[:, :, :3]


def test_a_picture_has_its_size_times_its_scale(shot, words):
    ran, path = shot("window.png", "--size", "760x500", "--scale", 1.5, "--json", "--quiet")
    assert ran.err == ""
    document = ran.document
    assert (document["file"], document["n"]) == (str(path), 300)
    assert pixels_of(path).shape == (750, 1140, 3)


def test_the_theme_changes_the_picture_and_nothing_of_the_persons_is_kept(shot):
    before = load_settings()
    light = shot("light.png", "--size", "700x500", "--scale", 1)[1]
    dark = shot("dark.png", "--size", "700x500", "--scale", 1, "--theme", "dark")[1]
    assert pixels_of(light).mean() > 200
    assert pixels_of(dark).mean() < 60
    assert load_settings() == before


def test_the_map_alone_is_smaller_than_the_window(shot):
    ran, path = shot("map.png", "--size", "900x600", "--scale", 1, "--panel", "map")
    assert ran.out == f"Drew words, 300 items, into {path}\n"
    height, width, _ = pixels_of(path).shape
    assert height < 600
    assert width < 900


def test_an_svg_is_xml_of_its_size_with_texts_as_texts(shot, words):
    ran, path = shot("window.svg", "--size", "1200x800", "--select", "king", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    root = ET.parse(path).getroot()
    assert root.tag == "{http://www.w3.org/2000/svg}svg"
    assert root.attrib["viewBox"] == "0 0 1200 800"
    texts = {element.text for element in root.iter("{http://www.w3.org/2000/svg}text")}
    space = ee.open(words, limit=300)
    nearest = ee.neighbors(space, "king", k=3).ranked.indices
    assert {"king", *space.items.take(nearest)} <= texts


def test_a_pdf_is_written(shot):
    ran, path = shot("map.pdf", "--size", "700x500", "--panel", "map", "--quiet")
    assert (ran.code, ran.err) == (0, "")
    assert path.read_bytes()[:5] == b"%PDF-"
    assert path.read_bytes().rstrip().endswith(b"%%EOF")


def test_the_coordinates_in_a_file_are_drawn_unless_a_method_is_named(cli, qapp, tmp_path):
    path = tmp_path / "placed.csv"
    lines = [f"item {row},{row % 3},{row % 5},{row},{-row}" for row in range(12)]
    path.write_text("\n".join(["item,v0,v1,x,y", *lines]) + "\n", encoding="utf-8")

    def draw(*flags):
        target = tmp_path / "map.png"
        question = ("shot", path, "--panel", "map", "--size", "700x500", "--scale", 1)
        assert cli(*question, "-o", target, *flags).code == 0
        return pixels_of(target)

    placed, pca = draw(), draw("--method", "pca")
    assert not np.array_equal(placed, pca)


@pytest.mark.parametrize(
    ("flags", "says"),
    [
        (["--color-by", "nope"], "“nope” is not among the columns of words."),
        (["--select", "kingg"], '"kingg" is not among 300 items.'),
        (["--analogy", "man", "king", "womann"], '"womann" is not among 300 items.'),
        (["--analogy", "man", "king"], "argument --analogy: expected 3 arguments"),
        (["--size", "10x10"], "--size is 10x10."),
        (["--size", "1600"], "--size is 1600."),
        (["--scale", "0"], "--scale is 0."),
        (["--scale", "nan"], "--scale is nan."),
        (["--scale", "99"], "--scale is 99."),
        (["--theme", "blue"], "argument --theme: invalid choice: 'blue'"),
        (["--n-neighbors", "5"], "--n-neighbors is a setting of tsne, umap, not of pca."),
        (["-o", "picture.gif"], "picture.gif ends in none of .png, .svg, .pdf, .html."),
    ],
)
def test_what_cannot_be_drawn_is_refused(cli, words, tmp_path, flags, says):
    question = ("shot", words, "--limit", 300, "--method", "pca", "-o", tmp_path / "p.png")
    ran = cli(*question, *flags, "--json")
    assert ran.code == 2
    assert says in ran.document["error"]["detail"]
    assert not list(tmp_path.glob("p.*"))


def test_an_item_that_is_missing_from_a_picture_is_listed(cli, words, tmp_path):
    question = ("shot", words, "--limit", 300, "-o", tmp_path / "p.png", "--select", "kingg")
    assert cli(*question, "--json").document["missing"] == ["kingg"]


def test_a_picture_that_cannot_be_written_is_refused(shot, tmp_path):
    (tmp_path / "folder.png").mkdir()
    ran, path = shot("folder.png", "--size", "700x500", "--scale", 1)
    assert ran.code == 2
    assert f"The picture cannot be written: {path}" in ran.err
    (tmp_path / "file").write_text("mine")
    ran, path = shot("file/p.png", "--size", "700x500", "--scale", 1)
    assert ran.code == 2
    assert f"The picture cannot be written: {path}" in ran.err


def test_a_figure_of_the_map_has_its_size_on_paper_and_points_as_vectors(shot):
    ran, path = shot("figure.svg", "--width-mm", 85, "--height-mm", 60, "--select", "king")
    assert ran.code == 0, ran.err
    root = ET.parse(path).getroot()
    assert (root.attrib["width"], root.attrib["height"]) == ("85mm", "60mm")
    svg = "{http://www.w3.org/2000/svg}"
    group = next(element for element in root.iter(f"{svg}g") if element.get("id") == "points")
    assert len(list(group.iter(f"{svg}circle"))) > 290
    texts = {element.text for element in root.iter(f"{svg}text")}
    assert "king" in texts
    assert any(text.startswith("PCA, seed 0. 300 items.") for text in texts)
    assert "content hash" in root.find(f"{svg}desc").text


def test_a_page_is_written_offline_with_its_items(shot):
    ran, path = shot("page.html", "--theme", "dark")
    assert ran.code == 0, ran.err
    text = path.read_text(encoding="utf-8")
    assert '<html lang="en" data-theme="dark">' in text
    assert '"king"' in text
    assert "PCA, seed 0. 300 items." in text


def test_a_size_on_paper_that_cannot_be_is_refused_before_the_work(shot):
    ran, path = shot("figure.png", "--width-mm", 2)
    assert ran.code == 2
    assert "Width out of range" in ran.err
    assert not path.exists()


def circles_of(path):
    svg = "{http://www.w3.org/2000/svg}"
    group = next(each for each in ET.parse(path).iter(f"{svg}g") if each.get("id") == "points")
    return len(list(group.iter(f"{svg}circle")))


def test_a_project_is_drawn_as_it_was_left(cli, qapp, tmp_path):
    table = tmp_path / "fruit.csv"
    rows = [f"item {k},{k % 5},{k // 5},{'ab'[k % 2]}" for k in range(40)]
    table.write_text("\n".join(["item,x,y,kind", *rows]), encoding="utf-8")
    services = Services.start(inline_lanes(), lambda handle, event: handle(event))
    services.library.open([table])
    services.map.color_by("kind")
    services.filtering.add_expression('kind == "a"')
    services.project.save(tmp_path / "thesis.embx")
    services.runner.shutdown()
    paper = ("--width-mm", 85, "--no-caption", "--quiet")
    for source in (table, tmp_path / "thesis.embx", f"{tmp_path / 'thesis.embx'}#fruit"):
        assert cli("shot", source, *paper, "-o", tmp_path / "figure.svg").code == 0
        assert circles_of(tmp_path / "figure.svg") == (40 if source == table else 20)
    again = (*paper, "--method", "pca", "-o", tmp_path / "again.svg")
    assert cli("shot", tmp_path / "thesis.embx", *again).code == 0
    texts = {each.text for each in ET.parse(tmp_path / "again.svg").iter() if each.text}
    assert "kind" in texts
