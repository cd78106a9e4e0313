"""What a PDF says: its lines page by page from pdfium, put together to paragraphs.

pdfium is native code: `engines.documents.confined_reading` calls this in a process of its own.
"""

from __future__ import annotations

import ctypes
import re
from typing import TYPE_CHECKING, Any

from embexplorer.core.counted import counted
from embexplorer.core.errors import UserError
from embexplorer.engines.documents.document import Document
from embexplorer.engines.documents.pdf_paragraphs import Line, join_lines, without_repeated

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from embexplorer.core.progress import Progress

_PASSWORD = 4  # FPDF_ERR_PASSWORD of pdfium's fpdfview.h
# U+FFFE is pdfium's sign for the hyphen of a word that goes on in the next line, without an end.
_LINE = re.compile("([^\r\n\xad\ufffe]+)(?:(\xad?[\r\n]*\ufffe|\xad[\r\n]+)|\xad|[\r\n]|$)")
_NO_TEXT = re.compile("[\0-\x08\x0b-\x1f\x7f\ufffd\uffff]")


def read_pdf(source: Path | bytes, name: str, progress: Progress) -> Document:
    """Return what a PDF says.

    A paragraph ends at a gap, an indent, another size of type, or a line that ends early; one that
    goes on behind the end of a column or page is one passage, without a page where it lies on two.
    Words that were broken at the end of a line are whole again. Lines that most pages begin or
    end with, such as page numbers, are left out and counted.

    Parameters
    ----------
    source
        The file, or its bytes.
    name
        Its name, for messages.
    progress
        Hears the fraction of pages read.

    Raises
    ------
    UserError
        When it is locked or damaged, or a scan without text.
    """
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(source)
    except pypdfium2.PdfiumError as error:
        raise _refused(error, name) from error
    with pdf:
        count = len(pdf)
        pages: list[list[Line]] = []
        broken: list[int] = []
        for number in range(1, count + 1):
            progress.raise_if_cancelled()
            progress.report((number - 1) / count)
            try:
                pages.append(list(_lines(pdf[number - 1], number)))
            except pypdfium2.PdfiumError:
                pages.append([])
                broken.append(number)
        title = " ".join(_NO_TEXT.sub("", pdf.get_metadata_value("Title")).split())
    if not any(pages):
        raise _without_text(name, count, len(broken))
    kept, repeated = without_repeated(pages)
    return Document(join_lines(kept), title, tuple(_notes(pages, broken, repeated)))


def _lines(page: Any, number: int) -> Iterator[Line]:
    """Return the lines of a page in the order of pdfium, which is that of reading mostly."""
    from pypdfium2 import raw

    text = page.get_textpage()
    count = text.count_chars()
    buffer = (ctypes.c_ushort * (count + 1))()
    units = "".join(map(chr, buffer[: max(0, raw.FPDFText_GetText(text, 0, count, buffer) - 1)]))
    for found in _LINE.finditer(units):
        said = " ".join(_NO_TEXT.sub("", _whole(found[1])).split())
        if not said:
            continue
        start, end = found.span(1)
        end -= len(found[1]) - len(found[1].rstrip())
        start += len(found[1]) - len(found[1].lstrip())
        left, _, bottom, top = _box(text, start)
        _, right, _, _ = _box(text, end - 1)
        yield Line(said, number, left, right, bottom, top - bottom, goes_on=bool(found[2]))
    text.close()
    page.close()


def _box(text: Any, unit: int) -> tuple[float, float, float, float]:
    """Return left, right, bottom and top of a letter, by its number among the UTF-16 units."""
    from pypdfium2 import raw

    box = raw.FS_RECTF()
    at = raw.FPDFText_GetCharIndexFromTextIndex(text, unit)
    raw.FPDFText_GetLooseCharBox(text, at, ctypes.byref(box))
    return box.left, box.right, box.bottom, box.top


def _whole(text: str) -> str:
    """Join the halves of characters above U+FFFF, which pdfium gives one by one."""
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _refused(error: Exception, name: str) -> UserError:
    if getattr(error, "err_code", None) == _PASSWORD or "password" in str(error).lower():
        return UserError(
            "The PDF is locked",
            f"{name} needs a password. Nothing was loaded.",
            "Save it without its password.",
        )
    return UserError(
        "The PDF is damaged",
        f"{name} cannot be opened. Nothing was loaded.",
        "Get it again, or print it into a new PDF.",
    )


def _without_text(name: str, count: int, broken: int) -> UserError:
    if broken:
        detail = f"{name}: {broken:,} of {count:,} pages cannot be read. Nothing was loaded."
        return UserError("The PDF is damaged", detail, "Get it again, or print it into a new PDF.")
    pages = counted(count, "page")
    return UserError(
        "No text in this PDF",
        f"{name} has {pages} and no text: it is a scan, or pictures only.",
        "Recognize its text with OCR, then open it again.",
    )


def _notes(pages: list[list[Line]], broken: list[int], repeated: int) -> Iterator[str]:
    blank = sum(not lines for lines in pages) - len(broken)
    if blank:
        yield f"has no text on {blank:,} of {len(pages):,} pages, which are blank or a scan"
    if broken:
        yield f"has {len(broken):,} of {len(pages):,} pages that cannot be read, from {broken[0]:,}"
    if repeated:
        lines = "line" if repeated == 1 else "lines"
        yield f"has {repeated:,} {lines} at the top or foot of pages that repeat, left out"
