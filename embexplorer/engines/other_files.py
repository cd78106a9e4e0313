"""Files of other programs, told by their first bytes, and what to do with each."""

from __future__ import annotations

from dataclasses import dataclass

_DECOMPRESS = "Decompress it, then open what is inside."
_CHOOSE = "Choose a file of vectors or texts."
_IN_R = "In R, write it with arrow::write_parquet or write.csv."
_RDATA = (b"X2", b"X3", b"A2", b"A3")
_IN_SPSS = "In SPSS, save it as CSV."
_IN_MATLAB = "In MATLAB, write it with writematrix."


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A kind of file that no format reads.

    Attributes
    ----------
    start
        Bytes that such a file has from byte `at` on.
    title
        What it is, shortly, as an error says it.
    what
        The same as the end of a sentence.
    hint
        What to do with it.
    """

    start: bytes
    title: str
    what: str
    hint: str
    at: int = 0


_PICTURE, _FILM = "A picture, not vectors", "A film or sound, not vectors"
_R, _SPSS, _MATLAB = (f"A file of {program}, not vectors" for program in ("R", "SPSS", "MATLAB"))
OTHER_FILES = (
    OtherFile(b"Rar!", "The file is compressed", "a RAR archive", _DECOMPRESS),
    OtherFile(b"7z\xbc\xaf", "The file is compressed", "a 7-Zip archive", _DECOMPRESS),
    OtherFile(
        b"SQLite format 3",
        "A database, not vectors",
        "an SQLite database",
        "Export its table as CSV or Parquet.",
    ),
    OtherFile(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        "An old or locked office file",
        "an office file of before 2007, or one with a password",
        "Save it as .docx, .csv or text, without a password.",
    ),
    OtherFile(
        rb"{\rtf", "A rich text, not vectors", "a rich text (RTF)", "Save it as .docx or .txt."
    ),
    OtherFile(b"\x89PNG", _PICTURE, "a PNG picture", _CHOOSE),
    OtherFile(b"\xff\xd8\xff", _PICTURE, "a JPEG picture", _CHOOSE),
    OtherFile(b"GIF87a", _PICTURE, "a GIF picture", _CHOOSE),
    OtherFile(b"GIF89a", _PICTURE, "a GIF picture", _CHOOSE),
    OtherFile(b"ftyp", _FILM, "a film, a sound or a HEIC picture", _CHOOSE, at=4),
    OtherFile(b"RIFF", _FILM, "a film, a sound or a WebP picture", _CHOOSE),
    # What save() and saveRDS() of R write, without their compression.
    *(OtherFile(b"RD" + kind + b"\n", _R, "what R saves as .RData", _IN_R) for kind in _RDATA),
    OtherFile(b"X\n\0\0\0", _R, "what R saves as .rds", _IN_R),
    OtherFile(
        b"<stata_dta>",
        "A file of Stata, not vectors",
        "a dataset of Stata",
        "In Stata, write it with export delimited.",
    ),
    OtherFile(b"$FL2", _SPSS, "a dataset of SPSS", _IN_SPSS),
    OtherFile(b"$FL3", _SPSS, "a compressed dataset of SPSS", _IN_SPSS),
    OtherFile(b"MATLAB 5.0 MAT-file", _MATLAB, "a MAT-file", _IN_MATLAB),
    OtherFile(b"MATLAB 7.3 MAT-file", _MATLAB, "a MAT-file", _IN_MATLAB),
    OtherFile(
        b"GGUF\x03",
        "A language model, not vectors",
        "a language model in the format GGUF",
        "To encode texts, choose a folder with a model of Sentence Transformers.",
    ),
)


def other_file(head: bytes) -> OtherFile | None:
    """Return which kind of other file begins with these bytes; None where none does."""
    return next((kind for kind in OTHER_FILES if head[kind.at :].startswith(kind.start)), None)
