"""The verb that lists which contents of files may run, and takes that back."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from embexplorer.storage.trusted_files import load_trusted, withdraw_trust

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embexplorer.cli.arguments import Parser
    from embexplorer.cli.console import Console


def trusted_verb(parser: Parser, words: Sequence[str], console: Console) -> int:
    """List what is trusted, or withdraw the trust in one content."""
    parser.add_argument("--withdraw", metavar="SHA256", help="trust this content no longer")
    arguments = parser.parse(words)
    withdrawn = withdraw_trust(arguments.withdraw) if arguments.withdraw else None
    trusted = [dataclasses.asdict(one) for one in load_trusted()]
    values: dict[str, Any] = {"trusted": trusted}
    lines = [f"{one['sha256']}  {one['since']}  {one['name']}" for one in trusted]
    if withdrawn is not None:
        values["withdrawn"] = dataclasses.asdict(withdrawn)
        console.say(f"{withdrawn.name} is trusted no longer.")
    console.result(values, lines or ["No file is trusted to run."])
    return 0
