"""Item sets: those that come with the application, and those in a file of a person."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embexplorer.core.errors import UserError
from embexplorer.core.item_sets import ItemSet, ItemSets
from embexplorer.storage.paths import resource

if TYPE_CHECKING:
    from collections.abc import Mapping

FOLDER = "word_sets"
MOST_BYTES = 1 << 24  # of a file of sets
TEXTS = ("name", "citation", "language", "license", "note")
TARGETS, ATTRIBUTES = ("X", "Y"), ("A", "B")
KEYS = (
    *TARGETS,
    *ATTRIBUTES,
    "targets",
    "attributes",
    "pairs",
    "words",
    "specific",
    "equalize",
    "names",
    "also",
    *TEXTS,
)
EXAMPLE = (
    'Write {"X": ["…"], "Y": ["…"], "A": ["…"], "B": ["…"]}; embexplorer probe sets lists more.'
)


def built_in_sets() -> dict[str, ItemSets]:
    """Return the sets that come with the application, by their names."""
    paths = sorted(resource(FOLDER).glob("*.json"), key=_place)
    return {path.stem: read_sets(path) for path in paths}


def _place(path: Path) -> tuple[str, int]:
    """Return by what names are sorted, so that 10 comes after 9."""
    bare = path.stem.rstrip("0123456789")
    return bare, int(path.stem[len(bare) :] or 0)


def find_sets(name: str) -> ItemSets:
    """Return built-in sets by their name or another one they have, or the sets in a file.

    Raises
    ------
    UserError
        When there are no such sets and no such file, or the file does not hold sets.
    """
    path = Path(name)
    if path.is_file():
        return read_sets(path)
    inside = resource(FOLDER) / f"{name}.json"
    if Path(name).name == name and inside.is_file():
        return read_sets(inside)
    known = built_in_sets()
    for sets in known.values():
        if name in sets.also:
            return sets
    raise UserError(
        "No such item sets", f"“{name}” is no file and no name.", f"Names: {', '.join(known)}."
    )


def read_sets(path: Path) -> ItemSets:
    """Return the sets in a JSON file.

    Raises
    ------
    UserError
        Naming the file, and the key that does not fit.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            detail = f"{path.name} is larger than {MOST_BYTES >> 20} MB."
            raise UserError("Too large for item sets", detail, EXAMPLE)
        document = json.loads(path.read_text(encoding="utf-8-sig"))
    except (ValueError, RecursionError) as error:
        detail = f"{path.name} does not read as JSON: {error}."
        raise UserError("The sets are not JSON", detail, EXAMPLE) from error
    except OSError as error:
        detail = f"{path}: {error.strerror or error}."
        raise UserError("The sets cannot be read", detail, "Check the path.") from error
    return sets_from(document, path.name)


def sets_from(document: Any, source: str) -> ItemSets:
    """Return the sets that a document describes; the command line's contract has its form.

    Parameters
    ----------
    document
        Plain values. Keys: X, Y (or `targets`, a list of sets), A, B (or `attributes`), `pairs`,
        `words`, `specific`, `equalize` (a list of sets), `names` of the sets by key, `also`
        (further names), and name, citation, language, license, note.
    source
        What it is called in an error.

    Raises
    ------
    UserError
        Naming the key that does not fit.
    """
    if not isinstance(document, dict):
        raise _wrong(source, "it is no object with named sets")
    if unknown := sorted(set(document) - set(KEYS)):
        raise _wrong(source, f"there is no key “{unknown[0]}”; keys are {', '.join(KEYS)}")
    names = document.get("names", {})
    if not isinstance(names, dict) or not all(isinstance(value, str) for value in names.values()):
        raise _wrong(source, "names is no object of texts")
    words = document.get("words")
    texts = {key: document.get(key, "") for key in TEXTS}
    for key, value in texts.items():
        if not isinstance(value, str):
            raise _wrong(source, f"{key} is no text")
    also = document.get("also", [])
    if not isinstance(also, list) or not all(isinstance(one, str) for one in also):
        raise _wrong(source, "also is no list of texts")
    return ItemSets(
        name=texts.pop("name") or Path(source).stem,
        targets=_sets(document, "targets", TARGETS, "T", names, source),
        attributes=_sets(document, "attributes", ATTRIBUTES, "A", names, source),
        pairs=_pairs(document.get("pairs", []), source),
        words=None if words is None else _set("words", words, names, source),
        specific=_set("specific", document.get("specific", []), names, source).items,
        also=tuple(also),
        equalize=_equalize(document.get("equalize", []), source),
        **texts,
    )


