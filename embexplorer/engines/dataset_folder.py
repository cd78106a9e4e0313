"""Where the parts of a Hugging Face dataset lie on disk: configurations, splits, their files."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Any

from embexplorer.core.errors import UserError
from embexplorer.engines.json_file import read_json

if TYPE_CHECKING:
    from collections.abc import Iterator

INFO, STATE, SPLITS = "dataset_info.json", "state.json", "dataset_dict.json"
DEPTH = 3  # folders below that of a dataset in the cache: configuration, version, hash
FIRST = "train"  # the split that is read first
_SHARD = re.compile(r"-(\d{5})-of-(\d{5})$")


@dataclass(frozen=True, slots=True)
class Part:
    """One split of one configuration.

    Parameters
    ----------
    config, split
        Their names; empty where there is only one.
    files
        Arrow files in the order of their rows.
    features
        What each column holds, by name, as the library describes it.
    """

    config: str
    split: str
    files: tuple[Path, ...]
    features: dict[str, Any]


def is_dataset(path: Path) -> bool:
    """Whether a folder was written by the library: saved, or a dataset of its cache."""
    if (path / SPLITS).is_file() or (path / STATE).is_file():
        return True
    return next(_cached_folders(path), None) is not None


def find_parts(path: Path) -> list[Part]:
    """Return the splits that a folder holds.

    Raises
    ------
    UserError
        When a file is missing or damaged.
    """
    if (path / SPLITS).is_file():
        splits = [str(name) for name in read_json(path / SPLITS, dict).get("splits") or []]
        return [_saved(_inside(path, name), name) for name in splits]
    if (path / STATE).is_file():
        return [_saved(path, "")]
    found = {folder: read_json(folder / INFO, dict) for folder in _cached_folders(path)}
    names = {at: str(info.get("config_name") or at.name) for at, info in found.items()}
    counts = Counter(names.values())
    # One configuration may be there in several versions: then the folder tells them apart.
    return [
        part
        for at, info in found.items()
        for part in _cached(
            at, info, names[at] if counts[names[at]] == 1 else at.relative_to(path).as_posix()
        )
    ]


def choose_part(parts: list[Part], config: str, split: str, file: str) -> tuple[Part, list[str]]:
    """Return the part that is wanted, and what else there is, in words.

    Where nothing is wanted, that is the first configuration, and its split train or its first.

    Raises
    ------
    UserError
        When there is no such one.
    """
    configs = list(dict.fromkeys(part.config for part in parts))
    config = config or configs[0]
    of_config = [part for part in parts if part.config == config]
    if not of_config:
        raise _no_such("configuration", config, configs, file)
    splits = [part.split for part in of_config]
    split = split or (FIRST if FIRST in splits else splits[0])
    if split not in splits:
        raise _no_such("split", split, splits, file)
    said = []
    for what, names, chosen in (("splits", splits, split), ("configurations", configs, config)):
        others = [name for name in names if name != chosen]
        if others:
            said.append(f"“{chosen}” was read; other {what}: {', '.join(others[:20])}.")
    return of_config[splits.index(split)], said


def _saved(folder: Path, split: str) -> Part:
    """Return what ``save_to_disk`` wrote into a folder."""
    state = read_json(folder / STATE, dict)
    told = state.get("_data_files") or []
    names = [one["filename"] for one in told if isinstance(one, dict) and "filename" in one]
    files = tuple(_inside(folder, str(name)) for name in names)
    if not files:
        raise _missing(folder, "its state.json lists no files")
    absent = next((file for file in files if not file.is_file()), None)
    if absent is not None:
        raise _missing(folder, f"{absent.name} is not there")
    return Part("", split or str(state.get("_split") or ""), files, _features(folder))


def _cached(folder: Path, info: dict[str, Any], config: str) -> Iterator[Part]:
    """Return the splits in a folder of the cache."""
    splits = info.get("splits") or {}
    for split in splits if isinstance(splits, dict) else ():
        files = [path for path in _arrow_files(folder) if _is_of(path.stem, split)]
        if not files:
            continue
        shards = [_SHARD.search(path.stem) for path in files]
        wanted = max((int(shard[2]) for shard in shards if shard), default=1)
        if len(files) != wanted:
            raise _missing(folder, f"{len(files):,} of {wanted:,} files of “{split}” are there")
        yield Part(config, split, tuple(files), _features(folder))


def _cached_folders(path: Path) -> Iterator[Path]:
    for depth in range(DEPTH + 1):
        for info in sorted(path.glob("*/" * depth + INFO)):
            if _arrow_files(info.parent):
                yield info.parent


def _arrow_files(folder: Path) -> list[Path]:
    # What begins with cache- is what a map or a filter gave, not the data.
    return sorted(path for path in folder.glob("*.arrow") if not path.name.startswith("cache-"))


def _is_of(stem: str, split: str) -> bool:
    return _SHARD.sub("", stem).endswith(f"-{split}")


def _features(folder: Path) -> dict[str, Any]:
    if not (folder / INFO).is_file():
        return {}
    found = read_json(folder / INFO, dict).get("features")
    return found if isinstance(found, dict) else {}


def _inside(folder: Path, name: str) -> Path:
    if PurePath(name).name != name or name in ("", ".", ".."):
        raise _missing(folder, f"{name!r} is no name of a file in it")
    return folder / name


def _missing(folder: Path, reason: str) -> UserError:
    return UserError(
        "The dataset is not whole", f"{folder}: {reason}.", "Get the whole dataset again."
    )


def _no_such(what: str, name: str, names: list[str], file: str) -> UserError:
    return UserError(
        f"No such {what}", f"{file} has no {what} “{name}”.", f"There are: {', '.join(names)}."
    )
