"""The dialog finds clusters of the map or of the vectors, with the parameters of the method."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QSpinBox

from embexplorer.ui.cluster_dialog import ClusterDialog
from embexplorer.ui.widgets.buttons import Button
from tests.ui.real_window import settle, show_space

if TYPE_CHECKING:
    from embexplorer.ui.main_window import MainWindow


@pytest.fixture
def window(main_window, topics) -> MainWindow:
    show_space(main_window, topics)
    return main_window


@pytest.fixture
def dialog(window: MainWindow) -> ClusterDialog:
    window.shell.ask_clusters()
    settle()
    return window.findChild(ClusterDialog)


def choose(dialog: ClusterDialog, name: str, text: str) -> None:
    box = dialog.findChild(QComboBox, name)
    box.setCurrentIndex(box.findText(text))
    settle()


def test_it_finds_what_was_asked_for(window, dialog) -> None:
    choose(dialog, "ClusteringMethod", "K-means")
    choose(dialog, "WhatIsClustered", "The vectors")
    dialog.findChild(QSpinBox, "n_clusters").setValue(3)
    dialog.findChild(QSpinBox, "Seed").setValue(5)
    dialog.findChild(Button, "FindClusters").click()
    settle()
    (clusters,) = window.services.store.state.document.clusters
    assert (clusters.method, clusters.on, clusters.seed) == ("kmeans", "vectors", 5)
    assert clusters.sizes.tolist() == [30, 20, 10]
    assert window.findChild(ClusterDialog) is None


def test_a_map_has_no_directions_and_invents_gaps(dialog) -> None:
    assert dialog.findChild(QComboBox, "WhatIsClustered").currentText() == "The map (PCA 2-D)"
    said = " ".join(label.text() for label in dialog.findChildren(QLabel))
    assert "A map invents gaps" in said
    direction = dialog.findChild(QCheckBox, "unit_length")
    assert not direction.isEnabled()
    choose(dialog, "WhatIsClustered", "The vectors")
    assert direction.isEnabled()
    direction.setChecked(True)
    choose(dialog, "WhatIsClustered", "The map (PCA 2-D)")
    assert not direction.isChecked()


def test_cancel_finds_nothing(window, dialog) -> None:
    dialog.findChild(Button, "Cancel").click()
    settle()
    assert window.services.store.state.document.clusters == ()
    assert window.findChild(ClusterDialog) is None
