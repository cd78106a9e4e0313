"""What a configuration of the TensorFlow Embedding Projector says of its embeddings."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from embexplorer.core.errors import UserError
from embexplorer.engines.brace_text import read_brace_text
from embexplorer.engines.json_file import read_json

LONGEST = 1 << 24  # bytes of a configuration
_CAPITAL = re.compile(r"(?<=[a-z0-9])[A-Z]")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")


@dataclass(frozen=True, slots=True)
class Sprite:
    """A sheet of small pictures, row by row, one for each item."""

    image: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Embedding:
    """One embedding, as it is told: paths are relative to the configuration.

    Parameters
    ----------
    name
        What it is called.
    tensor
        Path of its numbers: rows of text, or float32 under ``.bytes``.
    shape
        Rows and columns, where they are told.
    metadata
        Path of its items; empty where there are none.
    sprite
        The pictures of its items.
    has_bookmarks
        Whether views were kept with it.
    """

    name: str
    tensor: str
    shape: tuple[int, ...] = ()
    metadata: str = ""
    sprite: Sprite | None = None
    has_bookmarks: bool = False


def read_config(path: Path) -> list[Embedding]:
    """Return the embeddings of ``projector_config.json`` or ``projector_config.pbtxt``.

    Raises
    ------
    UserError
        When it is damaged, or has no embedding.

    References
    ----------
    https://github.com/tensorflow/tensorboard, ``projector_config.proto``.
    """
    if path.stat().st_size > LONGEST:
        raise UserError("No configuration of a projector", f"{path.name} is above 16 MB.", "")
    if path.suffix.lower() == ".json":
        told = _as_message(read_json(path, dict))
    else:
        try:
            text = path.read_text(encoding="utf-8-sig")
        except UnicodeDecodeError as error:
            detail = f"{path.name} is not UTF-8 at byte {error.start + 1:,}."
            raise UserError("The configuration is damaged", detail, "Mend it.") from error
        told = read_brace_text(text, path.name)
    found = [one for one in told.get("embeddings", []) if isinstance(one, dict)]
    if not found:
        raise UserError(
            "No embedding in this configuration",
            f"{path.name} lists none under “embeddings”.",
            "Open its file of vectors instead.",
        )
    return [_embedding(one, number, path.name) for number, one in enumerate(found, 1)]


def choose(embeddings: list[Embedding], wanted: str, file: str) -> tuple[Embedding, list[str]]:
    """Return the embedding that is wanted, by name or number from 1, and the names of the others.

    Raises
    ------
    UserError
        When there is no such one.
    """
    names = [one.name for one in embeddings]
    if not wanted:
        at = 0
    elif wanted in names:
        at = names.index(wanted)
    elif wanted.isdecimal() and 1 <= int(wanted) <= len(names):
        at = int(wanted) - 1
    else:
        raise UserError(
            "No such embedding",
            f"{file} has no embedding “{wanted}”.",
            f"Its embeddings are: {', '.join(names[:20])}.",
        )
    return embeddings[at], names[:at] + names[at + 1 :]


def file_inside(folder: Path, told: str, config: str) -> Path:
    """Return the file that a configuration names, which must lie in its folder.

    Raises
    ------
    UserError
        When the path leads out of the folder or to the network, or there is no such file.
    """
    if _SCHEME.match(told):
        raise UserError(
            "A web address, not a file",
            f"{config} names {told}, and nothing is fetched from the network.",
            "Download it into the folder, and name the file there.",
        )
    plain = PurePosixPath(told.replace("\\", "/"))
    place = folder / plain
    is_plain = not plain.is_absolute() and ".." not in plain.parts and ":" not in told
    if not is_plain or "\0" in told or not place.resolve().is_relative_to(folder.resolve()):
        raise UserError(
            "The path leads out",
            f"{config} names {told!r}, which is not in its folder.",
            "Copy the file into the folder, and name it without a path.",
        )
    if not place.is_file():
        raise UserError(
            "A file is missing", f"{config} names {told}, which is not there.", "Add the file."
        )
    return place


def _as_message(told: Any) -> dict[str, list[Any]]:
    """Return a JSON object as text of protocol buffers gives it: snake case, each field a list."""
    message = {}
    for key, value in told.items():
        values = value if isinstance(value, list) else [] if value is None else [value]
        name = _CAPITAL.sub(lambda found: f"_{found[0].lower()}", key)
        message[name] = [_as_message(one) if isinstance(one, dict) else one for one in values]
    return message


def _embedding(told: dict[str, list[Any]], number: int, file: str) -> Embedding:
    tensor = _text(told, "tensor_path")
    sprites = [one for one in told.get("sprite", []) if isinstance(one, dict)]
    return Embedding(
        _text(told, "tensor_name") or tensor or str(number),
        tensor,
        _numbers(told, "tensor_shape", file),
        _text(told, "metadata_path"),
        _sprite(sprites[0], file) if sprites else None,
        bool(told.get("bookmarks_path") or told.get("bookmarks")),
    )


def _sprite(told: dict[str, list[Any]], file: str) -> Sprite | None:
    image, sides = _text(told, "image_path"), _numbers(told, "single_image_dim", file)
    if not image:
        return None
    if len(sides) != 2 or 0 in sides:
        raise UserError(
            "The configuration is damaged",
            f"{file}: the sprite {image} has no width and height of a picture.",
            "Add single_image_dim twice: width, then height.",
        )
    return Sprite(image, *sides)


def _text(told: dict[str, list[Any]], name: str) -> str:
    values = told.get(name) or [""]
    return str(values[-1])


def _numbers(told: dict[str, list[Any]], name: str, file: str) -> tuple[int, ...]:
    values = told.get(name, [])
    numbers = [str(value) for value in values]
    bad = next((one for one in numbers if not one.isdecimal() or len(one) > 15), None)
    if bad is not None:
        raise UserError(
            "The configuration is damaged", f"{file}: {name} is “{bad[:40]}”.", "Write a number."
        )
    return tuple(map(int, numbers))
