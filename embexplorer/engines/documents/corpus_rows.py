"""The table of a corpus of documents: a row for each piece, and the columns that say whence."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pyarrow as pa

from embexplorer.engines.text_items import label_of, table_of_texts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embexplorer.engines.documents.document import Passage


@dataclass(slots=True)
class CorpusRows:
    """Rows that are gathered file by file."""

    texts: list[str] = field(default_factory=list)
    items: list[str] = field(default_factory=list)
    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    sections: list[str] = field(default_factory=list)
    pages: list[int | None] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)

    def add(
        self,
        pieces: Iterable[Passage],
        *,
        title: str = "",
        file: str = "",
        folder: str = "",
        item: str | None = None,
    ) -> int:
        """Add the pieces of one file, and return how many those are.

        Parameters
        ----------
        pieces
            In their order.
        title, file, folder
            The same for all of them.
        item
            Label of the piece, where the file is one; None makes labels from the texts.
        """
        before = len(self.texts)
        for part, piece in enumerate(pieces, start=1):
            self.texts.append(piece.text)
            self.items.append(label_of(piece.text) if item is None else item)
            self.sections.append(piece.section)
            self.pages.append(piece.page)
            self.parts.append(part)
        count = len(self.texts) - before
        self.files += [file] * count
        self.folders += [folder] * count
        self.titles += [title] * count
        return count

    def table(self, limit: int | None = None) -> pa.Table:
        """Return the table: items and texts, then those columns that say something.

        A folder says something where there are several, a part where a file has several; the
        others where any row has a value.
        """
        columns = {}
        if any(self.files):
            columns["file"] = pa.array(self.files, pa.large_string())
        if len(set(self.folders)) > 1:
            columns["folder"] = pa.array(self.folders, pa.large_string())
        for name, texts in (("title", self.titles), ("section", self.sections)):
            if any(texts):
                columns[name] = pa.array([text or None for text in texts], pa.large_string())
        if any(page is not None for page in self.pages):
            columns["page"] = pa.array(self.pages, pa.int32())
        if max(self.parts, default=1) > 1:
            columns["part"] = pa.array(self.parts, pa.int32())
        table = table_of_texts(self.texts, columns, self.items)
        return table if limit is None else table.slice(0, limit)
