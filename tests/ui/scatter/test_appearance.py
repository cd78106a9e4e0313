from __future__ import annotations

import numpy as np
import pytest

from embexplorer.ui.scatter.appearance import Appearance
from embexplorer.ui.scatter.scene import (
    CIRCLE,
    CROSS,
    DIMMED,
    EMPHASIZED,
    HIDDEN,
    NORMAL,
    OPAQUE,
    PLAIN,
    TRIANGLE_UP,
    brush_numbers,
    brush_shapes,
    brush_sizes,
    color_table,
    fade_table,
)


def test_layers_follow_hidden_over_emphasized_over_dimmed():
    appearance = Appearance(5)
    appearance.set_dimmed(np.array([1, 1, 1, 0, 0], bool), None)
    appearance.set_emphasized(np.array([1, 2]))
    appearance.set_visible(np.array([1, 1, 0, 1, 0], bool))
    assert appearance.layers.tolist() == [DIMMED, EMPHASIZED, HIDDEN, NORMAL, HIDDEN]
    appearance.set_visible(None)
    appearance.set_dimmed(None, None)
    assert appearance.layers.tolist() == [NORMAL, EMPHASIZED, EMPHASIZED, NORMAL, NORMAL]


def test_a_look_follows_density_until_it_is_set():
    appearance = Appearance(60_000)
    appearance.set_palette(np.array([[255, 128, 0, 255]]))
    look = appearance.look(1.0, 2.0)
    assert look.radius == pytest.approx(3.2, abs=0.1)  # 1.6 logical pixels on a screen of ratio 2
    assert look.top_radius == pytest.approx(5.2, abs=0.1)
    assert look.normal[0, 3] == pytest.approx(200 / 255)
    closer = appearance.look(0.01, 2.0)
    assert closer.radius > look.radius
    assert closer.normal[0, 3] > look.normal[0, 3]
    appearance.radius, appearance.opacity = 3.0, 0.5
    assert appearance.look(0.01, 1.0).radius == 3.0
    assert appearance.look(0.01, 1.0).normal[0].tolist() == pytest.approx(
        [0, 128 / 255 / 2, 0.5, 0.5]
    )


def test_beside_dimmed_points_the_others_are_nearly_opaque():
    appearance = Appearance(1_000_000)
    appearance.set_palette(np.array([[255, 0, 0, 255], [0, 0, 0, 0]]))
    mask = np.zeros(1_000_000, bool)
    mask[:500_000] = True
    appearance.set_dimmed(mask, (100, 110, 120, 255))
    look = appearance.look(1.0, 1.0)
    assert look.normal[0, 3] == pytest.approx(235 / 255)
    assert look.dimmed[0, 3] == pytest.approx(60 / 255)
    assert look.dimmed[0, :3] / look.dimmed[0, 3] == pytest.approx(np.array([120, 110, 100]) / 255)
    assert look.dimmed[1, 3] == 0  # a hidden color stays hidden
    assert look.top[0, 3] == pytest.approx(235 / 255)


def test_a_color_table_is_premultiplied_bgra():
    table = color_table(np.array([[255, 102, 0, 51]], np.uint8), 0.5)
    assert table.dtype == np.float32
    assert table[0] == pytest.approx([0, 0.04, 0.1, 0.1])
    assert color_table(np.array([[255, 102, 0, 51]]), 0.5, 3)[0, 3] == pytest.approx(1 - 0.9**3)


def test_sizes_and_shapes_become_brushes():
    appearance = Appearance(4)
    assert appearance.brushes.tolist() == [PLAIN]
    appearance.set_sizes(np.array([0.25, 1.0, 4.0, 1.02]))
    assert brush_sizes(appearance.brushes).tolist() == [0.25, 1.0, 4.0, 1.0]
    appearance.set_shapes(np.array([0, 5, 2, 2]))
    assert brush_sizes(appearance.brushes).tolist() == [0.25, 1.0, 4.0, 1.0]
    assert brush_shapes(appearance.brushes).tolist() == [CIRCLE, CROSS, TRIANGLE_UP, TRIANGLE_UP]
    assert appearance.look(1.0, 1.0).brushes == tuple(sorted(set(appearance.brushes.tolist())))
    appearance.set_sizes(None)
    assert brush_sizes(appearance.brushes).tolist() == [1, 1, 1, 1]
    appearance.set_shapes(None)
    assert appearance.brushes.tolist() == [PLAIN]
    assert appearance.look(1.0, 1.0).brushes == (PLAIN,)


