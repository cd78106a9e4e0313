"""Where an encoder's model lies, whether it is safe to load, and what tells it from another."""

from __future__ import annotations

import hashlib
import json
from functools import lru_cache
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from embexplorer.core.errors import UserError

J = TypeVar("J", dict[str, Any], list[Any])

MODULES = "modules.json"  # written by sentence-transformers
CONFIG = "config.json"  # written by transformers
OWN_CLASSES = "sentence_transformers."
PICKLES = frozenset({".bin", ".pt", ".pth", ".pkl", ".ckpt"})  # formats that may run code
CONTENT = frozenset({".json", ".txt", ".model", ".safetensors", ".spm", ".vocab"})
DOWNLOADED = tuple(f"*{suffix}" for suffix in sorted(CONTENT))
NOT_DOWNLOADED = ("onnx/*", "openvino/*", "checkpoint*/*")
HUB_SECONDS = 5.0  # how long the hub may take to answer before the download is given up
HUB_DEFAULT_OWNER = "sentence-transformers"  # of a hub id that names no owner
NO_CODE = "Choose a model that sentence-transformers loads without code of its own."


def find_model(model: str, *, download: bool) -> Path:
    """Return the checked folder of a model: a folder, or a hub id that is here or may be fetched.

    Raises
    ------
    UserError
        When there is no such folder, the model is not on this computer and `download` is off, the
        download fails, or the folder is not one that can be loaded safely.
    """
    name = model.strip()
    if not name:
        raise UserError(
            "No model chosen",
            "The encoder needs a model folder or a hub id.",
            "Choose a folder with modules.json or config.json.",
        )
    folder = Path(name).expanduser()
    if not folder.is_dir():
        if folder.exists() or _is_written_as_path(name):
            reason = "is a file, not a folder" if folder.exists() else "does not exist"
            raise UserError(
                "The model folder is missing",
                f"{folder} {reason}.",
                "Choose a folder with modules.json or config.json.",
            )
        folder = _hub_folder(name, download=download)
    check_model_folder(folder)
    return folder.resolve()


def check_model_folder(folder: Path) -> None:
    """Refuse a folder that is no model, brings code of its own, or has only pickled weights.

    Raises
    ------
    UserError
        Naming the file and what is wrong with it.
    """
    if not (folder / MODULES).is_file() and not (folder / CONFIG).is_file():
        raise UserError(
            "Not an encoder folder",
            f"{folder} has neither {MODULES} nor {CONFIG}.",
            "Choose the folder of a sentence-transformers or transformers model.",
        )
    kind = _read_json(folder / "config_sentence_transformers.json", {}).get("model_type")
    if kind not in (None, "SentenceTransformer"):
        raise UserError(
            "Not a sentence encoder",
            f"{folder} holds a model of the type {kind}.",
            "Choose a model of the type SentenceTransformer.",
        )
    for place in module_folders(folder):
        if (place / "adapter_config.json").is_file():
            raise UserError(
                "The model is an adapter",
                f"{place} changes another model, which is not part of it.",
                "Merge it with its model, and choose the folder of the result.",
            )
        _check_weights(place)


def is_plain_transformer(folder: Path) -> bool:
    """Return whether the folder has a transformers model but does not say how to pool tokens."""
    return not (folder / MODULES).is_file()


