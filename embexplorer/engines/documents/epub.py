"""What an electronic book says: its chapters in the order of reading, each a web page."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from embexplorer.engines.documents.document import Document, Passage
from embexplorer.engines.documents.html import read_html
from embexplorer.engines.documents.office_archive import OfficeArchive

if TYPE_CHECKING:
    from collections.abc import Mapping

_CONTAINER = "META-INF/container.xml"


def read_epub(data: bytes, name: str) -> Document:
    """Return what a book says, see `read_html`; EPUB 3.3, sections 4.2 and 5.

    Parameters
    ----------
    data
        The whole file.
    name
        Its name, for messages.

    Raises
    ------
    UserError
        When it is damaged or locked.
    """
    archive = OfficeArchive(data, name)
    package: list[str] = []
    chapters: dict[str, str] = {}  # path by id
    spine: list[str] = []
    title: list[str] = []
    inside = [""]

    def start(element: str, attributes: Mapping[str, str]) -> None:
        inside[0] = element
        if element == "rootfile":
            package.append(attributes.get("full-path", ""))
        elif element == "item" and "html" in attributes.get("media-type", ""):
            chapters[attributes.get("id", "")] = unquote(attributes.get("href", ""))
        elif element == "itemref":
            spine.append(attributes.get("idref", ""))

    def end(element: str) -> None:
        inside[0] = ""

    def text(said: str) -> None:
        if inside[0] == "title":
            title.append(said)

    archive.parse(_CONTAINER, start, end, text)
    if not package:
        raise archive.damaged("it does not say where its chapters are")
    archive.parse(package[0], start, end, text)
    folder = posixpath.dirname(package[0])
    passages: list[Passage] = []
    notes: set[str] = set()
    for chapter in filter(None, map(chapters.get, spine)):
        part = posixpath.normpath(posixpath.join(folder, chapter))
        if part not in archive:
            raise archive.damaged(f"its chapter {part} is missing")
        read = read_html(archive.read(part))
        passages += read.passages
        notes.update(f"{note} ({part})" for note in read.notes)
    return Document(passages, " ".join("".join(title).split()), tuple(sorted(notes)))
