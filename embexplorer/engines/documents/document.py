"""What a document is once it is read: its passages, in the order in which a person reads them."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Passage:
    """A piece of a document.

    Parameters
    ----------
    text
        What it says; lines of their own end with a line feed.
    page
        The page it lies on, from 1; None where there are no pages, or it lies on several.
    section
        The heading above it, empty where there is none.
    """

    text: str
    page: int | None = None
    section: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """A document: its passages are paragraphs, headings, list items and rows of tables.

    Parameters
    ----------
    passages
        Never blank.
    title
        Empty where it has none.
    notes
        What was left out or guessed, as the end of a sentence that begins with the file's name.
    """

    passages: list[Passage] = field(default_factory=list)
    title: str = ""
    notes: tuple[str, ...] = ()


class Gathering:
    """The passages of a document while it is read from its first word to its last."""

    def __init__(self) -> None:
        self.passages: list[Passage] = []
        self._section = ""
        self._first_heading = ""
        self._open: list[str] = []

    @property
    def first_heading(self) -> str:
        """The first heading so far, which stands for a title where there is none."""
        return self._first_heading

    @property
    def is_blank(self) -> bool:
        """Whether the open passage has no text yet."""
        return not any(text.strip() for text in self._open)

    def add(self, text: str) -> None:
        """Add text to the open passage; a line feed begins a line."""
        self._open.append(text)

    def end(self, *, is_heading: bool = False) -> None:
        """Close the open passage; blanks in a row count as one, and a blank one as none."""
        text, self._open = one_blank("".join(self._open)), []
        if not text:
            return
        if is_heading:
            self._section = " ".join(text.split())
            self._first_heading = self._first_heading or self._section
        self.passages.append(Passage(text, section=self._section))

    def put(self, text: str) -> None:
        """Add a passage whose blanks are kept, such as code."""
        self.end()
        if text.strip():
            self.passages.append(Passage(text.strip("\n"), section=self._section))


def one_blank(text: str) -> str:
    """Return a text with one blank where there were several, and no blank lines."""
    lines = (" ".join(line.split()) for line in text.split("\n"))
    return "\n".join(filter(None, lines))
