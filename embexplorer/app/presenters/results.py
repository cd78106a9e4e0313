"""The numbers a person takes along: as text with their method, or as a table in a file."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal

from embexplorer.app.presenters.bias_export import numbers_text
from embexplorer.app.presenters.explaining import explanation_of, explanation_text
from embexplorer.app.presenters.items import shown_rows
from embexplorer.app.presenters.left_out import data_of
from embexplorer.app.presenters.library import projection_title
from embexplorer.app.presenters.status import quality_parts, quality_sentence
from embexplorer.app.work import Then
from embexplorer.core.counted import counted
from embexplorer.core.selection import Selection
from embexplorer.operations import explore as exploring
from embexplorer.operations import export as exporting
from embexplorer.operations.remarks import remarks_table

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    import numpy as np
    import pyarrow as pa
    from numpy.typing import NDArray

    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.progress import Progress
    from embexplorer.core.space import Space
    from embexplorer.jobs.events import Finished

What = Literal["coords", "neighbors", "analogy", "selection", "items", "left-out"]


class Results:
    """Intents of copying and exporting."""

    def __init__(self, store: Store, work: Work) -> None:
        self._store = store
        self._work = work

    def export(self, what: What, path: Path) -> None:
        """Write a table of the state to a .csv, .tsv, .jsonl or .parquet file.

        ``items`` are those that are shown, in the order of the table.
        """
        state = self._store.state
        if what == "items":
            self.export_rows(shown_rows(state), path)
            return
        table = table_of(state, what)
        if table is not None:
            self._submit(_write, path, table.num_rows, table=table)

    def export_rows(self, rows: NDArray[np.int64], path: Path) -> None:
        """Write some rows of the active space, in their order: index, item and columns."""
        space = self._store.state.space
        if space is not None:
            self._submit(_write_rows, path, len(rows), space=space, rows=rows)

    def _submit(self, write: Callable[..., None], path: Path, n: int, **given: Any) -> None:
        def finished(event: Finished) -> None:
            said = f"Wrote {counted(n, 'row')} to {path}."
            self._store.apply(lambda state: dataclasses.replace(state, message=said))

        self._work.submit(
            write,
            key=f"export:{path}",
            title=f"Writing {path.name}",
            lane="quick",
            then=Then(finished=finished),
            path=path,
            **given,
        )


def _write_rows(space: Space, rows: NDArray[np.int64], path: Path, progress: Progress) -> None:
    _write(exporting.selection_table(space, Selection(space.id, rows)), path, progress)


def _write(table: pa.Table, path: Path, progress: Progress) -> None:
    progress.raise_if_cancelled()
    exporting.write_table(table, path)


def table_of(state: State, what: What) -> pa.Table | None:
    """Return the table to export, or None where there is nothing."""
    data = data_of(state)
    if what == "left-out" and data is not None:
        return remarks_table(data)
    space = state.space
    if space is None:
        return None
    if what == "coords" and state.projection is not None:
        return exporting.coords_table(space, state.projection)
    if what == "neighbors" and state.neighbors is not None and state.neighbors.answer is not None:
        return exploring.neighbors_table(space, state.neighbors.answer)
    if what == "analogy" and state.analogy is not None and state.analogy.answer is not None:
        return exploring.analogy_table(space, state.analogy.answer)
    if what == "selection" and state.selection is not None:
        return exporting.selection_table(space, state.selection)
    return None


def text_of(state: State, tab: str) -> str:
    """Return the numbers of an inspector tab as tab-separated text, with the method in words."""
    space = state.space
    if space is None:
        return ""
    if tab == "Neighbors" and state.neighbors is not None and state.neighbors.answer is not None:
        answer = state.neighbors.answer
        how = exploring.method_sentence(answer)
        head = f"{answer.metric} neighbors of {answer.query} in {space.name}. {how}"
        return _lines((head, *answer.notes), exploring.neighbors_table(space, answer))
    if tab == "Analogy" and state.analogy is not None and state.analogy.answer is not None:
        solved = state.analogy.answer
        a, b, c = solved.names
        how = f"{solved.method}, inputs left out"
        head = f"{a} is to {b} as {c} is to ? in {space.name}, {how}."
        return _lines((head, *solved.notes), exploring.analogy_table(space, solved))
    if tab == "Bias" and state.bias is not None and state.bias.answer is not None:
        return numbers_text(state.bias.answer, state.bias.uncertainty)
    explained = explanation_of(state)
    if tab == "Details" and explained is not None:
        return explanation_text(explained, space.name)
    return _map_text(state)


def _map_text(state: State) -> str:
    space, projection = state.space, state.projection
    if space is None or projection is None:
        return ""
    params = ", ".join(f"{name}={value}" for name, value in projection.params.items())
    made = f"{projection_title(projection)} of {space.name}, {space.n:,} × {space.d}"
    said = [f"{made}; {params}; seed {projection.seed}." if params else f"{made}."]
    if projection.quality:
        said += [f"{part}." for part in quality_parts(projection)]
        said.append(quality_sentence(projection))
    return " ".join(filter(None, (*said, *projection.notes)))


def _lines(said: tuple[str, ...], table: pa.Table) -> str:
    rows = zip(*(column.to_pylist() for column in table.columns), strict=True)
    lines = [table.column_names, *([_cell(value) for value in values] for values in rows)]
    return "\n".join((_cell(" ".join(said)), *map("\t".join, lines)))


def _cell(value: object) -> str:
    """Return a value on one line and in one column, as a spreadsheet takes it."""
    return str(value).translate({ord(sign): " " for sign in "\t\r\n"})
