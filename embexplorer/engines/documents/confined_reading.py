"""Many documents read in processes of their own: one that crashes, hangs or swells fails alone."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from embexplorer.core.errors import UserError
from embexplorer.engines.confined import MEMORY, run_confined
from embexplorer.engines.documents.document import Document, Passage
from embexplorer.engines.documents.kinds import Kind, read_document

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from embexplorer.core.progress import Progress

# Of the files that one process reads: starting it takes 0.3 s, and a failure reads one again.
FILES_AT_ONCE = 64
BYTES_AT_ONCE = 1 << 25


def read_documents(
    files: Sequence[tuple[Path, Kind]],
    encoding: str,
    scratch: Path,
    progress: Progress,
    *,
    memory: int = MEMORY,
) -> Iterator[Document | UserError]:
    """Read documents in their order, each as it is or as what is wrong with it.

    Parameters
    ----------
    files
        Paths, which may lie inside compressed files, and their kinds.
    encoding
        See `read_document`.
    scratch
        Folder on a disk with room.
    progress
        Hears the share of files read; a cancel ends the process that reads.
    memory
        Bytes that a process may take, see `run_confined`.

    Raises
    ------
    CancelledError
        When the person cancelled.
    """
    start = 0
    at_once = FILES_AT_ONCE
    with tempfile.TemporaryDirectory(dir=scratch) as room:
        while start < len(files):
            batch = files[start : start + _count_at_once(files[start : start + at_once])]
            end = start + len(batch)
            part = progress.part(start / len(files), end / len(files))
            failure = _read_batch(batch, encoding, room, part, memory)
            answers = [Path(room, f"{number}.json") for number in range(len(batch))]
            done = [_answer(answer) for answer in answers if answer.exists()]
            if failure is not None and len(batch) == 1 and not done:
                done = [failure]
            yield from done
            start += len(done)
            # The file that made a process fail is tried once more, by itself.
            at_once = 1 if start < end else FILES_AT_ONCE


def _count_at_once(files: Sequence[tuple[Path, Kind]]) -> int:
    count, size = 0, 0
    for path, _ in files:
        size += path.stat().st_size if path.is_file() else BYTES_AT_ONCE
        if count and size > BYTES_AT_ONCE:
            break
        count += 1
    return count


def _read_batch(
    batch: Sequence[tuple[Path, Kind]], encoding: str, room: str, progress: Progress, memory: int
) -> UserError | None:
    """Read some files in one process, and return how it failed where it did."""
    try:
        run_confined(
            write_answers,
            {
                "files": [(str(path), kind) for path, kind in batch],
                "encoding": encoding,
                "room": room,
            },
            name=batch[0][0].name,
            progress=progress,
            memory=memory,
        )
    except UserError as error:
        return error
    return None


def write_answers(
    files: Sequence[tuple[str, Kind]], encoding: str, room: str, progress: Progress
) -> None:
    """Read files, and write what each says as ``NUMBER.json`` into a folder: in the child."""
    for number, (place, kind) in enumerate(files):
        path = Path(place)
        part = progress.part(number / len(files), (number + 1) / len(files))
        part.report(0.0, path.name)
        try:
            document = read_document(path, kind, encoding, part)
            passages = [(at.text, at.page, at.section) for at in document.passages]
            said = {"passages": passages, "title": document.title, "notes": document.notes}
        except UserError as error:
            said = {"error": (error.title, error.detail, error.hint)}
        written = Path(room, f"{number}.part")
        written.write_text(json.dumps(said), encoding="ascii")
        written.replace(Path(room, f"{number}.json"))


def _answer(path: Path) -> Document | UserError:
    said = json.loads(path.read_text(encoding="ascii"))
    path.unlink()
    if "error" in said:
        return UserError(*said["error"])
    passages = [Passage(*passage) for passage in said["passages"]]
    return Document(passages, said["title"], tuple(said["notes"]))
