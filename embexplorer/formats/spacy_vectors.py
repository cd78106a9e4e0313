"""Word vectors of spaCy: the folder of a pipeline, or the ``vocab`` in it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.contracts import Format, Parsed, Reading
from embexplorer.core.errors import UserError
from embexplorer.core.params import NoParams
from embexplorer.engines.json_file import read_json
from embexplorer.engines.named_rows import copy_rows, items_table
from embexplorer.engines.number_files import Header, check_vectors, read_header
from embexplorer.engines.spacy_symbols import SYMBOLS
from embexplorer.engines.string_hashes import hash_strings

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

VECTORS, KEYS, STRINGS, SETTINGS = "vectors", "key2row", "strings.json", "vectors.cfg"
VOCAB, META = "vocab", "meta.json"
LONGEST_KEYS = 1 << 30  # bytes of the table of keys
HINT = "Choose a pipeline with vectors, such as one whose name ends in md or lg."


def sniff(path: Path, head: bytes) -> float:
    """Return 1 for a folder with vectors and their keys, 0.9 for a pipeline without."""
    if not path.is_dir():
        return 0.0
    if _find_folder(path) is not None:
        return 1.0
    return 0.9 if (path / META).is_file() and (path / VOCAB / STRINGS).is_file() else 0.0


def _find_folder(path: Path) -> Path | None:
    """Return the folder of the vectors: this one, its vocab, or that of an installed package."""
    folders = [path, path / VOCAB]
    if (path / META).is_file():
        folders += sorted(path.glob(f"*/{VOCAB}"))
    return next((at for at in folders if _has_files(at, VECTORS, KEYS)), None)


def _has_files(folder: Path, *names: str) -> bool:
    return all((folder / name).is_file() for name in names)


def read(reading: Reading) -> Parsed:
    """Read the vectors of all keys, in the order in which they were added.

    The item of a key is the string whose hash it is.

    Raises
    ------
    UserError
        When there are no vectors or they have no words, or a file is damaged.
    """
    path = reading.path
    folder = _find_folder(path)
    if folder is None:
        raise UserError("No spaCy vectors here", f"{path.name} has no file of vectors.", HINT)
    name = f"{path.name}/{VECTORS}"
    if (folder / SETTINGS).is_file() and read_json(folder / SETTINGS, dict).get("mode") == "floret":
        raise UserError(
            "Floret vectors have no words",
            f"{path.name} holds vectors of pieces of words, which no key names.",
            "Write the words you need with spaCy: nlp.vocab[word].vector for each.",
        )
    data = _map_rows(folder / VECTORS, name)
    numbers, rows = _read_keys(folder / KEYS, f"{path.name}/{KEYS}", len(data))
    numbers, rows = numbers[: reading.limit], rows[: reading.limit]
    items, unnamed = _name_keys(numbers, folder / STRINGS)
    table = items_table(items, f"{path.name}/{STRINGS}")

    def rows_between(start: int, end: int) -> NDArray[Any]:
        return np.asarray(data[rows[start:end]])

    vectors = copy_rows(reading, name, len(rows), data.shape[1], rows_between)
    notes = []
    distinct = len(np.unique(rows))
    if distinct < len(rows):
        notes.append(f"The vectors are pruned: {len(rows):,} items share {distinct:,} of them.")
    if reading.limit is None and distinct < len(data):
        notes.append(f"{len(data) - distinct:,} vectors have no key and were left out.")
    if unnamed:
        notes.append(
            f"{unnamed:,} of {len(rows):,} keys have no string in {STRINGS}; "
            "the items of these are the keys' numbers."
        )
    return Parsed(table, vectors, notes=tuple(notes))


def _map_rows(path: Path, name: str) -> NDArray[Any]:
    """Return the array of vectors, mapped."""
    with path.open("rb") as file:
        header: Header = read_header(file, name)
    if 0 in header.shape:
        raise UserError("No vectors in this pipeline", f"{name} is an empty array.", HINT)
    check_vectors(header, name)
    if path.stat().st_size - header.start < header.n_bytes:
        n, d = header.shape
        raise UserError(
            "The file ends early",
            f"{name}: its header promises {n:,} × {d:,} numbers. Nothing was loaded.",
            "Get the whole folder again.",
        )
    order: Any = "F" if header.is_fortran else "C"
    return np.memmap(path, header.dtype, "r", header.start, header.shape, order)


def _read_keys(path: Path, name: str, n: int) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the keys (k,) as they were added, and the rows (k,) of them, below n."""
    import msgpack

    if path.stat().st_size > LONGEST_KEYS:
        raise UserError("The keys are too many", f"{name} is above 1 GB.", "Prune the vectors.")
    try:
        found = msgpack.unpackb(path.read_bytes(), strict_map_key=False)
        numbers = np.fromiter(found.keys(), np.uint64, len(found))
        rows = np.fromiter(found.values(), np.int64, len(found))
    except (ValueError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise _damaged(name, str(error) or type(error).__name__) from error
    if not len(rows):
        raise UserError("The vectors have no words", f"{name} holds no key.", HINT)
    bad = np.flatnonzero((rows < 0) | (rows >= n))
    if len(bad):
        reason = f"key {numbers[bad[0]]} is at row {rows[bad[0]]:,} of {n:,}"
        raise _damaged(name, reason)
    return numbers, rows


def _name_keys(numbers: NDArray[np.uint64], path: Path) -> tuple[list[str], int]:
    """Return the string of each key, and for how many there is none."""
    strings = [text for text in _strings(path) if isinstance(text, str)]
    hashes = hash_strings(strings)
    known = dict(SYMBOLS)
    wanted = np.flatnonzero(np.isin(hashes, numbers)).tolist()
    known.update(zip(hashes[wanted].tolist(), (strings[at] for at in wanted), strict=True))
    found = numbers.tolist()
    unnamed = sum(number not in known for number in found)
    return [known.get(number, str(number)) for number in found], unnamed


def _strings(path: Path) -> list[Any]:
    return read_json(path, list) if path.is_file() else []


def _damaged(name: str, reason: str) -> UserError:
    return UserError(
        "The keys are damaged",
        f"{name}: {reason}. Nothing was loaded.",
        "Get the whole folder again.",
    )


plugin = Format(
    id="spacy",
    title="spaCy vectors",
    summary="The word vectors of a spaCy pipeline or of its vocab folder.",
    params=NoParams,
    source="https://spacy.io/api/vectors",
    modules=("msgpack",),
    sniff=sniff,
    read=read,
)
