"""Where the words, vectors and counts of a gensim file lie, in the layouts of gensim 3 and 4."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from embexplorer.core.errors import UserError
from embexplorer.engines.restricted_pickle import Array, Inert

if TYPE_CHECKING:
    from numpy.typing import NDArray

ITEMS = ("index_to_key", "index2word", "index2entity")  # gensim 4; 3; before
VECTORS = ("vectors", "syn0", "vectors_docs", "doctag_syn0")
LEFT_OUT = "sample_int"  # a threshold of the training, not of the word


@dataclass(frozen=True, slots=True)
class Stored:
    """The attributes of an object of gensim, and where large arrays of it lie beside the file.

    Parameters
    ----------
    values
        The attributes by name.
    files
        What the files begin with: that of ``vectors`` is ``files.vectors.npy``.
    file
        The name of the file, for messages.
    """

    values: dict[str, Any]
    files: Path
    file: str
    apart: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        names = self.values.get("__numpys")
        known = names if isinstance(names, list) else []
        apart = frozenset(name for name in known if isinstance(name, str))
        object.__setattr__(self, "apart", apart)

    def inner(self, name: str) -> Stored | None:
        """Return an attribute that is itself an object of gensim, or None."""
        found = self.values.get(name)
        if not isinstance(found, Inert) or not isinstance(found.state, dict):
            return None
        return Stored(found.state, self.files.with_name(f"{self.files.name}.{name}"), self.file)

    def array(self, *names: str) -> NDArray[Any] | Path | None:
        """Return the first of some attributes that is an array, or the file where it lies.

        Raises
        ------
        UserError
            When that file is missing.
        """
        for name in names:
            found = self.values.get(name)
            if isinstance(found, Array) and found.numbers is not None:
                return found.numbers
            if name in self.apart:
                path = self.files.with_name(f"{self.files.name}.{name}.npy")
                if not path.is_file():
                    raise UserError(
                        "A file beside it is missing",
                        f"{self.file} keeps its {name} in {path.name}, which is not beside it.",
                        "Put both into one folder, under the names that gensim gave them.",
                    )
                return path
        return None

    def number(self, *names: str) -> int | None:
        """Return the first of some attributes that is a whole number."""
        found = [self.values.get(name) for name in names]
        return next((value for value in found if type(value) is int), None)


def words_of(root: Stored) -> Stored | None:
    """Return what holds word vectors: the file itself, or the ``wv`` of a model."""
    inner = root.inner("wv")
    if inner is not None:
        return inner
    return root if any(name in root.values for name in ITEMS) else None


def documents_of(root: Stored) -> Stored | None:
    """Return what holds the vectors of documents, ``dv`` or ``docvecs`` of a Doc2Vec model."""
    found = root.inner("dv") or root.inner("docvecs")
    if found is not None:
        return found
    return root if "doctags" in root.values else None


def items_of(vectors: Stored) -> list[str]:
    """Return the items of word or document vectors, by row.

    Raises
    ------
    UserError
        When there are none, or one is neither text nor a number.
    """
    lists = [vectors.values.get(name) for name in ITEMS]
    found = next((one for one in lists if isinstance(one, list)), None)
    if found is None and "offset2doctag" in vectors.values:
        found = _tags_of_3(vectors)
    if not found:
        raise UserError("No items in this file", f"{vectors.file} names no items.", "")
    for row, item in enumerate(found, start=1):
        if type(item) not in (str, int):
            raise UserError(
                f"Row {row:,} has no item",
                f"{vectors.file}: the item of row {row:,} is neither text nor a number.",
                "Save the model again with gensim 4.",
            )
    return [str(item) for item in found]


def _tags_of_3(documents: Stored) -> list[Any]:
    """Return the tags of gensim 3: whole numbers as they are, then the other tags."""
    named = documents.values["offset2doctag"]
    highest = documents.number("max_rawint")
    # A number stands in memory for each tag: as many as there are, whatever the file says.
    count = documents.number("count") or 0
    numbers = min(-1 if highest is None else highest, count - 1) + 1
    return [*range(numbers), *(named if isinstance(named, list) else [])]


def columns_of(vectors: Stored, n: int) -> dict[str, NDArray[Any]]:
    """Return what gensim keeps of each item, such as ``count``, as columns of n numbers."""
    kept = vectors.values.get("expandos")
    found = {} if not isinstance(kept, dict) else kept
    columns = {
        name: value.numbers
        for name, value in found.items()
        if isinstance(name, str) and name != LEFT_OUT and isinstance(value, Array)
    }
    fitting = {
        name: numbers
        for name, numbers in columns.items()
        if numbers is not None and numbers.shape == (n,)
    }
    return fitting or _counts_of_3(vectors, n)


def _counts_of_3(vectors: Stored, n: int) -> dict[str, NDArray[Any]]:
    """Return the counts of gensim 3, which are in an object for each word."""
    vocabulary = vectors.values.get("vocab")
    if not isinstance(vocabulary, dict) or len(vocabulary) != n:
        return {}
    counts = np.zeros(n, np.int64)
    for entry in vocabulary.values():
        state = entry.state if isinstance(entry, Inert) else None
        values = state if isinstance(state, dict) else {}
        row, count = values.get("index"), values.get("count")
        if type(row) is not int or type(count) is not int or not 0 <= row < n:
            return {}
        counts[row] = min(count, np.iinfo(np.int64).max)
    return {"count": counts}