def sets_to(sets: ItemSets) -> dict[str, Any]:
    """Return the document that `sets_from` makes the same sets of."""
    document: dict[str, Any] = {key: getattr(sets, key) for key in TEXTS if getattr(sets, key)}
    if sets.also:
        document["also"] = list(sets.also)
    names: dict[str, str] = {}
    for key, letter, found in (
        ("targets", "T", sets.targets),
        ("attributes", "A", sets.attributes),
    ):
        if found:
            document[key] = [list(one.items) for one in found]
            names |= {f"{letter}{at}": one.name for at, one in enumerate(found, 1)}
    if sets.pairs:
        document["pairs"] = [list(pair) for pair in sets.pairs]
    if sets.words is not None:
        document["words"] = list(sets.words.items)
        names["words"] = sets.words.name
    if sets.specific:
        document["specific"] = list(sets.specific)
    if sets.equalize:
        document["equalize"] = [list(one) for one in sets.equalize]
    return {**document, "names": names}


def write_sets(sets: ItemSets, path: Path) -> None:
    """Write sets to a JSON file that `read_sets` reads.

    Raises
    ------
    UserError
        When the place cannot be written.
    """
    text = json.dumps(sets_to(sets), ensure_ascii=False, indent=1)
    try:
        path.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        detail = f"{path}: {error.strerror or error}."
        raise UserError("The sets cannot be written", detail, "Choose another place.") from error


def _sets(
    document: Mapping[str, Any],
    key: str,
    letters: tuple[str, ...],
    prefix: str,
    names: Mapping[str, str],
    source: str,
) -> tuple[ItemSet, ...]:
    lettered = [letter for letter in letters if letter in document]
    if lettered and key in document:
        raise _wrong(source, f"both {lettered[0]} and {key} are given; give one of them")
    if lettered:
        return tuple(_set(letter, document[letter], names, source) for letter in lettered)
    given = document.get(key, [])
    if not isinstance(given, list):
        raise _wrong(source, f"{key} is no list of sets")
    if given and all(isinstance(item, str) for item in given):
        given = [given]  # a single set
    return tuple(_set(f"{prefix}{at}", one, names, source) for at, one in enumerate(given, 1))


def _set(key: str, items: Any, names: Mapping[str, str], source: str) -> ItemSet:
    if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
        raise _wrong(source, f"{key} is no list of texts")
    return ItemSet(names.get(key, key), tuple(items))


def _pairs(pairs: Any, source: str) -> tuple[tuple[str, str], ...]:
    fits = isinstance(pairs, list) and all(
        isinstance(pair, list) and len(pair) == 2 and all(isinstance(item, str) for item in pair)
        for pair in pairs
    )
    if not fits:
        raise _wrong(source, "pairs is no list of lists of two texts")
    return tuple((first, second) for first, second in pairs)


def _equalize(sets: Any, source: str) -> tuple[tuple[str, ...], ...]:
    fits = isinstance(sets, list) and all(
        isinstance(one, list) and len(one) > 1 and all(isinstance(item, str) for item in one)
        for one in sets
    )
    if not fits:
        raise _wrong(source, "equalize is no list of lists of two or more texts")
    return tuple(tuple(one) for one in sets)


def _wrong(source: str, reason: str) -> UserError:
    return UserError("These are no item sets", f"{source}: {reason}.", EXAMPLE)
