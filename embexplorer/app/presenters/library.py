"""Opening, encoding, activating and closing: what the library panel and a drop on the window do."""

from __future__ import annotations

import dataclasses
from copy import copy
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow.compute as pc

from embexplorer.app import state as states
from embexplorer.app.file_kinds import CORPORA
from embexplorer.app.state import Activity, Offer, Problem
from embexplorer.app.wording import duration, space_summary, texts_summary, time_left
from embexplorer.app.work import Then, report, show_problem
from embexplorer.core.contracts import Encoder
from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.core.projection import TITLES, Projection, projection_of_file
from embexplorer.core.space import ITEM, Space, Texts
from embexplorer.operations import encode as encoding
from embexplorer.operations import read as reading
from embexplorer.operations.belonging import find_pairs, may_belong
from embexplorer.operations.estimate_encoding import estimate_from_folder
from embexplorer.operations.read_together import read_together
from embexplorer.storage.paths import resource
from embexplorer.storage.settings import Recent
from embexplorer.storage.space_folder import open_folder
from embexplorer.storage.trusted_files import trust_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from embexplorer.app.remembered import Remembered
    from embexplorer.app.state import State
    from embexplorer.app.store import Store
    from embexplorer.app.work import Work
    from embexplorer.core.projection import Coords
    from embexplorer.jobs.events import Failed, Finished
    from embexplorer.operations.context import Context

SAMPLES = {
    "words": "samples/words.parquet",
    "sentences": "samples/sentences.parquet",
    "corpus": "samples/sentences.csv",
}


@dataclass(frozen=True, slots=True)
class DataRow:
    """A space or a corpus in the library.

    `noted` is ``3 notes`` where something must be said of how it was read or made. A space
    `may_be_placed` where another one has a map.
    """

    id: str
    name: str
    summary: str
    is_space: bool
    is_active: bool
    noted: str = ""
    may_be_placed: bool = False


@dataclass(frozen=True, slots=True)
class LibraryView:
    """What the library panel shows."""

    rows: tuple[DataRow, ...]
    activity: tuple[Activity, ...]


