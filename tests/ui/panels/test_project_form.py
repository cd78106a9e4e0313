"""The project form shows each method's own parameters and projects with what it shows."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QLabel, QSpinBox

from embexplorer.core.params import fields_of
from embexplorer.ui.forms import ParamsForm
from embexplorer.ui.panels.project_form import ProjectForm
from embexplorer.ui.widgets.buttons import Button
from tests.ui.real_window import settle, show_space


@pytest.fixture
def form(main_window, topics) -> ProjectForm:
    show_space(main_window, topics)
    return main_window.findChild(ProjectForm)


def params(form: ProjectForm) -> ParamsForm:
    (shown,) = [found for found in form.findChildren(ParamsForm) if found.isVisible()]
    return shown


def test_it_is_there_only_for_a_space(main_window, form) -> None:
    assert form.isVisible()
    main_window.services.library.close(main_window.services.store.state.active_space)
    main_window.services.library.open_sample("corpus")
    settle()
    assert not form.isVisible()


def test_each_method_shows_its_own_parameters(form, main_window) -> None:
    box = form.findChild(QComboBox, "ProjectionMethod")
    assert box.currentData() == "pca"  # what was used last
    methods = main_window.services.map.methods()
    assert {box.itemData(row) for row in range(box.count())} == {made.id for made in methods}
    for plugin in methods:
        box.setCurrentIndex(box.findData(plugin.id))
        settle()
        assert set(params(form).names) == {field.name for field in fields_of(plugin.params)}
        assert plugin.summary in [text.text() for text in form.findChildren(QLabel)]


def test_project_uses_what_is_shown(form, main_window) -> None:
    params(form).set_values({"unit_length": True})
    form.findChild(QSpinBox, "Seed").setValue(5)
    form.findChild(Button, "Project").click()
    settle()
    made = main_window.services.store.state.projection
    assert (made.method, made.seed, made.params["unit_length"]) == ("pca", 5, True)
    assert len(main_window.services.store.state.document.projections) == 2


def test_it_shows_the_method_that_was_chosen_elsewhere(form, main_window) -> None:
    main_window.services.map.project("tsne", {"n_iter": 10, "early_exaggeration_iter": 10})
    settle()
    assert form.findChild(QComboBox, "ProjectionMethod").currentData() == "tsne"
    assert "perplexity" in params(form).names


def test_groups_are_offered_where_the_method_can_pull_them_together(form, main_window) -> None:
    method = form.findChild(QComboBox, "ProjectionMethod")
    groups = form.findChild(QComboBox, "PullGroupsTogether")
    assert not groups.isVisible()  # PCA takes none
    method.setCurrentIndex(method.findData("umap"))
    settle()
    assert groups.isVisible()
    assert [groups.itemText(row) for row in range(groups.count())] == ["none", "text", "kind"]
    groups.setCurrentIndex(2)
    params(form).set_values({"n_epochs": 20})
    form.findChild(Button, "Project").click()
    settle()
    made = main_window.services.store.state.projection
    assert (made.method, made.labels_from) == ("umap", "kind")
    groups.setCurrentIndex(0)
    form.fill(made)
    assert groups.currentData() == "kind"
