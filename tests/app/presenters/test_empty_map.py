"""An empty map says what it waits for, but for what is on its way."""

from __future__ import annotations

import dataclasses

from embexplorer.app import state as states
from embexplorer.app.presenters.empty_map import awaited
from embexplorer.app.state import Activity, State
from embexplorer.core.space import Texts, make_table


def test_texts_wait_for_an_encoder() -> None:
    assert awaited(State()) is None
    state = states.add_data(State(), Texts("t", "diary", make_table(["one", "two"])))
    assert awaited(state) == (
        "Not encoded yet",
        "diary has 2 texts: choose an encoder in the library, then Encode.",
    )
    encoding = dataclasses.replace(state, activity=(Activity(1, "encode", "Encoding diary"),))
    assert awaited(encoding) is None


def test_a_space_waits_for_a_map(services, tiny) -> None:
    alone = states.add_data(State(), tiny)
    assert awaited(alone) == (
        "No map yet",
        "Choose a method for tiny in the library, then Project.",
    )
    assert awaited(dataclasses.replace(alone, beginning=tiny.id)) is None
    services.library.add(tiny)
    assert services.store.state.projection is not None
    assert awaited(services.store.state) is None
