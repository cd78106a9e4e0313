"""How running text is split into lines, sentences, paragraphs, windows, or one document."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import deque
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from embexplorer.core.errors import UserError
from embexplorer.core.params import Doc
from embexplorer.engines.documents.document import Passage
from embexplorer.engines.sentences import split_sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Split = Literal["line", "sentence", "paragraph", "window", "document"]

# Scripts without blanks between words: Thai, Lao, Myanmar, Khmer, kana, Han. Each letter counts as
# a word, with the vowels and tones that stand on it and the punctuation that belongs to it.
_UNSPACED = (
    r"\u0e01-\u0e30\u0e32\u0e33\u0e40-\u0e46\u0e4f-\u0e5b\u0e81-\u0eb0\u0eb2\u0eb3\u0ebd-\u0ec6"
    r"\u1000-\u102a\u103f-\u1055\u1780-\u17b3\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
    r"\uf900-\ufaff\uff66-\uff9f\U00020000-\U0003134f"
)
_ON_IT = (
    r"\u0300-\u036f\u0e31\u0e34-\u0e3a\u0e47-\u0e4e\u0eb1\u0eb4-\u0ebc\u0ec8-\u0ecd\u102b-\u103e"
    r"\u1056-\u1059\u17b4-\u17d3\u3099\u309a\ufe00-\ufe0f"
)
_BEHIND = (
    r"\u3001\u3002\u3009\u300b\u300d\u300f\u3011\uff01\uff09\uff0c\uff0e\uff1a\uff1b\uff1f\uff61"
    r"\uff63\u2026"
)
_UNIT = re.compile(
    rf"[\u3008\u300a\u300c\u300e\u3010\uff08\uff62]*[{_UNSPACED}][{_ON_IT}{_BEHIND}]*"
    rf"|[^\s{_UNSPACED}]+"
)
_JOINS = re.compile(rf"[{_UNSPACED}{_BEHIND}]")  # lines of these go on without a blank


@dataclass(frozen=True)
class SplitParams:
    """How texts are split into items."""

    split: Annotated[Split, Doc("One item is", "What each text of the corpus is.")] = "document"
    words: Annotated[
        int,
        Doc(
            "Words in a window",
            "How long a window is, in words, or in letters where a script has no blanks.",
            min=1,
            max=100_000,
        ),
    ] = 100
    overlap: Annotated[
        int, Doc("Words shared", "How many words two neighboring windows share.", min=0)
    ] = 20


def check_split(params: SplitParams) -> None:
    """Refuse windows that would not move on.

    Raises
    ------
    UserError
        When two windows would share all their words.
    """
    if params.split == "window" and params.overlap >= params.words:
        raise UserError(
            "Windows share too much",
            f"Windows of {params.words:,} words cannot share {params.overlap:,}.",
            f"Choose at most {params.words - 1:,} words shared.",
        )


def split_lines(lines: Iterable[str], params: SplitParams) -> Iterator[str]:
    """Return the texts that the lines of a plain text make, each without blanks around it.

    Lines give empty texts too, so that whoever counts them can say so. A paragraph is what
    stands between blank lines; a sentence ends within its paragraph, as `split_sentences` says.
    """
    if params.split == "line":
        yield from (line.strip() for line in lines)
    elif params.split == "document":
        yield "".join(lines).strip()
    else:
        paragraphs = (Passage(text) for text in _paragraphs(lines))
        yield from (piece.text for piece in split_passages(paragraphs, params))


def split_passages(passages: Iterable[Passage], params: SplitParams) -> Iterator[Passage]:
    """Return the pieces of a document, each with its page and section.

    A paragraph is a passage. A window has `words` words, the last one perhaps fewer, and shares
    `overlap` with the one before; no word is cut. Its section is that of its first word, and it
    has a page where it lies on one.
    """
    if params.split == "window":
        yield from _windows(list(passages), params.words, params.overlap)
    elif params.split == "document":
        yield Passage("\n\n".join(passage.text for passage in passages))
    else:
        for passage in passages:
            lines = passage.text.split("\n")
            texts = lines if params.split == "line" else [join_lines(lines)]
            if params.split == "sentence":
                texts = split_sentences(texts[0])
            for text in filter(None, map(str.strip, texts)):
                yield Passage(text, passage.page, passage.section)


def join_lines(lines: Iterable[str]) -> str:
    """Return the lines of a paragraph as one, with blanks between them where words have them."""
    kept = [line for line in map(str.strip, lines) if line]
    pieces = kept[:1]
    for before, line in pairwise(kept):
        goes_on = _JOINS.match(before[-1]) and _JOINS.match(line[0])
        pieces += [line] if goes_on else [" ", line]
    return "".join(pieces)


def _paragraphs(lines: Iterable[str]) -> Iterator[str]:
    gathered: list[str] = []
    for line in lines:
        if line.strip():
            gathered.append(line)
        elif gathered:
            yield join_lines(gathered)
            gathered = []
    if gathered:
        yield join_lines(gathered)


def _windows(passages: Sequence[Passage], words: int, overlap: int) -> Iterator[Passage]:
    """Slide over the units of all passages; `starts` says where in the text each begins."""
    texts = [join_lines(passage.text.split("\n")) for passage in passages]
    whole = "\n".join(texts)
    starts = list(accumulate((len(text) + 1 for text in texts[:-1]), initial=0))
    inside: deque[tuple[int, int]] = deque()
    are_new = 0

    def window() -> Passage:
        start, end = inside[0][0], inside[-1][1]
        first, last = (bisect_right(starts, at) - 1 for at in (start, end - 1))
        pages = {passage.page for passage in passages[first : last + 1]}
        page = pages.pop() if len(pages) == 1 else None
        return Passage(whole[start:end], page, passages[first].section)

    for unit in _UNIT.finditer(whole):
        inside.append(unit.span())
        are_new += 1
        if len(inside) == words:
            yield window()
            are_new = 0
            for _ in range(words - overlap):
                inside.popleft()
    if are_new:
        yield window()
