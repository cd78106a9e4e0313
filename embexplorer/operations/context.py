"""What every operation needs at hand: the plugins and the cache."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from embexplorer.plugins import Registry
from embexplorer.storage.cache import Cache
from embexplorer.storage.paths import cache_folder


@dataclass(frozen=True, slots=True)
class Context:
    """The registry of plugins and the cache of spaces."""

    registry: Registry
    cache: Cache

    @staticmethod
    def default(cache_root: Path | str | None = None) -> Context:
        """Return the context of this installation, with the cache at `cache_root` or its place."""
        root = Path(cache_root) if cache_root else cache_folder() / "spaces"
        return Context(Registry.discover(), Cache(root))
