"""Points travel from one map to another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from embexplorer.core.projection import Projection
from tests.ui.real_window import settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow


@pytest.fixture
def window(main_window, topics) -> MainWindow:
    show_space(main_window, topics)
    services = main_window.services
    space, first = services.store.state.document.spaces[0], services.store.state.projection
    mirrored = (first.coords * [3, -3] + 50).astype(np.float32)
    main_window.map.view.flies = False
    services.library.add(space, Projection(space.id, "file", mirrored, id="other"))
    services.map.show(first.id)
    main_window.map.view.flies = True
    settle()
    return main_window


def test_points_travel_and_arrive_exactly(window, qtbot) -> None:
    state = window.services.store.state
    first, other = state.projection.coords, state.document.projection("other").coords
    morph, view = window.map.morph, window.map.view
    seen = []
    real = view.set_coords
    view.set_coords = lambda coords: (seen.append(coords.copy()), real(coords))
    with qtbot.waitSignal(morph.ended, timeout=5000):
        window.services.map.show("other")
        assert morph.is_running
        np.testing.assert_array_equal(view.coords, first)
    np.testing.assert_array_equal(view.coords, other)
    assert not view.is_held
    assert len(seen) >= 3
    sizes = [float(np.ptp(coords, axis=0).max()) for coords in seen]
    assert sizes == sorted(sizes)  # it grows to three times its size


def test_a_second_change_starts_from_where_the_points_are(window, qtbot) -> None:
    state = window.services.store.state
    first = state.projection
    morph, view = window.map.morph, window.map.view
    window.services.map.show("other")
    morph._animation.setCurrentTime(100)
    halfway = view.coords.copy()
    assert not np.array_equal(halfway, first.coords)
    with qtbot.waitSignal(morph.ended, timeout=5000):
        window.services.map.show(first.id)
        np.testing.assert_allclose(view.coords, halfway, atol=1e-4)
    np.testing.assert_array_equal(view.coords, first.coords)


def test_nothing_travels_where_motion_is_reduced_or_maps_do_not_compare(window) -> None:
    morph, view = window.map.morph, window.map.view
    other = window.services.store.state.document.projection("other").coords
    view.flies = False
    window.services.map.show("other")
    assert not morph.is_running
    np.testing.assert_array_equal(view.coords, other)
    view.flies = True
    window.services.map.project("pca", dims=3)
    assert not morph.is_running
    assert view.dims == 3
