"""What starting costs: libraries that take seconds are imported by what needs them alone."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import embexplorer
from embexplorer.storage.paths import resource

HEAVY = [
    "torch", "transformers", "sentence_transformers", "umap", "openTSNE", "sklearn", "scipy",
    "gensim", "faiss",
]  # fmt: skip
ALSO = [*HEAVY, "numba", "PySide6", "pyqtgraph"]
WINDOW = ["PySide6", "shiboken6", "pyqtgraph"]

ASK = """
import sys
{statement}
print(*sorted(set(sys.argv[1].split()) & set(sys.modules)), file=sys.stderr)
"""
RUN = """
import contextlib, io
from embexplorer.cli.main import run
with contextlib.redirect_stdout(io.StringIO()) as out:
    code = run({words!r})
assert code == 0, code
assert out.getvalue()
"""


@pytest.fixture
def loaded(tmp_path):
    """Return which of these modules a fresh process has loaded after a statement."""
    environment = os.environ | {"PYTHONPATH": str(Path(embexplorer.__file__).parents[1])}

    def ask(statement, modules):
        ran = subprocess.run(
            [sys.executable, "-c", ASK.format(statement=statement), " ".join(modules)],
            env=environment,
            cwd=tmp_path,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        assert ran.returncode == 0, ran.stderr
        return ran.stderr.split()

    return ask


def test_importing_the_package_loads_nothing_heavy(loaded):
    assert loaded("import embexplorer as ee; ee.open, ee.explore", [*ALSO, "numpy"]) == []


@pytest.mark.parametrize(
    "words",
    [
        ["--help"],
        ["--version"],
        ["plugins"],
        ["project", "--help"],
        ["cluster", "--help"],
        ["shot", "--help"],
    ],
)
def test_listing_what_there_is_loads_nothing_heavy(loaded, words):
    assert loaded(RUN.format(words=words), ALSO) == []


@pytest.mark.parametrize(
    "words",
    [
        ["info"],
        ["neighbors", "king - man + woman"],
        ["analogy", "man", "king", "woman", "--method", "3cosmul"],
    ],
)
def test_asking_loads_nothing_heavy(loaded, words):
    sample = str(resource("samples/words.parquet"))
    assert loaded(RUN.format(words=[words[0], sample, *words[1:]]), [*HEAVY, *WINDOW]) == []


def test_only_pictures_load_the_window(loaded, tmp_path):
    sample = str(resource("samples/words.parquet"))
    corpus = tmp_path / "corpus.txt"
    corpus.write_text("a cat\na dog\n", encoding="utf-8")
    for words in (
        ["convert", sample, "--limit", "9", "-o", "nine.npz", "--quiet"],
        ["project", sample, "--limit", "9", "--method", "pca", "-o", "map.csv", "--quiet"],
        ["encode", str(corpus), "--encoder", "hashing", "-o", "space", "--quiet"],
        ["neighbors", "space", "a cat", "--encoder", "hashing", "--quiet"],
    ):
        assert loaded(RUN.format(words=words), [*HEAVY, *WINDOW]) == []
