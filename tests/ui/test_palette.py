"""Codes get the colors of the theme, of a ramp, or none where they are hidden."""

from __future__ import annotations

import numpy as np
import pytest

from embexplorer.app.appearance import coloring_of
from embexplorer.app.style import Style
from embexplorer.core.space import Space, make_space, make_table
from embexplorer.ui.palette import palette_of
from embexplorer.ui.ramps import RAMPS, ramp_of, ramp_steps


def space_with(**columns) -> Space:
    n = len(next(iter(columns.values())))
    table = make_table([f"item{row}" for row in range(n)], columns)
    return make_space(np.ones((n, 2), np.float32), table)


def rgb(color) -> tuple[int, int, int]:
    return color.red(), color.green(), color.blue()


def test_categories_have_the_colors_of_their_positions(theme) -> None:
    space = space_with(kind=[f"k{row % 40:02}" for row in range(80)])
    table = palette_of(coloring_of(space, "kind"), theme, Style())
    assert table.shape == (41, 4)
    assert tuple(table[0, :3]) == rgb(theme.category(0))
    assert tuple(table[30, :3]) == rgb(theme.category(30))
    assert {tuple(row[:3]) for row in table[31:]} == {rgb(theme.color("other"))}
    assert (table[:, 3] == 255).all()


def test_what_is_hidden_is_transparent_and_what_is_not_lit_is_dim(theme) -> None:
    coloring = coloring_of(space_with(kind=["a", "b", "b", None, "c"]), "kind")
    table = palette_of(coloring, theme, Style(), frozenset([0, -1, 77]))
    assert table[:, 3].tolist() == [0, 255, 255, 0]
    lit = palette_of(coloring, theme, Style(), frozenset([2]), (1,))
    dim = rgb(theme.color("dim"))
    assert tuple(lit[0, :3]) == dim
    assert tuple(lit[1, :3]) == rgb(theme.category(1))
    assert lit[2, 3] == 0
    missing = palette_of(coloring, theme, Style(), lit=(-1,))
    assert tuple(missing[-1, :3]) == rgb(theme.color("other"))
    assert tuple(missing[0, :3]) == dim


def test_one_color_has_one(theme) -> None:
    table = palette_of(coloring_of(space_with(kind=["a", "b"]), ""), theme, Style())
    assert table.tolist() == [[*rgb(theme.category(0)), 255]]


@pytest.mark.parametrize("ramp", RAMPS, ids=lambda ramp: ramp.id)
def test_ramps_have_256_steps_that_stand_out_from_the_map(theme, ramp) -> None:
    for mode in ("light", "dark"):
        theme.set_mode(mode)
        steps = ramp_steps(theme, Style(ramp=ramp.id)).astype(int)
        assert steps.shape == (256, 3)
        ground = np.array(rgb(theme.color("map")))
        assert np.abs(steps - ground).max(axis=1).min() > 40
        inverted = ramp_steps(theme, Style(ramp=ramp.id, is_inverted=True))
        assert np.array_equal(inverted[::-1], steps)


def lightness(steps) -> np.ndarray:
    return steps.astype(float) @ [0.299, 0.587, 0.114]


def test_much_is_dark_on_a_light_map_and_light_on_a_dark_one(theme) -> None:
    light = lightness(ramp_steps(theme, Style()))
    assert (np.diff(light) <= 1).all()
    assert light[0] - light[-1] > 120
    theme.set_mode("dark")
    dark = lightness(ramp_steps(theme, Style()))
    assert (np.diff(dark) >= -1).all()
    assert dark[-1] - dark[0] > 120
    assert dark[0] > light[-1]  # the darkest steps would be lost on a dark map


def test_the_diverging_ramp_goes_over_gray_from_one_color_to_another(theme) -> None:
    steps = ramp_steps(theme, Style(ramp="diverging"))
    assert tuple(steps[0]) == rgb(theme.color("negative"))
    assert tuple(steps[-1]) == rgb(theme.color("positive"))
    assert np.ptp(steps[127].astype(int)) < 16
    assert ramp_of(Style(center=3.0)).id == "diverging"
    assert ramp_of(Style(ramp="unknown")).id == "viridis"
