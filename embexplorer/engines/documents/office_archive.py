"""The parts of a zip archive that is a document: read with limits, parsed without a tree."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import TYPE_CHECKING
from xml.parsers import expat

from embexplorer.core.errors import UserError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LARGEST_PART = 1 << 28  # bytes of a part once it is decompressed: 50 times a long novel
_FAILURES = (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError)


class OfficeArchive:
    """A document that is a zip archive of XML parts, as DOCX and EPUB are.

    Parameters
    ----------
    data
        The whole file.
    name
        Its name, for messages.

    Raises
    ------
    UserError
        When it is no archive, or its list of parts is damaged.
    """

    def __init__(self, data: bytes, name: str) -> None:
        self._name = name
        try:
            self._archive = zipfile.ZipFile(io.BytesIO(data))
        except _FAILURES as error:
            raise self.damaged("the list of its parts cannot be read") from error
        self._names = set(self._archive.namelist())

    def __contains__(self, part: str) -> bool:
        return part in self._names

    def read(self, part: str) -> bytes:
        """Return a part, decompressed.

        Raises
        ------
        UserError
            When it is missing, locked or damaged, or larger than any document's.
        """
        try:
            info = self._archive.getinfo(part)
            if info.flag_bits & 1:
                raise UserError(
                    "The document is locked",
                    f"{self._name} needs a password. Nothing was loaded.",
                    "Save it without its password.",
                )
            with self._archive.open(info) as file:
                data = file.read(LARGEST_PART + 1)
        except KeyError as error:
            raise self.damaged(f"it has no {part}") from error
        except _FAILURES as error:
            raise self.damaged(f"{part} cannot be decompressed") from error
        if len(data) > LARGEST_PART:
            raise UserError(
                "The document is too large",
                f"{self._name}: {part} decompresses to more than {LARGEST_PART >> 20:,} MB.",
                "Check where the file comes from: it may be made to fill the memory.",
            )
        return data

    def parse(
        self,
        part: str,
        start: Callable[[str, Mapping[str, str]], object],
        end: Callable[[str], object],
        text: Callable[[str], object],
    ) -> None:
        """Call a function for each start of an element, end of one, and text of an XML part.

        Names are local ones, without their namespace: a part has the names of one kind.

        Raises
        ------
        UserError
            As `read` does, and where it is no XML, or defines entities, which no document does.
        """

        def refuse(*_: object) -> None:
            raise self.damaged(f"{part} has a document type, as files made to do harm have")

        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = refuse
        parser.StartElementHandler = lambda name, attributes: start(
            _local(name), {_local(key): value for key, value in attributes.items()}
        )
        parser.EndElementHandler = lambda name: end(_local(name))
        parser.CharacterDataHandler = text
        try:
            parser.Parse(self.read(part), True)
        except expat.ExpatError as error:
            where = f"{part}, line {error.lineno:,}"
            raise self.damaged(f"{where}: {expat.ErrorString(error.code)}") from error

    def damaged(self, what: str) -> UserError:
        """Return the error of a document that cannot be read."""
        detail = f"{self._name}: {what}. Nothing was loaded."
        return UserError("The document is damaged", detail, "Get it again, or save it anew.")


def _local(name: str) -> str:
    return name.rpartition("}")[2]
