from __future__ import annotations

import dataclasses

import pytest

from embexplorer.core.errors import UserError
from embexplorer.ui.figure.spec import PRESETS, FigureSpec, screen_preset


def test_millimeters_and_dpi_make_pixels():
    assert FigureSpec(width_mm=85, height_mm=68, dpi=600).pixels == (2008, 1606)
    assert FigureSpec(width_mm=25.4, height_mm=50.8, dpi=300).pixels == (300, 600)


def test_the_slide_has_the_pixels_in_its_title():
    slide = next(preset for preset in PRESETS if preset.id == "slide")
    assert slide.applied(FigureSpec()).pixels == (1920, 1080)


def test_presets_for_one_and_two_columns_fit_journals():
    assert [(preset.id, preset.width_mm) for preset in PRESETS[:2]] == [
        ("one-column", 85.0),
        ("two-columns", 178.0),
    ]


def test_the_screen_preset_doubles_the_pixels_of_the_map():
    spec = screen_preset(800, 500, 13).applied(FigureSpec())
    assert spec.pixels == (1600, 1000)
    assert spec.font_pt == pytest.approx(9.75)


@pytest.mark.parametrize(
    ("changes", "title"),
    [
        ({"width_mm": 5}, "Width out of range"),
        ({"height_mm": 9000}, "Height out of range"),
        ({"dpi": 5}, "Resolution out of range"),
        ({"font_pt": 0}, "Text size out of range"),
        ({"width_mm": 1000, "dpi": 1200}, "Too many pixels"),
    ],
)
def test_what_cannot_be_drawn_is_refused(changes, title):
    with pytest.raises(UserError) as refused:
        dataclasses.replace(FigureSpec(), **changes).checked()
    assert refused.value.title == title
