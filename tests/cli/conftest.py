"""The command line in this process, and the small files it is asked about."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from embexplorer.cli.main import run
from embexplorer.storage.paths import resource

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

ROWS = {
    "king": (1, 1, 0, 0),
    "queen": (1, -1, 0, 0),
    "man": (0, 1, 1, 0),
    "woman": (0, -1, 1, 0),
    "apple": (0, 0, 0, 5),
    "pear": (0, 0, 0.5, 5),
    "nothing": (0, 0, 0, 0),
}


@dataclass(frozen=True)
class Ran:
    """What a command gave: its exit code, and what it printed where."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> dict[str, Any]:
        """The one JSON document on standard output."""
        lines = self.out.splitlines()
        assert len(lines) == 1, self.out

        def refuse(constant: str) -> None:
            raise AssertionError(f"{constant} is not JSON")

        return json.loads(lines[0], parse_constant=refuse)


@pytest.fixture
def cli(capsys: pytest.CaptureFixture[str]) -> Callable[..., Ran]:
    """Run a command in this process: ``cli("info", path)``."""

    def ask(*words: object) -> Ran:
        code = run([str(word) for word in words])
        captured = capsys.readouterr()
        return Ran(code, captured.out, captured.err)

    return ask


@pytest.fixture
def refused(cli: Callable[..., Ran]) -> Callable[..., str]:
    """Run a command that must be refused, plain and with --json; return what it says."""

    def ask(*words: object) -> str:
        plain, told = cli(*words), cli(*words, "--json")
        assert (plain.code, told.code) == (2, 2)
        assert plain.out == ""
        assert plain.err.startswith("error: ")
        assert "Traceback" not in plain.err
        error = told.document["error"]
        assert set(error) == {"title", "detail", "hint"}
        hint = f"hint: {error['hint']}\n" if error["hint"] else ""
        assert plain.err == f"error: {error['title']}: {error['detail']}\n{hint}"
        assert error["hint"], "a person needs a next step"
        return plain.err

    return ask


@pytest.fixture(scope="session")
def words() -> Path:
    """The sample of word vectors: 10,256 × 192."""
    return resource("samples/words.parquet")


@pytest.fixture
def tiny(tmp_path: Path) -> Path:
    """A table where king - man + woman is queen; two columns, a zero vector, a repeat."""
    lines = ["item,v0,v1,v2,v3,kind,size"]
    for number, (item, row) in enumerate(ROWS.items(), start=1):
        kind = "person" if number <= 4 else "thing"
        lines.append(",".join([item, *map(str, row), kind, str(number)]))
    lines.append("king,1,1,0,0,person,8")
    path = tmp_path / "tiny.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    """Three texts, one a line."""
    path = tmp_path / "corpus.txt"
    path.write_text("the cat sat\na dog ran\nthe cats sat down\n", encoding="utf-8")
    return path
