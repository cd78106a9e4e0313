from __future__ import annotations

import sys
import types
from importlib.metadata import EntryPoint, EntryPoints

import pytest

from embexplorer import plugins as module
from embexplorer.core.contracts import Encoder, Format, ProjectionMethod
from embexplorer.core.errors import UserError
from embexplorer.plugins import Registry


@pytest.fixture(scope="module")
def registry():
    return Registry.discover()


def points_of(kind, names):
    return EntryPoints(EntryPoint(name, name, f"embexplorer.{kind}") for name in names)


def with_entry_points(monkeypatch, kind, modules):
    for name, plugin in modules.items():
        made = types.ModuleType(name)
        if plugin is not None:
            made.plugin = plugin
        monkeypatch.setitem(sys.modules, name, made)
    monkeypatch.setattr(module, "entry_points", lambda: points_of(kind, modules))


def test_every_module_of_ours_is_a_plugin(registry):
    assert registry.broken == {}
    ids = [plugin.id for plugin in registry.all(Format)]
    assert ids == [
        "csv",
        "document",
        "faiss",
        "fasttext",
        "gensim",
        "h5ad",
        "hdf5",
        "hf-dataset",
        "json",
        "jsonl",
        "model2vec",
        "npy",
        "npz",
        "parquet",
        "projector",
        "safetensors",
        "spacy",
        "text",
        "text-folder",
        "word2vec-binary",
        "word2vec-text",
        "workbook",
    ]


def test_an_unknown_id_lists_what_there_is(registry):
    with pytest.raises(UserError) as caught:
        registry.get(Format, "docx")
    assert caught.value.title == "Unknown name"
    assert "csv, document, faiss" in caught.value.hint


def test_a_missing_library_says_what_to_install(monkeypatch):
    lacking = Encoder("far", "Far encoder", "Encodes far.", needs="far", modules=("no_such_one",))
    with_entry_points(monkeypatch, "encoders", {"far_package": lacking})
    with pytest.raises(UserError) as caught:
        Registry.discover().get(Encoder, "far")
    assert caught.value.detail == "It needs no_such_one."
    assert caught.value.hint == 'Run: pip install "embexplorer[far]"'


def test_plugins_of_installed_packages_are_found(monkeypatch):
    theirs = Format("theirs", "Theirs", "Their format.")
    with_entry_points(monkeypatch, "formats", {"their_package": theirs})
    assert Registry.discover().get(Format, "theirs") is theirs


def test_a_broken_plugin_never_stops_the_start(monkeypatch):
    with_entry_points(monkeypatch, "formats", {"their_empty": None})
    points = points_of("formats", ["no_such_package", "their_empty"])
    monkeypatch.setattr(module, "entry_points", lambda: points)
    registry = Registry.discover()
    assert registry.broken["no_such_package"].startswith("ModuleNotFoundError")
    assert registry.broken["their_empty"] == "it defines no `plugin` of the kind Format"
    assert registry.get(Format, "csv").title == "Separated values"


def test_two_plugins_with_one_id_are_a_mistake(monkeypatch):
    twin = ProjectionMethod("pca", "Twin", "Another PCA.")
    with_entry_points(monkeypatch, "projections", {"twin_package": twin})
    with pytest.raises(ValueError, match="two projections plugins have the id 'pca'"):
        Registry.discover().all(ProjectionMethod)


def test_a_kind_is_imported_when_it_is_first_asked_for(monkeypatch):
    registry = Registry.discover()
    asked = []
    monkeypatch.setattr(module.pkgutil, "iter_modules", lambda path: asked.append(path) or [])
    assert asked == []
    assert registry.all(Format) == []
    assert len(asked) == 1
    assert registry.all(Format) == []
    assert len(asked) == 1
    with pytest.raises(KeyError):
        registry.plugins["no such kind"]
