from __future__ import annotations

import numpy as np
import pytest

from embexplorer.core.contracts import ItemScore
from embexplorer.operations.bias_figures.bars import draw_bars
from embexplorer.operations.bias_figures.changes import Change, draw_changes
from embexplorer.operations.bias_figures.direction import Place, draw_direction
from embexplorer.operations.bias_figures.drawing import (
    POINT,
    broken,
    is_dark,
    light,
    mixed,
    shortened,
    text_width,
)
from embexplorer.operations.bias_figures.interval import draw_interval
from embexplorer.operations.bias_figures.matrix import draw_matrix
from embexplorer.operations.bias_figures.null import draw_null
from embexplorer.operations.bias_figures.scale import Scale, digits_for, number
from embexplorer.operations.bias_figures.series import Point, draw_series
from tests.operations.bias_figures.reading import Read

SCORES = (
    ItemScore("he", "X", 0.4),
    ItemScore("she", "Y", -0.2),
    ItemScore("they", "Y", 0.1),
)
NAMES = {"X": "first ones", "Y": "second ones"}
BAD = "<b>&\"'</text>\x00\x1b\n\u202e"


# -- bars ------------------------------------------------------------------------------------------


def test_bars_are_as_long_as_their_scores_and_go_to_their_side():
    read = Read(draw_bars("Bars", SCORES, NAMES, sides=("home", "work")))
    colors = light()
    above = read.shapes("rect", fill=colors["positive"])
    below = read.shapes("rect", fill=colors["negative"])
    assert [len(above), len(below)] == [2, 1]
    assert above[0]["width"] / below[0]["width"] == pytest.approx(2.0, abs=0.001)
    assert above[1]["width"] / below[0]["width"] == pytest.approx(0.5, abs=0.001)
    assert below[0]["x"] + below[0]["width"] == pytest.approx(above[0]["x"], abs=0.02)
    at = read.places()
    assert at["he"][1] < at["they"][1] < at["she"][1]  # the largest first
    assert at["← home"][0] < at["work →"][0]
    assert {"0.400", "0.100", "−0.200"} <= set(read.texts())
    assert read.sentence == (
        "The score of 3 items runs from −0.200 (“she”) to 0.400 (“he”); 2 lie above zero. Means: "
        "“first ones” 0.400, “second ones” −0.050."
    )


def test_the_marker_of_a_set_is_its_shape():
    read = Read(draw_bars("Bars", SCORES, NAMES))
    assert len(read.shapes("circle")) == 2  # in the legend, and of the one item
    assert len(read.shapes("polygon")) == 3  # squares, of the other set


def test_of_many_items_both_ends_are_shown_and_the_rest_is_counted():
    scores = [ItemScore(f"word{at}", "X", at - 50.0) for at in range(100)]
    texts = Read(draw_bars("Bars", scores, NAMES, most=10)).texts()
    words = [one for one in texts if one.startswith("word")]
    assert words == [f"word{at}" for at in (99, 98, 97, 96, 95, 4, 3, 2, 1, 0)]
    assert "90 of 100 items in the middle are not shown." in texts


@pytest.mark.parametrize("scores", [[0.0], [0.0, 0.0], [3.0, 2.0], [-3.0, -2.0], [1e-9], [1e12]])
def test_bars_exist_for_any_scores(scores):
    figure = draw_bars("Bars", [ItemScore(str(at), "X", s) for at, s in enumerate(scores)], NAMES)
    assert not {"nan", "inf"} & set(figure.svg.replace('"', " ").split())
    assert len(Read(figure).texts()) > len(scores)


# -- chance and interval ---------------------------------------------------------------------------


def test_the_histogram_holds_every_value_and_marks_the_extreme_ones():
    values = np.array([-1.0] * 6 + [0.0] * 10 + [1.0] * 4)
    draw = {"what": "effect size", "bounds": (-2.0, 2.0)}
    read = Read(draw_null("Null", values, 1.0, alternative="greater", **draw))
    dark = [one["height"] for one in read.shapes("rect", light()["control"])[:-1] if one["height"]]
    bars = [one["height"] for one in read.shapes("rect", light()["dim"]) if one["height"]]
    assert [one / max(bars) for one in bars] == pytest.approx([0.6, 1.0, 0.4], abs=0.001)
    assert [one / max(bars) for one in dark] == pytest.approx([0.4], abs=0.001)
    assert "observed 1.0000" in read.texts()
    assert "4 of 20 are at least as large" in read.texts()
    two_sided = draw_null("Null", values, 1.0, alternative="two-sided", **draw)
    assert "10 of 20 are at least as far from zero" in Read(two_sided).texts()
    less = draw_null("Null", values, -1.0, alternative="less", **draw)
    assert "6 of 20 are at most as large" in Read(less).texts()
    far = draw_null("Null", values + 5, 6.0, what="statistic")
    assert "10 of 20 are at least as far from their median" in far.sentence


