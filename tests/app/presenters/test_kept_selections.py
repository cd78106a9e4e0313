"""The list of kept selections, and what the column of them is called."""

from __future__ import annotations

import numpy as np

from embexplorer.app.presenters.kept_selections import items_text, kept_rows, selections_column


def test_rows_tell_name_color_count_and_which_is_selected(services, tiny) -> None:
    services.library.add(tiny)
    services.selecting.take(np.array([0, 1]))
    services.selecting.keep("royal")
    services.selecting.take(np.array([4, 5, 6]))
    services.selecting.keep("fruit")
    rows = kept_rows(services.store.state)
    assert [(row.name, row.color, row.n, row.is_current) for row in rows] == [
        ("royal", 0, 2, False),
        ("fruit", 1, 3, True),
    ]
    services.selecting.recall(rows[0].id)
    assert [row.is_current for row in kept_rows(services.store.state)] == [True, False]


def test_the_column_and_the_items(services, tiny) -> None:
    services.library.add(tiny)
    assert selections_column(services.store.state.space) == ""
    services.selecting.take(np.array([4, 5]))
    services.selecting.keep("fruit")
    space = services.store.state.space
    assert selections_column(space) == "Selections"
    assert space.table["Selections"].to_pylist()[3:6] == [None, "fruit", "fruit"]
    assert items_text(space, np.array([4, 5])) == "apple\npear"
