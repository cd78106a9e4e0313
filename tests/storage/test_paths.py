from __future__ import annotations

import pytest

from embexplorer.storage.paths import (
    cache_folder,
    config_folder,
    log_folder,
    resource,
    state_folder,
)


def test_places_are_moved_by_the_environment(tmp_path, monkeypatch):
    for name, place in (
        ("CACHE", cache_folder),
        ("CONFIG", config_folder),
        ("LOGS", log_folder),
        ("STATE", state_folder),
    ):
        monkeypatch.setenv(f"EMBEXPLORER_{name}", str(tmp_path / name))
        assert place() == tmp_path / name
        monkeypatch.delenv(f"EMBEXPLORER_{name}")
        assert "embexplorer" in str(place())


def test_bundled_files_are_found_and_missing_ones_are_named():
    assert resource("samples").is_dir()
    with pytest.raises(FileNotFoundError, match=r"resource samples/none\.csv is missing"):
        resource("samples/none.csv")