def test_the_interval_lies_on_the_full_range():
    without = (ItemScore("he", "X", 0.9), ItemScore("she", "Y", 1.3))
    figure = draw_interval(
        "Interval", 1.0, (0.5, 1.5), what="effect size", kind="BCa", bounds=(-2.0, 2.0),
        leave_one_out=without,
    )  # fmt: skip
    read, colors = Read(figure), light()
    bar = max(read.shapes("line", stroke=colors["accent"]), key=lambda one: one["x2"] - one["x1"])
    axis = max(read.shapes("line", stroke=colors["control"]), key=lambda one: one["x2"] - one["x1"])
    assert (bar["x2"] - bar["x1"]) / (axis["x2"] - axis["x1"]) == pytest.approx(0.25, abs=0.001)
    (dot,) = read.shapes("circle", fill=colors["accent"])
    assert (dot["cx"] - axis["x1"]) / (axis["x2"] - axis["x1"]) == pytest.approx(0.75, abs=0.001)
    assert len(read.shapes("line", stroke=colors["muted"])) == 2
    assert {"1.0000", "−2.00", "2.00", "he", "she"} <= set(read.texts())
    assert read.sentence == (
        "The effect size is 1.0000, of −2.0000 to 2.0000 that it can be, its 95% interval (BCa) "
        "runs from 0.5000 to 1.5000, without one item it lies between 0.9000 (without “he”) and "
        "1.3000 (without “she”)."
    )
    plain = draw_interval("Interval", 0.0, None, what="statistic")
    assert plain.sentence == "The statistic is 0.0000."


# -- direction -------------------------------------------------------------------------------------


def test_names_along_a_direction_lie_over_nothing():
    rng = np.random.default_rng(3)
    places = [
        Place(f"word number {at}", "words", float(along), float(across))
        for at, (along, across) in enumerate(rng.normal(size=(150, 2)))
    ]
    places += [Place("she", "first", 2.0, 0.0, True), Place("he", "second", -2.0, 0.0, True)]
    names = {"first": "she side", "second": "he side", "words": "words"}
    read = Read(draw_direction("Along", places, names, ("he", "she"), across="across"))
    boxes, written = [], 0
    for one in read.root.iter("{http://www.w3.org/2000/svg}text"):
        if (one.text or "").startswith("word n") or one.text in ("she", "he"):
            width = len(one.text) * 3.0
            left = float(one.get("x"))
            left -= {"start": 0.0, "middle": 0.5, "end": 1.0}[one.get("text-anchor")] * width
            boxes.append((left, float(one.get("y")) - 5.0, left + width, float(one.get("y"))))
            written += 1
    assert written > 25
    for at, (left, top, right, bottom) in enumerate(boxes):
        for other in boxes[:at]:
            assert right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
    unnamed = 152 - written
    assert f"{unnamed:,} of 152 items have no room for their name." in read.texts()
    assert {"she", "he"} <= set(read.texts(font_size="7"))  # the poles come first
    assert {"← he", "she →", "across"} <= set(read.texts())


def test_items_of_one_length_are_ranked_from_the_top():
    places = [Place(f"w{at}", "words", 0.1 * at, 0.0) for at in range(5)]
    read = Read(draw_direction("Along", places, {"words": "words"}, ("he", "she")))
    heights = [read.places()[f"w{at}"][1] for at in range(5)]
    assert heights == sorted(heights, reverse=True)
    assert "rank" in read.texts()
    assert read.sentence == (
        "5 items along the direction from “he” to “she”: from “w0” 0.0000 to “w4” 0.4000; 4 lie on "
        "the side of “she”."
    )


# -- sets, changes, series -------------------------------------------------------------------------


def test_a_matrix_has_its_numbers_and_colors_of_their_strength():
    figure = draw_matrix("Sets", ["a", "b"], ["c", "d"], [[0.5, -0.5], [0.25, None]])
    read, colors = Read(figure), light()
    assert [one for one in read.texts(text_anchor="middle") if one not in ("c", "d")] == [
        "0.500",
        "−0.500",
        "0.250",
        "–",
    ]
    fills = [one["fill"] for one in read.shapes("rect")][1:]
    assert fills == [
        mixed(colors["map"], colors["positive"], 0.9),
        mixed(colors["map"], colors["negative"], 0.9),
        mixed(colors["map"], colors["positive"], 0.45),
        colors["panel"],
    ]
    assert read.sentence == (
        "Mean cosine of each row with each column: “a” with “c” 0.500, “d” −0.500; “b” with “c” "
        "0.250, “d” none."
    )


def test_changes_go_from_hollow_to_filled():
    changes = [Change("he", "X", 0.8, 0.2), Change("she", "Y", -0.6, -0.6)]
    read = Read(draw_changes("Changes", changes, NAMES, ("before", "after"), sides=("B", "A")))
    color = light()["accent"]
    hollow, filled = (
        [one["cx"] for one in read.shapes("circle", fill=fill, stroke=stroke)][1:]  # less legend
        for fill, stroke in ((light()["map"], color), (color, light()["map"]))
    )
    zero = (hollow[0] - filled[0]) / 0.6  # points for 1
    assert hollow[0] - hollow[1] == pytest.approx(1.4 * zero, abs=0.05)
    assert hollow[1] == filled[1]
    assert len(read.shapes("polygon", fill=light()["control"])) == 1  # one head: he moved
    assert read.sentence == (
        "The score of 2 items in before and in after: the mean distance from zero is 0.700 and "
        "0.400; 1 came nearer to zero. “he” changed most, from 0.800 to 0.200."
    )


