"""Settings on the disk: what is written comes back, what is bad does no harm."""

from __future__ import annotations

import json

import pytest

from embexplorer.storage.paths import config_folder
from embexplorer.storage.settings import (
    RECENT_LIMIT,
    Recent,
    Settings,
    load_settings,
    save_settings,
)

FULL = Settings(
    theme="dark",
    recent=(
        Recent("/data/größe.csv", "2 texts", "2026-01-02"),
        Recent("/b", "1 × 2", "2025-12-31"),
    ),
    window={"geometry": "AbC=", "state": "x"},
    encoder="hashing",
    method="tsne",
    metric="dot",
    k=25,
    export_folder="/data/out",
)


@pytest.fixture
def place(tmp_path):
    return tmp_path / "settings.json"


def written(place, **values) -> Settings:
    place.write_text(json.dumps(values), encoding="utf-8")
    return load_settings(place)


def test_what_is_saved_comes_back(place):
    save_settings(FULL, place)
    assert load_settings(place) == FULL


def test_without_a_path_they_lie_in_the_config_folder():
    assert load_settings() == Settings()
    save_settings(FULL)
    assert (config_folder() / "settings.json").is_file()
    assert load_settings() == FULL


def test_a_path_that_is_not_utf8_comes_back(place):
    odd = Settings(recent=(Recent("/data/caf\udce9.csv", "2 texts", "2026-01-02"),))
    save_settings(odd, place)
    assert load_settings(place) == odd


def test_saving_leaves_no_other_file(place):
    save_settings(FULL, place)
    save_settings(Settings(), place)
    assert [path.name for path in place.parent.iterdir() if path.is_file()] == ["settings.json"]


def test_a_failed_save_leaves_the_old_file_and_no_other(place):
    save_settings(FULL, place)
    with pytest.raises(TypeError):
        save_settings(Settings(window={"geometry": object()}), place)  # type: ignore[dict-item]
    assert load_settings(place) == FULL
    assert [path.name for path in place.parent.iterdir() if path.is_file()] == ["settings.json"]


@pytest.mark.parametrize(
    "content",
    [b"", b"{", b"[1, 2]", b"null", b'"dark"', b"\xff\xfe\x00", b'{"theme": "dark"'],
)
def test_a_file_that_is_not_ours_starts_anew(place, content):
    place.write_bytes(content)
    assert load_settings(place) == Settings()


def test_a_folder_in_its_place_starts_anew(place):
    place.mkdir()
    assert load_settings(place) == Settings()


@pytest.mark.parametrize(
    ("field", "bad"),
    [
        ("theme", 3),
        ("theme", None),
        ("k", "ten"),
        ("k", 10.5),
        ("k", True),
        ("k", 0),
        ("k", -4),
        ("metric", ["cosine"]),
        ("window", "AbC="),
        ("window", [1]),
        ("recent", {"path": "/a"}),
        ("recent", "text"),
        ("export_folder", False),
    ],
)
def test_a_bad_field_takes_its_default_and_leaves_the_others(place, field, bad):
    found = written(place, **{"encoder": "hashing", field: bad})
    assert getattr(found, field) == getattr(Settings(), field)
    assert found.encoder == "hashing"


def test_unknown_fields_are_left_out(place):
    assert written(place, theme="light", future={"a": 1}) == Settings(theme="light")


def test_bad_entries_of_recent_paths_and_of_the_window_are_left_out(place):
    good = {"path": "/a", "summary": "s", "date": "2026-01-02"}
    found = written(
        place,
        recent=[{**good, "path": 3}, {"path": "/b"}, "text", {**good, "more": "x"}, good],
        window={"geometry": "AbC=", "state": 5},
    )
    assert found.recent == (Recent("/a", "s", "2026-01-02"),)
    assert found.window == {"geometry": "AbC="}


def test_recent_paths_are_ten_and_each_once(place):
    settings = Settings()
    for number in range(14):
        settings = settings.opened(Recent(f"/{number}", "s", "2026-01-02"))
    assert [entry.path for entry in settings.recent] == [f"/{n}" for n in range(13, 3, -1)]
    settings = settings.opened(Recent("/8", "newer", "2026-01-03"))
    assert settings.recent[0] == Recent("/8", "newer", "2026-01-03")
    assert len({entry.path for entry in settings.recent}) == len(settings.recent) == RECENT_LIMIT


def test_recent_paths_of_an_edited_file_are_ten_and_each_once(place):
    entries = [{"path": f"/{n // 2}", "summary": str(n), "date": "d"} for n in range(30)]
    found = written(place, recent=entries)
    assert [entry.path for entry in found.recent] == [f"/{n}" for n in range(RECENT_LIMIT)]
    assert [entry.summary for entry in found.recent] == [str(2 * n) for n in range(RECENT_LIMIT)]
