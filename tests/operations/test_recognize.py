from __future__ import annotations

import gzip

import pytest

from embexplorer.core.errors import UserError
from embexplorer.engines.other_files import OTHER_FILES
from embexplorer.operations.recognize import find_format
from embexplorer.plugins import Registry


@pytest.fixture(scope="module")
def registry():
    return Registry.discover()


def refusal(path, registry):
    with pytest.raises(UserError) as refused:
        find_format(path, registry)
    return refused.value


@pytest.mark.parametrize("kind", OTHER_FILES, ids=lambda kind: f"{kind.what} {kind.start[:6]}")
@pytest.mark.parametrize("name", ["a.dat", "a", "a.bin"])
def test_a_file_of_another_program_is_told_by_its_content(tmp_path, registry, kind, name):
    path = tmp_path / name
    path.write_bytes(b"\1" * kind.at + kind.start + b"\0\1\2 the rest of it" * 9)
    error = refusal(path, registry)
    assert (error.title, error.hint) == (kind.title, kind.hint)
    assert error.detail == f"{name} is {kind.what}."


def test_what_r_writes_is_told_within_its_compression(tmp_path, registry):
    path = tmp_path / "vectors.rds"
    path.write_bytes(gzip.compress(b"X\n\0\0\0\3\0\4\1\2" * 9))
    assert refusal(path, registry).title == "A file of R, not vectors"


@pytest.mark.parametrize("start", ["RDX is a protein.", "GGUF files.", "GIF8 or so", "RIFF raff"])
def test_a_text_that_begins_alike_is_a_text(tmp_path, registry, start):
    path = tmp_path / "a.txt"
    path.write_text(f"{start} This is a sentence.\nAnd another one.\n" * 9)
    assert find_format(path, registry)[0].id == "text"
