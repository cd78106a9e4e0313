"""The reference spaces and values that lie beside a development checkout."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

REFERENCE = Path(__file__).parents[2] / ".." / "shared" / "reference"


def read_text_vectors(name):
    path = REFERENCE / "data" / name
    if not path.exists():
        pytest.skip("the reference data are not beside this checkout")
    with path.open(encoding="utf-8") as lines:
        n, d = map(int, next(lines).split())
        items, vectors = [], np.empty((n, d), np.float32)
        for row, line in enumerate(lines):
            item, *values = line.rstrip("\n").split(" ")
            items.append(item)
            vectors[row] = [float(value) for value in values]
    return items, vectors


@pytest.fixture(scope="session")
def reference_values():
    def read(name):
        path = REFERENCE / "refs" / f"{name}.json"
        if not path.exists():
            pytest.skip("the reference values are not beside this checkout")
        return json.loads(path.read_text(encoding="utf-8"))

    return read


@pytest.fixture(scope="session")
def twitter():
    return read_text_vectors("glove_twitter_11925x25.txt")


@pytest.fixture(scope="session")
def crec():
    return read_text_vectors("glove_crec500x300.txt")


@pytest.fixture(scope="session")
def crec_map():
    path = REFERENCE / "data" / "cr500_pca2.csv"
    if not path.exists():
        pytest.skip("the reference data are not beside this checkout")
    return np.loadtxt(path, delimiter=",", dtype=np.float64)