def module_folders(folder: Path) -> list[Path]:
    """Return the folders of a model's modules, its own folder first.

    Raises
    ------
    UserError
        When `modules.json` cannot be read, names a class of other code, or leads out of the folder.
    """
    places = [folder]
    for module in _read_json(folder / MODULES, []):
        if not isinstance(module, dict) or not {"type", "path"} <= set(module):
            raise _unreadable(folder / MODULES, "a module lacks its type or path")
        if not str(module["type"]).startswith(OWN_CLASSES):
            raise UserError(
                "The model runs its own code",
                f"{folder / MODULES} names {module['type']}.",
                NO_CODE,
            )
        path = PurePosixPath(str(module["path"]).replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in str(path):
            raise _unreadable(folder / MODULES, f"the path {path} leads out of the folder")
        place = folder / path
        if place.is_dir() and place not in places:
            places.append(place)
    return places


def model_digest(folder: Path) -> str:
    """Return a hash of the weights, vocabulary and settings in a model folder."""
    files: set[Path] = set()
    for place in module_folders(folder):
        below = place.iterdir() if place == folder else place.rglob("*")
        files.update(path for path in below if path.suffix in CONTENT and path.is_file())
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted(files):
        stat = path.stat()
        content = _file_digest(str(path.resolve()), stat.st_size, stat.st_mtime_ns)
        digest.update(f"{path.relative_to(folder).as_posix()}\0{content}\0".encode())
    return digest.hexdigest()


def weights_size(folder: Path) -> int:
    """Return the bytes of the weights in a model folder."""
    return sum(
        path.stat().st_size
        for place in module_folders(folder)
        for path in place.iterdir()
        if path.suffix == ".safetensors" and path.is_file()
    )


def first_line(error: Exception) -> str:
    """Return what an error says, short enough for a person."""
    return next(iter(str(error).strip().splitlines()), type(error).__name__)


@lru_cache(maxsize=1024)
def _file_digest(path: str, size: int, changed: int) -> str:
    """Return the hash of a file's content; size and time are only there to read it once."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, lambda: hashlib.blake2b(digest_size=16)).hexdigest()


def _check_weights(place: Path) -> None:
    names = sorted(path.name for path in place.iterdir())
    suffixes = {Path(name).suffix for name in names}
    if ".safetensors" in suffixes or not suffixes & PICKLES:
        return
    pickled = next(name for name in names if Path(name).suffix in PICKLES)
    raise UserError(
        "The weights are pickled",
        f"{place / pickled} could run code when it is opened, and there is no .safetensors file.",
        "Choose a model with weights in .safetensors.",
    )


def _read_json(path: Path, missing: J) -> J:
    if not path.is_file():
        return missing
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise _unreadable(path, str(error)) from error
    if not isinstance(content, type(missing)):
        raise _unreadable(path, f"it holds a {type(content).__name__}")
    return content


def _unreadable(path: Path, reason: str) -> UserError:
    return UserError(
        "Not an encoder folder", f"{path}: {reason}.", "Choose another folder, or copy it again."
    )


def _is_written_as_path(name: str) -> bool:
    return name.startswith((".", "~", "/")) or "\\" in name or ":" in name or name.count("/") > 1


def _hub_folder(name: str, *, download: bool) -> Path:
    repo = name if "/" in name else f"{HUB_DEFAULT_OWNER}/{name}"
    if (folder := _cached_folder(repo)) is not None:
        return folder
    if not download:
        raise UserError(
            "The encoder is not installed",
            f"“{name}” is not on this computer.",
            "Choose a folder that has it, or allow the download.",
        )
    return _download(repo)


def _cached_folder(repo: str) -> Path | None:
    """Return the folder of a model that was downloaded before; nothing is asked of the hub."""
    from huggingface_hub import snapshot_download

    try:
        folder = Path(
            snapshot_download(
                repo,
                local_files_only=True,
                allow_patterns=list(DOWNLOADED),
                ignore_patterns=list(NOT_DOWNLOADED),
            )
        )
    except (OSError, ValueError):  # not there, incomplete, or no possible hub id
        return None
    weights = [path for path in folder.rglob("*") if path.suffix in PICKLES | {".safetensors"}]
    return folder if weights else None


def _download(repo: str) -> Path:
    from huggingface_hub import HfApi, snapshot_download
    from huggingface_hub.errors import GatedRepoError, RepositoryNotFoundError
    from huggingface_hub.utils.tqdm import disable_progress_bars

    disable_progress_bars()
    try:
        # A hub that does not answer is noticed here; the download itself tries for minutes.
        found = HfApi().model_info(repo, timeout=HUB_SECONDS)
        names = [sibling.rfilename for sibling in found.siblings or []]
        if not any(name.endswith(".safetensors") for name in names):
            raise UserError(
                "The weights are pickled",
                f"“{repo}” has no .safetensors file.",
                "Choose a model with weights in .safetensors.",
            )
        folder = snapshot_download(
            repo, allow_patterns=list(DOWNLOADED), ignore_patterns=list(NOT_DOWNLOADED)
        )
    except UserError:
        raise
    except GatedRepoError as error:
        raise UserError(
            "The model needs a login",
            f"“{repo}” is given only to people who accepted its terms.",
            "Accept them on its page and run `hf auth login`, or choose a folder.",
        ) from error
    except RepositoryNotFoundError as error:
        raise UserError(
            "No such model",
            f"The hub has no “{repo}”, or it is private.",
            "Write OWNER/NAME as its page does, or choose a folder.",
        ) from error
    except Exception as error:  # the border to the network, whose errors have no common class
        raise UserError(
            "The model cannot be downloaded",
            f"“{repo}”: {first_line(error)}",
            "Check the network connection, or choose a folder that has the model.",
        ) from error
    return Path(folder)
