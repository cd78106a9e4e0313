"""Several files of texts as one corpus."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from embexplorer.core.progress import Progress
from embexplorer.core.space import Provenance, free_name
from embexplorer.operations.context import Context
from embexplorer.operations.read import read_texts
from embexplorer.storage.cache import key_of
from embexplorer.storage.space_folder import write_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

NAMED = 3


def read_together(
    paths: Sequence[str], cache_root: str, progress: Progress | None = None
) -> dict[str, Any]:
    """Read the texts of several files into one corpus, a column saying which file each is from.

    From plain values to plain values, for a child process; a file that is in the cache is not
    read again.

    Returns
    -------
    dict
        folder, where `storage.space_folder.open_folder` maps it.

    Raises
    ------
    UserError
        As `read` does, for the first file that does not read.
    """
    context, progress = Context.default(cache_root), progress or Progress()
    names = [Path(path).name for path in paths]
    tables, notes, ids = [], [], []
    for number, (path, name) in enumerate(zip(paths, names, strict=True)):
        span = progress.part(number / len(paths), (number + 1) / len(paths))
        texts = read_texts(path, context, progress=span).data
        source = pa.array([name] * texts.n, pa.large_string())
        tables.append(texts.table.append_column(free_name(texts.table, "file"), source))
        notes += [f"{name}: {note}" for note in texts.provenance.notes]
        ids.append(texts.id)
    # The full text of an item that is its own text is missing where others have longer ones.
    table = pa.concat_tables(tables, promote_options="permissive").combine_chunks()
    listed = ", ".join(names[:NAMED]) + (", …" if len(names) > NAMED else "")
    provenance = Provenance(notes=(f"Read from {len(names):,} files: {listed}.", *notes))

    def fill(folder: Path) -> None:
        write_folder(
            folder,
            name=f"{Path(names[0]).stem} and {len(names) - 1} more",
            table=table,
            vectors=None,
            provenance=provenance,
        )

    key = key_of(kind="together", ids=ids, names=names)
    return {"folder": str(context.cache.find(key) or context.cache.write(key, fill))}
