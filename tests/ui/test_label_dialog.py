"""The dialog of typed labels."""

from __future__ import annotations

from PySide6.QtWidgets import QAbstractButton

from embexplorer.operations.encode import encode, texts_of
from embexplorer.ui.label_dialog import LabelDialog
from tests.ui.real_window import settle, show_space


def test_labels_are_typed_and_color_the_map_of_an_encoded_space(main_window, topics) -> None:
    services = main_window.services
    show_space(main_window, topics)
    assert not main_window.actions_.action("map.typed-labels").isEnabled()
    texts = ["football match", "football goal", "bank money", "money loan"]
    services.library.add(encode(texts_of(texts), "hashing", services.context).space)
    settle()
    assert main_window.actions_.action("map.typed-labels").isEnabled()
    main_window.actions_.action("map.typed-labels").trigger()
    settle()
    dialog = main_window.findChild(LabelDialog)
    buttons = {button.text(): button for button in dialog.findChildren(QAbstractButton)}
    assert not buttons["Color"].isEnabled()
    dialog.labels.setPlainText("football\nmoney")
    assert buttons["Color"].isEnabled()
    dialog.templates.setPlainText("no place")
    assert not buttons["Color"].isEnabled()
    assert "does not say where the label goes" in dialog.error_text
    dialog.templates.setPlainText("{}")
    assert dialog.error_text == ""
    buttons["Color"].click()
    settle()
    state = services.store.state
    assert state.style.color_by == "Nearest label"
    assert state.space.columns["Nearest label"].to_pylist() == [
        "football",
        "football",
        "money",
        "money",
    ]
    assert main_window.findChild(LabelDialog) is None
