"""PDF files of lines at places, as small as pdfium reads them."""

from __future__ import annotations

Placed = tuple[float, float, float, str]  # left and bottom in points, size of type, text


def pdf_of(pages: list[list[Placed]], title: str = "") -> bytes:
    """Return a PDF in Helvetica and WinAnsi."""
    kids = " ".join(f"{4 + 2 * at} 0 R" for at in range(len(pages)))
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        f"<</Type/Pages/Kids[{kids}]/Count {len(pages)}>>".encode(),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>",
    ]
    for at, lines in enumerate(pages):
        content = b"".join(
            b"BT /F %g Tf %g %g Td (%b) Tj ET\n" % (size, left, bottom, text.encode("cp1252"))
            for left, bottom, size, text in lines
        )
        objects += [
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 400 600]/Resources<</Font<</F 3 0 R>>>>"
            b"/Contents %d 0 R>>" % (5 + 2 * at),
            b"<</Length %d>>stream\n%b\nendstream" % (len(content), content),
        ]
    objects.append(b"<</Title(%b)>>" % title.encode("cp1252"))
    file = b"%PDF-1.4\n"
    places = []
    for number, text in enumerate(objects, start=1):
        places.append(len(file))
        file += b"%d 0 obj\n%b\nendobj\n" % (number, text)
    size = len(objects) + 1
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    return file + (
        b"xref\n0 %d\n0000000000 65535 f \n%btrailer\n<</Size %d/Root 1 0 R/Info %d 0 R>>\n"
        b"startxref\n%d\n%%%%EOF\n" % (size, table, size, size - 1, len(file))
    )


def lines_from(top: float, texts: list[str], left: float = 50, size: float = 10) -> list[Placed]:
    """Return lines below each other, 12 points apart; an empty text leaves one out."""
    return [(left, top - 12 * at, size, text) for at, text in enumerate(texts) if text]
