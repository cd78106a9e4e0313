from __future__ import annotations

import base64
import html.parser
import json
import os

import numpy as np
import pytest

from embexplorer.core.errors import UserError
from embexplorer.operations.figure_html import (
    MOST_TEXT,
    STEPS,
    Figure,
    FigureLegend,
    figure_html,
    write_figure_html,
)
from tests.operations.browser import Browser, find_browser

BAD = "</script><script>document.title='taken'</script><b>&amp; ${1} \u2028"
LIGHT = np.array([[255, 0, 0, 255], [0, 128, 0, 255], [0, 0, 255, 255]], np.uint8)
DARK = np.array([[250, 90, 90, 255], [90, 200, 90, 255], [90, 90, 250, 255]], np.uint8)


def make_figure(n=60, **changes):
    """Three groups of items in a row along x, the first in red, then green, then blue."""
    rng = np.random.default_rng(4)
    colors = np.arange(n) % 3
    coords = np.column_stack((10.0 * colors, np.zeros(n))) + rng.normal(0, 0.5, (n, 2))
    items = [f"item {row}" for row in range(n)]
    items[7] = BAD
    rows = tuple((k, name, int((colors == k).sum())) for k, name in enumerate(("red", "gr", "bl")))
    values = {
        "title": "Words <1> & more",
        "coords": coords,
        "items": items,
        "colors": colors,
        "palette": LIGHT,
        "dark_palette": DARK,
        "caption": "PCA of 60 items.",
        "legend": FigureLegend("group", rows),
        "columns": {
            "year": [str(1990 + row % 4) for row in range(n)],
            "code": [None if row == 5 else f"c{row}" for row in range(n)],
        },
        "labels": ((0.0, 0.0, "left", True), (20.0, 0.0, "right", True)),
        "methods": 'The data "words" <hash>.',
        "record": {"hash": "</script>", "seed": 0},
    }
    return Figure(**{**values, **changes})


