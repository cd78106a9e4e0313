"""Trusting what a file holds to run, for exactly its content."""

from __future__ import annotations

from typing import TYPE_CHECKING

from embexplorer.core.errors import UserError
from embexplorer.engines.trusted_pickle import sha256_of
from embexplorer.storage.trusted_files import trust_file

if TYPE_CHECKING:
    from pathlib import Path


def trust_content(path: Path, sha256: str) -> None:
    """Trust the content of a file, if it has this SHA-256.

    Raises
    ------
    UserError
        When it is no file, or has another.
    """
    if not path.is_file():
        raise UserError("Not a file", f"{path} has no content to trust.", "Choose a file.")
    found = sha256_of(path)
    if found != sha256.lower():
        raise UserError(
            "Another content than the trusted one",
            f"{path.name} has the SHA-256 {found}. Nothing of it was run.",
            "Look at where the file comes from: it may have been changed.",
        )
    trust_file(found, path.name)