class Library:
    """Intents of the library panel."""

    def __init__(self, store: Store, work: Work, context: Context, remembered: Remembered) -> None:
        self._store = store
        self._work = work
        self._context = context
        self._remembered = remembered

    def open(
        self,
        paths: Sequence[Path],
        params: Mapping[str, Any] | None = None,
        *,
        format_id: str | None = None,
        limit: int | None = None,
    ) -> None:
        """Read each path, as if it was dropped on the window; see `operations.read.read`.

        Of several paths, vectors and the file that names their items are read together, and texts
        of one kind may be made one corpus by `open_together`.
        """
        files = [Path(path) for path in paths]
        if params or not may_belong(files):
            for path in files:
                self._read(path, params or {}, format_id=format_id, limit=limit)
            self._offer_corpus(files)
        else:
            self._pair(files)

    def open_together(self, paths: Sequence[Path]) -> None:
        """Read files of texts as one corpus, in place of those that were read one by one."""
        names = {str(path) for path in paths}

        def finished(event: Finished) -> None:
            data, _ = open_folder(Path(event.result["folder"]))
            for held in self._store.state.document.texts:
                if held.provenance.source in names:
                    self.close(held.id)
            self._show(data, f"Read {data.name}: {counted(data.n, 'text')}")

        self._work.submit(
            read_together,
            key="together",
            title=f"Reading {len(names):,} files",
            lane="files",
            then=Then(finished=finished),
            paths=[str(path) for path in paths],
            cache_root=str(self._context.cache.root),
        )

    def trust(self, path: Path, sha256: str) -> None:
        """Let this content run from now on, and read the file that has it."""
        try:
            trust_file(sha256, path.name)
        except UserError as error:
            show_problem(self._store, Problem(error))
        else:
            self.open([path])

    def open_sample(self, name: str = "words") -> None:
        """Open a bundled sample: ``words``, ``sentences``, or the ``corpus`` to encode."""
        self._read(resource(SAMPLES[name]), {}, is_recent=False)

    def add(self, data: Space | Texts, projection: Projection | None = None) -> None:
        """Show a space or corpus that is already in memory, with a projection of it."""

        def change(state: State) -> State:
            shown = states.add_data(state, data)
            return shown if projection is None else states.add_projection(shown, projection)

        self._store.apply(change)

    def activate(self, data_id: str) -> None:
        """Show a space on the map, or the encode form of a corpus."""
        is_space = self._store.state.document.space(data_id) is not None
        change = states.activate if is_space else states.activate_texts
        self._store.apply(lambda state: change(state, data_id))

    def close(self, data_id: str) -> None:
        """Take a space or corpus out of the window; its files stay."""
        self._store.apply(lambda state: states.close_data(state, data_id))

    def rename(self, data_id: str, name: str) -> None:
        """Give a space another name."""
        space = self._store.state.document.space(data_id)
        if space is not None and name.strip():
            renamed = dataclasses.replace(space, name=name.strip())
            spaces = tuple(
                renamed if old.id == data_id else old for old in self._store.state.document.spaces
            )
            self._store.apply(lambda state: states.with_document(state, spaces=spaces))

    def encode(self, texts_id: str, encoder: str, params: Mapping[str, Any], device: str) -> None:
        """Encode a corpus in the device child; the space opens when it is done."""
        texts = self._store.state.document.corpus(texts_id)
        if texts is None:
            return
        self._store.apply(lambda state: states.activate_texts(state, ""))
        self._remembered.change(encoder=encoder)
        self._work.submit(
            encoding.encode_to_cache,
            key=f"encode:{texts_id}",
            title=f"Encoding {texts.name}",
            lane="device",
            then=Then(finished=self._encoded, failed=self._not_encoded),
            texts_folder=str(texts.folder),
            encoder=encoder,
            params=dict(params),
            device=device,
            download=False,
            cache_root=str(self._context.cache.root),
            name=texts.name,
        )

    def estimate(self, texts_id: str, encoder: str, params: Mapping[str, Any], device: str) -> None:
        """Measure the encoder on a few texts, which also loads it for the job that follows."""
        texts = self._store.state.document.corpus(texts_id)
        if texts is None:
            return

        def finished(event: Finished) -> None:
            seconds = texts.n / max(1e-9, event.result)
            found = states.EncodingEstimate(texts_id, encoder, seconds)
            self._store.apply(lambda state: dataclasses.replace(state, estimate=found))

        def failed(event: Failed) -> None:
            """Show no time: the form is not complete yet, or encoding will say what is wrong."""
            self._store.apply(lambda state: dataclasses.replace(state, estimate=None))

        self._work.submit(
            estimate_from_folder,
            key="estimate",
            title="Measuring the encoder",
            lane="device",
            then=Then(finished=finished, failed=failed),
            is_shown=False,
            texts_folder=str(texts.folder),
            encoder=encoder,
            params=dict(params),
            device=device,
            download=False,
        )

    def cancel(self, job_id: int) -> None:
        """Cancel a job; encoded items stay in the cache."""
        self._work.cancel(job_id)

    def find_items(self, text: str, most: int) -> list[int]:
        """Return the first rows of the active space whose item holds `text`, in any case."""
        space = self._store.state.space
        if space is None:
            return []
        column = space.table.column(ITEM)
        holds = pc.match_substring(column, text, ignore_case=True)
        return [int(row) for row in pc.indices_nonzero(holds)[:most].to_pylist()]

    def encoders(self) -> list[Encoder]:
        """Return the encoders there are."""
        return self._context.registry.all(Encoder)

    def _offer_corpus(self, opened: Sequence[Path]) -> None:
        """Ask whether texts of one kind, among what was opened at once, shall be one corpus."""
        texts = tuple(path for path in dict.fromkeys(opened) if path.suffix.lower() in CORPORA)
        if len(texts) > 1 and len({path.suffix.lower() for path in texts}) == 1:
            offer = Offer(texts)
            self._store.apply(lambda state: dataclasses.replace(state, offer=offer))

    def _pair(self, files: Sequence[Path]) -> None:
        """Find out which files belong together, and read each, or each pair."""

        def finished(event: Finished) -> None:
            for found in event.result:
                self._read(Path(found.path), found.params)
            self._offer_corpus([Path(found.path) for found in event.result])

        self._work.submit(
            find_pairs,
            key="pairs:" + "|".join(map(str, files)),
            title=f"Looking into {len(files):,} files",
            lane="files",
            then=Then(finished=finished),
            paths=[str(path) for path in files],
            cache_root=str(self._context.cache.root),
        )

    def _read(
        self,
        path: Path,
        params: Mapping[str, Any],
        *,
        is_recent: bool = True,
        format_id: str | None = None,
        limit: int | None = None,
    ) -> None:
        def finished(event: Finished) -> None:
            self._opened(path if is_recent else None, event.result)

        def failed(event: Failed) -> None:
            error = _naming(event.error, path)
            show_problem(self._store, Problem(error, event.details, source=path))

        self._work.submit(
            reading.read_to_cache,
            key=f"read:{path}",
            title=f"Reading {path.name}",
            lane="files",
            then=Then(finished=finished, failed=failed),
            path=str(path),
            cache_root=str(self._context.cache.root),
            params=dict(params),
            format_id=format_id,
            limit=limit,
        )

    def _opened(self, path: Path | None, result: Mapping[str, Any]) -> None:
        data, coords = open_folder(Path(result["folder"]))
        if isinstance(data, Space):
            summary, verb = space_summary(data), "Opened"
        else:
            summary, verb = counted(data.n, "text"), "Read"
        brought = None
        if isinstance(data, Space) and coords is not None:
            brought = self._projection_of(data, coords)
        self._show(data, f"{verb} {data.name}: {summary}", brought)
        if path is not None:
            today = datetime.now(tz=UTC).date().isoformat()
            self._remembered.opened(Recent(str(path.resolve()), summary, today))

    def _projection_of(self, space: Space, coords: Coords) -> Projection:
        """Return the coords that a file brought as a projection: the same one each time."""
        brought = projection_of_file(space.id, coords)
        for made in self._store.state.document.projections_of(space.id):
            if made.method == "file" and np.array_equal(made.coords, brought.coords):
                return made
        return brought

    def _encoded(self, event: Finished) -> None:
        result = event.result
        found, _ = open_folder(Path(result["folder"]))
        # The same texts may have been encoded from a corpus of another name before.
        data = dataclasses.replace(found, name=result["name"])
        took = "from the cache" if result["cached"] else f"in {duration(result['seconds'])}"
        self._show(data, f"Encoded {counted(data.n, 'text')} {took} on {result['device']}")

    def _not_encoded(self, event: Failed) -> None:
        if event.is_child_gone:
            kept = UserError(
                event.error.title,
                f"{event.error.detail} Texts that were encoded some seconds before are kept.",
                "Encode again to go on from there; close other programs if memory is short.",
            )
            event = dataclasses.replace(event, error=kept)
        report(self._store, event)

    def _show(
        self, data: Space | Texts, message: str, projection: Projection | None = None
    ) -> None:
        notes = data.provenance.notes
        said = f"{message}. {notes[0]}" if len(notes) == 1 else f"{message}."
        if len(notes) > 1:
            said = f"{said} {counted(len(notes), 'note')} under its name in the library."

        def change(state: State) -> State:
            shown = states.add_data(state, data)
            if projection is not None:
                shown = states.add_projection(shown, projection)
            return dataclasses.replace(shown, message=said)

        self._store.apply(change)


