"""The values of independent code, which the probes must agree with; absent on most computers."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

import numpy as np
import pytest

from embexplorer.core.space import Space, make_space, make_table
from embexplorer.operations.context import Context
from embexplorer.operations.read import read_space

REFERENCE = Path(__file__).resolve().parents[2].parent / "shared" / "reference"


def references(name: str) -> list:
    """Return the values of a file as test parameters; one that skips where there is no file."""
    path = REFERENCE / "refs" / f"{name}.json"
    if not path.is_file():
        return [pytest.param(None, marks=pytest.mark.skip(reason="no reference values here"))]
    return [pytest.param(one, id=one["what"][:60]) for one in json.loads(path.read_text())]


@lru_cache
def _read(name: str, cache: str) -> Space:
    return read_space(REFERENCE / "data" / name, Context.default(cache)).data


@pytest.fixture(scope="session")
def reference_space(tmp_path_factory):
    """Return what reads a reference space by the name of its file, once."""
    cache = str(tmp_path_factory.mktemp("reference"))
    return lambda name: _read(name, cache)


@pytest.fixture
def context(tmp_path):
    return Context.default(tmp_path / "cache")


@pytest.fixture
def space_of():
    """Return what makes a space of words and their vectors."""

    def make(vectors):
        table = make_table(list(vectors))
        return make_space(np.array(list(vectors.values()), np.float32), table, name="words")

    return make
