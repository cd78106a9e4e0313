"""Which contents of files a person trusts to run: by their SHA-256, never by name or place."""

from __future__ import annotations

import dataclasses
import json
import logging
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from embexplorer.core.errors import UserError
from embexplorer.storage.paths import config_folder
from embexplorer.storage.whole import telling, write_file

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_SHA256 = re.compile(r"[0-9a-f]{64}")
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class TrustedFile:
    """A content that is trusted: its hash, what its file was called, and since which day."""

    sha256: str
    name: str
    since: str


def load_trusted() -> tuple[TrustedFile, ...]:
    """Return what is trusted; a list that cannot be read trusts nothing."""
    try:
        entries = json.loads(_place().read_text(encoding="utf-8"))
        found = tuple(TrustedFile(**entry) for entry in entries)
    except FileNotFoundError:
        return ()
    except (OSError, ValueError, TypeError) as error:
        _log.info("trusted files in %s are unreadable: nothing is trusted: %s", _place(), error)
        return ()
    return tuple(one for one in found if _SHA256.fullmatch(str(one.sha256)))


def trusted_hashes() -> frozenset[str]:
    """Return the SHA-256 of each content that is trusted."""
    return frozenset(one.sha256 for one in load_trusted())


def trust_file(sha256: str, name: str) -> None:
    """Trust the content of this hash until `withdraw_trust`.

    Raises
    ------
    UserError
        When it is no SHA-256, or the list cannot be written.
    """
    if not _SHA256.fullmatch(sha256):
        detail = f"“{sha256}” is not 64 digits of 0 to 9 and a to f."
        raise UserError("Not a SHA-256", detail, "Copy it from the message about the file.")
    today = datetime.now(tz=UTC).date().isoformat()
    others = (one for one in load_trusted() if one.sha256 != sha256)
    _save([*others, TrustedFile(sha256, name, today)])


def withdraw_trust(sha256: str) -> TrustedFile:
    """Trust the content of this hash no longer, and return what it was.

    Raises
    ------
    UserError
        When it is not trusted, or the list cannot be written.
    """
    trusted = load_trusted()
    for one in trusted:
        if one.sha256 == sha256:
            _save(other for other in trusted if other is not one)
            return one
    detail = f"No content with the SHA-256 {sha256} is trusted."
    raise UserError("Nothing to withdraw", detail, "embexplorer trusted lists what is trusted.")


def _save(trusted: Iterable[TrustedFile]) -> None:
    place = _place()
    text = json.dumps([dataclasses.asdict(one) for one in trusted], indent=1)
    with telling(place):
        place.parent.mkdir(parents=True, exist_ok=True)
        write_file(place, lambda scratch: scratch.write_text(text, encoding="ascii"))


def _place() -> Path:
    return config_folder() / "trusted.json"
