"""What a Word document says: paragraphs, headings, rows of tables and footnotes.

ECMA-376, Part 1, section 17, WordprocessingML. Nothing outside the file is fetched, no field is
worked out, no macro is looked at.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from embexplorer.engines.documents.document import Document, Gathering
from embexplorer.engines.documents.html import CELL_END
from embexplorer.engines.documents.office_archive import OfficeArchive

Attributes = Mapping[str, str]
_HEADING = re.compile(
    r"(heading|title|subtitle)\b", re.IGNORECASE
)  # the English name in every language
_OFF = ("0", "false", "off")
_SIGNS = {"tab": " ", "ptab": " ", "br": "\n", "cr": "\n", "noBreakHyphen": "-"}
# What a reader does not see twice or at all: what stands in for newer drawings, and moved text
# at its old place. Deleted text and the code of fields have elements of their own.
_UNSEEN = frozenset(["Fallback", "moveFrom"])


def read_docx(data: bytes, name: str) -> Document:
    """Return what a Word document says.

    A row of a table is a passage, with ``|`` between its cells; a footnote or endnote follows the
    paragraph that it belongs to. The section is the heading above. Text that is deleted or hidden,
    comments, headers and footers are left out.

    Parameters
    ----------
    data
        The whole file.
    name
        Its name, for messages.

    Raises
    ------
    UserError
        When it is damaged, locked or no Word document.
    """
    archive = OfficeArchive(data, name)
    main = _main_part(archive)
    folder = posixpath.dirname(main)
    headings = _heading_styles(archive, f"{folder}/styles.xml")
    body = _Body(headings, {})
    for kind in ("footnote", "endnote"):
        if (part := f"{folder}/{kind}s.xml") in archive:
            notes = _Body(headings, {}, note=kind)
            archive.parse(part, notes.start, notes.end, notes.text)
            body.footnotes.update(notes.footnotes)
    archive.parse(main, body.start, body.end, body.text)
    title = _title(archive) or body.gathering.first_heading
    return Document(body.gathering.passages, title)


def _main_part(archive: OfficeArchive) -> str:
    found = ["word/document.xml"]

    def start(name: str, attributes: Attributes) -> None:
        if attributes.get("Type", "").endswith("/officeDocument"):
            found[0] = attributes.get("Target", "").lstrip("/")

    if "_rels/.rels" in archive:
        archive.parse("_rels/.rels", start, lambda name: None, lambda text: None)
    if found[0] not in archive or not found[0].startswith("word"):
        raise archive.damaged("it has no text of a Word document")
    return found[0]


def _heading_styles(archive: OfficeArchive, part: str) -> set[str]:
    """Return the ids of the paragraph styles that are headings, by name or by outline level."""
    styles: set[str] = set()
    style = [""]

    def start(name: str, attributes: Attributes) -> None:
        if name == "style":
            style[0] = attributes.get("styleId", "")
        is_name = name == "name" and _HEADING.match(attributes.get("val", ""))
        if is_name or (name == "outlineLvl" and attributes.get("val", "9") < "9"):
            styles.add(style[0])

    if part in archive:
        archive.parse(part, start, lambda name: None, lambda text: None)
    return styles - {""}


def _title(archive: OfficeArchive) -> str:
    said: list[str] = []
    inside = [False]

    def start(name: str, attributes: Attributes) -> None:
        inside[0] = name == "title"

    if "docProps/core.xml" in archive:
        archive.parse(
            "docProps/core.xml",
            start,
            lambda name: inside.__setitem__(0, False),
            lambda text: said.append(text) if inside[0] else None,
        )
    return " ".join("".join(said).split())


@dataclass(slots=True)
class _Paragraph:
    text: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_heading: bool = False


class _Body:
    """What the parser calls for the elements of a part with paragraphs.

    Parameters
    ----------
    headings
        Ids of the styles that are headings.
    footnotes
        Text of each footnote and endnote by its key.
    note
        ``footnote`` or ``endnote`` where the part has these.
    """

    def __init__(self, headings: set[str], footnotes: dict[str, str], note: str = "") -> None:
        self.gathering = Gathering()
        self.footnotes = footnotes
        self._headings = headings
        self._note, self._key = note, ""
        self._paragraphs: list[_Paragraph] = []  # open ones: a text box lies inside another
        self._rows: list[list[str]] = []  # cells of the open rows: a table may lie in a cell
        self._unseen = 0
        self._in_text = self._is_hidden = False

    def start(self, name: str, attributes: Attributes) -> None:
        if self._unseen or name in _UNSEEN:
            self._unseen += 1
        elif name == "p":
            self._paragraphs.append(_Paragraph())
        elif name == "tr":
            self._rows.append([])
        elif name == "tc" and self._rows:
            self._rows[-1].append("")
        elif name == "r":
            self._is_hidden = False
        elif name == self._note:
            # Lines that part notes from text are notes, too, of a type of their own.
            self._key = f"{name} {attributes.get('id')}" if "type" not in attributes else ""
        elif self._paragraphs:
            self._start_inside(name, attributes, self._paragraphs[-1])

    def _start_inside(self, name: str, attributes: Attributes, paragraph: _Paragraph) -> None:
        if name == "t":
            self._in_text = not self._is_hidden
        elif name in _SIGNS:
            paragraph.text.append(_SIGNS[name])
        elif name == "vanish":
            self._is_hidden = attributes.get("val", "") not in _OFF
        elif name == "pStyle":
            paragraph.is_heading = attributes.get("val") in self._headings
        elif name == "outlineLvl":
            paragraph.is_heading |= attributes.get("val", "9") < "9"
        elif name in ("footnoteReference", "endnoteReference"):
            key = f"{name.removesuffix('Reference')} {attributes.get('id')}"
            paragraph.notes.append(self.footnotes.get(key, ""))

    def end(self, name: str) -> None:
        if self._unseen:
            self._unseen -= 1
        elif name == "t":
            self._in_text = False
        elif name == "p" and self._paragraphs:
            self._end_paragraph(self._paragraphs.pop())
        elif name == "tr" and self._rows:
            self._put(CELL_END.join(filter(None, self._rows.pop())))
        elif name == self._note:
            self._key = ""

    def _end_paragraph(self, paragraph: _Paragraph) -> None:
        is_heading = paragraph.is_heading and not self._rows
        self._put("".join(paragraph.text), is_heading=is_heading)
        for note in filter(None, paragraph.notes):
            self._put(note)

    def _put(self, text: str, *, is_heading: bool = False) -> None:
        if self._rows and self._rows[-1]:
            cells = self._rows[-1]
            cells[-1] = f"{cells[-1]} {' '.join(text.split())}".strip()
        elif self._note:
            if self._key:
                self.footnotes[self._key] = f"{self.footnotes.get(self._key, '')} {text}".strip()
        else:
            self.gathering.end()
            self.gathering.add(text)
            self.gathering.end(is_heading=is_heading)

    def text(self, text: str) -> None:
        if self._in_text and not self._unseen:
            self._paragraphs[-1].text.append(text)
