"""A gensim file with a foreign class: refused, trusted for its content, read, withdrawn."""

from __future__ import annotations

import hashlib
import os
import pickle
from pathlib import Path, PurePosixPath
from typing import Any

import numpy as np
import pytest
from gensim.models import KeyedVectors

from embexplorer.cli.main import run
from embexplorer.core.errors import UnreadableError, UntrustedError
from embexplorer.operations.context import Context
from embexplorer.operations.read import read_space
from embexplorer.storage.trusted_files import trust_file, trusted_hashes

VECTORS = np.arange(12, dtype=np.float32).reshape(4, 3)
WORDS = ["king", "queen", "man", "wörd"]


class Writes:
    """A path that leaves a file where it is unpickled."""

    def __init__(self, canary: Path) -> None:
        self._canary = canary

    def __reduce__(self) -> Any:
        return Path.write_text, (self._canary, "it ran")


def save(path: Path, foreign: Any) -> str:
    """Save vectors with something of another library among them; return the SHA-256."""
    made = KeyedVectors(3)
    made.add_vectors(WORDS, VECTORS)
    made.origin = foreign
    made.save(str(path))
    return hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "foreign.kv"


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context.default(tmp_path / "cache")


def refuse(path: Path, context: Context) -> UntrustedError:
    with pytest.raises(UntrustedError) as caught:
        read_space(path, context)
    return caught.value


def test_only_the_trusted_content_runs_wherever_it_lies(path, context, tmp_path) -> None:
    canary = tmp_path / "canary"
    sha256 = save(path, Writes(canary))
    error = refuse(path, context)
    assert error.title == "The file would run code"
    assert error.detail.startswith("foreign.kv asks for ")
    assert error.sha256 == sha256
    trust_file("0" * 64, path.name)
    refuse(path, context)
    assert not canary.exists()

    trust_file(sha256, path.name)
    moved = path.rename(tmp_path / "moved.kv")
    space = read_space(moved, context).data
    assert list(space.items) == WORDS
    assert space.vectors.tolist() == VECTORS.tolist()
    assert space.provenance.notes[0].startswith(
        f"A pickle that was run, since its content is trusted (SHA-256 {sha256})."
    )
    assert canary.read_text() == "it ran"

    canary.unlink()
    moved.write_bytes(moved.read_bytes() + b" ")
    refuse(moved, context)
    assert not canary.exists()


def test_arrays_beside_a_trusted_file_are_read_by_us(path, context) -> None:
    made = KeyedVectors(3)
    made.add_vectors(WORDS, VECTORS)
    made.origin = PurePosixPath("/a")
    made.save(str(path), separately=["vectors"])
    trust_file(refuse(path, context).sha256, path.name)
    assert read_space(path, context).data.vectors.tolist() == VECTORS.tolist()


class Shell:
    def __reduce__(self) -> Any:
        return os.system, ("true",)


@pytest.mark.parametrize("whole", [True, False])
def test_no_choice_is_offered_for_an_attack(path, context, whole) -> None:
    if whole:
        path.write_bytes(pickle.dumps(Shell()))
    else:
        save(path, Shell())
    with pytest.raises(UnreadableError) as caught:
        read_space(path, context)
    assert not isinstance(caught.value, UntrustedError)
    trust_file(hashlib.sha256(path.read_bytes()).hexdigest(), path.name)
    with pytest.raises(UnreadableError, match=f"{os.name}.system"):
        read_space(path, context)


def test_a_class_that_is_not_installed_is_named(path, context) -> None:
    save(path, PurePosixPath("/a"))
    path.write_bytes(path.read_bytes().replace(b"pathlib", b"pathlob"))
    trust_file(refuse(path, context).sha256, path.name)
    with pytest.raises(Exception, match="A program of this file is missing") as caught:
        read_space(path, context)
    assert "pathlob" in str(caught.value)


def test_the_command_line_says_what_trusting_means_and_takes_it_back(path, capsys) -> None:
    sha256 = save(path, PurePosixPath("/a"))
    assert run(["info", str(path)]) == 2
    said = capsys.readouterr().err
    assert f"--trust {sha256}: it can then do anything that you can do on this computer." in said
    assert run(["info", str(path), "--trust", "0" * 64]) == 2
    assert "Another content than the trusted one" in capsys.readouterr().err
    assert trusted_hashes() == frozenset()
    assert run(["info", str(path), "--trust", sha256]) == 0
    assert "foreign: 4 items × 3 dimensions" in capsys.readouterr().out
    assert run(["trusted"]) == 0
    line = capsys.readouterr().out
    assert line.startswith(f"{sha256}  2")
    assert line.endswith("  foreign.kv\n")
    assert run(["trusted", "--withdraw", sha256]) == 0
    assert capsys.readouterr().out == "No file is trusted to run.\n"
    assert trusted_hashes() == frozenset()
