"""What the program remembers between starts: one JSON file; a bad field never blocks the start."""

from __future__ import annotations

import dataclasses
import json
import logging
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from embexplorer.storage.paths import config_folder
from embexplorer.storage.whole import write_file

if TYPE_CHECKING:
    from pathlib import Path

RECENT_LIMIT = 10

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recent:
    """A path that was opened: what it held, and when (ISO date)."""

    path: str
    summary: str
    date: str


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything remembered; `window` holds geometry and dock state as base64 text."""

    theme: str = "system"
    recent: tuple[Recent, ...] = ()
    window: dict[str, str] = field(default_factory=dict)
    encoder: str = "minilm"
    method: str = "umap"
    metric: str = "cosine"
    k: int = 10
    export_folder: str = ""
    hover_neighbors: bool = True
    project_embeds: bool = True

    def opened(self, entry: Recent) -> Settings:
        """Return the settings with `entry` as the most recent path."""
        others = [old for old in self.recent if old.path != entry.path]
        return dataclasses.replace(self, recent=(entry, *others)[:RECENT_LIMIT])


def load_settings(path: Path | None = None) -> Settings:
    """Read the settings; a missing file, bad JSON or a bad field gives the default."""
    place = path or config_folder() / "settings.json"
    try:
        values = json.loads(place.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Settings()
    except (OSError, ValueError) as error:
        _log.info("settings in %s are unreadable and start anew: %s", place, error)
        return Settings()
    return _settings(values) if isinstance(values, dict) else Settings()


def save_settings(settings: Settings, path: Path | None = None) -> None:
    """Write the settings whole: a crash leaves the old file."""
    place = path or config_folder() / "settings.json"
    place.parent.mkdir(parents=True, exist_ok=True)
    # In ASCII a path that is not UTF-8 survives too: JSON escapes its odd bytes.
    text = json.dumps(dataclasses.asdict(settings), indent=1)
    write_file(place, lambda scratch: scratch.write_text(text, encoding="ascii"))


def _settings(values: dict[str, Any]) -> Settings:
    default = Settings()
    known: dict[str, Any] = {}
    for item in dataclasses.fields(Settings):
        value = values.get(item.name)
        if item.name == "recent":
            known["recent"] = _recent(value)
        elif item.name == "window":
            known["window"] = _texts(value)
        elif item.name == "k" and type(value) is int and value < 1:
            continue
        elif type(value) is type(getattr(default, item.name)):
            known[item.name] = value
    return dataclasses.replace(default, **known)


def _texts(value: Any) -> dict[str, str]:
    entries = value if isinstance(value, dict) else {}
    return {name: text for name, text in entries.items() if isinstance(text, str)}


def _recent(value: Any) -> tuple[Recent, ...]:
    entries = value if isinstance(value, list) else []
    texts = [entry for entry in entries if isinstance(entry, dict)]
    names = {item.name for item in dataclasses.fields(Recent)}
    good = [
        entry
        for entry in texts
        if set(entry) == names and all(isinstance(entry[name], str) for name in names)
    ]
    by_path: dict[str, Recent] = {}
    for entry in good:
        by_path.setdefault(entry["path"], Recent(**entry))
    return tuple(by_path.values())[:RECENT_LIMIT]
