"""What a web page says: its visible text, block by block, as libxml2 understands it.

The standard library's parser takes minutes for a page of open tags (Python 3.11), and a tree
overflows where tags are nested deeply. libxml2 calls a target for each tag instead.
"""

from __future__ import annotations

import re

from embexplorer.engines.documents.document import Document, Gathering
from embexplorer.engines.text_decoding import ENCODING_TITLES, guess_encoding

_BLOCKS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "caption", "center", "dd"),
        *("details", "dialog", "dir", "div", "dl", "dt", "fieldset", "figcaption", "figure"),
        *("footer", "form", "header", "hgroup", "hr", "legend", "li", "main", "menu", "ol", "p"),
        *("pre", "section", "summary", "table", "tbody", "tfoot", "thead", "tr", "ul"),
    ]
)
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_CELLS = frozenset(["td", "th"])
_UNSEEN = frozenset(
    [
        *("applet", "audio", "canvas", "datalist", "iframe", "nav", "noembed", "noframes"),
        *("noscript", "object", "script", "select", "style", "svg", "template", "textarea"),
        "video",
    ]
)
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
CELL_END = " | "  # between the cells of a table's row

_HEAD_BYTES = 4096  # where the encoding must be said; the HTML standard asks for 1,024
_SAID = re.compile(
    rb"<meta[^>]+charset\s*=\s*[\"']?\s*([\w.:-]+)|^\s*<\?xml[^>]+encoding\s*=\s*[\"']([\w.:-]+)",
    re.IGNORECASE,
)
_MARKS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
# What browsers take a name for: https://encoding.spec.whatwg.org/#names-and-labels
_READ_AS = {
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-9": "cp1254",
    "iso-8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "x-sjis": "cp932",
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "utf-16": "utf-8",  # who says so in ASCII is no UTF-16
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
}
_ENCODINGS = re.compile(r"utf-?8|(windows|iso|koi8|cp|mac|big5|euc|gb|tis)[\w-]*|cp\d+", re.I)


def read_html(data: bytes, encoding: str = "utf-8") -> Document:
    """Return what a web page shows.

    Scripts, styles, navigation and hidden elements are left out. Blocks are passages, a row of a
    table is one, with ``|`` between its cells. The section is the heading above.

    Parameters
    ----------
    data
        The whole file.
    encoding
        How to read it where neither a byte-order mark nor the page says so.
    """
    from lxml import etree

    text, notes = decode_html(data, encoding)
    page = _Page()
    parser = etree.HTMLParser(target=page, encoding="utf-8", huge_tree=True, no_network=True)
    encoded = text.encode("utf-8", "replace")
    for start in range(0, len(encoded), 1 << 20):
        parser.feed(encoded[start : start + (1 << 20)])
    try:
        parser.close()
    except etree.XMLSyntaxError:  # it has no tag and no text at all
        return Document(notes=notes)
    title = " ".join("".join(page.title).split())
    return Document(page.gathering.passages, title or page.gathering.first_heading, notes)


def decode_html(data: bytes, encoding: str = "utf-8") -> tuple[str, tuple[str, ...]]:
    """Return the text of a page's bytes, and notes on an encoding that was guessed or is broken."""
    said = next((name for mark, name in _MARKS if data.startswith(mark)), None)
    found = _SAID.search(data[:_HEAD_BYTES])
    if said is None and found is not None:
        label = (found[1] or found[2]).decode("ascii").lower()
        label = _READ_AS.get(label, label)
        said = label if _ENCODINGS.fullmatch(label) and _is_known(label) else None
    name = said or encoding
    try:
        return data.decode(name).lstrip("\ufeff"), ()
    except UnicodeDecodeError as error:
        if said is None:
            guess = guess_encoding(data[: 1 << 16]) or "cp1252"
            note = f"says no encoding and was read as {ENCODING_TITLES[guess]}"
            return data.decode(guess, "replace"), (note,)
        text = data.decode(name, "replace").lstrip("\ufeff")
        note = f"is not all {name}, as it says: byte {error.start + 1:,} and others became �"
        return text, (note,)


def _is_known(encoding: str) -> bool:
    try:
        "".encode(encoding)
    except LookupError:
        return False
    return True


class _Page:
    """What the parser calls for each tag and text; tags always come in pairs."""

    def __init__(self) -> None:
        self.gathering = Gathering()
        self.title: list[str] = []
        self._unseen = 0  # elements that are open, from the outermost unseen one on
        self._pre = 0
        self._in_title = self._has_title = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        if self._unseen or tag in _UNSEEN or _is_hidden(attributes):
            self._unseen += 1
        elif tag == "title":
            self._in_title = not self._has_title
            self._has_title = True
        elif tag == "br":
            self.gathering.add("\n")
        elif tag in _CELLS:
            if not self.gathering.is_blank:
                self.gathering.add(CELL_END)
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.gathering.end()
            self._pre += tag == "pre"

    def end(self, tag: str) -> None:
        if self._unseen:
            self._unseen -= 1
        elif tag == "title":
            self._in_title = False
        elif tag in _BLOCKS or tag in _HEADINGS:
            self.gathering.end(is_heading=tag in _HEADINGS)
            self._pre -= tag == "pre"

    def data(self, text: str) -> None:
        if self._in_title:
            self.title.append(text)
        elif not self._unseen:
            self.gathering.add(text if self._pre else text.replace("\n", " "))

    def close(self) -> None:
        self.gathering.end()


def _is_hidden(attributes: dict[str, str]) -> bool:
    return "hidden" in attributes or bool(_HIDDEN_STYLE.search(attributes.get("style", "")))
