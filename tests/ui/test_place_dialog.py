"""The dialog that places items on a map of another space, the offer, and what is seen then."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from PySide6.QtWidgets import QComboBox, QLabel

from embexplorer.core.space import Provenance, make_space, make_table
from embexplorer.operations.keep import on_disk
from embexplorer.ui.messages import PLACE
from embexplorer.ui.panels.space_rows import DataRowWidget
from embexplorer.ui.place_dialog import PlaceDialog
from embexplorer.ui.widgets.buttons import Button
from tests.ui.real_window import settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow


@pytest.fixture
def window(main_window: MainWindow, topics) -> MainWindow:
    """A window with the topics, then with copies of five of them as another space."""
    show_space(main_window, topics)
    main_window.map.view.flies = False
    services = main_window.services
    table = make_table([f"new {row}" for row in range(5)])
    made = make_space(topics.vectors[::12], table, name="new", provenance=Provenance())
    services.library.add(on_disk(made, services.context))
    settle()
    return main_window


def ask(window: MainWindow) -> PlaceDialog:
    window.actions_.action("map.place").trigger()
    settle()
    return window.findChild(PlaceDialog)


def texts(dialog: PlaceDialog) -> str:
    return " ".join(label.text() for label in dialog.findChildren(QLabel))


def test_new_items_lie_on_the_old_map_which_is_gray_under_them(window, topics) -> None:
    dialog = ask(window)
    maps = dialog.findChild(QComboBox, "MapToPlaceTheItemsOn")
    assert maps.currentText() == f"PCA 2-D of “{topics.name}”"
    assert "Place the items of “new”" in texts(dialog)
    assert "Nothing says that “new” and" in texts(dialog)
    dialog.findChild(Button, "Place").click()
    settle()
    state = window.services.store.state
    old = state.document.projections_of(topics.id)[0]
    np.testing.assert_allclose(state.projection.coords, old.coords[::12], atol=1e-4)
    layers = window.map.layers
    assert layers.ground.points is old.coords
    assert layers.notes.lines[0] == f"In gray: the 60 items that “{topics.name}” has on this map."
    assert window.map.view.n_items == 5
    edges = window.map.view.data_to_pixels(old.coords)
    size = window.map.view.viewport().size()
    inside = (edges > 0).all(axis=1) & (edges < (size.width(), size.height())).all(axis=1)
    assert inside.mean() > 0.95
    window.services.gallery.show_beside(state.active_projection)
    settle()
    assert window.map.sides.second.ground.points is old.coords
    window.actions_.action("edit.undo").trigger()
    settle()
    assert layers.ground.points is None
    assert window.map.layers.notes.lines == ()


def test_a_map_that_does_not_fit_says_why_and_a_space_without_another_map_cannot(
    window, topics
) -> None:
    services = window.services
    services.library.close(topics.id)
    settle()
    assert not window.actions_.action("map.place").isEnabled()
    wide = make_space(np.eye(4, dtype=np.float32), make_table(list("abcd")), name="wide")
    services.library.add(on_disk(wide, services.context))
    settle()
    dialog = ask(window)
    assert "“wide” has 4 dimensions" in texts(dialog)
    assert not dialog.findChild(Button, "Place").isEnabled()
    dialog.reject()


def test_the_menu_of_a_space_asks_for_that_space(window, topics) -> None:
    rows = {row.accessibleName(): row for row in window.library.findChildren(DataRowWidget)}
    (name,) = [name for name in rows if name.startswith(topics.name)]
    rows[name].place_requested.emit(topics.id)
    settle()
    assert "Place the items of" in texts(window.findChild(PlaceDialog))
    assert window.services.store.state.active_space == topics.id
    window.findChild(PlaceDialog).reject()


def test_the_offer_places_with_one_click(window, topics) -> None:
    (button,) = [one for one in window.findChildren(Button) if one.text() == PLACE]
    button.click()
    settle()
    state = window.services.store.state
    assert state.projection.onto == state.document.projections_of(topics.id)[0].id