def test_a_size_is_drawn_at_most_4_5_percent_off():
    sizes = np.geomspace(0.25, 4, 1000)
    assert np.abs(brush_sizes(brush_numbers(sizes, 0)) / sizes - 1).max() < 0.045
    assert len(np.unique(brush_numbers(sizes, 0))) == 33


def test_radii_of_sized_points_are_the_same_at_every_zoom():
    appearance = Appearance(100_000)
    appearance.set_sizes(np.geomspace(0.25, 4, 100_000))
    steps = [np.log2(appearance.look(share, 1.0).radius) * 8 for share in (1, 0.3, 0.05, 0.01)]
    assert steps == pytest.approx(np.rint(steps))
    assert steps[0] < steps[-1]
    appearance.radius = 3.0
    assert appearance.look(1.0, 2.0).radius == 6.0


def test_only_an_opacity_of_zero_hides():
    appearance = Appearance(4)
    appearance.set_opacities(np.array([0.0, 1e-4, 0.5, 1.0]))
    assert appearance.opacities.tolist() == [0, 1, 128, 255]
    assert appearance.layers.tolist() == [HIDDEN, NORMAL, NORMAL, NORMAL]
    appearance.set_opacities(None)
    assert appearance.opacities.tolist() == [OPAQUE]
    assert appearance.layers.tolist() == [NORMAL] * 4


def test_what_has_no_place_is_hidden():
    appearance = Appearance(3)
    appearance.set_placed(np.array([1, 0, 1], bool))
    appearance.set_emphasized(np.array([0, 1]))
    assert appearance.layers.tolist() == [EMPHASIZED, HIDDEN, NORMAL]
    appearance.set_placed(None)
    assert appearance.layers.tolist() == [EMPHASIZED, EMPHASIZED, NORMAL]


def test_an_emphasized_point_stays_nearly_opaque():
    look = Appearance(2).look(1.0, 1.0)
    _, normal, top = look.passes()
    assert normal.fade[[0, 51, 255]].tolist() == pytest.approx([0, 0.2, 1])
    assert top.fade[51] == 1
    assert (normal.extra, top.extra) == (0, look.top_radius - look.radius)


def test_a_faint_point_that_stands_for_several_is_as_dark_as_they():
    fade = fade_table(0.2, 6)
    assert fade[0] == 0
    assert fade[51] * (1 - 0.8**6) == pytest.approx(1 - (1 - 0.2 * 0.2) ** 6)
    assert fade[255] == 1


@pytest.mark.parametrize("setter", ["set_sizes", "set_opacities", "set_shapes"])
@pytest.mark.parametrize("values", [[1.0, 1.0], [1, 1, -0.1], [1, 1, 5.1], [1, 1, np.nan]])
def test_looks_that_do_not_fit_are_refused(setter, values):
    with pytest.raises(ValueError, match="must be"):
        getattr(Appearance(3), setter)(np.array(values))


@pytest.mark.parametrize(
    ("colors", "palette"),
    [
        ([0, 1, 2], np.zeros((2, 4))),
        ([0, -1, 1], np.zeros((2, 4))),
        ([0, 1], np.zeros((2, 4))),
        ([0, 1, 1], np.zeros((2, 3))),
        ([0, 0, 0], np.zeros((0, 4))),
    ],
)
def test_colors_that_do_not_fit_are_refused(colors, palette):
    with pytest.raises(ValueError, match="must be"):
        Appearance(3).set_colors(np.array(colors), palette)


def test_masks_and_rows_that_do_not_fit_are_refused():
    appearance = Appearance(3)
    appearance.set_colors(np.array([0, 1, 1]), np.zeros((2, 4)))
    with pytest.raises(ValueError, match="a mask must be"):
        appearance.set_visible(np.ones(2, bool))
    with pytest.raises(ValueError, match="emphasized rows"):
        appearance.set_emphasized(np.array([3]))
    with pytest.raises(ValueError, match="a point has color 1 of 1"):
        appearance.set_palette(np.zeros((1, 4)))
