"""Settings of a run: changed, held, saved."""

from __future__ import annotations

import json

import pytest

from embexplorer.app.remembered import Remembered
from embexplorer.storage.paths import config_folder
from embexplorer.storage.settings import Recent, Settings, load_settings


@pytest.fixture
def remembered() -> Remembered:
    return Remembered()


def test_a_change_is_on_the_disk_at_once_and_told(remembered):
    heard = []
    remembered.subscribe(heard.append)
    remembered.change(theme="dark", k=25)
    assert remembered.settings == Settings(theme="dark", k=25)
    assert load_settings() == Settings(theme="dark", k=25)
    assert heard == [Settings(theme="dark", k=25)]


def test_a_change_to_the_same_is_neither_written_nor_told(remembered):
    heard = []
    remembered.subscribe(heard.append)
    remembered.change(theme="system", k=10)
    assert heard == []
    assert not (config_folder() / "settings.json").exists()


def test_what_is_held_is_never_written(remembered):
    remembered.hold(theme="dark", method="pca")
    assert (remembered.settings.theme, remembered.settings.method) == ("dark", "pca")
    remembered.change(k=3)
    remembered.opened(Recent("/a.csv", "2 texts", "2026-01-02"))
    assert (remembered.settings.theme, remembered.settings.method) == ("dark", "pca")
    saved = load_settings()
    assert (saved.theme, saved.method, saved.k) == ("system", "umap", 3)
    assert saved.recent == (Recent("/a.csv", "2 texts", "2026-01-02"),)
    assert remembered.open_folder == "/"


def test_a_change_ends_a_hold(remembered):
    heard = []
    remembered.hold(method="pca")
    remembered.subscribe(heard.append)
    remembered.change(method="umap")
    assert remembered.settings.method == "umap"
    assert [settings.method for settings in heard] == ["umap"]
    remembered.change(method="tsne")
    assert load_settings().method == "tsne"


def test_an_opened_path_comes_first(remembered):
    for name in ("a", "b", "a"):
        remembered.opened(Recent(name, "3 × 2", "2026-01-02"))
    assert [entry.path for entry in remembered.settings.recent] == ["a", "b"]
    assert [entry.path for entry in Remembered().settings.recent] == ["a", "b"]


def test_a_disk_that_refuses_does_not_stop_the_run(remembered, tmp_path, monkeypatch):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    monkeypatch.setenv("EMBEXPLORER_CONFIG", str(blocked / "config"))
    heard = []
    remembered.subscribe(heard.append)
    remembered.change(k=7)
    assert remembered.settings.k == 7
    assert [settings.k for settings in heard] == [7]


def test_settings_of_the_last_run_are_there(remembered):
    remembered.change(encoder="hashing", export_folder="/somewhere")
    again = Remembered().settings
    assert (again.encoder, again.export_folder) == ("hashing", "/somewhere")
    text = (config_folder() / "settings.json").read_text(encoding="utf-8")
    assert json.loads(text)["encoder"] == "hashing"