def _naming(error: UserError, path: Path) -> UserError:
    """Return the error with the name of its file, which tells it from those of others."""
    if path.name in f"{error.title} {error.detail}":
        return error
    named = copy(error)
    named.detail = f"{path.name}: {error.detail}"
    return named


def library_view(state: State) -> LibraryView:
    """Return what the library panel shows."""
    mapped = {made.space_id for made in state.document.projections}
    spaces = [
        dataclasses.replace(
            _row(item, space_summary(item), is_active=item.id == state.active_space),
            may_be_placed=bool(mapped - {item.id}),
        )
        for item in state.document.spaces
    ]
    corpora = [
        _row(
            item,
            texts_summary(item, state.document.spaces),
            is_active=item.id == state.active_texts,
        )
        for item in state.document.texts
    ]
    return LibraryView((*spaces, *corpora), state.activity)


def _row(data: Space | Texts, summary: str, *, is_active: bool) -> DataRow:
    notes = len(data.provenance.notes)
    noted = counted(notes, "note") if notes else ""
    return DataRow(data.id, data.name, summary, isinstance(data, Space), is_active, noted)


def projection_title(projection: Projection) -> str:
    """Return ``UMAP 2-D``; ``UMAP 2-D, placed`` for items on a map of other ones."""
    titles = {"pca": "PCA", "tsne": "t-SNE", "umap": "UMAP", "file": "From the file", **TITLES}
    title = f"{titles.get(projection.method, projection.method)} {projection.dims}-D"
    return f"{title}, placed" if projection.onto else title


def quality_line(projection: Projection) -> str:
    """Return ``kept 0.62``, or nothing while it is not measured."""
    kept = projection.quality.get("neighbors_kept")
    return "" if kept is None else f"kept {kept:.2f}"


def activity_line(activity: Activity) -> tuple[str, str]:
    """Return what stands under a job's bar: its message, and the time left."""
    return activity.message, time_left(activity.seconds_left)