def test_a_series_keeps_the_place_of_a_space_without_a_number():
    points = [Point("1900", 1.0, (0.5, 1.5)), Point("1910", None), Point("1920", -1.0)]
    read = Read(draw_series("Series", points, what="effect size"))
    dots = read.shapes("circle", fill=light()["accent"])
    assert len(dots) == 2
    at = read.places()
    assert at["1910"][0] - at["1900"][0] == pytest.approx(at["1920"][0] - at["1910"][0], abs=0.02)
    assert [round(one["cx"], 1) for one in dots] == [
        round(at[name][0], 1) for name in ("1900", "1920")
    ]
    assert "none" in read.texts()
    assert not read.shapes("line", stroke=light()["dim"])  # nothing joins over the gap
    assert read.sentence == (
        "The effect size over 3 spaces, with 95% intervals: “1900” 1.0000 (0.5000 to 1.5000); "
        "“1910” none; “1920” −1.0000."
    )


# -- what all have in common -----------------------------------------------------------------------

DRAWN = {
    "bars": lambda name: draw_bars(name, [ItemScore(name, "X", 0.5)], {"X": name, "Y": "y"},
                                   what=name, sides=(name, name)),
    "null": lambda name: draw_null(name, np.ones(3), 1.0, what=name, note=name),
    "interval": lambda name: draw_interval(name, 1.0, (0.0, 2.0), what=name, kind=name,
                                           leave_one_out=[ItemScore(name, "X", 1.0)]),
    "direction": lambda name: draw_direction(name, [Place(name, "X", 0.1, 0.2)], {"X": name},
                                             (name, name), along=name, across=name),
    "matrix": lambda name: draw_matrix(name, [name], [name], [[0.0]], what=name),
    "changes": lambda name: draw_changes(name, [Change(name, "X", 1.0, 0.5)], {"X": name},
                                         (name, name), what=name, sides=(name, name)),
    "series": lambda name: draw_series(name, [Point(name, 1.0)], what=name),
}  # fmt: skip


@pytest.mark.parametrize("kind", DRAWN)
@pytest.mark.parametrize(
    "name", [BAD, "مرحبا بالعالم", "日本語の項目", "हिन्दी", "\U0001d518", "x" * 500, ""]
)
def test_any_text_stays_a_text_of_one_picture(kind, name):
    figure = DRAWN[kind](name)
    read = Read(figure)
    assert read.title == " ".join(name.replace("\x00", "\ufffd").replace("\x1b", "\ufffd").split())
    tags = {one.tag.partition("}")[2] for one in read.root.iter()}
    assert tags <= {"svg", "title", "desc", "rect", "line", "circle", "polygon", "text"}
    width, height = read.root.get("width"), read.root.get("height")
    assert (width, height) == (f"{figure.width_mm:.2f}mm", f"{figure.height_mm:.2f}mm")
    box = [float(one) for one in read.root.get("viewBox").split()]
    assert box[2] * POINT == pytest.approx(figure.width_mm, abs=0.01)
    assert all(0 <= x <= box[2] and 0 <= y <= box[3] for x, y in read.places().values())


def test_axes_have_round_numbers_inside():
    assert Scale(-1.0, 1.0, 0, 1).ticks() == (
        (-1.0, "−1.0"), (-0.5, "−0.5"), (0.0, "0.0"), (0.5, "0.5"), (1.0, "1.0"),
    )  # fmt: skip
    assert [text for _, text in Scale(0.0, 0.0123, 0, 1).ticks(4)] == ["0.000", "0.005", "0.010"]
    assert Scale.over([3.0, 3.0], 0, 1).has(3.0)
    assert Scale(0.0, 2.0, 10, 20).at(0.5) == 12.5


def test_numbers_read_with_a_true_minus_and_enough_digits():
    assert [number(one) for one in (-1.5, 0.0, 0.000123456, -0.0)] == [
        "−1.5000", "0.0000", "0.000123", "0.0000",
    ]  # fmt: skip
    assert number(-0.0004, 2) == "0.00"
    assert [digits_for([one]) for one in (0.0, 12.0, 0.123, 0.00123)] == [2, 2, 3, 5]


def test_texts_are_cut_and_broken_to_their_room():
    assert shortened("short", 100) == "short"
    cut = shortened("a very long name of an item", 60)
    assert cut.endswith("…")
    assert text_width(cut) <= 60
    assert broken("one two three four", text_width("one two"), lines=2) == ["one two", "three f…"]
    assert text_width("日") > text_width("i") * 3
    assert text_width("e\u0301") == text_width("e")


def test_the_ink_of_a_cell_has_contrast():
    assert is_dark("#000000")
    assert not is_dark("#FFFFFF")
    assert mixed("#000000", "#FFFFFF", 0.5) == "#808080"
