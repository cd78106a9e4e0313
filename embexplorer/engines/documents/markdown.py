"""What a Markdown file says: its text without the marks, by CommonMark and tables."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from embexplorer.engines.documents.document import Document, Gathering
from embexplorer.engines.documents.html import CELL_END, read_html

if TYPE_CHECKING:
    from collections.abc import Iterable

    from markdown_it.token import Token

_FRONT = re.compile(
    r"\A---[ \t]*\n([\w-]+:.*?)^(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL | re.MULTILINE
)
_TITLE = re.compile(r"^title:[ \t]*(?P<quote>[\"']?)(.+?)(?P=quote)[ \t]*$", re.MULTILINE)
_ENDS = frozenset(["paragraph_close", "tr_close", "list_item_close", "blockquote_close"])


def read_markdown(text: str) -> Document:
    """Return what a Markdown text says once it is rendered.

    Emphasis, link targets and other marks are left out; the text of links, the descriptions of
    pictures and code stay, since they are read with the rest. YAML front matter gives the title
    and is left out. The section is the heading above.
    """
    from markdown_it import MarkdownIt

    text = text.replace("\r\n", "\n").replace("\r", "\n")
    front = _FRONT.match(text)
    named = _TITLE.search(front[1]) if front else None
    notes = ("begins with metadata, which was left out of its text",) if front else ()
    gathering = Gathering()
    parser = MarkdownIt("commonmark", {"maxNesting": 100}).enable(["table", "strikethrough"])
    for token in parser.parse(text[front.end() :] if front else text):
        _take(token, gathering)
    gathering.end()
    return Document(gathering.passages, named[2] if named else gathering.first_heading, notes)


def _take(token: Token, gathering: Gathering) -> None:
    if token.type == "inline":
        gathering.add("".join(_texts(token.children or ())))
    elif token.type in ("td_open", "th_open") and not gathering.is_blank:
        gathering.add(CELL_END)
    elif token.type in ("fence", "code_block"):
        gathering.put(token.content)
    elif token.type == "html_block":
        gathering.end()
        for passage in read_html(token.content.encode()).passages:
            gathering.add(passage.text)
            gathering.end()
    elif token.type == "heading_close":
        gathering.end(is_heading=True)
    elif token.type in _ENDS:
        gathering.end()


def _texts(tokens: Iterable[Token]) -> Iterable[str]:
    for token in tokens:
        if token.type in ("softbreak", "hardbreak"):
            yield "\n"
        elif token.type in ("text", "code_inline", "image"):  # of a picture, its description
            yield token.content