class Page(html.parser.HTMLParser):
    """The elements of a page that tests look at, by id or name."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.texts, self.metas, self._open = [], {}, {}, []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.tags.append((tag, values))
        if tag == "meta":
            self.metas[values.get("name", values.get("http-equiv"))] = values.get("content")
        else:
            self._open.append(values.get("id", tag))

    def handle_endtag(self, tag):
        if self._open:
            self._open.pop()

    def handle_data(self, data):
        if self._open:
            self.texts[self._open[-1]] = self.texts.get(self._open[-1], "") + data


def data_of(text):
    return json.loads(Page(text).texts["data"])


def unpacked(text, low, span):
    steps = np.frombuffer(base64.b64decode(text), np.uint8).reshape(-1, 3).astype(np.int64)
    return low + (steps @ [1, 256, 65536]) / STEPS * span


def codes_of(text):
    return np.frombuffer(base64.b64decode(text), "<u2")


def test_coordinates_items_and_columns_come_back_from_the_page():
    figure = make_figure()
    data = data_of(figure_html(figure)[0])
    left, low, width, height = data["bounds"]
    error = np.abs(unpacked(data["x"], left, width) - figure.coords[:, 0]).max()
    assert error <= width / STEPS
    assert np.abs(unpacked(data["y"], low, height) - figure.coords[:, 1]).max() <= height / STEPS
    assert data["items"] == list(figure.items)
    assert codes_of(data["colors"]).tolist() == figure.colors.tolist()
    assert data["palettes"] == {
        "light": ["#ff0000", "#008000", "#0000ff"],
        "dark": ["#fa5a5a", "#5ac85a", "#5a5afa"],
    }
    year, code = data["columns"]
    assert len(year["values"]) == 4  # values that repeat are written once
    assert [year["values"][k] for k in codes_of(year["codes"])] == figure.columns["year"]
    assert (code["values"], code["codes"]) == (figure.columns["code"], None)


def test_no_text_can_leave_its_place():
    text, _ = figure_html(make_figure(title=BAD, caption=BAD, methods=BAD, notes=(BAD,)))
    page = Page(text)
    assert page.texts["methods"] == BAD
    assert page.metas["description"] == BAD
    assert page.texts["caption"] == BAD
    assert json.loads(page.texts["data"])["items"][7] == BAD
    assert json.loads(page.texts["record"]) == {"hash": "</script>", "seed": 0}
    scripts = [values for tag, values in page.tags if tag == "script"]
    assert len(scripts) == 3
    assert not any("src" in values for values in scripts)


def test_a_page_asks_for_nothing_outside_itself():
    text, _ = figure_html(make_figure())
    assert "default-src 'none'" in Page(text).metas["Content-Security-Policy"]
    assert not [
        values
        for _, values in Page(text).tags
        for name in ("src", "href")
        if values.get(name, "data:,") != "data:,"
    ]
    assert "http://" not in text
    assert "https://" not in text


def test_the_same_figure_gives_the_same_bytes():
    assert figure_html(make_figure())[0] == figure_html(make_figure())[0]


def test_points_without_coordinates_are_left_out_and_counted():
    figure = make_figure()
    coords = figure.coords.copy()
    coords[[2, 4], [0, 1]] = np.nan, np.inf
    text, notes = figure_html(make_figure(coords=coords))
    assert notes == ("2 items have no coordinates and are not shown.",)
    assert notes[0] in text
    assert data_of(text)["items"] == [
        item for row, item in enumerate(figure.items) if row not in (2, 4)
    ]


def test_above_the_limit_a_uniform_sample_is_shown_and_said():
    figure = make_figure(300)
    text, notes = figure_html(figure, most_points=50, seed=3)
    assert notes == (
        "A uniform sample of 50 of 300 points is shown (seed 3): a page with all of them would"
        " be slow.",
    )
    shown = data_of(text)["items"]
    rows = np.sort(np.random.default_rng(3).choice(300, 50, replace=False))
    assert shown == [figure.items[row] for row in rows]


def test_long_texts_are_cut_and_this_is_said():
    items = ["a" * (MOST_TEXT + 1), *(f"b{row}" for row in range(59))]
    text, notes = figure_html(make_figure(items=items))
    assert notes == (f"Texts are cut after {MOST_TEXT} characters.",)
    assert data_of(text)["items"][0] == "a" * MOST_TEXT + "…"


@pytest.mark.parametrize("n", [0, 1])
def test_one_point_and_none_make_a_page(n):
    figure = make_figure()
    columns = {name: values[:n] for name, values in figure.columns.items()}
    few = make_figure(
        coords=figure.coords[:n], items=figure.items[:n], colors=figure.colors[:n], columns=columns
    )
    data = data_of(figure_html(few)[0])
    assert data["bounds"] == [*(figure.coords[0] if n else (0.0, 0.0)), 0.0, 0.0]
    assert data["items"] == list(figure.items[:n])


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"items": ["a"]}, "1 items, coords"),
        ({"columns": {"year": ["1"]}}, "other lengths in the columns year"),
        ({"colors": np.full(60, 3)}, "beyond the 3"),
        ({"dark_palette": DARK[:2]}, "palettes of 3 and 2"),
    ],
)
def test_what_does_not_fit_together_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        figure_html(make_figure(**changes))


def test_a_place_that_cannot_be_written_keeps_the_old_file(tmp_path):
    (tmp_path / "f.html").mkdir()
    with pytest.raises(UserError, match="This is a folder"):
        write_figure_html(make_figure(), tmp_path / "f.html")
    if os.geteuid() != 0:
        locked = tmp_path / "locked"
        locked.mkdir(mode=0o500)
        with pytest.raises(UserError, match="cannot be written"):
            write_figure_html(make_figure(), locked / "f.html")
    old = tmp_path / "old.html"
    old.write_text("old", encoding="utf-8")
    with pytest.raises(ValueError, match="1 items"):
        write_figure_html(make_figure(items=["a"]), old)
    assert old.read_text(encoding="utf-8") == "old"
    assert sorted(path.name for path in tmp_path.iterdir() if path.suffix == ".html") == [
        "f.html",
        "old.html",
    ]


# -- in a browser ----------------------------------------------------------------------------------

DRAWN = """new Promise(done => {
  const map = document.getElementById("map");
  const look = () => map.dataset.drawn ? done(map.dataset.drawn) : requestAnimationFrame(look);
  requestAnimationFrame(look);
})"""
CENTER = """(() => {
  const box = document.getElementById("map").getBoundingClientRect();
  return [box.left, box.top, box.width, box.height];
})()"""


@pytest.fixture(scope="module")
def browser():
    program = find_browser()
    if program is None:
        pytest.skip("no Chromium is installed: the page is not tried in a browser")
    opened = Browser(program)
    opened.ask(
        "Emulation.setEmulatedMedia",
        features=[{"name": "prefers-reduced-motion", "value": "reduce"}],
    )
    yield opened
    opened.close()


@pytest.fixture
def page(browser, tmp_path):
    """The figure in the browser, drawn."""
    path = tmp_path / "figure.html"
    write_figure_html(make_figure(), path)
    browser.open(path)
    assert browser.run(DRAWN) == "60"
    yield browser
    assert browser.problems() == []


def view_of(page):
    page.run(DRAWN)
    return [float(part) for part in page.run("map.dataset.view").split()]


def place_of(page, row):
    """Return where a point lies in the window."""
    x, y, scale = view_of(page)
    left, top, width, height = page.run(CENTER)
    at = make_figure().coords[row]
    return left + width / 2 + (at[0] - x) * scale, top + height / 2 - (at[1] - y) * scale


def pixel_at(page, x, y):
    left, top, _, _ = page.run(CENTER)
    return page.run(
        f"[...points.getContext('2d').getImageData({round(x - left)}, {round(y - top)}, 1, 1).data]"
    )


def test_points_are_drawn_in_their_colors_where_they_lie(page):
    for row, color in ((0, (255, 0, 0)), (1, (0, 128, 0)), (2, (0, 0, 255))):
        drawn = pixel_at(page, *place_of(page, row))
        assert drawn[3] > 200
        assert np.abs(np.array(drawn[:3]) - color).max() <= 2


def test_dragging_moves_the_map_under_the_mouse(page):
    before = view_of(page)
    x, y = place_of(page, 30)
    page.mouse("Pressed", x, y, button="left", clickCount=1)
    page.mouse("Moved", x - 40, y + 25, button="left", buttons=1)
    page.mouse("Released", x - 40, y + 25, button="left", clickCount=1)
    after = view_of(page)
    assert after[2] == before[2]
    assert np.allclose(place_of(page, 30), (x - 40, y + 25), atol=0.01)


def test_the_wheel_zooms_about_the_mouse_and_fit_takes_it_back(page):
    home = view_of(page)
    x, y = place_of(page, 31)
    page.mouse("Wheel", x, y, deltaX=0, deltaY=-240)
    assert view_of(page)[2] == pytest.approx(home[2] * np.exp(0.36), rel=1e-6)
    assert np.allclose(place_of(page, 31), (x, y), atol=0.5)  # mice know whole pixels
    page.run("fit.click()")
    assert view_of(page) == pytest.approx(home)


def test_the_item_under_the_mouse_is_shown_as_text_with_its_columns(page):
    page.mouse("Moved", *place_of(page, 7))
    assert page.run("document.querySelector('#hover .item').textContent") == BAD
    words = page.run("[...document.querySelectorAll('#hover dl > *')].map(e => e.textContent)")
    assert words == ["year", "1993", "code", "c7"]
    assert page.run("document.querySelector('#hover .category').textContent") == "gr"
    assert page.run("document.title") == "Words <1> & more"
    page.mouse("Moved", place_of(page, 7)[0], 60)
    assert page.run("hover.hidden") is True


def test_a_search_lists_dims_the_rest_and_flies_to_what_it_finds(page):
    home = view_of(page)
    page.run("query.focus()")
    page.ask("Input.insertText", text="ITEM 12")
    assert page.run("document.getElementById('found-count').textContent") == "1 of 60 items"
    assert pixel_at(page, *place_of(page, 1))[3] < 60
    page.key("Enter", code="Enter", windowsVirtualKeyCode=13)
    x, y, scale = view_of(page)
    assert page.run("document.getElementById('found-count').textContent") == "1 of 1 found"
    assert (x, y) == pytest.approx(tuple(make_figure().coords[12]), abs=1e-5)
    assert scale == pytest.approx(6 * home[2])
    assert page.run("document.querySelector('#hover .item').textContent") == "item 12"
    page.key("Escape", code="Escape", windowsVirtualKeyCode=27)
    assert page.run("query.value") == ""


def test_the_legend_hides_and_shows_its_category(page):
    at = place_of(page, 1)
    page.run("document.querySelector('button[data-code=\"1\"]').click()")
    page.run(DRAWN)
    assert pixel_at(page, *at)[3] == 0
    assert page.run("document.querySelector('button[data-code=\"1\"]').ariaPressed") == "false"
    page.mouse("Moved", *at)
    assert page.run("hover.hidden") is True
    page.run("document.querySelector('button[data-code=\"1\"]').click()")
    page.run(DRAWN)
    assert pixel_at(page, *at)[3] > 200


def test_keys_move_zoom_and_go_to_the_search(page):
    x, y, scale = view_of(page)
    page.run("map.focus()")
    page.key("ArrowRight")
    assert view_of(page) == pytest.approx([x + 60 / scale, y, scale])
    page.key("+")
    assert view_of(page)[2] == pytest.approx(1.3 * scale)
    page.key("/")
    assert page.run("document.activeElement.id") == "query"


def test_the_page_turns_dark_and_its_points_with_it(page):
    page.run("theme.click()")
    assert page.run("getComputedStyle(document.querySelector('main')).backgroundColor") == (
        "rgb(17, 19, 23)"
    )
    drawn = pixel_at(page, *place_of(page, 0))
    assert np.abs(np.array(drawn[:3]) - DARK[0][:3]).max() <= 2


def test_a_ramp_shows_the_range_between_its_ends(browser, tmp_path):
    ramp = np.column_stack([np.arange(8) * 30, np.zeros(8), np.zeros(8)]).astype(np.uint8)
    colors = np.arange(60) % 8
    legend = FigureLegend("year", low="1990", high="2020", steps=8)
    path = tmp_path / "ramp.html"
    write_figure_html(
        make_figure(palette=ramp, dark_palette=ramp, colors=colors, legend=legend), path
    )
    browser.open(path)
    browser.run(DRAWN)
    ends = "[...document.querySelectorAll('.ends span')].map(e => e.textContent)"
    assert browser.run(ends) == ["1990", "2020"]
    browser.run(
        "(() => { const from = document.querySelector('#legend-rows input');"
        "from.value = 5; from.dispatchEvent(new Event('input')); })()"
    )
    browser.run(DRAWN)
    assert pixel_at(browser, *place_of(browser, 0))[3] == 0
    assert pixel_at(browser, *place_of(browser, 7))[3] > 0
    assert browser.problems() == []


def test_items_are_named_beside_their_points_unless_their_color_is_hidden(browser, tmp_path):
    def ink_beside_points(**changes):
        path = tmp_path / "named.html"
        write_figure_html(make_figure(labels=(), **changes), path)
        browser.open(path)
        assert browser.run(DRAWN) == "60"
        return [ink_right_of(browser, row) for row in (0, 1, 2)]

    assert ink_beside_points() == [0, 0, 0]
    named = ink_beside_points(names_items=True)
    assert min(named) > 40  # each group of twenty lies in few cells: its first item is named
    browser.run("document.querySelector('#legend-rows button').click()")
    browser.run(DRAWN)
    assert ink_right_of(browser, 0) == 0
    assert ink_right_of(browser, 1) == named[1]
    assert browser.problems() == []


def ink_right_of(page, row):
    """Return how many pixels are written where the name of an item would be."""
    x, y = place_of(page, row)
    left, top, _, _ = page.run(CENTER)
    return page.run(
        "[...document.getElementById('marks').getContext('2d')"
        f".getImageData({round(x - left + 8)}, {round(y - top - 6)}, 30, 12).data]"
        ".filter((value, at) => at % 4 === 3 && value > 128).length"
    )
