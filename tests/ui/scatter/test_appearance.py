from __future__ import annotations

import numpy as np
import pytest

from embexplorer.ui.scatter.appearance import Appearance
from embexplorer.ui.scatter.scene import DIMMED, EMPHASIZED, HIDDEN, NORMAL, color_table


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
